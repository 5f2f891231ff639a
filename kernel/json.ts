import {
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  DASH,
  LETTER_N,
  NO_CELL,
  OPEN,
  OPEN_LIST,
  POINT,
  QUOTE,
  ZERO,
} from './bytes';
import { allocate } from './memory';
import { endOfString, isSame } from './scan';
import { hashOf, MOST_PROBES } from './words';

const NOT_PLAIN: usize = 0;
/** Where a cell starts that is there and says null: a second one would be twice. */
const NULL_CELL: i32 = -2;

/** A key that no cell is named after. */
const OTHER: i32 = -1;

/** Keys that are kept, of those that no cell is named after, and slots to find one. */
const MOST_KEYS: i32 = 4096;
const SLOTS: i32 = 1 << 14;
/** An object of more members, or of a longer key, is not plain: what is kept of both would be without end. */
const MOST_MEMBERS: i32 = 512;
const MOST_KEY_BYTES: usize = 128;

/** A key as it stands in a record, quotes and colon with it, and its cell. */
@unmanaged
class Key {
  bytes: usize;
  length: i32;
  cell: i32;
}

/** What is known of the keys of objects: most records have the same in the same order. */
@unmanaged
export class Keys {
  slots: usize;
  count: i32;
  /** Of each place the key that stood there in the record before. */
  usual: usize;
  usualCount: i32;
}

export function createKeys(): Keys {
  const keys = changetype<Keys>(allocate(offsetof<Keys>()));
  keys.slots = allocate(SLOTS * 4);
  memory.fill(keys.slots, 0, SLOTS * 4);
  keys.usual = allocate(MOST_MEMBERS * 4);
  keys.usualCount = 0;
  keys.count = 0;
  return keys;
}

/** Names a cell after a key, which lies there for as long as the keys do. */
export function addKey(keys: Keys, bytes: usize, length: i32, cell: i32): void {
  const key = changetype<Key>(allocate(offsetof<Key>()));
  key.bytes = bytes;
  key.length = length;
  key.cell = cell;
  let slot = hashOf(bytes, length) & (SLOTS - 1);
  while (load<usize>(keys.slots + <usize>slot * 4) !== 0) slot = (slot + 1) & (SLOTS - 1);
  store<usize>(keys.slots + <usize>slot * 4, changetype<usize>(key));
  keys.count += 1;
}

