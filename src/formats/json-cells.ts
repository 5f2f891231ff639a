import { type Readable, readable } from '../lake/readable.ts';
import { type Cutter, NO_CELL, type Spans } from './cells.ts';
import { endOfString, stands } from './scan.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LETTER_N = 0x6e;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const NOT_PLAIN = -1;
/** Where a cell starts that is there and says null: a second one would be twice. */
const NULL_CELL = -2;

/** A key that no cell is named after. */
const OTHER = -1;

/** A key as it stands in a record, quotes and colon with it, and its cell. */
type Key = { word: Readable; length: number; cell: number };

/** Keys that are kept, of those that no cell is named after. */
const MOST_KEYS = 4096;
/** An object of more members, or of a longer key, is not plain: what is kept of both would be without end. */
const MOST_MEMBERS = 512;
const MOST_KEY_BYTES = 128;

/**
 * The cutter of JSON objects whose members are the cells: of a string what stands in its quotes, of a list or a number all
 * of it, of null nothing. Plain is an object without blanks between its tokens, without escapes, without objects inside
 * and without a cell twice. Most records have the same keys in the same order, so a key is first compared with that which
 * stood there in the record before.
 */
export function jsonCutter(names: readonly string[]): Cutter {
  const known = new Map<string, Key>();
  for (const [cell, name] of names.entries()) known.set(name, keyOf(name, cell));
  const usual: Key[] = [];

  function keyAt(source: Readable, at: number, end: number, place: number): Key | null {
    const expected = usual[place];
    if (expected && stands(source, at, end, expected.word)) return expected;
    const { bytes } = source;
    if (bytes[at] !== QUOTE) return null;
    const close = endOfString(source, at + 1, end);
    if (close < 0 || bytes[close + 1] !== COLON || place >= MOST_MEMBERS) return null;
    if (close - at > MOST_KEY_BYTES) return null;
    const name = Buffer.from(bytes.subarray(at + 1, close)).toString('utf8');
    let key = known.get(name);
    if (!key) {
      key = keyOf(name, OTHER);
      if (known.size < MOST_KEYS) known.set(name, key);
    }
    usual[place] = key;
    return key;
  }

  return {
    names,
    cut(source, start, end, spans) {
      const { bytes } = source;
      spans.starts.fill(NO_CELL);
      if (bytes[start] !== OPEN) return false;
      let at = start + 1;
      for (let place = 0; ; place += 1) {
        const key = keyAt(source, at, end, place);
        if (!key) return false;
        at = endOfMember(source, at + key.length, end, key.cell, spans);
        if (at < 0 || at >= end) return false;
        const byte = bytes[at]!;
        at += 1;
        if (byte === CLOSE) return at === end;
        if (byte !== COMMA) return false;
      }
    },
  };
}

function keyOf(name: string, cell: number): Key {
  const word = readable(new Uint8Array(Buffer.from(`"${name}":`)));
  return { word, length: word.bytes.length, cell };
}

/** Where the value ends that starts there, which becomes a cell. */
function endOfMember(source: Readable, start: number, end: number, cell: number, spans: Spans): number {
  const byte = source.bytes[start]!;
  if (byte === QUOTE) {
    const close = endOfString(source, start + 1, end);
    if (close < 0 || !put(spans, cell, start + 1, close)) return NOT_PLAIN;
    return close + 1;
  }
  const close = endOfOther(source, start, end, cell !== OTHER);
  if (close < 0 || cell === OTHER) return close;
  return put(spans, cell, byte === LETTER_N ? NULL_CELL : start, close) ? close : NOT_PLAIN;
}

/** False where there is such a cell already. */
function put({ starts, ends }: Spans, cell: number, start: number, end: number): boolean {
  if (cell === OTHER) return true;
  if (starts[cell] !== NO_CELL) return false;
  starts[cell] = start;
  ends[cell] = end;
  return true;
}

const isNumber = (byte: number): boolean => byte === DASH || (byte >= ZERO && byte <= NINE);

/** Digits of a whole number that 64 bits hold: how others are written anew, a reader decides. */
const MOST_DIGITS = 18;

function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > MOST_DIGITS + 1 || (bytes[start] === DASH && bytes[start + 1] === ZERO)) return false;
  for (let at = start; at < end; at += 1) if (bytes[at] === POINT) return false;
  return true;
}

const LITERALS = ['null', 'true', 'false'].map((word) => readable(new Uint8Array(Buffer.from(word))));

/** Of what becomes a cell, all numbers are whole. */
function endOfOther(source: Readable, start: number, end: number, isCell: boolean): number {
  const { bytes } = source;
  const byte = bytes[start]!;
  if (isNumber(byte)) {
    const close = endOfNumber(bytes, start, end);
    return isCell && close >= 0 && !isWhole(bytes, start, close) ? NOT_PLAIN : close;
  }
  if (byte === OPEN_LIST) return endOfList(source, start + 1, end, isCell);
  const literal = LITERALS.find((word) => stands(source, start, end, word));
  return literal ? start + literal.bytes.length : NOT_PLAIN;
}

/** A list of strings and the like; no list in a list. */
function endOfList(source: Readable, start: number, end: number, isCell: boolean): number {
  const { bytes } = source;
  if (bytes[start] === CLOSE_LIST) return start + 1;
  let at = start;
  for (;;) {
    if (bytes[at] === OPEN_LIST) return NOT_PLAIN;
    at = bytes[at] === QUOTE ? endOfString(source, at + 1, end) + 1 : endOfOther(source, at, end, isCell);
    // The first byte after the list is the end of the object, at least.
    if (at <= 0 || at + 1 >= end) return NOT_PLAIN;
    const byte = bytes[at];
    at += 1;
    if (byte === CLOSE_LIST) return at;
    if (byte !== COMMA) return NOT_PLAIN;
  }
}

/** A number without exponent, whose digits do not begin with a zero that leads. */
function endOfNumber(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] === DASH ? start + 1 : start;
  let at = endOfDigits(bytes, first, end);
  if (at === first || (bytes[first] === ZERO && at > first + 1)) return NOT_PLAIN;
  if (at < end && bytes[at] === POINT) {
    const fraction = at + 1;
    at = endOfDigits(bytes, fraction, end);
    if (at === fraction) return NOT_PLAIN;
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
  return at;
}
