/**
 * Reads seals. `seals/<number>.json` is a DSSE envelope over an in-toto statement: the root of an RFC 6962 tree
 * over custody records, how many they are, and the SHA-256 of the payload of the seal before. The records
 * themselves lie beside it in `seals/<root>.jsonl`, byte for byte, one a line, in the order of their keys.
 */
import { sha256 } from '../lake/digest.ts';
import type { Store } from '../lake/store.ts';
import { exactText } from './bag-manifest.ts';
import { type CustodyRecord, keyOfRecord } from './custody.ts';
import { openEnvelope, verifyEnvelope } from './dsse.ts';
import { inOrder, READS_AT_ONCE } from './in-order.ts';
import { merkleRoot } from './merkle.ts';
import { readPublicKey, SigningError } from './signer.ts';
import { readSealStatement, type SealHead } from './statement.ts';

export type Seal = {
  number: number;
  /** Merkle root over the records. */
  root: string;
  leaves: number;
  /** SHA-256 of the file of the records. */
  linesSha256: string;
  /** SHA-256 of the payload: what the next seal is chained to. */
  sha256: string;
  previous: string | null;
  signedAt: string;
  /** Fingerprint of the key that the signature was verified with; null: it was not. */
  signedBy: string | null;
};

/** Seals that cannot be read or gone on with: one sentence that names the object and what to do. */
export class SealError extends Error {
  override name = 'SealError';
}

export const CHECK = 'look into it with "ascribe custody", and put back what is missing from a copy';

/** What is wrong with an object of custody; its key, and a problem that reads on from it. */
export type CustodyProblem = { key: string; problem: string };
export type SealedRecord = { key: string; bytes: Uint8Array };

/** Public keys (PEM) of those who may seal; `unchecked`: signatures are not asked for. */
export type SealKeys = readonly string[] | 'unchecked';

export const TREE_SUBJECT = 'custody-tree';
export const sealKey = (number: number) => `seals/${String(number).padStart(8, '0')}.json`;
export const linesKey = (root: string) => `seals/${root}.jsonl`;

/** The seals that hold, in order, and what is wrong with the others. */
export async function readSealChain(
  store: Store,
  { keys }: { keys: SealKeys },
): Promise<{ seals: Seal[]; problems: CustodyProblem[] }> {
  if (keys !== 'unchecked') keys.forEach(checkKey);
  const numbers = await sealNumbers(store);
  const problems: CustodyProblem[] = [];
  const seals: Seal[] = [];
  let before: Seal | null = null;
  let last = 0;
  const read = (number: number) => store.read(sealKey(number));
  for await (const { item: number, read: bytes } of inOrder(numbers, { atOnce: READS_AT_ONCE, read })) {
    const seal = readSeal(bytes, { number, keys });
    for (let missing = last + 1; missing < number && missing <= last + MOST_NAMED; missing += 1)
      problems.push({ key: sealKey(missing), problem: 'is missing' });
    last = number;
    if ('problem' in seal) {
      problems.push({ key: sealKey(number), problem: seal.problem });
      continue;
    }
    // Behind a hole or a bad seal there is nothing to hold the chain against, and that one is named.
    const isNext: boolean = number === (before?.number ?? 0) + 1;
    if (isNext && seal.previous !== (before?.sha256 ?? null))
      problems.push({ key: sealKey(number), problem: 'is not chained to the seal before it' });
    seals.push(seal);
    before = seal;
  }
  return { seals, problems };
}

/** The records of a seal, held against its root; or what is wrong with them. */
export async function readSealedRecords(
  store: Store,
  seal: Seal,
): Promise<{ records: SealedRecord[] } | CustodyProblem> {
  const key = linesKey(seal.root);
  const wrong = (problem: string) => ({ key, problem });
  const bytes = await store.read(key);
  if (bytes === null) return wrong(`is missing: it holds the records of seal ${seal.number}`);
  if (sha256(bytes) !== seal.linesSha256)
    return wrong(`is not the file that seal ${seal.number} was made over`);
  const lines = splitLines(bytes);
  if (lines.length !== seal.leaves)
    return wrong(`has ${lines.length} records, and seal ${seal.number} says ${seal.leaves}`);
  if (merkleRoot(lines) !== seal.root) return wrong(`does not have the root of seal ${seal.number}`);
  const records: SealedRecord[] = [];
  for (const line of lines) {
    const key = keyIn(line);
    if (key === null) return wrong(`has a line that is no custody record, number ${records.length + 1}`);
    records.push({ key, bytes: line });
  }
  return { records };
}

