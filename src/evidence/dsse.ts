/**
 * DSSE 1.0 (github.com/secure-systems-lab/dsse, protocol.md and envelope.md): a payload, its type, and signatures
 * over both. Who reads an envelope uses the bytes that were verified and no others.
 */
import { verify as verifySignature } from 'node:crypto';
import { exactText } from './bag-manifest.ts';
import { checkSignable, type PublicKey, readPublicKey, type Signer, SigningError } from './signer.ts';

export type OpenEnvelope = { payload: Uint8Array; payloadType: string; signatures: Uint8Array[] };
export type EnvelopeVerdict =
  | { ok: true; payload: Uint8Array; payloadType: string; fingerprint: string }
  | { ok: false; problem: string };

/** PAE of protocol.md: lengths are in bytes, so that no two pairs of type and body give one text. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  const head = `DSSEv1 ${type.byteLength} `;
  return Buffer.concat([Buffer.from(head), type, Buffer.from(` ${payload.byteLength} `), payload]);
}

/** An envelope as JSON, checked against the signer's own public key before anybody keeps it. */
export async function signEnvelope(
  payload: Uint8Array,
  { payloadType, signer }: { payloadType: string; signer: Signer },
): Promise<Uint8Array> {
  const text = preAuthEncoding(payloadType, payload);
  checkSignable(text);
  const sig = await signer.sign(text);
  const bytes = Buffer.from(
    `${JSON.stringify({
      payload: Buffer.from(payload).toString('base64'),
      payloadType,
      signatures: [{ keyid: signer.keyId, sig: Buffer.from(sig).toString('base64') }],
    })}\n`,
  );
  const verdict = verifyEnvelope(bytes, signer.publicKeyPem);
  if (verdict.ok) return bytes;
  throw new SigningError(
    `The key ${signer.reference} gave a signature that its own public key does not verify (${verdict.problem}): use another key.`,
  );
}

/** What an envelope holds, verified by nothing; or why it is none. */
export function openEnvelope(bytes: Uint8Array): OpenEnvelope | { problem: string } {
  const value = parsed(bytes);
  if (value === null) return { problem: 'is no JSON object' };
  const payload = base64(value.payload);
  if (payload === null) return { problem: 'has no payload in base64' };
  const { payloadType, signatures } = value;
  // A lone surrogate has no UTF-8 of its own: two types would be signed as one.
  if (typeof payloadType !== 'string' || !payloadType.isWellFormed())
    return { problem: 'has no payloadType' };
  if (!Array.isArray(signatures) || signatures.length === 0) return { problem: 'has no signatures' };
  if (signatures.length > MOST_SIGNATURES)
    return { problem: `has more signatures than ${MOST_SIGNATURES}, which nobody needs` };
  const sigs: Uint8Array[] = [];
  for (const signature of signatures) {
    const sig = base64((signature as { sig?: unknown } | null)?.sig);
    if (sig === null) return { problem: 'has a signature that is no base64' };
    sigs.push(sig);
  }
  return { payload, payloadType, signatures: sigs };
}

/**
 * Verifies an envelope against one key: one good signature is enough. `keyid` is a hint that nothing
 * authenticates and is not asked. Never throws.
 */
export function verifyEnvelope(bytes: Uint8Array, publicKeyPem: string): EnvelopeVerdict {
  const key = readPublicKey(publicKeyPem);
  if ('problem' in key) return { ok: false, problem: `was held against a public key that ${key.problem}` };
  const envelope = openEnvelope(bytes);
  if ('problem' in envelope) return { ok: false, problem: envelope.problem };
  const { payload, payloadType, signatures } = envelope;
  const text = preAuthEncoding(payloadType, payload);
  if (!signatures.some((signature) => isSignature(signature, { text, key })))
    return { ok: false, problem: 'has no signature of this key over this payload' };
  return { ok: true, payload, payloadType, fingerprint: key.fingerprint };
}

const MOST_SIGNATURES = 16;

/** DER, as KMS and `signing-key.ts` sign; or r and s of 32 bytes each (IEEE P1363), as DSSE's own example has it. */
function isSignature(signature: Uint8Array, { text, key }: { text: Uint8Array; key: PublicKey }): boolean {
  return (['der', 'ieee-p1363'] as const).some((dsaEncoding) => {
    try {
      return verifySignature('sha256', text, { key: key.key, dsaEncoding }, signature);
    } catch {
      return false;
    }
  });
}

/** Strict, since Node skips what is no base64: standard or URL-safe alphabet, padded, no stray bits at the end. */
function base64(value: unknown): Uint8Array | null {
  if (typeof value !== 'string') return null;
  const isUrlSafe = /[-_]/.test(value);
  if (isUrlSafe && /[+/]/.test(value)) return null;
  const standard = value.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Buffer.from(standard, 'base64');
  return bytes.toString('base64') === standard ? bytes : null;
}

function parsed(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(exactText(bytes) ?? '');
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
