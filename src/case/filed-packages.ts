import { BagConflictError, type BagFile, type BagReceipt, writeBag } from '../evidence/bag.ts';
import type { BagInfo } from '../evidence/bag-info.ts';
import { tagManifest } from '../evidence/bag-manifest.ts';
import { signBag } from '../evidence/bag-signature.ts';
import { sealHead } from '../evidence/seal-chain.ts';
import type { Signer } from '../evidence/signer.ts';
import { canonicalJson } from '../lake/digest.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';

/**
 * What a vault says of a package before it is written, in `filed/<place>.json`: what it is of, and the wall clock of
 * its labels, so that a run that was cut short goes on where it was.
 */
export type FiledPackage = {
  kind: 'report' | 'export';
  /** `reports/<day or days>/<root>` or `exports/<id>`: where the package lies. */
  place: string;
  /** Merkle root of the snapshot. */
  root: string;
  /** SHA-256 of all else that decides the bytes: ingest profile, version, window, label. */
  made_by: string;
  synthetic: boolean;
  /** What it is about, RFC 3339 UTC, half-open; null: no events. */
  window: { from: string; until: string } | null;
  /** Root of the report that it takes the place of. */
  supersedes: string | null;
  /** RFC 3339 UTC. */
  filed_at: string;
};

/** Packages of one place that may lie half written by runs that answered otherwise. */
const MOST_TRIES = 20;

function filedKey(place: string): string {
  return `filed/${place}.json`;
}

/** Reads at a time. */
const READS = 16;

/** What is filed below a prefix, in order of filing. */
export async function filedPackages(
  store: Store,
  prefix: 'exports/' | `reports/${string}`,
): Promise<FiledPackage[]> {
  const keys = (await store.list(`filed/${prefix}`)).map(({ key }) => key);
  const filed = await sideBySide(keys, READS, (key) => readFiled(store, key));
  return filed.sort((a, b) => (a.filed_at < b.filed_at ? -1 : a.filed_at > b.filed_at ? 1 : 0));
}

/** What was filed of the package at a prefix, which can end in `-2` and so on; null: nothing. */
export async function filedAt(store: Store, prefix: string): Promise<FiledPackage | null> {
  const key = filedKey(prefix.replace(/-\d+$/, ''));
  return (await store.list(key)).length > 0 ? readFiled(store, key) : null;
}

async function readFiled(store: Store, key: string): Promise<FiledPackage> {
  return JSON.parse(Buffer.from((await store.read(key))!).toString('utf8')) as FiledPackage;
}

/** The prefix of the package once it is whole: its last tag manifest is there. Null: it is not. */
export async function packageOf(
  store: Store,
  { place }: Pick<FiledPackage, 'place'>,
): Promise<string | null> {
  const last = `/${tagManifest('sha512')}`;
  const depth = place.split('/').length + 1;
  const keys = (await store.list(place)).map(({ key }) => key);
  const whole = keys
    .filter((key) => key.endsWith(last) && key.split('/').length === depth)
    .map((key) => key.slice(0, -last.length))
    .filter((prefix) => prefix === place || /^-\d+$/.test(prefix.slice(place.length)));
  // The first that became whole.
  return whole.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

export type Filing = {
  filed: FiledPackage;
  payload: Iterable<BagFile>;
  /** The labels, given the time of filing. */
  infoAt(now: Date): BagInfo;
};

/**
 * Files a package. Run again, it takes up what it began. Under a lock nothing that was begun can be removed: where
 * its bytes are not these (an execution had another id, say), the package goes beside it, as `-2` and so on.
 */
export async function filePackage(
  store: Store,
  { filed, payload, infoAt }: Filing,
): Promise<{ prefix: string; receipt: BagReceipt }> {
  const key = filedKey(filed.place);
  await store.create(key, Buffer.from(`${canonicalJson(filed)}\n`));
  const info = infoAt(new Date((await readFiled(store, key)).filed_at));
  for (let attempt = 1; ; attempt += 1) {
    const prefix = attempt === 1 ? filed.place : `${filed.place}-${attempt}`;
    try {
      return { prefix, receipt: await writeBag(store, { prefix, payload, info, resume: true }) };
    } catch (error) {
      if (!(error instanceof BagConflictError) || attempt === MOST_TRIES) throw error;
    }
  }
}

/** Signs a package that is whole, by what was filed of it; null: it is not whole yet. */
export async function signFiled(
  store: Store,
  filed: FiledPackage,
  { signer, tool, now }: { signer: Signer; tool: { name: string; version: string }; now: Date },
): Promise<{ prefix: string; outcome: 'signed' | 'already-signed' } | null> {
  const prefix = await packageOf(store, filed);
  if (prefix === null) return null;
  const { kind, window, root: snapshot, synthetic } = filed;
  const outcome = await signBag(store, prefix, {
    signer,
    signedAt: now.toISOString(),
    claim: { kind, window, snapshot, synthetic, tool, custodyHead: await sealHead(store) },
  });
  return { prefix, outcome };
}
