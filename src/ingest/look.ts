import type { Delivery, Refusal } from '../evidence/custody.ts';
import { readingBy, recordDeliveries } from '../evidence/readings.ts';
import { type Recognised, recogniseFormat } from '../formats/recognise.ts';
import { readMarker } from '../lake/marker.ts';
import { acceptedDelivery, refusedDelivery } from './delivery-record.ts';
import type { Block, Frame } from './framer.ts';
import { blockBytes, framerOf, framesOf, onlyFrame } from './frames.ts';
import { housekeepingOf } from './housekeeping.ts';
import { HOLDS_ARCHIVE, HOLDS_ARCHIVE_IN_S3, knownByBytes, knownByLines } from './known-files.ts';
import {
  ChangedObjectError,
  GoneError,
  type IngestContext,
  type LogObject,
  type Outcome,
  OutOfTimeError,
  outcomeOf,
  PART_BYTES,
} from './pass.ts';
import { openRecords, type RecordsPass, type Surveyed } from './records.ts';
import { type Head, type Sink, type Survey, survey } from './survey.ts';
import { unknownFormat } from './unknown-format.ts';
import { SMALL_BYTES } from './whole.ts';

export type Looked = Recognised & {
  item: Surveyed;
  /** All of it, where it is small. */
  block: Block | null;
  /** Its records, parsed while it was read. */
  records: RecordsPass | null;
};

/**
 * Reads an object. It is there already, or refused, or to be ingested: as one block where it is small, and parsed
 * already where it is large.
 */
export async function look(
  object: LogObject,
  context: IngestContext,
): Promise<{ outcome: Outcome } | Looked> {
  const parsing = new ParsedWhileRead(object, context);
  let isLeft = false;
  try {
    const looked = await lookWith(parsing, { object, context });
    isLeft = 'item' in looked;
    return looked;
  } finally {
    if (!isLeft) await parsing.close();
  }
}

/** Opens the records of a large object once its head tells its format. */
class ParsedWhileRead {
  readonly #object: LogObject;
  readonly #context: IngestContext;
  found: (Recognised & { records: RecordsPass }) | null = null;
  /** Its bytes went by, since custody knows them; a second reading does not let them. */
  isPassed = false;
  /** What failed in parsing and not in reading. */
  fault: { error: unknown } | null = null;

  constructor(object: LogObject, context: IngestContext) {
    this.#object = object;
    this.#context = context;
  }

  async stream(sample: Head): Promise<Sink | null> {
    return this.#blamed(async () => {
      // What the lake holds is read for its digest alone.
      this.isPassed = !this.isPassed && (await isKnown(this.#object, this.#context));
      if (this.isPassed) return null;
      const recognised = recognisedOrRefusal(this.#object, { sample, context: this.#context });
      if ('reason' in recognised) return null;
      const records = await openRecords({ ...recognised, name: this.#object.name, context: this.#context });
      this.found = { ...recognised, records };
      return (bytes) => this.#blamed(() => records.push(bytes));
    });
  }

  async #blamed<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.fault = { error };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.found?.records.close();
  }
}

async function lookWith(
  parsing: ParsedWhileRead,
  { object, context }: { object: LogObject; context: IngestContext },
): Promise<{ outcome: Outcome } | Looked> {
  let surveyed: Survey;
  try {
    surveyed = await survey(object, {
      keepBytes: Math.min(context.partBytes ?? PART_BYTES, SMALL_BYTES),
      checkTime: context.checkTime,
      stream: (sample) => parsing.stream(sample),
    });
  } catch (error) {
    if (parsing.fault) throw parsing.fault.error;
    if (error instanceof OutOfTimeError) throw error;
    const { message } = error as Error;
    const reason = error instanceof ChangedObjectError ? message : `could not be read: ${message}`;
    const kind = error instanceof GoneError ? 'gone' : null;
    return { outcome: { status: 'refused', name: object.name, reason, kind } };
  }
  const lock = (await context.lock?.(object.delivery)) ?? null;
  const there = surveyed.bomb ? null : await readMarker(context.store, surveyed.objectId);
  if (there) {
    const [isAltered = false] = await recordDeliveries(context.store, [
      acceptedDelivery({ object, surveyed, lock }, { marker: there, context }),
    ]);
    return { outcome: outcomeOf('already-there', { object, marker: there, surveyed, isAltered }) };
  }
  if (parsing.isPassed && !surveyed.bomb) return lookWith(parsing, { object, context });
  const found = (surveyed.bomb ? null : parsing.found) ?? formatOrRefusal(object, { surveyed, context });
  if ('reason' in found) {
    await recordDeliveries(context.store, [
      refusedDelivery({ object, surveyed, lock }, { refused: found, context }),
    ]);
    return { outcome: { status: 'refused', name: object.name, ...found } };
  }
  const frames = framesOfSmall(surveyed, { found, context });
  const [only] = frames ?? [];
  return {
    item: { object, surveyed, lock, frames },
    ...found,
    block: frames?.length === 1 && only?.kind === 'block' ? only : null,
    records: parsing.found?.records ?? null,
  };
}

/** Whether custody knows a delivery as an object that is in the lake. */
async function isKnown({ delivery }: LogObject, { store, profile }: IngestContext): Promise<boolean> {
  const record = await readingBy(store, { profile: profile.id, delivery });
  return !!record?.object_id && (await readMarker(store, record.object_id)) !== null;
}

/** The frames of an object that may go with others; null: too large for that. */
function framesOfSmall(
  { content, bytes, damage }: Survey,
  { found, context }: { found: Recognised; context: IngestContext },
): Frame[] | null {
  if (!content || bytes > SMALL_BYTES) return null;
  const most = blockBytes(context);
  const only = damage === null ? onlyFrame(content, { cut: found.cut, most }) : null;
  return only ?? framesOf(content, { framer: framerOf(found, most), damaged: damage !== null });
}

/** The format of an object, or why it can't be taken. */
function formatOrRefusal(
  object: LogObject,
  { surveyed, context }: { surveyed: Survey; context: IngestContext },
): Recognised | Refusal {
  if (surveyed.bomb) return { kind: 'bomb', reason: surveyed.bomb };
  if (surveyed.bytes === 0) {
    return surveyed.damage
      ? { kind: 'damaged', reason: `nothing could be read: ${surveyed.damage}` }
      : { kind: 'empty', reason: 'is empty: there is no record in it' };
  }
  return recognisedOrRefusal(object, { sample: surveyed.sample, context });
}

/** The same from the first records alone. */
function recognisedOrRefusal(
  object: LogObject,
  { sample, context }: { sample: Head; context: IngestContext },
): Recognised | Refusal {
  const name = nameOfDelivery(object.delivery);
  const housekeeping = housekeepingOf(name, sample.lines);
  if (housekeeping) return { kind: 'not-a-log', reason: `is no log but ${housekeeping}` };
  const known = knownByBytes(sample.start);
  if (known) {
    const { kind, member } = object.delivery;
    const isLeft = known === HOLDS_ARCHIVE && kind === 's3' && member === undefined;
    return { kind: 'unknown-format', reason: isLeft ? HOLDS_ARCHIVE_IN_S3 : known };
  }
  const recognition = recogniseFormat(sample, context.formats);
  if (recognition.format) return recognition;
  const reason = knownByLines(sample, name) ?? unknownFormat(recognition.tried);
  return { kind: 'unknown-format', reason };
}

function nameOfDelivery(delivery: Delivery): string {
  return delivery.member ?? (delivery.kind === 's3' ? delivery.key : delivery.path);
}
