/**
 * The Store port: where a lake's bytes lie. Keys are `/`-separated, relative, without `..`.
 * One contract suite (`test/lake/store.contract.ts`) runs against every adapter.
 */
export type Store = {
  /** The whole object, or null where there is none. */
  read(key: string): Promise<Uint8Array | null>;
  /** Writes an object only if the key is free: whole or not at all. `exists` leaves the first as it was. */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** The same for many, in their order: together they wait for the disk as long as a few. */
  createAll(objects: readonly StoredBytes[]): Promise<('created' | 'exists')[]>;
  /** Writes objects, replacing what is there: for parts, whose bytes the key determines. */
  putAll(objects: readonly StoredBytes[]): Promise<void>;
  /** Moves a finished local file to the key, replacing what is there: for parts, whose bytes the key determines. */
  adopt(key: string, localPath: string): Promise<void>;
  /** Keys below a prefix, in code-point order. */
  list(prefix: string): Promise<{ key: string; size: number }[]>;
  /** SHA-256 of an object in lower-case hex, read or vouched for by the store's own checksum; null where there is none. */
  digest(key: string): Promise<string | null>;
  /** Removes an object; none there is no error. */
  remove(key: string): Promise<void>;
  /** What a person or an engine calls the object: a path, or `s3://…`. */
  locate(key: string): string;
};

export type StoredBytes = { key: string; bytes: Uint8Array };

/** A store that cannot do what was asked: one sentence that names the place and what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly path: string;

  constructor(message: string, options: { path: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.path = options.path;
  }
}

/** Under the root of a store in a folder, so that a rename or a link out of it stays in one file system. No key leads into it. */
export const STAGING = '.staging';

/**
 * Keys come from names inside hostile archives too: nothing may leave the root, nor reach what a store keeps for
 * itself in `.staging`. Throws StoreError.
 */
export function checkedKey(key: string): string {
  const parts = key.split('/');
  const refused =
    key === '' ||
    key.includes('\\') ||
    key.includes('\0') ||
    /^[A-Za-z]:/.test(key) ||
    parts.some((part) => part === '' || part === '.' || part === '..') ||
    parts[0] === STAGING;
  if (!refused) return key;
  const message = `A store has no key ${JSON.stringify(key)}: give a relative one, its parts divided by /, without . and .. .`;
  throw new StoreError(message, { path: key });
}
