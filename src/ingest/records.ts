import type { Lock, Refusal } from '../evidence/custody.ts';
import type { Format } from '../formats/format.ts';
import type { Recognised } from '../formats/recognise.ts';
import type { Marker } from '../lake/marker.ts';
import { adoptParts, type Finished, finish } from './finish.ts';
import { RecordFault } from './format-fault.ts';
import type { Block, Frame } from './framer.ts';
import { BLOCKS_A_PART, blockBytes, framerOf } from './frames.ts';
import { Lanes } from './lanes.ts';
import type { IngestContext, LogObject } from './pass.ts';
import {
  type FramedBlock,
  freshProgress,
  type Progress,
  scattered,
  takeMisfit,
  takeProjected,
} from './progress.ts';
import type { EncodedPart, Member, MemberPart, Projection } from './projection.ts';
import type { Survey } from './survey.ts';
import { countRecords, toUtf8, withoutMark } from './text.ts';

/** Parts of an object that are made at a time. */
const LANES = 2;
/** An object after the first look at it, with its frames where it is small. */
export type Surveyed = { object: LogObject; surveyed: Survey; lock: Lock | null; frames: Frame[] | null };

/** What became of an object so far, whose id may not be known yet. */
type Work = {
  format: Format;
  name: string;
  objectId: string | null;
  progress: Progress;
  context: IngestContext;
};

type Opened = { format: Format; context: IngestContext };

/** The records of an object on their way into parts, while it is read or from memory. */
export type RecordsPass = {
  /** Takes the next bytes, for good. */
  push(bytes: Buffer): Promise<void>;
  /** Takes frames that were cut already. */
  take(frames: readonly Frame[]): Promise<void>;
  /**
   * Moves the parts into the lake once all bytes are taken, and gives the marker, or why the object is refused after
   * all. Throws if one record is unaccounted for.
   */
  end(item: Surveyed): Promise<Marker | Refusal>;
  /** Waits for what is at work, whatever becomes of it. */
  close(): Promise<void>;
};

/** `name`: what a person calls the object. */
export async function openRecords({
  name,
  format,
  cut,
  header,
  context,
}: Opened & Recognised & { name: string }): Promise<RecordsPass> {
  const work: Work = { format, name, objectId: null, progress: freshProgress(header), context };
  const { progress } = work;
  const framer = framerOf({ format, cut }, blockBytes(context));
  const projections = await openProjections(format.headers ? 1 : LANES, { format, context });
  const lanes = new Lanes(projections, context.slots);
  let parts = 0;
  let blocks: NumberedBlock[] = [];

  async function endPart(): Promise<void> {
    if (blocks.length === 0) return;
    const [number, taken] = [parts, blocks];
    parts += 1;
    blocks = [];
    await lanes.enter((projection) => makePart(taken, { work, number, projection }));
  }

  async function take(frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) {
      context.checkTime?.();
      if (frame.kind === 'misfit') {
        takeMisfit(frame, progress);
        continue;
      }
      blocks.push(numbered(frame, work));
      if (blocks.length === BLOCKS_A_PART) await endPart();
    }
  }

  return {
    push: (bytes) => take(framer.push(bytes)),
    take,
    async end(item) {
      await take(framer.end({ damaged: item.surveyed.damage !== null }));
      await endPart();
      await lanes.end();
      const refusal = scattered(progress);
      if (refusal) return refusal;
      const finished = await finish(progress, { item, format, projection: projections[0]!, context });
      await adoptParts([finished], context);
      return finished.marker;
    },
    async close() {
      await lanes.settle();
      await Promise.all(projections.map((projection) => projection.close()));
    },
  };
}

type PartOptions = { work: Work; number: number; projection: Projection };

/** Projects the blocks of one part and writes it beside the lake. */
async function makePart(blocks: readonly NumberedBlock[], options: PartOptions): Promise<void> {
  try {
    await writePart(blocks, options);
  } finally {
    for (const { block } of blocks) block.free?.();
  }
}

async function writePart(blocks: readonly NumberedBlock[], options: PartOptions): Promise<void> {
  const { work, projection } = options;
  // Straight rows have a part of their own beside those of the SELECT.
  const [number, ofStraight] = [options.number * 2, options.number * 2 + 1];
  if (projection.streams) {
    const streamed = await projection.stream(blocks.map(memberOf), work.context.stageFile());
    takeProjected(blocks, { progress: work.progress, projected: streamed.block });
    // All blocks of an object that scatters are projected all the same: the refusal says over how many days.
    if (scattered(work.progress)) return projection.clear();
    for (const part of streamed.straight) stage(part, { ...options, number: ofStraight });
    for (const part of streamed.parts) stage(part, { ...options, number });
  } else {
    for (const block of blocks) await takeBlocks([block], projection);
  }
  if (scattered(work.progress)) return;
  for (const part of await projection.writeParts(work.context.stageFile()))
    stage(part, { ...options, number });
}

/** The same for several objects of one block each, in one projection. What became of them comes in their order. */
export async function ingestTogether(
  items: readonly { item: Surveyed; block: Block; header: string | null }[],
  { format, context }: Opened,
): Promise<(Marker | Refusal)[]> {
  const [projection] = (await openProjections(1, { format, context })) as [Projection];
  try {
    const works = items.map(
      ({ item: { object, surveyed }, header }): Work => ({
        format,
        name: object.name,
        objectId: surveyed.objectId,
        progress: freshProgress(header),
        context,
      }),
    );
    const blocks = items.map(({ block }, index) => numbered(block, works[index]!));
    await context.slots.run(async () => {
      const left = await takeBlocks(blocks, projection);
      for (const { block } of blocks) block.free?.();
      for (const part of left.length > 0 ? await projection.encodeParts() : [])
        stage(part, { work: left[part.member]!.work, number: part.isStraight ? 1 : 0, projection });
    });
    const made: (Marker | Refusal)[] = [];
    const finished: Finished[] = [];
    for (const [index, work] of works.entries()) {
      const refusal = scattered(work.progress);
      if (!refusal) {
        const { item } = items[index]!;
        finished.push(await finish(work.progress, { item, format, projection, context }));
      }
      made.push(refusal ?? finished.at(-1)!.marker);
    }
    await adoptParts(finished, context);
    return made;
  } finally {
    await projection.close();
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
    objectId: work.objectId,
    text: toUtf8(firstRecord === 1 ? withoutMark(block.bytes) : block.bytes, {
      isJson: work.format.framing === 'json',
    }),
    firstRecord,
    records,
    header: work.progress.header,
    adjoining: block.records?.some(({ adjoins }) => adjoins)
      ? Uint8Array.from(block.records, ({ adjoins }) => Number(adjoins))
      : null,
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
  const projected = await projection.project(blocks.map(memberOf)).catch((error: unknown) => {
    throw error instanceof RecordFault ? error.in(blocks[error.place.member]!.work.name) : error;
  });
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

/** Keeps a part that lies beside the lake. */
function stage(part: MemberPart | EncodedPart, { work, number, projection }: PartOptions): void {
  const { table, day, rows } = part;
  const content = 'file' in part ? part.file : { bytes: part.bytes, sha256: part.sha256 };
  work.progress.parts.push({ number, table, day, rows, content, projection });
}
