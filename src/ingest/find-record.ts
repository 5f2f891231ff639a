import { createHash } from 'node:crypto';
import type { Format } from '../formats/format.ts';
import { recogniseFormat } from '../formats/recognise.ts';
import type { Block, Misfit } from './framer.ts';
import { framerOf } from './frames.ts';
import { inflate } from './inflate.ts';
import type { LogObject } from './pass.ts';
import { placesIn } from './progress.ts';
import { survey } from './survey.ts';
import { countRecords } from './text.ts';

/** What is looked through at a time. */
const BLOCK_BYTES = 8 << 20;

export type FoundRecord = {
  /** SHA-256 of the stored bytes and, as the object id, of the decompressed ones. */
  storedSha256: string;
  objectId: string;
  /** The record as it lies in the decompressed bytes; null: the object has fewer. */
  record: {
    offset: number;
    length: number;
    sha256: string;
    /** All of it, or of one that is too long its head. */
    bytes: Buffer;
    /** Why no format sees it; null: one does. */
    misfit: Misfit['reason'] | null;
  } | null;
};

/** Reads an object to one of its records, by its number from 1, and hashes all of it on the way. */
export async function findRecord(
  object: LogObject,
  { format, recordNo }: { format: Format; recordNo: number },
): Promise<FoundRecord> {
  const surveyed = await survey(object, { keepBytes: 0 });
  const { storedSha256, objectId } = surveyed;
  const recognised = recogniseFormat(surveyed.sample, [format]);
  const framer = framerOf({ format, cut: recognised.format ? recognised.cut : 'lines' }, BLOCK_BYTES);
  let first = 1;
  let record: FoundRecord['record'] = null;
  const look = (frame: ReturnType<typeof framer.push>[number]): void => {
    const records = frame.kind === 'block' ? countRecords(frame.bytes) : 1;
    if (frame.kind === 'block' && recordNo >= first && recordNo < first + records)
      record = located(frame, recordNo - first);
    if (frame.kind === 'misfit' && recordNo === first) {
      const { offset, length, sha256, head, reason } = frame;
      record = { offset, length, sha256, bytes: head, misfit: reason };
    }
    first += records;
  };
  await inflate(
    () => object.open(),
    async (bytes) => framer.push(bytes).forEach(look),
  );
  framer.end({ damaged: surveyed.damage !== null }).forEach(look);
  return { storedSha256, objectId, record };
}

function located(block: Block, index: number): FoundRecord['record'] {
  const { offset, bytes } = placesIn(block)(index);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { offset, length: bytes.length, sha256, bytes, misfit: null };
}
