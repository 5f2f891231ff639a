/**
 * What Ascribe signs: an in-toto Statement v1 (github.com/in-toto/attestation) over a package or a seal. What the
 * two types of predicate mean is in docs/decisions/0019-what-is-signed.md; a field is added, never given another
 * meaning.
 */
import { canonicalJson } from '../lake/digest.ts';
import { exactText } from './bag-manifest.ts';
import type { OpenEnvelope } from './dsse.ts';
import type { KeyKind, Signer } from './signer.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const STATEMENT_PAYLOAD = 'application/vnd.in-toto+json';
/** A UUID of our own (RFC 9562) names our predicates: it needs no domain that somebody must keep paying for. */
const OWN = 'urn:uuid:f5b4d64d-4105-4742-8f66-7978cb0ab9ce';
export const PACKAGE_PREDICATE = `${OWN}#evidence-package/v1`;
export const SEAL_PREDICATE = `${OWN}#custody-seal/v1`;

export const KEY_WORDS: Record<KeyKind, string> = { local: 'local key', kms: 'KMS key' };

type Tool = { name: string; version: string };
type Subject = { name: string; sha256: string };
/** Which key signs, as the signer states it. */
type StatedKey = { kind: string; reference: string; fingerprint: string; algorithm: string };

export type SealHead = { number: number; sha256: string };

/** What the signer says of a package. */
export type PackageClaim = {
  /** `report`, or `export` for a package made for a recipient. */
  kind: string;
  /** Evidence window, RFC 3339 UTC, half-open; null: without events. */
  window: { from: string; until: string } | null;
  /** Merkle root of the snapshot that the package speaks of. */
  snapshot: string;
  synthetic: boolean;
  tool: Tool;
  /** The last seal of the custody at that time, so that packages elsewhere anchor the chain of seals. */
  custodyHead?: SealHead | null;
};

export type PackagePredicate = {
  kind: string;
  window: PackageClaim['window'];
  snapshot: string;
  synthetic: boolean;
  tool: Tool;
  custody_head: SealHead | null;
  key: StatedKey;
  signed_at: string;
};

export type SealPredicate = {
  /** Number of the seal, from 1. */
  seal: number;
  /** Custody records in the tree. */
  leaves: number;
  /** SHA-256 of the payload of the seal before; null for the first. */
  previous: string | null;
  tool: Tool;
  key: StatedKey;
  signed_at: string;
};

export type Statement<Predicate> = { subjects: Subject[]; predicate: Predicate };

type Signing = { signer: Signer; signedAt: string };

export function packageStatement(
  claim: PackageClaim,
  { signer, signedAt, subject }: Signing & { subject: Subject },
): Uint8Array {
  const predicate: PackagePredicate = {
    kind: claim.kind,
    window: claim.window,
    snapshot: claim.snapshot,
    synthetic: claim.synthetic,
    tool: claim.tool,
    custody_head: claim.custodyHead ?? null,
    key: stated(signer),
    signed_at: signedAt,
  };
  return encoded(PACKAGE_PREDICATE, { subjects: [subject], predicate });
}

export function sealStatement(
  claim: Pick<SealPredicate, 'seal' | 'leaves' | 'previous' | 'tool'>,
  { signer, signedAt, subjects }: Signing & { subjects: Subject[] },
): Uint8Array {
  const { seal, leaves, previous, tool } = claim;
  const predicate: SealPredicate = {
    ...{ seal, leaves, previous, tool },
    key: stated(signer),
    signed_at: signedAt,
  };
  return encoded(SEAL_PREDICATE, { subjects, predicate });
}

type Payload = Pick<OpenEnvelope, 'payload' | 'payloadType'>;

export function readPackageStatement(payload: Payload): Statement<PackagePredicate> | { problem: string } {
  return readStatement(payload, PACKAGE_PREDICATE, isPackage);
}

export function readSealStatement(payload: Payload): Statement<SealPredicate> | { problem: string } {
  return readStatement(payload, SEAL_PREDICATE, isSeal);
}

function readStatement<Predicate>(
  { payload, payloadType }: Payload,
  predicateType: string,
  isOfType: (value: Fields) => boolean,
): Statement<Predicate> | { problem: string } {
  if (payloadType !== STATEMENT_PAYLOAD)
    return { problem: `signs a payload of type ${JSON.stringify(payloadType)}, not an in-toto statement` };
  const statement = parsed(payload);
  if (statement?._type !== STATEMENT_TYPE) return { problem: 'signs no in-toto statement of version 1' };
  if (statement.predicateType !== predicateType)
    return { problem: `signs a statement of another type, ${JSON.stringify(statement.predicateType)}` };
  const subjects = Array.isArray(statement.subject) ? statement.subject.map(subjectOf) : [];
  const good = subjects.filter((subject) => subject !== null);
  if (good.length === 0 || good.length < subjects.length)
    return { problem: 'signs a statement without a subject that can be read' };
  const predicate = statement.predicate;
  if (!isFields(predicate) || !isOfType(predicate))
    return { problem: 'signs a statement whose predicate cannot be read' };
  return { subjects: good, predicate: predicate as Predicate };
}

function encoded(predicateType: string, { subjects, predicate }: Statement<unknown>): Uint8Array {
  const subject = subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } }));
  return Buffer.from(canonicalJson({ _type: STATEMENT_TYPE, subject, predicateType, predicate }));
}

function stated(signer: Signer): StatedKey {
  return {
    kind: KEY_WORDS[signer.kind],
    reference: signer.reference,
    fingerprint: signer.keyId,
    algorithm: signer.algorithm,
  };
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const isDigest = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
const isTool = (value: unknown) => isFields(value) && isText(value.name) && isText(value.version);
const isKey = (value: unknown) =>
  isFields(value) && isText(value.kind) && isText(value.reference) && isDigest(value.fingerprint);

function isSeal(value: Fields): boolean {
  const isChained = value.previous === null || isDigest(value.previous);
  return isCount(value.seal) && isCount(value.leaves) && isChained && isSigned(value);
}

function isPackage(value: Fields): boolean {
  const { window, custody_head: head } = value;
  const isWindow = window === null || (isFields(window) && isText(window.from) && isText(window.until));
  const isHead = head === null || (isFields(head) && isCount(head.number) && isDigest(head.sha256));
  const isClaim = isText(value.kind) && isText(value.snapshot) && typeof value.synthetic === 'boolean';
  return isWindow && isHead && isClaim && isSigned(value);
}

function isSigned(value: Fields): boolean {
  return isTool(value.tool) && isKey(value.key) && isText(value.signed_at);
}

function subjectOf(value: unknown): Subject | null {
  if (!isFields(value) || typeof value.name !== 'string' || !isFields(value.digest)) return null;
  const { sha256 } = value.digest;
  return isDigest(sha256) ? { name: value.name, sha256: sha256 as string } : null;
}

function parsed(payload: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(exactText(payload) ?? '');
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
