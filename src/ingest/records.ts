import { createHash } from 'node:crypto';
import type { Lock } from '../evidence/custody.ts';
import type { Format } from '../formats/format.ts';
import type { Cut } from '../formats/recognise.ts';
import {
  addLedgers,
  assertLedger,
  type Ledger,
  type Marker,
  NO_RECORDS,
  type PartEntry,
} from '../lake/marker.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import { EPOCH_DAY, partKey, rejects as rejectsTable } from '../lake/tables.ts';
import { type Block, type Frame, type Framer, KEPT_RECORD_BYTES, lineFramer, type Misfit } from './framer.ts';
import { inflate } from './inflate.ts';
import { jsonFramer } from './json-framer.ts';
import { type IngestContext, type LogObject, PART_BYTES } from './pass.ts';
import type { Member, ProjectedBlock, Projection, Reject } from './projection.ts';
import type { Survey } from './survey.ts';
import { countRecords, toUtf8 } from './text.ts';

/** Parts that go into the lake at a time. */
const ADOPTIONS = 32;

type Progress = {
  ledger: Ledger;
  first: number | null;
  last: number | null;
  sources: Set<string>;
  parts: PartEntry[];
  /** Local files of the parts, in their order: they go into the lake when the object has been read to its end. */
  staged: string[];
  rejects: Reject[];
  block: number;
  /** The last header record so far. */
  header: string | null;
};

export type Surveyed = { object: LogObject; surveyed: Survey; lock: Lock | null };

type Work = { item: Surveyed; progress: Progress; projection: Projection; context: IngestContext };

function freshProgress(): Progress {
  return {
    ledger: NO_RECORDS,
    first: null,
    last: null,
    sources: new Set(),
    parts: [],
    staged: [],
    rejects: [],
    block: 0,
    header: null,
  };
}

/** Projects all records of an object into parts and gives its marker. Throws if one record is unaccounted for. */
export async function ingestRecords(
  item: Surveyed,
  { format, cut, context }: { format: Format; cut: Cut; context: IngestContext },
): Promise<Marker> {
  const projection = await openProjection(format, context);
  const framer = framerOf({ format, cut }, context.partBytes ?? PART_BYTES);
  const work: Work = { item, progress: freshProgress(), projection, context };
  try {
    await eachFrame(item, framer, async (frame) => {
      context.checkTime?.();
      if (frame.kind === 'misfit') return takeMisfit(frame, work.progress);
      const member = memberOf(frame, work);
      const [projected] = await projection.project([member]);
      await stageParts([work], { projection, context });
      takeBlock(frame, { work, projected: projected!, firstRecord: member.firstRecord });
    });
    const marker = await finish(work, format);
    await adoptParts([work]);
    return marker;
  } finally {
    await projection.close();
  }
}

/** The same for several objects of one block each, in one projection. Markers come in their order. */
export async function ingestTogether(
  items: readonly { item: Surveyed; block: Block }[],
  { format, context }: { format: Format; context: IngestContext },
): Promise<Marker[]> {
  const projection = await openProjection(format, context);
  try {
    const works = items.map(({ item }): Work => ({ item, progress: freshProgress(), projection, context }));
    const members = items.map(({ block }, index) => memberOf(block, works[index]!));
    const projected = await projection.project(members);
    await stageParts(works, { projection, context });
    const markers: Marker[] = [];
    for (const [index, work] of works.entries()) {
      takeBlock(items[index]!.block, { work, projected: projected[index]!, firstRecord: 1 });
      markers.push(await finish(work, format));
    }
    await adoptParts(works);
    return markers;
  } finally {
    await projection.close();
  }
}

function openProjection(format: Format, context: IngestContext): Promise<Projection> {
  return context.projector.open({ format, receivedAt: context.now(), label: context.profile.source_label });
}

function memberOf(block: Block, { item, progress }: Work): Member {
  const firstRecord = progress.ledger.records + 1;
  return {
    objectId: item.surveyed.objectId,
    text: toUtf8(block.bytes),
    firstRecord,
    records: countRecords(block.bytes),
    header: progress.header,
  };
}

async function finish(work: Work, format: Format): Promise<Marker> {
  const { progress, context } = work;
  const { object, surveyed } = work.item;
  await writeRejects(work);
  assertLedger(progress.ledger, object.name);
  return {
    object_id: surveyed.objectId,
    format: format.id,
    vantage: format.vantage,
    bytes: surveyed.bytes,
    ledger: progress.ledger,
    first_event: toRfc3339(progress.first),
    last_event: toRfc3339(progress.last),
    damage: surveyed.damage,
    profile: context.profile.id,
    sources: [...progress.sources].sort(),
    parts: progress.parts,
  };
}

