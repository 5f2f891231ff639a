import { type Cutter, LayoutError, NO_CELL } from './cells.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const EIGHT = 0x38;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** Deeper than this no value is looked through. */
const MOST_DEPTH = 8;
/** Digits that a whole number of a cell may have: all such numbers fit 64 bits with a sign. */
const MOST_DIGITS = 18;

/** Keys that are remembered, of all that objects have. */
const MOST_KEYS = 1000;

const NOT_PLAIN = -1;
const OTHER = -1;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** 1 for bytes that stand for themselves in a string. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);

/** A key with the quote that ends it, four bytes a word and those that are left, and its cell. */
type Key = { bytes: Uint8Array; words: readonly number[]; cell: number };

/**
 * The cutter of JSON objects, one a record: a cell is the value of a key of the object. A string without escapes is the
 * text between its quotes, a whole number its digits, null none; a key written as `name[]` has a list, whose JSON text is
 * the cell. An object with anything else under one of these keys, one of them twice, or blanks that writers of logs
 * do not write, is not plain. Throws LayoutError.
 */
export function jsonCutter(keys: readonly string[]): Cutter {
  const isList = keys.map((key) => key.endsWith('[]'));
  const names = keys.map((key) => key.replace(/\[\]$/, ''));
  const lower = names.map((name) => name.toLowerCase());
  const odd = names.find(
    (name, index) => !/^[A-Za-z]\w*$/.test(name) || lower.indexOf(lower[index]!) !== index,
  );
  if (odd !== undefined)
    throw new LayoutError(`"${odd}" is no key of letters and digits, or one that SQL takes for another`);
  const known = new Map<string, Key>();
  const keyOf = (name: string): Key => {
    const there = known.get(name);
    if (there) return there;
    const bytes = Buffer.from(`${name}"`, 'latin1');
    const words = Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readInt32LE(index * 4));
    const key = { bytes, words, cell: names.indexOf(name) };
    if (known.size < MOST_KEYS) known.set(name, key);
    return key;
  };
  // Writers keep the order of their keys: what the last object had at a place, the next has as well.
  const expected: Key[] = [];
  // The object that a key was last seen in, by their count.
  const seen = new Float64Array(names.length);
  let objects = 0;
  // Of the block that the last object was in.
  let view: DataView = new DataView(new ArrayBuffer(0));
  return {
    names,
    cut(bytes, start, end, spans): boolean {
      spans.starts.fill(NO_CELL);
      if (
        view.buffer !== bytes.buffer ||
        view.byteOffset !== bytes.byteOffset ||
        view.byteLength !== bytes.length
      )
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      if (end - start < 2 || bytes[start] !== OPEN_OBJECT || bytes[end - 1] !== CLOSE_OBJECT) return false;
      objects += 1;
      let at = start + 1;
      for (let place = 0; ; place += 1) {
        if (bytes[at] !== QUOTE) return false;
        at += 1;
        let key = expected[place];
        if (!key || at + key.bytes.length > end || !holdsKey(bytes, at, key, view)) {
          const close = endOfString(bytes, at, end);
          if (close === NOT_PLAIN) return false;
          key = keyOf(latin1(bytes, at, close));
          if (place < MOST_KEYS) expected[place] = key;
        }
        at += key.bytes.length;
        if (bytes[at] !== COLON) return false;
        at += bytes[at + 1] === SPACE ? 2 : 1;
        const close = endOfValue(bytes, at, end);
        if (close === NOT_PLAIN) return false;
        const { cell } = key;
        if (cell !== OTHER) {
          if (seen[cell] === objects || !isCell(bytes, at, close, isList[cell]!)) return false;
          const inside = bytes[at] === QUOTE ? 1 : 0;
          if (bytes[at] !== NULL[0]) {
            spans.starts[cell] = at + inside;
            spans.ends[cell] = close - inside;
          }
          seen[cell] = objects;
        }
        at = close;
        if (bytes[at] === CLOSE_OBJECT) return at === end - 1;
        if (bytes[at] !== COMMA) return false;
        at += bytes[at + 1] === SPACE ? 2 : 1;
      }
    },
  };
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function holds(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text[index]) return false;
  return true;
}

