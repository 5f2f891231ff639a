import { canonicalJson, sha256 } from '../lake/digest.ts';
import { type Delivery, deliveryId } from './custody.ts';

/**
 * Says that a delivery was seen and set aside for the command line, since it is too large for one run of a function.
 * It is no custody record: that is written once, when the delivery has been read.
 */
export type Deferral = {
  deferral_version: 1;
  delivery_id: string;
  delivery: Delivery;
  /** RFC 3339, UTC. */
  deferred_at: string;
  tool: { name: string; version: string };
  reason: string;
  /** SHA-256 of the canonical JSON of all the rest. */
  hash: string;
};

export function deferralKey(delivery: Delivery): string {
  return `deferred/${deliveryId(delivery)}.json`;
}

/** Reads a deferral. Null where it is not as it was written. */
export function readDeferral(bytes: Uint8Array): Deferral | null {
  try {
    const { hash, ...rest } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Deferral;
    return hash === sha256(canonicalJson(rest)) ? { ...rest, hash } : null;
  } catch {
    return null;
  }
}

export function encodeDeferral(deferral: {
  delivery: Delivery;
  deferredAt: string;
  tool: { name: string; version: string };
  reason: string;
}): Uint8Array {
  const rest = {
    deferral_version: 1 as const,
    delivery_id: deliveryId(deferral.delivery),
    delivery: deferral.delivery,
    deferred_at: deferral.deferredAt,
    tool: deferral.tool,
    reason: deferral.reason,
  };
  const record: Deferral = { ...rest, hash: sha256(canonicalJson(rest)) };
  return Buffer.from(`${canonicalJson(record)}\n`);
}
