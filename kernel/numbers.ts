import { Batch, endOf, startOf } from './batch';
import { DASH, POINT, ZERO } from './bytes';

/** What a number is, as `src/ingest/straight-numbers.ts` numbers them. */
const POSITIVE: i32 = 1;
const MILLISECONDS: i32 = 2;
const NANOSECONDS: i32 = 3;
const SECONDS: i32 = 4;

/** A cell is empty, a dash or not there: a null. */
const NONE: f64 = -1;
/** A cell is none that is read here: the record needs the SELECT. */
const UNFIT: f64 = -2;
/** What a negative cell is, which many logs write for what they do not know. */
const NEGATIVE: f64 = -3;

/** More digits may be beyond what a number holds. */
const MOST_DIGITS: i32 = 15;
const MICRO_DIGITS: i32 = 6;
/** Of the seconds, what a decimal(18, 6) holds. */
const WHOLE_DIGITS: i32 = 12;

/** The cells that a number is read from. */
@unmanaged
class Cells {
  kind: i32;
  cells: usize;
  count: i32;
}

/** What a number is: the second where the first is null, and only where a cell is above 0. */
@unmanaged
export class NumberColumn {
  least: f64;
  most: f64;
  isNegativeNull: i32;
  /** Below 0: none. */
  onlyIf: i32;
  first: Cells;
  /** 0: none. */
  or: usize;
}

/** Puts numbers, of which none is below 0 but NONE, and marks records that need the SELECT. Gives their count. */
export function putNumbers(
  batch: Batch,
  count: i32,
  column: NumberColumn,
  numbers: usize,
  unfit: usize,
): i32 {
  let unfits = 0;
  const least = column.least;
  const most = column.most;
  for (let row = 0; row < count; row += 1) {
    const value = read(batch, row, column);
    if (value === UNFIT || (value === NEGATIVE && column.isNegativeNull === 0)) {
      store<u8>(unfit + row, 1);
      unfits += 1;
    } else store<f64>(numbers + ((<usize>row) << 3), value < least || value > most ? NONE : value);
  }
  return unfits;
}

function read(batch: Batch, row: i32, column: NumberColumn): f64 {
  if (column.onlyIf >= 0) {
    const condition = signed(batch, column.onlyIf, row);
    if (condition === UNFIT || condition === NEGATIVE) return UNFIT;
    if (condition <= 0) return NONE;
  }
  const value = numberOf(batch, row, column.first);
  return value === NONE && column.or !== 0 ? numberOf(batch, row, changetype<Cells>(column.or)) : value;
}

function numberOf(batch: Batch, row: i32, cells: Cells): f64 {
  const kind = cells.kind;
  if (kind === SECONDS) return seconds(batch, row, cells);
  let value = NONE;
  for (let index = 0; index < cells.count && value === NONE; index += 1)
    value = signed(batch, load<i32>(cells.cells + ((<usize>index) << 2)), row);
  if (kind === POSITIVE) return value === 0 ? NONE : value;
  if (kind === MILLISECONDS && value > 0) return value * 1000;
  if (kind !== NANOSECONDS) return value;
  // Divided, one below 0 can become 0.
  return value === NEGATIVE ? UNFIT : value > 0 ? Math.floor(value / 1000) : value;
}

/** The whole number of a cell. An empty one is none that a reader takes for a number. */
function signed(batch: Batch, cell: i32, row: i32): f64 {
  const start = startOf(batch, cell, row);
  const length = endOf(batch, cell, row) - start;
  const at = batch.text + start;
  if (start < 0) return NONE;
  if (length > 0 && load<u8>(at) === DASH) {
    if (length === 1) return NONE;
    return digits(at + 1, length - 1) > 0 ? NEGATIVE : UNFIT;
  }
  return digits(at, length);
}

/** Digits as a number; UNFIT where there is anything else, or too much. */
function digits(start: usize, length: i32): f64 {
  if (length === 0 || length > MOST_DIGITS) return UNFIT;
  let value: i64 = 0;
  for (let at = start; at < start + length; at += 1) {
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) return UNFIT;
    value = value * 10 + digit;
  }
  return <f64>value;
}

/** The sum of durations; NEGATIVE where one of them is, and so not known. */
function seconds(batch: Batch, row: i32, cells: Cells): f64 {
  let sum: f64 = 0;
  let isNegative = false;
  for (let index = 0; index < cells.count; index += 1) {
    const micros = microseconds(batch, load<i32>(cells.cells + ((<usize>index) << 2)), row);
    if (micros === UNFIT) return UNFIT;
    if (micros === NEGATIVE) isNegative = true;
    else sum += micros;
  }
  return isNegative ? NEGATIVE : sum;
}

/** Seconds with up to six decimals, in microseconds; NEGATIVE or UNFIT. */
function microseconds(batch: Batch, cell: i32, row: i32): f64 {
  const start = startOf(batch, cell, row);
  const length = endOf(batch, cell, row) - start;
  if (start < 0 || length > MOST_DIGITS + 1 || length === 0) return UNFIT;
  const text = batch.text + start;
  const end = text + length;
  const isNegative = load<u8>(text) === DASH;
  const first = isNegative ? text + 1 : text;
  let value: i64 = 0;
  let point = end;
  for (let at = first; at < end; at += 1) {
    const digit = load<u8>(at) - ZERO;
    if (digit <= 9) value = value * 10 + digit;
    else if (load<u8>(at) === POINT && point === end && at > first) point = at;
    else return UNFIT;
  }
  const decimals = point === end ? 0 : <i32>(end - point) - 1;
  if (first === end || (point !== end && decimals === 0)) return UNFIT;
  if (decimals > MICRO_DIGITS || <i32>(point - first) > WHOLE_DIGITS) return UNFIT;
  if (isNegative) return value > 0 ? NEGATIVE : UNFIT;
  for (let more = decimals; more < MICRO_DIGITS; more += 1) value *= 10;
  return <f64>value;
}
