import { type CutRecords, digitsIn, isEmpty } from './straight-record.ts';

const DAY_MS = 86_400_000;

const COLON = 0x3a;
const DASH = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const SLASH = 0x2f;
const SPACE = 0x20;
const ZERO = 0x30;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;

export const PRECISIONS = ['s', 'ms', 'us', 'ns'] as const;

/** The time that was read last: milliseconds since 1970, the nanoseconds beyond them, and a place in PRECISIONS. */
export class ReadTime {
  ms = 0;
  ns = 0;
  precision = 0;
  /** The date that was read last, as its bytes, and its first millisecond. */
  readonly #date = new Uint8Array(11);
  #dateLength = 0;
  #dateMs = Number.NaN;

  /** `2019-11-11T15:42:00.186641Z`. False for what is not written so. */
  rfc3339(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 20 || bytes[start + 10] !== LETTER_T || bytes[end - 1] !== LETTER_Z) return false;
    const dayMs = this.#dayOf(bytes, start, 10);
    const clock = clockAt(bytes, start + 11);
    if (Number.isNaN(dayMs) || clock < 0) return false;
    const fraction = start + 20;
    const digits = end - 1 - fraction;
    let ns = 0;
    if (end - start > 20) {
      if (bytes[start + 19] !== POINT || digits < 1 || digits > 9) return false;
      ns = digitsIn(bytes, fraction, end - 1);
      if (ns < 0) return false;
      for (let more = digits; more < 9; more += 1) ns *= 10;
    }
    this.#set(dayMs + clock, ns, digits < 1 ? 0 : Math.ceil(digits / 3));
    return true;
  }

  /** `11/Nov/2019:15:42:00 +0000`. */
  clf(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start !== 26 || bytes[start + 11] !== COLON || bytes[start + 20] !== SPACE) return false;
    const sign = bytes[start + 21];
    const dayMs = this.#dayOf(bytes, start, 11);
    const clock = clockAt(bytes, start + 12);
    const hours = two(bytes, start + 22);
    const minutes = two(bytes, start + 24);
    if (Number.isNaN(dayMs) || clock < 0 || (sign !== PLUS && sign !== DASH)) return false;
    if (hours < 0 || hours > 12 || minutes < 0 || minutes > 59) return false;
    const offset = (hours * 60 + minutes) * 60_000;
    this.#set(dayMs + clock + (sign === PLUS ? -offset : offset), 0, 0);
    return true;
  }

  /** RFC 3339, or the digits of seconds to nanoseconds since 1970, told apart by their number. */
  stamp(bytes: Uint8Array, start: number, end: number): boolean {
    const digits = end - start;
    if (digits > 19) return this.rfc3339(bytes, start, end);
    const seconds = digitsIn(bytes, start, Math.min(end, start + 10));
    if (digits < 10 || seconds < 0) return false;
    const unit = Math.ceil((digits - 10) / 3);
    // Fewer digits than those of a unit are of a time before 2001.
    if ((digits - 10) % 3 !== 0) return false;
    let ns = 0;
    if (digits > 10) {
      ns = digitsIn(bytes, start + 10, end);
      if (ns < 0) return false;
      for (let more = digits; more < 19; more += 1) ns *= 10;
    }
    this.#set(seconds * 1000, ns, unit);
    return true;
  }

  #set(ms: number, ns: number, precision: number): void {
    this.ms = ms + Math.floor(ns / 1e6);
    this.ns = ns % 1e6;
    this.precision = precision;
  }

  /** First millisecond of a date of 10 or 11 bytes; NaN where there is no such day. */
  #dayOf(bytes: Uint8Array, start: number, length: number): number {
    let at = this.#dateLength === length ? 0 : length + 1;
    while (at < length && this.#date[at] === bytes[start + at]) at += 1;
    if (at === length) return this.#dateMs;
    this.#dateLength = length;
    for (let index = 0; index < length; index += 1) this.#date[index] = bytes[start + index]!;
    this.#dateMs = length === 10 ? isoDate(bytes, start) : clfDate(bytes, start);
    return this.#dateMs;
  }
}

/** The time of the first of some spans that is none of an empty text and 0. */
export function readStamp(
  time: ReadTime,
  records: CutRecords,
  { bases, index }: { bases: readonly number[]; index: number },
): boolean {
  const { bytes, starts, ends } = records;
  for (let place = 0; place < bases.length; place += 1) {
    const span = bases[place]! + index;
    const isZero = ends[span]! - starts[span]! === 1 && bytes[starts[span]!] === ZERO;
    if (isEmpty(records, span) || isZero) continue;
    return time.stamp(bytes, starts[span]!, ends[span]!);
  }
  return false;
}

/** Two digits as a number; below 0 where they are none. */
function two(bytes: Uint8Array, at: number): number {
  return digitsIn(bytes, at, at + 2);
}

/** Milliseconds of `15:42:00`; below 0 where it is no time of day. A leap second has none. */
function clockAt(bytes: Uint8Array, at: number): number {
  if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1;
  const hours = two(bytes, at);
  const minutes = two(bytes, at + 3);
  const seconds = two(bytes, at + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return -1;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function isoDate(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH) return Number.NaN;
  return dateMs(digitsIn(bytes, at, at + 4), two(bytes, at + 5), two(bytes, at + 8));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function clfDate(bytes: Uint8Array, at: number): number {
  if (bytes[at + 2] !== SLASH || bytes[at + 6] !== SLASH) return Number.NaN;
  const month = String.fromCharCode(bytes[at + 3]!, bytes[at + 4]!, bytes[at + 5]!);
  return dateMs(digitsIn(bytes, at + 7, at + 11), MONTHS.indexOf(month) + 1, two(bytes, at));
}

function dateMs(year: number, month: number, day: number): number {
  if (year < 1970 || month < 1 || day < 1) return Number.NaN;
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : Number.NaN;
}

export function dayOfMs(ms: number): number {
  return Math.floor(ms / DAY_MS);
}
