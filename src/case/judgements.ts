import { type Signature, signatureKey } from '../detection/signatures.ts';
import { canonicalJson, sha256 } from '../lake/digest.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';

export const JUDGEMENTS = ['accept', 'reject', 'split', 'tag'] as const;

/** What a cluster can be split by: the agent, path, query or host of its requests, the /24 or /48 or the country of their addresses. */
export const SPLIT_FIELDS = ['user_agent', 'path', 'query', 'host', 'network', 'country'] as const;
export type SplitField = (typeof SPLIT_FIELDS)[number];

/** An analyst's word on a cluster, or on a part of one that was split. Written once; the latest of a kind stands. */
export type Judgement = {
  judgement_version: 1;
  /** `clusterId`, or `partId` for a part. */
  cluster: string;
  judgement: (typeof JUDGEMENTS)[number];
  /** With `tag`: the label. */
  tag: string | null;
  /** With `split`: the field. */
  by_field: SplitField | null;
  /** The time that it is about, RFC 3339 UTC, half-open; null: whenever the cluster is seen. */
  window: { from: string; until: string } | null;
  by: string;
  reason: string;
  /** RFC 3339 UTC. */
  at: string;
  tool: { name: string; version: string };
  /** SHA-256 of the canonical JSON of all the rest: its name in the lake. */
  hash: string;
};

/** Where a lake has them, `judgements/<hash>.json`: created only, like custody records. */
export const JUDGEMENTS_FOLDER = 'judgements/';

/** The name of a cluster in reports and commands: the first 8 hex digits of SHA-256 of its signature's key. */
export function clusterId(signature: Signature): string {
  return keyId(signatureKey(signature));
}

export function keyId(key: string): string {
  return sha256(key).slice(0, 8);
}

/** The name of a part of a cluster: those with one value of the field that it was split by. */
export function partId(
  cluster: string,
  { field, value }: { field: SplitField; value: string | null },
): string {
  return `${cluster}.${sha256(canonicalJson([field, value])).slice(0, 6)}`;
}

export const CLUSTER_ID = /^[0-9a-f]{8}(\.[0-9a-f]{6})?$/;

/** Records a judgement. Throws StoreError. */
export async function recordJudgement(
  store: Store,
  said: Omit<Judgement, 'judgement_version' | 'hash'>,
): Promise<Judgement> {
  const rest = { judgement_version: 1 as const, ...said };
  const judgement: Judgement = { ...rest, hash: sha256(canonicalJson(rest)) };
  await store.create(`${JUDGEMENTS_FOLDER}${judgement.hash}.json`, encodeJudgement(judgement));
  return judgement;
}

export function encodeJudgement(judgement: Judgement): Uint8Array {
  return Buffer.from(`${canonicalJson(judgement)}\n`);
}

/** All judgements of a lake, the earliest first, and those that are not as they were written. */
export async function readJudgements(
  store: Store,
): Promise<{ judgements: Judgement[]; broken: { key: string; problem: string }[] }> {
  const keys = (await store.list(JUDGEMENTS_FOLDER)).map(({ key }) => key);
  const read = await sideBySide(keys, 16, async (key) => ({ key, bytes: await store.read(key) }));
  const judgements: Judgement[] = [];
  const broken: { key: string; problem: string }[] = [];
  for (const { key, bytes } of read) {
    const judgement = bytes && asWritten(bytes, key);
    if (judgement) judgements.push(judgement);
    else broken.push({ key, problem: 'this judgement is not as it was written, and is not followed' });
  }
  judgements.sort((a, b) => (a.at < b.at || (a.at === b.at && a.hash < b.hash) ? -1 : 1));
  return { judgements, broken };
}

function asWritten(bytes: Uint8Array, key: string): Judgement | null {
  try {
    const { hash, ...rest } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Judgement;
    return hash === sha256(canonicalJson(rest)) && key === `${JUDGEMENTS_FOLDER}${hash}.json`
      ? { ...rest, hash }
      : null;
  } catch {
    return null;
  }
}

/** What stands of a cluster in a span: the latest ruling, split and tag that are about it. */
export type Standing = { ruling: Judgement | null; split: Judgement | null; tag: Judgement | null };

/** What stands of each cluster and part that was judged, in a span of ms since 1970. */
export function standingIn(
  judgements: readonly Judgement[],
  { from, until }: { from: number; until: number },
): Map<string, Standing> {
  const standing = new Map<string, Standing>();
  for (const judgement of judgements) {
    const { cluster, window } = judgement;
    if (window && (Date.parse(window.from) >= until || Date.parse(window.until) <= from)) continue;
    const of = standing.get(cluster) ?? { ruling: null, split: null, tag: null };
    if (judgement.judgement === 'split') of.split = judgement;
    else if (judgement.judgement === 'tag') of.tag = judgement;
    else of.ruling = judgement;
    standing.set(cluster, of);
  }
  return standing;
}
