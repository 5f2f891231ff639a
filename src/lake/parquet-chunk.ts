import { constants, zstdCompressSync } from 'node:zlib';
import { ByteSink } from './byte-sink.ts';
import { dictionaryOf } from './dictionary.ts';
import { numberEncoder } from './number-encoder.ts';
import { type Bounds, boundsOfTexts, boundsOfWords } from './parquet-bounds.ts';
import { putBits, putLevels, putPlaces } from './parquet-encodings.ts';
import { Chosen, Flags, Numbers, type PartValues, type Texts } from './part-columns.ts';
import { snappy } from './snappy.ts';
import type { ThriftWriter } from './thrift.ts';
import { ENTRY, type Words } from './words.ts';

/** Enumerations of Parquet (apache/parquet-format, parquet.thrift). */
export const BOOLEAN = 0;
export const INT64 = 2;
export const BYTE_ARRAY = 6;
const PLAIN = 0;
const RLE = 3;
const DELTA_BINARY_PACKED = 5;
const DELTA_LENGTH_BYTE_ARRAY = 6;
const RLE_DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const UNCOMPRESSED = 0;
/** Of our own for what is small; zstd's least, whose next levels take twice the time for a twentieth of the bytes. */
export const SNAPPY = 1;
export const ZSTD = 6;
const ZSTD_LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Text below this size is not worth a compression. */
const LEAST_BYTES = 512;
/** A column of a part as it lies in the file. */
export type Chunk = {
  type: number;
  encodings: readonly number[];
  codec: number;
  rows: number;
  nulls: number;
  start: number;
  /** Where the first data page is; that of a dictionary lies before it. */
  dataAt: number;
  hasDictionary: boolean;
  storedBytes: number;
  plainBytes: number;
  bounds: Bounds | null;
};

/** The page at hand, before it is compressed. */
const page = new ByteSink();

type Written = { bytes: Uint8Array; length: number };

type Encoded = {
  encoding: number;
  /** The words of a dictionary as PLAIN has them, and their count. */
  dictionary: { bytes: Written; words: number } | null;
  isText: boolean;
  bounds: Bounds | null;
};

/** Where all rows are alike, no flags are looked at. */
const NO_FLAGS = new Uint8Array();

/** Appends a column: one page, after its dictionary where it has one. */
export function putChunk(thrift: ThriftWriter, values: PartValues, { codec }: { codec: number }): Chunk {
  const { rows, nulls, count } = values;
  page.clear();
  putLevels(page, values.defined, { rows, nulls });
  const encoded: Encoded =
    count === 0
      ? { encoding: PLAIN, dictionary: null, isText: false, bounds: null }
      : values instanceof Numbers
        ? putNumbers(values)
        : values instanceof Flags
          ? putFlags(values)
          : values instanceof Chosen
            ? putChosen(values)
            : putTexts(values);
  const type = values instanceof Numbers ? INT64 : values instanceof Flags ? BOOLEAN : BYTE_ARRAY;
  return putPages(thrift, encoded, { type, rows, nulls, codec });
}

const constant = new ByteSink();

/** Appends a column of one text, over and over. */
export function putConstant(thrift: ThriftWriter, text: Uint8Array, rows: number): Chunk {
  constant.clear();
  constant.uint32(text.length);
  constant.take(text, 0, text.length);
  page.clear();
  putLevels(page, NO_FLAGS, { rows, nulls: 0 });
  putPlaces(page, { count: rows, words: 1 });
  const encoded: Encoded = {
    encoding: RLE_DICTIONARY,
    dictionary: { bytes: constant, words: 1 },
    isText: true,
    bounds: { min: text, max: text },
  };
  return putPages(thrift, encoded, { type: BYTE_ARRAY, rows, nulls: 0, codec: SNAPPY });
}

/** Appends the page at hand, after the dictionary of what is encoded in it. */
function putPages(
  thrift: ThriftWriter,
  { encoding, dictionary, isText, bounds }: Encoded,
  of: { type: number; rows: number; nulls: number; codec: number },
): Chunk {
  const { type, rows, nulls } = of;
  const size = page.length + (dictionary?.bytes.length ?? 0);
  const codec = isText && size >= LEAST_BYTES ? of.codec : UNCOMPRESSED;
  const { sink } = thrift;
  const start = sink.length;
  let plainBytes = 0;
  if (dictionary)
    plainBytes += putPage(thrift, dictionary.bytes, { codec, count: dictionary.words, encoding: null });
  const dataAt = sink.length;
  plainBytes += putPage(thrift, page, { codec, count: rows, encoding });
  return {
    type,
    encodings: dictionary ? [PLAIN, RLE, RLE_DICTIONARY] : [RLE, encoding],
    codec,
    rows,
    nulls,
    start,
    dataAt,
    hasDictionary: dictionary !== null,
    storedBytes: sink.length - start,
    plainBytes,
    bounds,
  };
}