function holdsKey(bytes: Uint8Array, at: number, key: Key, view: DataView): boolean {
  const { words } = key;
  for (let index = 0; index < words.length; index += 1)
    if (view.getInt32(at + index * 4, true) !== words[index]) return false;
  for (let index = words.length * 4; index < key.bytes.length; index += 1)
    if (bytes[at + index] !== key.bytes[index]) return false;
  return true;
}

/** Whether a value is one that a cell holds, or null. */
function isCell(bytes: Uint8Array, at: number, close: number, isList: boolean): boolean {
  const first = bytes[at]!;
  if (first === NULL[0]) return true;
  return isList ? first === OPEN_LIST : first === QUOTE || isWhole(bytes, at, close);
}

/** A number that has one way to be written. */
function isWhole(bytes: Uint8Array, at: number, close: number): boolean {
  const first = bytes[at] === DASH ? at + 1 : at;
  if (close - first > MOST_DIGITS + 1 || (close - first > MOST_DIGITS && bytes[first]! > EIGHT)) return false;
  if (first > at && bytes[first] === ZERO) return false;
  for (let index = first; index < close; index += 1)
    if (bytes[index]! < ZERO || bytes[index]! > NINE) return false;
  return true;
}

/** Offset of the quote that ends a string whose text starts at `at`; NOT_PLAIN where it has an escape or no end. */
function endOfString(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && PLAIN[bytes[at]!] === 1) at += 1;
  return at < end && bytes[at] === QUOTE ? at : NOT_PLAIN;
}

/** Offset after a value that starts at `at`. */
function endOfValue(bytes: Uint8Array, at: number, end: number, depth = 0): number {
  const first = bytes[at]!;
  if (first === QUOTE) {
    const close = endOfString(bytes, at + 1, end);
    return close === NOT_PLAIN ? close : close + 1;
  }
  if (first === OPEN_LIST || first === OPEN_OBJECT)
    return depth === MOST_DEPTH ? NOT_PLAIN : endOfMembers(bytes, at, end, depth + 1);
  for (const literal of [NULL, TRUE, FALSE])
    if (first === literal[0]) return holds(bytes, at, literal) ? at + literal.length : NOT_PLAIN;
  return endOfNumber(bytes, at);
}

/** Offset after a list or an object that starts at `at`. */
function endOfMembers(bytes: Uint8Array, open: number, end: number, depth: number): number {
  const isObject = bytes[open] === OPEN_OBJECT;
  const last = isObject ? CLOSE_OBJECT : CLOSE_LIST;
  let at = open + 1;
  if (bytes[at] === last) return at + 1;
  while (at < end) {
    if (isObject) {
      if (bytes[at] !== QUOTE) return NOT_PLAIN;
      at = endOfString(bytes, at + 1, end);
      if (at === NOT_PLAIN || bytes[at + 1] !== COLON) return NOT_PLAIN;
      at += bytes[at + 2] === SPACE ? 3 : 2;
    }
    at = endOfValue(bytes, at, end, depth);
    if (at === NOT_PLAIN || bytes[at] === last) return at === NOT_PLAIN ? at : at + 1;
    if (bytes[at] !== COMMA) return NOT_PLAIN;
    at += bytes[at + 1] === SPACE ? 2 : 1;
  }
  return NOT_PLAIN;
}

/** Offset after a number without an exponent. */
function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === DASH ? start + 1 : start;
  const whole = at;
  at = afterDigits(bytes, at);
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return NOT_PLAIN;
  if (bytes[at] !== POINT) return at;
  const fraction = at + 1;
  at = afterDigits(bytes, fraction);
  return at === fraction ? NOT_PLAIN : at;
}

function afterDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
  return at;
}
