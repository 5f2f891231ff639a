import { createHash } from 'node:crypto';
import type { Refusal } from '../evidence/custody.ts';
import { addLedgers, type Ledger, NO_RECORDS } from '../lake/marker.ts';
import type { Table } from '../lake/tables.ts';
import { type Block, KEPT_RECORD_BYTES, type Misfit } from './framer.ts';
import type { ProjectedBlock, Projection, Reject } from './projection.ts';
import { toUtf8 } from './text.ts';

/**
 * A part that lies beside the lake: in a local file that lacks the id of its object, or in memory. It goes in when its
 * object has been read to its end.
 */
export type StagedPart = {
  /** The number that its key has. */
  number: number;
  table: Table;
  day: string;
  rows: number;
  content: string | { bytes: Uint8Array; sha256: string };
  /** What made it: it gives the file its id. */
  projection: Projection;
};

/** What became of the records of an object so far. Blocks can come in any order. */
export type Progress = {
  /** Records that were framed, projected or not. */
  framed: number;
  ledger: Ledger;
  /** First and last event, ms since 1970. */
  first: number | null;
  last: number | null;
  sources: Set<string>;
  /** Event days, YYYY-MM-DD: a part each. */
  days: Set<string>;
  parts: StagedPart[];
  rejects: Reject[];
  /** The last header record so far, or what stands for it. */
  header: string | null;
};

export function freshProgress(header: string | null): Progress {
  return {
    framed: 0,
    ledger: NO_RECORDS,
    first: null,
    last: null,
    sources: new Set(),
    days: new Set(),
    parts: [],
    rejects: [],
    header,
  };
}

/**
 * Event days that an object may have: more than a year of them. Each is a part, and a file of made-up times could have
 * thousands.
 */
const MOST_DAYS = 400;

/** Why an object can't be taken for its many days; null: it can. */
export function scattered({ days }: Progress): Refusal | null {
  if (days.size <= MOST_DAYS) return null;
  const reason = `scatters over ${days.size} event days, more than the ${MOST_DAYS} that one object may have`;
  return { kind: 'scattered', reason };
}

export function takeMisfit(misfit: Misfit, progress: Progress): void {
  progress.framed += 1;
  progress.rejects.push({
    recordNo: progress.framed,
    byteOffset: misfit.offset,
    byteLength: misfit.length,
    sha256: misfit.sha256,
    reason: misfit.reason,
    raw: toUtf8(misfit.head).toString('utf8'),
  });
  progress.ledger = addLedgers(progress.ledger, { ...NO_RECORDS, records: 1, rejects: 1 });
}

/** A block, with the number of its first record and the count of all. */
export type FramedBlock = { block: Block; firstRecord: number; records: number };

/** Counts what became of the records of blocks that follow one another. */
export function takeProjected(
  blocks: readonly FramedBlock[],
  { progress, projected }: { progress: Progress; projected: ProjectedBlock },
): void {
  // One by one: a block can hold more rejects than a call takes arguments.
  for (const reject of locateRejects(blocks, projected)) progress.rejects.push(reject);
  progress.ledger = addLedgers(progress.ledger, projected.ledger);
  if (projected.first !== null) progress.first = Math.min(progress.first ?? projected.first, projected.first);
  if (projected.last !== null) progress.last = Math.max(progress.last ?? projected.last, projected.last);
  for (const source of projected.sources) progress.sources.add(source);
  for (const day of projected.days) progress.days.add(day);
  progress.header = projected.header ?? progress.header;
}

/** Offset, length, digest and raw bytes of each record that its format rejected, from the blocks' own bytes. */
function locateRejects(blocks: readonly FramedBlock[], { rejects }: ProjectedBlock): Reject[] {
  let index = 0;
  let place = placesIn(blocks[0]!.block);
  return rejects.map(({ recordNo, reason }) => {
    for (; recordNo >= blocks[index]!.firstRecord + blocks[index]!.records; index += 1)
      place = placesIn(blocks[index + 1]!.block);
    const { offset, bytes } = place(recordNo - blocks[index]!.firstRecord);
    return {
      recordNo,
      byteOffset: offset,
      byteLength: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      reason,
      raw: toUtf8(Buffer.from(bytes.subarray(0, KEPT_RECORD_BYTES))).toString('utf8'),
    };
  });
}

type Place = { offset: number; bytes: Buffer };

/** The records of a block as they lie in the object, by their index, asked for in ascending order. */
export function placesIn(block: Block): (index: number) => Place {
  const { records } = block;
  if (records) return (index) => records[index]!;
  let index = 0;
  let start = 0;
  return (wanted) => {
    for (; index < wanted; index += 1) start = block.bytes.indexOf(0x0a, start) + 1;
    const close = block.bytes.indexOf(0x0a, start);
    const bytes = block.bytes.subarray(start, close < 0 ? block.bytes.length : close);
    return { offset: block.offset + start, bytes };
  };
}
