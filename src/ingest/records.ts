import type { Lock, Refusal } from '../evidence/custody.ts';
import type { Format } from '../formats/format.ts';
import type { Cut } from '../formats/recognise.ts';
import { assertLedger, type Marker } from '../lake/marker.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import { EPOCH_DAY, partKey, rejects as rejectsTable } from '../lake/tables.ts';
import type { Block, Frame } from './framer.ts';
import { BLOCKS_A_PART, blockBytes, eachFrame, framerOf } from './frames.ts';
import { inLanes } from './lanes.ts';
import type { IngestContext, LogObject } from './pass.ts';
import {
  type FramedBlock,
  freshProgress,
  type Progress,
  type StagedPart,
  scattered,
  takeMisfit,
  takeProjected,
} from './progress.ts';
import type { EncodedPart, Member, MemberPart, Projection } from './projection.ts';
import type { Survey } from './survey.ts';
import { countRecords, toUtf8, withoutMark } from './text.ts';

/** Parts that go into the lake at a time. */
const ADOPTIONS = 32;
/** Parts of an object that are made at a time. */
const LANES = 2;
/** An object after the first look at it, with its frames where it is small. */
export type Surveyed = { object: LogObject; surveyed: Survey; lock: Lock | null; frames: Frame[] | null };

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
    let parts = 0;
    let blocks: NumberedBlock[] = [];
    await inLanes(projections, async (enter) => {
      const endPart = async (): Promise<void> => {
        if (blocks.length === 0) return;
        const [number, taken] = [parts, blocks];
        parts += 1;
        blocks = [];
        await enter((projection) => context.slots.run(() => makePart(taken, { work, number, projection })));
      };
      await eachFrame(item, framer, async (frame) => {
        context.checkTime?.();
        if (frame.kind === 'misfit') return takeMisfit(frame, progress);
        blocks.push(numbered(frame, work));
        if (blocks.length === BLOCKS_A_PART) await endPart();
      });
      await endPart();
    });
    const refusal = scattered(progress);
    if (refusal) return refusal;
    const marker = await finish(work, { format, projection: projections[0]! });
    await adoptParts([work]);
    return marker;
  } finally {
    await Promise.all(projections.map((projection) => projection.close()));
  }
}

type PartOptions = { work: Work; number: number; projection: Projection };

/** Projects the blocks of one part and writes it beside the lake. */
async function makePart(blocks: readonly NumberedBlock[], options: PartOptions): Promise<void> {
  const { work, number, projection } = options;
  if (projection.streams) {
    const { block, parts } = await projection.stream(blocks.map(memberOf), work.context.stageFile());
    takeProjected(blocks, { progress: work.progress, projected: block });
    if (scattered(work.progress)) return projection.clear();
    stage(parts, [{ work, number }]);
  } else {
    for (const block of blocks) await takeBlocks([block], projection);
  }
  if (scattered(work.progress)) return;
  stage(await projection.writeParts(work.context.stageFile()), [{ work, number }]);
  for (const { block } of blocks) block.free?.();
}

/** The same for several objects of one block each, in one projection. What became of them comes in their order. */
export async function ingestTogether(
  items: readonly { item: Surveyed; block: Block }[],
  { format, context }: Opened,
): Promise<(Marker | Refusal)[]> {
  const [projection] = await openProjections(1, { format, context });
  try {
    const works = items.map(({ item }): Work => ({ item, progress: freshProgress(), context }));
    const blocks = items.map(({ block }, index) => numbered(block, works[index]!));
    await context.slots.run(async () => {
      const left = await takeBlocks(blocks, projection!);
      const parts = left.length > 0 ? await projection!.encodeParts() : [];
      stage(
        parts,
        left.map(({ work }) => ({ work, number: 0 })),
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

type NumberedBlock = FramedBlock & { work: Work };

/** A block with the numbers of its records, which follow those before it. */
function numbered(block: Block, work: Work): NumberedBlock {
  const { progress } = work;
  const firstRecord = progress.framed + 1;
  const records = block.records?.length ?? countRecords(block.bytes);
  progress.framed += records;
  return { block, work, firstRecord, records };
}

function memberOf({ block, work, firstRecord, records }: NumberedBlock): Member {
  return {
    objectId: work.item.surveyed.objectId,
    text: toUtf8(firstRecord === 1 ? withoutMark(block.bytes) : block.bytes),
    firstRecord,
    records,
    header: work.progress.header,
  };
}

/**
 * Projects blocks, one a member, and counts what became of them. Gives those of objects that are not refused for what
 * was found: of these alone parts can be written.
 */
async function takeBlocks(
  blocks: readonly NumberedBlock[],
  projection: Projection,
): Promise<readonly NumberedBlock[]> {
  const projected = await projection.project(blocks.map(memberOf));
  const isLeft = blocks.map(({ work }, index) => {
    for (const day of projected[index]!.days) work.progress.days.add(day);
    return !scattered(work.progress);
  });
  const left = blocks.filter((_, index) => isLeft[index]);
  if (left.length < blocks.length) {
    // Parts are written of all that was projected: so once more, without the objects that are refused.
    await projection.clear();
    return left.length === 0 ? [] : takeBlocks(left, projection);
  }
  for (const [index, block] of blocks.entries())
    takeProjected([block], { progress: block.work.progress, projected: projected[index]! });
  return blocks;
}

/** Keeps parts that lie beside the lake. `owners` are their members, with the numbers of the parts. */
function stage(
  parts: readonly (MemberPart | EncodedPart)[],
  owners: readonly { work: Work; number: number }[],
): void {
  for (const part of parts) {
    const { table, member, day, rows, sha256 } = part;
    const { work, number } = owners[member]!;
    const key = partKey(table, { day, objectId: work.item.surveyed.objectId, part: number });
    const content = 'bytes' in part ? part.bytes : part.file;
    const staged: StagedPart = { entry: { key, table: table.name, day, rows, sha256 }, content };
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

/**
 * Moves all parts of objects that were read to their ends into the lake, side by side: a sync waits for the disk, and
 * a store far away for the network, not for the next part.
 */
async function adoptParts(works: readonly Work[]): Promise<void> {
  const parts = works.flatMap(({ progress }) => progress.parts);
  const store = works[0]?.context.store;
  await store?.putAll(
    parts.flatMap(({ entry: { key }, content }) =>
      typeof content === 'string' ? [] : [{ key, bytes: content }],
    ),
  );
  await sideBySide(parts, ADOPTIONS, async ({ entry: { key }, content }) => {
    if (typeof content === 'string') await store?.adopt(key, content);
  });
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
  return { entry: { key, table: rejectsTable.name, day, rows, sha256 }, content: file };
}
