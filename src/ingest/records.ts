import { createHash } from 'node:crypto';
import type { Lock, Refusal } from '../evidence/custody.ts';
import type { Format } from '../formats/format.ts';
import type { Cut } from '../formats/recognise.ts';
import { assertLedger, type Marker } from '../lake/marker.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import { EPOCH_DAY, partKey, rejects as rejectsTable } from '../lake/tables.ts';
import { type Block, type Frame, type Framer, lineFramer } from './framer.ts';
import { inflate } from './inflate.ts';
import { jsonFramer } from './json-framer.ts';
import { inLanes, type Lane } from './lanes.ts';
import { type IngestContext, type LogObject, PART_BYTES } from './pass.ts';
import {
  freshProgress,
  type Progress,
  type StagedPart,
  scattered,
  takeBlock,
  takeMisfit,
} from './progress.ts';
import type { Member, Projection } from './projection.ts';
import type { Survey } from './survey.ts';
import { countRecords, toUtf8, withoutMark } from './text.ts';

/** Parts that go into the lake at a time. */
const ADOPTIONS = 32;
/** Parts of an object that are made at a time, of blocks in turn: where a part ends depends on the bytes alone. */
const LANES = 2;
/** Blocks of a part: what a block needs while it is parsed is gone before the next. */
const BLOCKS_A_PART = 8;

export type Surveyed = { object: LogObject; surveyed: Survey; lock: Lock | null };

/** An object, and what became of it so far. */
type Work = { item: Surveyed; progress: Progress; context: IngestContext };

type Opened = { format: Format; context: IngestContext };

/**
 * Projects all records of an object into parts and gives its marker, or why it is refused after all. Throws if one
 * record is unaccounted for.
 */
export async function ingestRecords(
  item: Surveyed,
  { format, cut, context }: Opened & { cut: Cut },
): Promise<Marker | Refusal> {
  const work: Work = { item, progress: freshProgress(), context };
  const { progress } = work;
  const framer = framerOf({ format, cut }, blockBytes(context));
  const projections = await openProjections(format.headers ? 1 : LANES, { format, context });
  try {
    const lanes = projections.map((projection, index): Lane => ({ projection, index, blocks: 0, parts: 0 }));
    await inLanes(lanes, async (enter) => {
      await eachFrame(item, framer, async (frame) => {
        context.checkTime?.();
        if (frame.kind === 'misfit') return takeMisfit(frame, progress);
        await enter(async (lane) => {
          const { members, blocks } = membersOf([{ block: frame, work }]);
          await context.slots.run(() => takeBlocks(members, { blocks, projection: lane.projection }));
          lane.blocks += 1;
          if (lane.blocks === BLOCKS_A_PART) await endPart(work, { lane, of: lanes.length });
        });
      });
    });
    await Promise.all(lanes.map((lane) => endPart(work, { lane, of: lanes.length })));
    const refusal = scattered(progress);
    if (refusal) return refusal;
    const marker = await finish(work, { format, projection: projections[0]! });
    await adoptParts([work]);
    return marker;
  } finally {
    await Promise.all(projections.map((projection) => projection.close()));
  }
}

/** Decompressed bytes of a block, at most. */
export function blockBytes({ partBytes = PART_BYTES }: IngestContext): number {
  return Math.ceil(partBytes / BLOCKS_A_PART);
}

/** Ends the part of a lane, where it has one. Parts are numbered as they would end if all blocks took equally long. */
async function endPart(work: Work, { lane, of }: { lane: Lane; of: number }): Promise<void> {
  if (lane.blocks === 0) return;
  const number = lane.parts * of + lane.index;
  lane.blocks = 0;
  lane.parts += 1;
  await work.context.slots.run(() => stageParts([{ work, number }], lane.projection));
}

/** The same for several objects of one block each, in one projection. What became of them comes in their order. */
export async function ingestTogether(
  items: readonly { item: Surveyed; block: Block }[],
  { format, context }: Opened,
): Promise<(Marker | Refusal)[]> {
  const [projection] = await openProjections(1, { format, context });
  try {
    const works = items.map(({ item }): Work => ({ item, progress: freshProgress(), context }));
    const { members, blocks } = membersOf(items.map(({ block }, index) => ({ block, work: works[index]! })));
    await context.slots.run(async () => {
      const left = await takeBlocks(members, { blocks, projection: projection! });
      await stageParts(
        left.map(({ work }) => ({ work, number: 0 })),
        projection!,
      );
    });
    const made: (Marker | Refusal)[] = [];
    for (const work of works)
      made.push(scattered(work.progress) ?? (await finish(work, { format, projection: projection! })));
    await adoptParts(works.filter(({ progress }) => !scattered(progress)));
    return made;
  } finally {
    await projection!.close();
  }
}