/** The last seal as far as numbers tell, to be named where it cannot be taken away; null without seals. */
export async function sealHead(store: Store): Promise<SealHead | null> {
  const number = (await sealNumbers(store)).at(-1);
  if (number === undefined) return null;
  const seal = readSeal(await store.read(sealKey(number)), { number, keys: 'unchecked' });
  if ('problem' in seal) throw new SealError(`${store.locate(sealKey(number))} ${seal.problem}: ${CHECK}.`);
  return { number, sha256: seal.sha256 };
}

/** Holes beyond so many are one big one: naming each would help nobody. */
const MOST_NAMED = 100;

/** In order. Whatever else lies there is no seal, and no reader takes it for one. */
async function sealNumbers(store: Store): Promise<number[]> {
  const found = (await store.list('seals/')).map(({ key }) => /^seals\/([0-9]{8})\.json$/.exec(key)?.[1]);
  return found.flatMap((digits) => (digits === undefined || Number(digits) === 0 ? [] : [Number(digits)]));
}

function readSeal(
  bytes: Uint8Array | null,
  { number, keys }: { number: number; keys: SealKeys },
): Seal | { problem: string } {
  if (bytes === null) return { problem: 'is missing' };
  const opened = keys === 'unchecked' ? openEnvelope(bytes) : verifiedWithOne(bytes, keys);
  if ('problem' in opened) return opened;
  const statement = readSealStatement(opened);
  if ('problem' in statement) return statement;
  const { seal, leaves, previous, signed_at: signedAt, key } = statement.predicate;
  if (seal !== number) return { problem: `is seal ${seal} under another number` };
  const signedBy = 'fingerprint' in opened ? opened.fingerprint : null;
  if (signedBy !== null && key.fingerprint !== signedBy)
    return { problem: `states another key than the one that signed, ${signedBy}` };
  const root = statement.subjects.find(({ name }) => name === TREE_SUBJECT)?.sha256;
  if (root === undefined) return { problem: 'signs no custody tree' };
  const linesSha256 = statement.subjects.find(({ name }) => name === linesKey(root))?.sha256;
  if (linesSha256 === undefined) return { problem: 'does not sign the file of its records' };
  return {
    ...{ number, root, leaves, linesSha256, previous, signedAt, signedBy },
    sha256: sha256(opened.payload),
  };
}

function verifiedWithOne(bytes: Uint8Array, keys: readonly string[]) {
  const verdicts = keys.map((pem) => verifyEnvelope(bytes, pem));
  return (
    verdicts.find((verdict) => verdict.ok) ??
    verdicts.find((verdict) => !verdict.ok) ?? { problem: 'has no key to be held against' }
  );
}

function checkKey(pem: string): void {
  const key = readPublicKey(pem);
  if ('problem' in key)
    throw new SigningError(`A key to check seals with ${key.problem}: give the PEM of it.`);
}

/** Each line with its LF: a custody record ends in one. */
export function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.byteLength; ) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.byteLength : end + 1;
    lines.push(bytes.subarray(start, next));
    start = next;
  }
  return lines;
}

/** The key of the record in a line. */
function keyIn(line: Uint8Array): string | null {
  try {
    const ids = JSON.parse(exactText(line) ?? '') as Pick<CustodyRecord, 'delivery_id' | 'reading_id'>;
    const key = keyOfRecord(ids);
    return /^custody\/[0-9a-f]{64}(-[0-9a-f]{64})?\.json$/.test(key) ? key : null;
  } catch {
    return null;
  }
}
