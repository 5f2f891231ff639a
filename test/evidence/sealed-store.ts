import { custodyKey, custodyRecord, encodeCustodyRecord } from '../../src/evidence/custody.ts';
import { type Sealing, sealCustody } from '../../src/evidence/seal.ts';
import { verifySeals } from '../../src/evidence/verify-seals.ts';
import type { Store } from '../../src/lake/store.ts';
import { madeSigner } from './made-signer.ts';
import { memoryStore } from './memory-store.ts';

export const signer = madeSigner();
export const sealing = {
  signer,
  tool: { name: 'ascribe', version: '0.1.0' },
  now: () => new Date('2019-11-13T09:00:00Z'),
} satisfies Sealing;

/** The custody record of a made delivery: its key and bytes. */
export function record(number: number): { key: string; bytes: Uint8Array } {
  const delivery = {
    kind: 'file' as const,
    path: `logs/${number}.log`,
    size: number,
    mtime: '2019-11-12T18:00:00.000Z',
  };
  const made = custodyRecord({
    delivery,
    receivedAt: '2019-11-13T09:00:00.000Z',
    event: 'received',
    tool: sealing.tool,
    profile: 'a'.repeat(64),
    storedSha256: 'b'.repeat(64),
    storedBytes: number,
    refused: { kind: 'empty', reason: 'is empty' },
  });
  return { key: custodyKey(delivery), bytes: encodeCustodyRecord(made) };
}

export async function deliver(store: Store, ...numbers: number[]): Promise<void> {
  for (const { key, bytes } of numbers.map(record)) await store.create(key, bytes);
}

/** A store with a seal over each group of records, and the records of the last group under none. */
export async function sealedStore(...groups: number[][]) {
  const store = memoryStore();
  const last = groups.pop() ?? [];
  for (const group of groups) {
    await deliver(store, ...group);
    await sealCustody(store, sealing);
  }
  await deliver(store, ...last);
  return store;
}

export const check = (store: Store) => verifySeals(store, { publicKeys: [signer.publicKeyPem] });

/** What is wrong, as lines. */
export async function problemsOf(store: Store): Promise<string[]> {
  return (await check(store)).problems.map(({ key, problem }) => `${key} ${problem}`);
}
