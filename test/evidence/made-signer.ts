import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { checkSignable, type KeyKind, readPublicKey, type Signer } from '../../src/evidence/signer.ts';

export type MadeKey = { privateKey: KeyObject; publicKey: KeyObject; pem: string };

export function madeKey(): MadeKey {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { ...pair, pem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** A signer with a real P-256 key in memory, of either kind: what tells them apart is who holds the key. */
export function madeSigner(
  options: { kind?: KeyKind; reference?: string; key?: MadeKey } = {},
): Signer & { privateKey: KeyObject } {
  const { kind = 'local', reference = 'case-officer.key', key = madeKey() } = options;
  const read = readPublicKey(key.pem);
  if ('problem' in read) throw new Error(read.problem);
  return {
    keyId: read.fingerprint,
    kind,
    algorithm: 'ECDSA_SHA_256',
    publicKeyPem: key.pem,
    reference,
    privateKey: key.privateKey,
    async sign(bytes) {
      checkSignable(bytes);
      return sign('sha256', bytes, { key: key.privateKey, dsaEncoding: 'der' });
    },
  };
}

/** Keys of other kinds, which Ascribe takes nowhere. */
export const foreignKeys: [what: string, pair: { privateKey: KeyObject; publicKey: KeyObject }][] = [
  ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ed25519', generateKeyPairSync('ed25519')],
  ['ec secp384r1', generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
];