function openProjections(count: number, { format, context }: Opened): Promise<Projection[]> {
  const { projector, profile, now } = context;
  return Promise.all(
    Array.from({ length: count }, () =>
      projector.open({ format, receivedAt: now(), label: profile.source_label }),
    ),
  );
}

type NumberedBlock = { block: Block; work: Work; firstRecord: number };

/** Numbers the records of blocks, and makes members of them. */
function membersOf(items: readonly { block: Block; work: Work }[]): {
  members: Member[];
  blocks: NumberedBlock[];
} {
  const blocks: NumberedBlock[] = [];
  const members = items.map(({ block, work }): Member => {
    const { progress, item } = work;
    const records = block.records?.length ?? countRecords(block.bytes);
    const firstRecord = progress.framed + 1;
    blocks.push({ block, work, firstRecord });
    progress.framed += records;
    const { objectId } = item.surveyed;
    return {
      objectId,
      text: toUtf8(firstRecord === 1 ? withoutMark(block.bytes) : block.bytes),
      firstRecord,
      records,
      header: progress.header,
    };
  });
  return { members, blocks };
}

type Projected = { blocks: readonly NumberedBlock[]; projection: Projection };

/**
 * Projects blocks, one a member, and counts what became of them. Gives those of objects that are not refused for what
 * was found: of these alone parts can be written.
 */
async function takeBlocks(
  members: readonly Member[],
  { blocks, projection }: Projected,
): Promise<readonly NumberedBlock[]> {
  const projected = await projection.project(members);
  for (const [index, { work }] of blocks.entries())
    for (const day of projected[index]!.days) work.progress.days.add(day);
  const left = [...blocks.keys()].filter((index) => !scattered(blocks[index]!.work.progress));
  if (left.length < blocks.length) {
    // Parts are written of all that was projected: so once more, without the objects that are refused.
    await projection.clear();
    if (left.length === 0) return [];
    return takeBlocks(
      left.map((index) => members[index]!),
      { blocks: left.map((index) => blocks[index]!), projection },
    );
  }
  for (const [index, { block, work, firstRecord }] of blocks.entries())
    takeBlock(block, { progress: work.progress, projected: projected[index]!, firstRecord });
  return blocks;
}

/** Writes the parts of all that was projected beside the lake. `owners` are the members, with the numbers of their parts. */
async function stageParts(
  owners: readonly { work: Work; number: number }[],
  projection: Projection,
): Promise<void> {
  const [first] = owners;
  if (!first) return;
  const parts = await projection.writeParts(first.work.context.stageFile());
  for (const { table, member, day, file, rows, sha256 } of parts) {
    const { work, number } = owners[member]!;
    const key = partKey(table, { day, objectId: work.item.surveyed.objectId, part: number });
    const staged: StagedPart = { entry: { key, table: table.name, day, rows, sha256 }, file };
    work.progress.parts.push({ number, ...staged });
  }
}

async function finish(
  { item: { object, surveyed }, progress, context }: Work,
  { format, projection }: { format: Format; projection: Projection },
): Promise<Marker> {
  // Lanes end their parts in any order; a sort keeps the order of tables and days within each.
  progress.parts.sort((a, b) => a.number - b.number);
  const rejects = await writeRejects({ surveyed, progress, context, projection });
  if (rejects) progress.parts.push({ number: 0, ...rejects });
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
    parts: progress.parts.map(({ entry }) => entry),
  };
}

function toRfc3339(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** The framer that cuts the records of a format. */
export function framerOf({ format, cut }: { format: Format; cut: Cut }, bytes: number): Framer {
  return cut === 'lines' ? lineFramer(bytes) : jsonFramer(bytes, format.array);
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

/**
 * Moves all parts of objects that were read to their ends into the lake, side by side: a sync waits for the disk, and
 * a store far away for the network, not for the next part.
 */
async function adoptParts(works: readonly Work[]): Promise<void> {
  const parts = works.flatMap(({ progress, context }) =>
    progress.parts.map(({ entry: { key }, file }) => ({ key, file, context })),
  );
  await sideBySide(parts, ADOPTIONS, ({ key, file, context }) => context.store.adopt(key, file));
}

/** Rejects lie on the day of the object's first event, so that they are found where its rows are. */
async function writeRejects(by: {
  surveyed: Survey;
  progress: Progress;
  context: IngestContext;
  projection: Projection;
}): Promise<StagedPart | null> {
  const { objectId } = by.surveyed;
  const { rejects, first } = by.progress;
  if (rejects.length === 0) return null;
  const day = toRfc3339(first)?.slice(0, 10) ?? EPOCH_DAY;
  const file = by.context.stageFile();
  const { rows, sha256 } = await by.projection.writeRejects(rejects, { objectId, file });
  const key = partKey(rejectsTable, { day, objectId, part: 0 });
  return { entry: { key, table: rejectsTable.name, day, rows, sha256 }, file };
}
