import { NEWLINE, NO_CELL, RETURN, SPACE, TAB } from './bytes';
import { cutObject, Keys } from './json';
import { cutLine, Layout } from './lines';
import { placeOf } from './scan';

/** Records of a batch, and such as are left beside them, at most: their spans stay in the cache. */
export const MOST: i32 = 512;
const STRIDE: usize = MOST * 4;

/** Records that are cut, of one block after the other. */
@unmanaged
export class Batch {
  // What is read and written from without, in this order.
  text: usize;
  length: i32;
  /** Where the next record starts, beyond the length after the last; and its number in the block. */
  at: i32;
  ordinal: i32;
  /** Records of this batch that are not blank, and such as are not plain. */
  filled: i32;
  leftCount: i32;
  /** Numbers in the block of records that are cut, and of those that are left. */
  ordinals: usize;
  lefts: usize;
  /** Of each cell MOST offsets. */
  starts: usize;
  ends: usize;
  cells: i32;
  layouts: usize;
  layoutCount: i32;
  classes: usize;
  /** Of JSON; else 0. */
  keys: usize;
}

/** Cuts the next records, `most` of them at most, and gives their count. */
export function cut(batch: Batch, most: i32): i32 {
  const text = batch.text;
  const length = batch.length;
  let at = batch.at;
  let ordinal = batch.ordinal;
  let filled = 0;
  let count = 0;
  let leftCount = 0;
  // What follows the last newline is a record as well.
  while (count < most && leftCount < MOST && at <= length) {
    const start = text + at;
    const close = placeOf(NEWLINE, start, text + length);
    at = <i32>(close - text) + 1;
    const number = ordinal;
    ordinal += 1;
    if (isBlank(start, close)) continue;
    filled += 1;
    let end = close;
    while (load<u8>(end - 1) === RETURN) end -= 1;
    if (cutRecord(batch, start, end, count)) {
      store<i32>(batch.ordinals + <usize>count * 4, number);
      count += 1;
    } else {
      store<i32>(batch.lefts + <usize>leftCount * 4, number);
      leftCount += 1;
    }
  }
  batch.at = at;
  batch.ordinal = ordinal;
  batch.filled = filled;
  batch.leftCount = leftCount;
  return count;
}

function cutRecord(batch: Batch, start: usize, end: usize, count: i32): bool {
  const starts = batch.starts + <usize>count * 4;
  const ends = batch.ends + <usize>count * 4;
  if (batch.keys !== 0) {
    const keys = changetype<Keys>(batch.keys);
    return cutObject(keys, start, end, batch.text, starts, ends, STRIDE, batch.cells);
  }
  for (let index = 0; index < batch.layoutCount; index += 1) {
    const layout = load<Layout>(batch.layouts + <usize>index * sizeof<usize>());
    if (!cutLine(layout, start, end, batch.text, starts, ends, STRIDE, batch.classes)) continue;
    for (let other = 0; other < layout.absentCount; other += 1)
      store<i32>(starts + <usize>load<i32>(layout.absent + <usize>other * 4) * STRIDE, NO_CELL);
    return true;
  }
  return false;
}

/** Whether a record is nothing but blanks. */
function isBlank(start: usize, end: usize): bool {
  for (let at = start; at < end; at += 1) {
    const byte = load<u8>(at);
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
  }
  return true;
}

/** Where a cell of a record starts in the text; below 0: the record has none. */
export function startOf(batch: Batch, cell: i32, row: i32): i32 {
  return load<i32>(batch.starts + <usize>(cell * MOST + row) * 4);
}

/** Where it ends. */
export function endOf(batch: Batch, cell: i32, row: i32): i32 {
  return load<i32>(batch.ends + <usize>(cell * MOST + row) * 4);
}