function toRfc3339(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** The framer that cuts the records of a format. */
export function framerOf({ format, cut }: { format: Format; cut: Cut }, partBytes: number): Framer {
  return cut === 'lines' ? lineFramer(partBytes) : jsonFramer(partBytes, format.array);
}

/** All frames of an object that fits into memory. */
export function framesOf(
  content: readonly Buffer[],
  { framer, damaged }: { framer: Framer; damaged: boolean },
): Frame[] {
  return [...content.flatMap((bytes) => framer.push(bytes)), ...framer.end({ damaged })];
}

/** The second reading of an object was not the first: it is still written to, or was rotated. */
export class ChangedObjectError extends Error {
  constructor() {
    super('changed while it was read: give it again once it is at rest');
    this.name = 'ChangedObjectError';
  }
}

/** Frames the object's bytes, from memory or by reading it again; the second reading must be the first's. */
async function eachFrame(
  { object, surveyed }: Surveyed,
  framer: Framer,
  take: (frame: Frame) => Promise<void> | void,
): Promise<void> {
  const damaged = surveyed.damage !== null;
  if (surveyed.content) {
    for (const frame of framesOf(surveyed.content, { framer, damaged })) await take(frame);
    return;
  }
  const hash = createHash('sha256');
  await inflate(
    () => object.open(),
    async (bytes) => {
      hash.update(bytes);
      for (const frame of framer.push(bytes)) await take(frame);
    },
  );
  if (hash.digest('hex') !== surveyed.objectId) throw new ChangedObjectError();
  for (const frame of framer.end({ damaged })) await take(frame);
}

function takeMisfit(misfit: Misfit, progress: Progress): void {
  progress.rejects.push({
    recordNo: progress.ledger.records + 1,
    byteOffset: misfit.offset,
    byteLength: misfit.length,
    sha256: misfit.sha256,
    reason: misfit.reason,
    raw: toUtf8(misfit.head).toString('utf8'),
  });
  progress.ledger = addLedgers(progress.ledger, { ...NO_RECORDS, records: 1, rejects: 1 });
}

type Taken = { work: Work; projected: ProjectedBlock; firstRecord: number };

function takeBlock(block: Block, { work, projected, firstRecord }: Taken): void {
  const { progress } = work;
  // One by one: a block can hold more rejects than a call takes arguments.
  for (const reject of locateRejects(block, { projected, firstRecord })) progress.rejects.push(reject);
  progress.ledger = addLedgers(progress.ledger, projected.ledger);
  if (projected.first !== null) progress.first = Math.min(progress.first ?? projected.first, projected.first);
  if (projected.last !== null) progress.last = Math.max(progress.last ?? projected.last, projected.last);
  for (const source of projected.sources) progress.sources.add(source);
  progress.block += 1;
  progress.header = projected.header ?? progress.header;
}

/** Writes the parts of the last projection beside the lake. */
async function stageParts(
  works: readonly Work[],
  { projection, context }: Pick<Work, 'projection' | 'context'>,
): Promise<void> {
  for (const { table, member, day, file, rows, sha256 } of await projection.writeParts(context.stageFile())) {
    const { item, progress } = works[member]!;
    const key = partKey(table, { day, objectId: item.surveyed.objectId, part: progress.block });
    progress.parts.push({ key, table: table.name, day, rows, sha256 });
    progress.staged.push(file);
  }
}

/**
 * Moves all parts of objects that were read to their ends into the lake, side by side: a sync waits for the disk, and
 * a store far away for the network, not for the next part.
 */
async function adoptParts(works: readonly Work[]): Promise<void> {
  const parts = works.flatMap(({ progress, context }) =>
    progress.parts.map(({ key }, index) => ({ key, file: progress.staged[index]!, context })),
  );
  await sideBySide(parts, ADOPTIONS, ({ key, file, context }) => context.store.adopt(key, file));
}

/** Rejects lie on the day of the object's first event, so that they are found where its rows are. */
async function writeRejects(work: Work): Promise<void> {
  const { progress, projection } = work;
  const { objectId } = work.item.surveyed;
  if (progress.rejects.length === 0) return;
  const day = toRfc3339(progress.first)?.slice(0, 10) ?? EPOCH_DAY;
  const file = work.context.stageFile();
  const { rows, sha256 } = await projection.writeRejects(progress.rejects, { objectId, file });
  const key = partKey(rejectsTable, { day, objectId, part: 0 });
  progress.parts.push({ key, table: rejectsTable.name, day, rows, sha256 });
  progress.staged.push(file);
}

/** Offset, length, digest and raw bytes of each record that its format rejected, from the block's own bytes. */
function locateRejects(
  block: Block,
  { projected, firstRecord }: { projected: ProjectedBlock; firstRecord: number },
): Reject[] {
  const located: Reject[] = [];
  const place = block.records ? placesOf(block.records) : linesOf(block);
  for (const { recordNo, reason } of projected.rejects) {
    const { offset, bytes } = place(recordNo - firstRecord);
    located.push({
      recordNo,
      byteOffset: offset,
      byteLength: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      reason,
      raw: toUtf8(Buffer.from(bytes.subarray(0, KEPT_RECORD_BYTES))).toString('utf8'),
    });
  }
  return located;
}

type Place = { offset: number; bytes: Buffer };

export function placesOf(records: NonNullable<Block['records']>): (index: number) => Place {
  return (index) => records[index]!;
}

/** The lines of a block by their index, asked for in ascending order. */
export function linesOf(block: Block): (index: number) => Place {
  let index = 0;
  let start = 0;
  return (wanted) => {
    for (; index < wanted; index += 1) start = block.bytes.indexOf(0x0a, start) + 1;
    const close = block.bytes.indexOf(0x0a, start);
    const bytes = block.bytes.subarray(start, close < 0 ? block.bytes.length : close);
    return { offset: block.offset + start, bytes };
  };
}
