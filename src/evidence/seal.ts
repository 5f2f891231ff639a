/**
 * Seals custody (decision 17): records are written side by side and without a number; a seal gives those that no
 * earlier seal holds an order, a root and a signature. Killed anywhere and run again, or run twice at once, it
 * gives one chain: the number of a seal is taken by creating it, and who comes second reads again.
 */
import { sha256 } from '../lake/digest.ts';
import type { Store } from '../lake/store.ts';
import { verifyCustodyRecord } from './custody.ts';
import { signEnvelope } from './dsse.ts';
import { inOrder, LINES_AT_ONCE, READS_AT_ONCE } from './in-order.ts';
import { merkleRoot } from './merkle.ts';
import {
  CHECK,
  type CustodyProblem,
  linesKey,
  readSealChain,
  readSealedRecords,
  type Seal,
  SealError,
  type SealedRecord,
  sealKey,
  TREE_SUBJECT,
} from './seal-chain.ts';
import type { Signer } from './signer.ts';
import { STATEMENT_PAYLOAD, sealStatement } from './statement.ts';

export type Sealing = {
  signer: Signer;
  tool: { name: string; version: string };
  now: () => Date;
  /** Public keys (PEM) that earlier seals may be signed with besides the signer's. */
  earlierKeys?: readonly string[];
  /** Records of one seal at most, which bounds the memory of sealer and reader; the rest goes to the next seal. */
  most?: number;
};

export type SealOutcome = {
  /** The seals that were made, none where nothing waited for one. */
  made: Seal[];
  /** Records that are not as Ascribe writes them: no seal vouches for those. */
  leftOut: CustodyProblem[];
};

const MOST_LEAVES = 20_000;

/** Seals every record that waits. Throws SealError where the seals that are there do not hold. */
export async function sealCustody(store: Store, sealing: Sealing): Promise<SealOutcome> {
  const made: Seal[] = [];
  for (;;) {
    const { head, sealed } = await readSealed(store, sealing);
    const listed = await store.list('custody/');
    const waiting = listed.map(({ key }) => key).filter((key) => !sealed.has(key));
    const { leftOut, isFirst } = await sealWaiting(store, { waiting, head, sealing, made });
    if (isFirst) return { made, leftOut };
  }
}

type Waiting = { waiting: readonly string[]; head: Seal | null; sealing: Sealing; made: Seal[] };

/** Seal by seal, until all are sealed or another sealer took the next number. */
async function sealWaiting(
  store: Store,
  { waiting, head, sealing, made }: Waiting,
): Promise<{ leftOut: CustodyProblem[]; isFirst: boolean }> {
  const leftOut: CustodyProblem[] = [];
  const most = sealing.most ?? MOST_LEAVES;
  let before = head;
  for (let start = 0; start < waiting.length; start += most) {
    const records: SealedRecord[] = [];
    const keys = waiting.slice(start, start + most);
    const read = (key: string) => store.read(key);
    for await (const { item: key, read: bytes } of inOrder(keys, { atOnce: READS_AT_ONCE, read })) {
      const problem = bytes === null ? 'is gone' : problemOf(bytes, key);
      if (problem === null) records.push({ key, bytes: bytes! });
      else leftOut.push({ key, problem });
    }
    if (records.length === 0) continue;
    const seal = await writeSeal(store, { records, before, sealing });
    if (seal === null) return { leftOut, isFirst: false };
    made.push(seal);
    before = seal;
  }
  return { leftOut, isFirst: true };
}

/** Null where another sealer was first. The records come before the seal, so that a seal never lacks them. */
async function writeSeal(
  store: Store,
  { records, before, sealing }: { records: SealedRecord[]; before: Seal | null; sealing: Sealing },
): Promise<Seal | null> {
  const { signer, tool, now } = sealing;
  const leaves = records.map(({ bytes }) => bytes);
  const root = merkleRoot(leaves);
  const lines = Buffer.concat(leaves);
  // The root names its records: what lies there is the same, left by a sealer that was killed or came second.
  if ((await store.create(linesKey(root), lines)) === 'exists') {
    const there = await store.read(linesKey(root));
    if (there === null || !lines.equals(there))
      throw new SealError(
        `${store.locate(linesKey(root))} does not hold the records of its name: remove it, and seal again.`,
      );
  }
  const linesSha256 = sha256(lines);
  const number = (before?.number ?? 0) + 1;
  const previous = before?.sha256 ?? null;
  const signedAt = now().toISOString();
  const payload = sealStatement(
    { seal: number, leaves: leaves.length, previous, tool },
    {
      ...{ signer, signedAt },
      subjects: [
        { name: TREE_SUBJECT, sha256: root },
        { name: linesKey(root), sha256: linesSha256 },
      ],
    },
  );
  const envelope = await signEnvelope(payload, { payloadType: STATEMENT_PAYLOAD, signer });
  if ((await store.create(sealKey(number), envelope)) === 'exists') return null;
  return {
    ...{ number, root, leaves: leaves.length, linesSha256, previous, signedAt },
    sha256: sha256(payload),
    signedBy: signer.keyId,
  };
}

/** The last seal, and the keys of all records under seal. */
async function readSealed(
  store: Store,
  { signer, earlierKeys = [] }: Sealing,
): Promise<{ head: Seal | null; sealed: Set<string> }> {
  const keys = [signer.publicKeyPem, ...earlierKeys];
  const { seals, problems } = await readSealChain(store, { keys });
  refuse(store, problems[0]);
  const sealed = new Set<string>();
  const read = (seal: Seal) => readSealedRecords(store, seal);
  for await (const { read: lines } of inOrder(seals, { atOnce: LINES_AT_ONCE, read })) {
    if ('problem' in lines) refuse(store, lines);
    else for (const { key } of lines.records) sealed.add(key);
  }
  return { head: seals.at(-1) ?? null, sealed };
}

/** To seal on behind a break would let it pass for whole. */
function refuse(store: Store, found: CustodyProblem | undefined): void {
  if (!found) return;
  throw new SealError(
    `${store.locate(found.key)} ${found.problem}, so that no seal is put behind it: ${CHECK}; name the public key of another signer where the key has changed.`,
  );
}

function problemOf(bytes: Uint8Array, key: string): string | null {
  const verdict = verifyCustodyRecord(bytes, { key });
  return verdict.ok ? null : verdict.problem;
}
