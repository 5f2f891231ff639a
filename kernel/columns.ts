import { Batch, endOf, startOf } from './batch';
import { QUESTION, QUOTE, SLASH } from './bytes';
import { placeOf } from './scan';
import { NULL_WORD, numberOf, Words } from './words';

/** Puts the words of the first of some cells that is neither empty nor one byte of `nothing`. */
export function putWords(
  batch: Batch,
  count: i32,
  cells: usize,
  cellCount: i32,
  nothing: i32,
  words: Words,
  places: usize,
): void {
  for (let row = 0; row < count; row += 1) {
    let word = NULL_WORD;
    for (let index = 0; index < cellCount; index += 1) {
      const cell = load<i32>(cells + <usize>index * 4);
      const start = startOf(batch, cell, row);
      const length = endOf(batch, cell, row) - start;
      if (start < 0 || length === 0) continue;
      if (length === 1 && <i32>load<u8>(batch.text + start) === nothing) continue;
      word = numberOf(words, batch.text + start, length);
      break;
    }
    store<i32>(places + <usize>row * 4, word);
  }
}

/** Puts the words of paths and queries of the first of some cells that is not empty. A record that has none, or one that starts with no slash, is unfit. */
export function putTargets(
  batch: Batch,
  count: i32,
  cells: usize,
  cellCount: i32,
  paths: Words,
  pathPlaces: usize,
  queries: Words,
  queryPlaces: usize,
  unfit: usize,
): i32 {
  let unfits = 0;
  for (let row = 0; row < count; row += 1) {
    let start = -1;
    let end = -1;
    for (let index = 0; index < cellCount && start < 0; index += 1) {
      const cell = load<i32>(cells + <usize>index * 4);
      const from = startOf(batch, cell, row);
      end = endOf(batch, cell, row);
      if (from >= 0 && end > from) start = from;
    }
    if (start < 0 || load<u8>(batch.text + start) !== SLASH) {
      store<u8>(unfit + row, 1);
      unfits += 1;
      continue;
    }
    const at = <i32>(placeOf(QUESTION, batch.text + start, batch.text + end) - batch.text);
    store<i32>(pathPlaces + <usize>row * 4, numberOf(paths, batch.text + start, at - start));
    const query = at === end ? NULL_WORD : numberOf(queries, batch.text + at + 1, end - at - 1);
    store<i32>(queryPlaces + <usize>row * 4, query);
  }
  return unfits;
}

/** What says of a cell whether it is there, and its length. */
const HEAD: i32 = 3;

/** Puts the words of what some cells hold together. A record in which that takes more bytes than `key` has is unfit. */
export function putKeys(
  batch: Batch,
  count: i32,
  cells: usize,
  cellCount: i32,
  key: usize,
  mostBytes: i32,
  words: Words,
  places: usize,
  unfit: usize,
): i32 {
  let unfits = 0;
  for (let row = 0; row < count; row += 1) {
    const length = keyLength(batch, row, cells, cellCount, key, mostBytes);
    if (length < 0) {
      store<u8>(unfit + row, 1);
      unfits += 1;
    } else store<i32>(places + <usize>row * 4, numberOf(words, key, length));
  }
  return unfits;
}

/** Writes the key of a record and gives its length; below 0 where it is too long. */
function keyLength(batch: Batch, row: i32, cells: usize, cellCount: i32, key: usize, mostBytes: i32): i32 {
  let end = 0;
  for (let index = 0; index < cellCount; index += 1) {
    const cell = load<i32>(cells + <usize>index * 4);
    const start = startOf(batch, cell, row);
    const length = start < 0 ? 0 : endOf(batch, cell, row) - start;
    if (end + HEAD + length > mostBytes) return -1;
    // What is not there differs from what is empty, and a text of JSON from a list; a length says where a cell ends.
    const head = key + end;
    store<u8>(head, start < 0 ? 0 : start > 0 && load<u8>(batch.text + start - 1) === QUOTE ? 2 : 1);
    store<u16>(head, <u16>length, 1);
    memory.copy(head + HEAD, batch.text + start, length);
    end += HEAD + length;
  }
  return end;
}
