/**
 * Reads all custody of a store: what is sealed from the few files of the seals, the rest record by record, so that
 * a reader does not ask for thousands of small objects.
 */
import type { Store } from '../lake/store.ts';
import { inOrder, LINES_AT_ONCE, READS_AT_ONCE } from './in-order.ts';
import { type Inclusion, inclusionProof } from './merkle.ts';
import {
  CHECK,
  type CustodyProblem,
  readSealChain,
  readSealedRecords,
  type Seal,
  SealError,
  type SealedRecord,
  type SealKeys,
} from './seal-chain.ts';

export type CustodyEntry = {
  key: string;
  /** The record as it was sealed, or as it lies there where it is not. */
  bytes: Uint8Array;
  /** Number of the seal that holds it; null: in none yet. */
  seal: number | null;
};

export type CustodyReading = {
  /** Public keys that seals must be signed with; without them signatures are not asked for. */
  keys?: SealKeys;
  /** Also reads the originals of sealed records and holds them against the seal: a read for each. */
  compare?: 'originals';
  /**
   * Takes what is wrong, and the reading goes on: records of a seal that does not hold are read one by one.
   * Without it the first thing that is wrong throws SealError.
   */
  onProblem?: (problem: CustodyProblem) => void;
};

/** Every custody record once: those under seal first, seal by seal, then the others in the order of their keys. */
export async function* readCustody(store: Store, reading: CustodyReading = {}): AsyncGenerator<CustodyEntry> {
  const { seals, problems } = await readSealChain(store, { keys: reading.keys ?? 'unchecked' });
  yield* custodyUnder(store, { ...reading, seals, problems });
}

/** The same, of seals that were read before. */
export async function* custodyUnder(
  store: Store,
  { seals, problems, compare, onProblem }: CustodyReading & { seals: Seal[]; problems: CustodyProblem[] },
): AsyncGenerator<CustodyEntry> {
  const tell =
    onProblem ??
    (({ key, problem }: CustodyProblem) => {
      throw new SealError(`${store.locate(key)} ${problem}: ${CHECK}.`);
    });
  for (const problem of problems) tell(problem);
  const sealed = new Set<string>();
  const readLines = (seal: Seal) => readSealedRecords(store, seal);
  for await (const { item: seal, read: lines } of inOrder(seals, {
    atOnce: LINES_AT_ONCE,
    read: readLines,
  })) {
    if ('problem' in lines) {
      tell(lines);
      continue;
    }
    const fresh: SealedRecord[] = [];
    for (const record of lines.records) {
      if (sealed.has(record.key))
        tell({ key: record.key, problem: `is in seal ${seal.number} and in an earlier one` });
      else fresh.push(record);
      sealed.add(record.key);
    }
    if (compare === 'originals') await compareOriginals(store, { records: fresh, seal, tell });
    for (const { key, bytes } of fresh) yield { key, bytes, seal: seal.number };
  }
  // Listed after the seals were read: a record that is sealed meanwhile is still given once.
  const rest = (await store.list('custody/')).map(({ key }) => key).filter((key) => !sealed.has(key));
  const read = (key: string) => store.read(key);
  for await (const { item: key, read: bytes } of inOrder(rest, { atOnce: READS_AT_ONCE, read })) {
    if (bytes === null) tell({ key, problem: 'is listed and cannot be read' });
    else yield { key, bytes, seal: null };
  }
}

/**
 * The proof that a record is under a seal, which discloses no other record; null where no seal holds it.
 * `verifyInclusion` checks it against the root that the seal signs.
 */
export async function proveCustody(
  store: Store,
  { key, keys = 'unchecked' }: { key: string; keys?: SealKeys },
): Promise<(Inclusion & { seal: number; proof: string[] }) | null> {
  const { seals } = await readSealChain(store, { keys });
  for (const seal of seals) {
    const lines = await readSealedRecords(store, seal);
    if ('problem' in lines) continue;
    const index = lines.records.findIndex((record) => record.key === key);
    if (index === -1) continue;
    const leaves = lines.records.map(({ bytes }) => bytes);
    const proof = inclusionProof(leaves, index);
    return { leaf: leaves[index]!, index, size: leaves.length, root: seal.root, proof, seal: seal.number };
  }
  return null;
}

async function compareOriginals(
  store: Store,
  { records, seal, tell }: { records: SealedRecord[]; seal: Seal; tell: (problem: CustodyProblem) => void },
): Promise<void> {
  const read = ({ key }: SealedRecord) => store.read(key);
  for await (const { item, read: original } of inOrder(records, { atOnce: READS_AT_ONCE, read })) {
    if (original === null) tell({ key: item.key, problem: `is missing: seal ${seal.number} holds it` });
    else if (!Buffer.from(original).equals(item.bytes))
      tell({ key: item.key, problem: `was changed: seal ${seal.number} holds another` });
  }
}
