import { writeBag } from '../../src/evidence/bag.ts';
import { type BagSigning, signBag } from '../../src/evidence/bag-signature.ts';
import type { PackageClaim } from '../../src/evidence/statement.ts';
import { madeSigner } from './made-signer.ts';
import { memoryStore } from './memory-store.ts';

export const local = madeSigner();
export const kms = madeSigner({ kind: 'kms', reference: 'arn:aws:kms:eu-west-2:123456789012:key/7' });
export const signedAt = '2019-11-13T09:00:00.000Z';
export const claim: PackageClaim = {
  kind: 'report',
  window: { from: '2019-11-11T00:00:00.000Z', until: '2019-11-13T00:00:00.000Z' },
  snapshot: 'a'.repeat(64),
  synthetic: true,
  tool: { name: 'ascribe', version: '0.1.0' },
};
export const signing = { signer: local, claim, signedAt } satisfies BagSigning;

export async function bag(content = 'report') {
  const store = memoryStore();
  const payload = [{ path: 'report.json', bytes: Buffer.from(content) }];
  await writeBag(store, { prefix: 'bag', payload, info: [['Bagging-Date', '2019-11-13']] });
  return store;
}

export async function signedBag(options: Partial<BagSigning> = {}) {
  const store = await bag();
  await signBag(store, 'bag', { ...signing, ...options });
  return store;
}

export type Bag = Awaited<ReturnType<typeof bag>>;