/** The key of these bytes, of none that was there before one that no cell is named after; 0 where too many are kept, or were made to have one hash. */
function keyOf(keys: Keys, bytes: usize, length: i32): usize {
  let slot = hashOf(bytes, length) & (SLOTS - 1);
  for (let probes = 0; probes < MOST_PROBES; probes += 1) {
    const known = load<usize>(keys.slots + <usize>slot * 4);
    if (known === 0) {
      if (keys.count >= MOST_KEYS) return 0;
      const copy = allocate(length);
      memory.copy(copy, bytes, length);
      addKey(keys, copy, length, OTHER);
      return load<usize>(keys.slots + <usize>slot * 4);
    }
    const key = changetype<Key>(known);
    if (key.length === length && isSame(key.bytes, bytes, length)) return known;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return 0;
}

/** Cuts an object into the spans of its members. */
export function cutObject(
  keys: Keys,
  start: usize,
  end: usize,
  text: usize,
  starts: usize,
  ends: usize,
  stride: usize,
  cells: i32,
): bool {
  for (let cell = 0; cell < cells; cell += 1) store<i32>(starts + <usize>cell * stride, NO_CELL);
  if (start >= end || load<u8>(start) !== OPEN) return false;
  let at = start + 1;
  for (let place = 0; place < MOST_MEMBERS; place += 1) {
    let cell = OTHER;
    const expected = place < keys.usualCount ? load<usize>(keys.usual + <usize>place * 4) : 0;
    const usual = changetype<Key>(expected);
    if (expected !== 0 && at + usual.length <= end && isSame(at, usual.bytes, usual.length)) {
      cell = usual.cell;
      at += usual.length;
    } else {
      if (at >= end || load<u8>(at) !== QUOTE) return false;
      const close = endOfString(at + 1, end);
      if (close === 0 || close + 1 >= end || load<u8>(close + 1) !== COLON) return false;
      if (close - at > MOST_KEY_BYTES) return false;
      const length = <i32>(close + 2 - at);
      const key = keyOf(keys, at, length);
      if (key !== 0) cell = changetype<Key>(key).cell;
      store<usize>(keys.usual + <usize>place * 4, key);
      keys.usualCount = max(keys.usualCount, place + 1);
      at += length;
    }
    const close = endOfValue(at, end, cell !== OTHER);
    if (close === NOT_PLAIN || close >= end) return false;
    if (cell !== OTHER) {
      const span = <usize>cell * stride;
      if (load<i32>(starts + span) !== NO_CELL) return false;
      const first = load<u8>(at);
      const quoted: usize = first === QUOTE ? 1 : 0;
      store<i32>(starts + span, first === LETTER_N ? NULL_CELL : <i32>(at + quoted - text));
      store<i32>(ends + span, <i32>(close - quoted - text));
    }
    const byte = load<u8>(close);
    at = close + 1;
    if (byte === CLOSE) return at === end;
    if (byte !== COMMA) return false;
  }
  return false;
}

/** Offset after a value. Of what becomes a cell, all numbers are whole. */
function endOfValue(start: usize, end: usize, isCell: bool): usize {
  if (start < end && load<u8>(start) === QUOTE) {
    const close = endOfString(start + 1, end);
    return close === 0 ? NOT_PLAIN : close + 1;
  }
  return endOfOther(start, end, isCell);
}

function endOfOther(start: usize, end: usize, isCell: bool): usize {
  if (start >= end) return NOT_PLAIN;
  const byte = load<u8>(start);
  if (byte === DASH || isDigit(byte)) {
    const close = endOfNumber(start, end);
    return isCell && close !== NOT_PLAIN && !isWhole(start, close) ? NOT_PLAIN : close;
  }
  if (byte === OPEN_LIST) return endOfList(start + 1, end, isCell);
  const four = load<u32>(start);
  // null, true and false, the last without its e.
  if (four === 0x6c6c756e || four === 0x65757274) return start + 4 <= end ? start + 4 : NOT_PLAIN;
  const isFalse = four === 0x736c6166 && load<u8>(start, 4) === 0x65;
  return isFalse && start + 5 <= end ? start + 5 : NOT_PLAIN;
}

/** A list of strings and the like; no list in a list. */
function endOfList(start: usize, end: usize, isCell: bool): usize {
  if (start < end && load<u8>(start) === CLOSE_LIST) return start + 1;
  let at = start;
  while (at < end && load<u8>(at) !== OPEN_LIST) {
    at = endOfValue(at, end, isCell);
    // The first byte after the list is the end of the object, at least.
    if (at === NOT_PLAIN || at + 1 >= end) return NOT_PLAIN;
    const byte = load<u8>(at);
    at += 1;
    if (byte === CLOSE_LIST) return at;
    if (byte !== COMMA) return NOT_PLAIN;
  }
  return NOT_PLAIN;
}

function isDigit(byte: u8): bool {
  return byte - ZERO <= 9;
}

/** Digits of a whole number that 64 bits hold: how others are written anew, a reader decides. */
const MOST_DIGITS: usize = 18;

function isWhole(start: usize, end: usize): bool {
  if (end - start > MOST_DIGITS + 1) return false;
  if (load<u8>(start) === DASH && load<u8>(start, 1) === ZERO) return false;
  for (let at = start; at < end; at += 1) if (load<u8>(at) === POINT) return false;
  return true;
}

/** A number without exponent, whose digits do not begin with a zero that leads. */
function endOfNumber(start: usize, end: usize): usize {
  const first = load<u8>(start) === DASH ? start + 1 : start;
  let at = endOfDigits(first, end);
  if (at === first || (load<u8>(first) === ZERO && at > first + 1)) return NOT_PLAIN;
  if (at < end && load<u8>(at) === POINT) {
    const fraction = at + 1;
    at = endOfDigits(fraction, end);
    if (at === fraction) return NOT_PLAIN;
  }
  return at;
}

function endOfDigits(start: usize, end: usize): usize {
  let at = start;
  while (at < end && isDigit(load<u8>(at))) at += 1;
  return at;
}
