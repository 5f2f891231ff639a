/**
 * The Signer port: what signs a package or a seal. One contract suite (`test/evidence/signer.contract.ts`) runs
 * against every adapter. Keys are ECDSA over NIST P-256 with SHA-256, the one kind that a file and KMS both have.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { sha256 } from '../lake/digest.ts';

export type Signer = {
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), lower-case hex: its fingerprint. */
  keyId: string;
  kind: KeyKind;
  algorithm: 'ECDSA_SHA_256';
  /** SubjectPublicKeyInfo as PEM. */
  publicKeyPem: string;
  /** Where the key lies: the name of its file, or its ARN. */
  reference: string;
  /** The signature of the bytes, DER (RFC 3279 section 2.2.3). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
};

export type KeyKind = 'local' | 'kms';

/** KMS takes so many bytes to sign whole (`MessageType: RAW`): what Ascribe signs stays below, whoever signs. */
export const SIGNED_BYTES_LIMIT = 4096;

/** What cannot be signed, and why: one sentence with what to do. */
export class SigningError extends Error {
  override name = 'SigningError';
}

/** Throws SigningError where a text is too long to be signed whole. */
export function checkSignable(bytes: Uint8Array): void {
  if (bytes.byteLength < SIGNED_BYTES_LIMIT) return;
  throw new SigningError(
    `The text to sign has ${bytes.byteLength} bytes, and a key signs fewer than ${SIGNED_BYTES_LIMIT}: shorten what the statement says.`,
  );
}

export type PublicKey = { key: KeyObject; fingerprint: string };

/** A public key as Ascribe takes it, or what else the text is. */
export function readPublicKey(pem: string): PublicKey | { problem: string } {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return { problem: 'holds a private key' };
  const [block, second] = pem.match(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g) ?? [];
  if (block === undefined) return { problem: 'holds no public key in PEM ("BEGIN PUBLIC KEY")' };
  if (second !== undefined) return { problem: 'holds more than one public key' };
  let key: KeyObject;
  try {
    key = createPublicKey({ key: block, format: 'pem' });
  } catch {
    return { problem: 'holds a public key that cannot be read' };
  }
  const kind = otherKind(key);
  if (kind !== null) return { problem: `holds a key of another kind (${kind}), not ECDSA P-256` };
  return { key, fingerprint: sha256(key.export({ type: 'spki', format: 'der' })) };
}

/** What a key is that is not ECDSA P-256; null for one that is. */
export function otherKind(key: KeyObject): string | null {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return null;
  return [key.asymmetricKeyType ?? key.type, curve].filter((part) => part !== undefined).join(' ');
}