function putNumbers({ words, count }: Numbers): Encoded {
  numberEncoder.take(words, count);
  const bounds = numberEncoder.bounds(count);
  const dictionary = numberEncoder.dictionary(count);
  // Eight bytes a word: where many are different, what lies between them is less.
  if (dictionary && dictionary.words * 4 <= count) {
    putPlaces(page, { count, words: dictionary.words });
    return { encoding: RLE_DICTIONARY, dictionary, isText: false, bounds };
  }
  const deltas = numberEncoder.deltas(count);
  if (deltas) {
    page.take(deltas, 0, deltas.length);
    return { encoding: DELTA_BINARY_PACKED, dictionary: null, isText: false, bounds };
  }
  page.take(new Uint8Array(words.buffer, 0, count * 8), 0, count * 8);
  return { encoding: PLAIN, dictionary: null, isText: true, bounds };
}

function putFlags({ bytes, count }: Flags): Encoded {
  putBits(page, bytes, count);
  const flags = bytes.subarray(0, count);
  const [min, max] = [flags.includes(0) ? 0 : 1, flags.includes(1) ? 1 : 0];
  const bounds = { min: Uint8Array.of(min), max: Uint8Array.of(max) };
  return { encoding: PLAIN, dictionary: null, isText: false, bounds };
}

function putTexts({ bytes, lengths, count, end }: Texts): Encoded {
  const dictionary = dictionaryOf(bytes, { count, lengths });
  if (dictionary) {
    const { places, words, starts, ends } = dictionary;
    numberEncoder.takePlaces(places, count);
    putPlaces(page, { count, words });
    const bounds = boundsOfTexts(bytes, { starts, ends, count: words });
    return { encoding: RLE_DICTIONARY, dictionary, isText: true, bounds };
  }
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const pairs = new Uint32Array(count * 2);
  for (let index = 0, at = 0; index < count; index += 1) {
    starts[index] = at;
    at += lengths[index]!;
    ends[index] = at;
    pairs[index * 2] = lengths[index]!;
  }
  numberEncoder.take(pairs, count);
  // Lengths are never so far apart that there are none.
  const deltas = numberEncoder.deltas(count)!;
  page.take(deltas, 0, deltas.length);
  page.take(bytes, 0, end);
  const bounds = boundsOfTexts(bytes, { starts, ends, count });
  return { encoding: DELTA_LENGTH_BYTE_ARRAY, dictionary: null, isText: true, bounds };
}

/** Words in a dictionary; or one after the other, as they lie, where none comes again, or where that is less. */
function putChosen({ words, places, count }: Chosen): Encoded {
  const taken = words!;
  const { bytes, length } = taken;
  const bounds = boundsOfWords(taken);
  if (taken.count === count && isInOrder(places, count)) {
    page.take(bytes, 0, length);
    return { encoding: PLAIN, dictionary: null, isText: true, bounds };
  }
  if (taken.count * 2 <= count || isDictionaryLess(taken, places, count)) {
    numberEncoder.takePlaces(places, count);
    putPlaces(page, { count, words: taken.count });
    const dictionary = { bytes: { bytes, length }, words: taken.count };
    return { encoding: RLE_DICTIONARY, dictionary, isText: true, bounds };
  }
  const { entries } = taken;
  for (let index = 0; index < count; index += 1) {
    const entry = (places[index]! + 1) * ENTRY;
    page.take(bytes, entries[entry]! - 4, entries[entry + 1]!);
  }
  return { encoding: PLAIN, dictionary: null, isText: true, bounds };
}

function isInOrder(places: Uint32Array, count: number): boolean {
  for (let index = 0; index < count; index += 1) if (places[index] !== index) return false;
  return true;
}

function isDictionaryLess(words: Words, places: Uint32Array, count: number): boolean {
  const width = 32 - Math.clz32(words.count - 1);
  const { entries } = words;
  let bytes = count * 4;
  for (let index = 0; index < count; index += 1) {
    const entry = (places[index]! + 1) * ENTRY;
    bytes += entries[entry + 1]! - entries[entry]!;
  }
  return words.length + (count * width) / 8 < bytes;
}

const packed = new ByteSink();

/** Appends a page with its header and gives its size as if it were not compressed. Without an encoding, it is a dictionary. */
function putPage(
  header: ThriftWriter,
  body: Written,
  { codec, count, encoding }: { codec: number; count: number; encoding: number | null },
): number {
  let stored = body;
  if (codec === ZSTD) {
    const { length } = body;
    // In one piece, whose size is known: a third faster than in pieces.
    const sizes = { pledgedSrcSize: length, chunkSize: length + (length >> 8) + 512 };
    const bytes = zstdCompressSync(body.bytes.subarray(0, length), { ...ZSTD_LEVEL, ...sizes });
    stored = { bytes, length: bytes.length };
  }
  if (codec === SNAPPY) {
    packed.clear();
    snappy(packed, body.bytes.subarray(0, body.length));
    stored = packed;
  }
  const { sink } = header;
  const start = sink.length;
  header.begin();
  header.i32(1, encoding === null ? DICTIONARY_PAGE : DATA_PAGE);
  header.i32(2, body.length);
  header.i32(3, stored.length);
  header.begin(encoding === null ? 7 : 5);
  header.i32(1, count);
  header.i32(2, encoding ?? PLAIN);
  if (encoding !== null) {
    header.i32(3, RLE);
    header.i32(4, RLE);
  }
  header.end();
  header.end();
  const headerBytes = sink.length - start;
  sink.take(stored.bytes, 0, stored.length);
  return headerBytes + body.length;
}
