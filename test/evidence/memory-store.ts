import { sha256 } from '../../src/lake/digest.ts';
import type { Store } from '../../src/lake/store.ts';

/** A store in memory, with its objects in reach, so that a test can change what a bag holds. */
export function memoryStore(): Store & { objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  const store: Store & { objects: Map<string, Uint8Array> } = {
    objects,
    read: async (key) => objects.get(key) ?? null,
    async create(key, bytes) {
      if (objects.has(key)) return 'exists';
      objects.set(key, Uint8Array.from(bytes));
      return 'created';
    },
    createAll: (all) => Promise.all(all.map(({ key, bytes }) => store.create(key, bytes))),
    async putAll(all) {
      for (const { key, bytes } of all) objects.set(key, Uint8Array.from(bytes));
    },
    adopt: () => Promise.reject(new Error('memory adopts no files')),
    list: async (prefix) =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, bytes]) => ({ key, size: bytes.byteLength, order: Buffer.from(key) }))
        .sort((a, b) => Buffer.compare(a.order, b.order))
        .map(({ key, size }) => ({ key, size })),
    digest: async (key) => {
      const bytes = objects.get(key);
      return bytes ? sha256(bytes) : null;
    },
    async remove(key) {
      objects.delete(key);
    },
    locate: (key) => `memory:${key}`,
  };
  return store;
}
