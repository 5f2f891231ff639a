import type { Format, Headers } from './format.ts';
import { nearness } from './nearness.ts';

/** How many records at the start of an object decide its format. */
export const SAMPLE_RECORDS = 100;

/** The first records of an object, cut as a format asks for. */
export type Sample = {
  lines: readonly string[];
  /** JSON values that span lines, or lie in a list under a key. */
  values(array: string | null): readonly string[];
  /** All JSON values that are whole in what was read of the object, however many. */
  all(): Iterable<string>;
  /**
   * What no client can have broken off: whole lines in braces, sound or not, and sound values that stand alone on their lines.
   */
  apart(): Iterable<string>;
};

/** What `header` of a record says where no record of its object has a name for the client. */
const NAMES_NO_CLIENT = 'names-no-client';

/** How the records of an object are cut: at newlines, or as JSON values. */
export type Cut = 'lines' | 'json';

/** A format that an object is not of. `isNear`: some of its records are, or the first that is not comes near to it. */
export type Tried = { id: string; reason: string; isNear: boolean };

/** `header`: what stands for the header of the first record. */
export type Recognised = { format: Format; cut: Cut; header: string | null };

export type Recognition = Recognised | { format: null; tried: Tried[] };

/** How an object of JSON begins that is no list under a key: in a list of others' records, their names stand below others. */
const OPENS_JSON = /^\s*(\[|\{(?!\s*"[^"]*"\s*:\s*\[))/;

/** From this nearness on a format is worth naming to a person. */
const NEAR = 0.25;

type Fit = { format: Format; cut: Cut; share: number };

/**
 * The format of an object, from its first records: the one whose header they begin with, else the one whose pattern most
 * of them match, at least half, else the one with a header of its own among them. A client can write a header into a record
 * of another log, but not before it. Where a client can write records of another log, too, what stands in one value and in
 * none of another format decides, in an object that begins as JSON does: before its first byte is no client. Otherwise the
 * formats that were tried, the nearest first, with the first reason of each: of which most records are, then to which the
 * first other comes nearest.
 */
export function recogniseFormat(sample: Sample, formats: readonly Format[]): Recognition {
  const found = formatOf(sample, formats);
  return found.format
    ? { ...found, header: namesNoClient(sample, found.format) ? NAMES_NO_CLIENT : null }
    : found;
}

/**
 * Whether a record has no name for the client. The owner of the log chose its names, the same for each record, to which a
 * client can add one, but from which it can take none. Where most records lack what tells the format, too, a client has added
 * that.
 */
function namesNoClient(sample: Sample, { recognise: { anywhere, client, pattern } }: Format): boolean {
  if (!client) return false;
  const records = [...sample.apart()];
  const told = records.filter((record) => (anywhere ?? pattern).test(record));
  const own = told.length * 2 < records.length ? records : told;
  return own.some((record) => !client.test(record));
}

function formatOf(
  sample: Sample,
  formats: readonly Format[],
): Omit<Recognised, 'header'> | { format: null; tried: Tried[] } {
  const lines = withoutBlanks(sample.lines);
  const claiming = claimingFormat(lines, formats, sample);
  if (claiming) {
    const own = formats.filter(({ isOwn }) => isOwn).map((each) => fitOf(each, { lines, sample }));
    const { format, cut } =
      own.find(({ share }) => share >= 0.5) ?? fitOf(claiming, { lines, sample, isSure: true });
    return { format, cut };
  }
  const sure = sureFormat(lines, formats);
  if (sure) return { format: sure, cut: 'lines' };
  let best: Fit | null = null;
  const misses: (Fit & { missed: number })[] = [];
  for (const format of formats) {
    const fit = fitOf(format, { lines, sample });
    if (fit.missed > 0) misses.push(fit);
    if (fit.share >= 0.5 && fit.share > (best?.share ?? 0)) best = fit;
  }
  if (best) return { format: best.format, cut: best.cut };
  const headed = headedFormat(lines, formats, () => lines);
  if (headed) return { format: headed, cut: 'lines' };
  return { format: null, tried: nearestFirst(misses, lines) };
}

/**
 * The format of JSON of which one value holds what stands in none of another, whatever the others look like. Below the names
 * of a sound value stands what others choose, such as the tags of a resource.
 */
function claimingFormat(lines: readonly string[], formats: readonly Format[], sample: Sample): Format | null {
  if (!OPENS_JSON.test(lines[0] ?? '')) return null;
  const claims = ({ recognise: { anywhere } }: Format): boolean =>
    anywhere !== null &&
    lines.some((line) => anywhere.test(line)) &&
    Iterator.from(sample.all()).some((value) => anywhere.test(shallow(value)));
  return formats.find(claims) ?? null;
}

/** An object of JSON with those of its values alone that are texts and numbers; what is none, as it stands. */
function shallow(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value, (key, each) => (key !== '' && typeof each === 'object' ? undefined : each));
  } catch {
    return text;
  }
}

function nearestFirst(misses: readonly (Fit & { missed: number })[], lines: readonly string[]): Tried[] {
  const text = lines.join('\n');
  return misses
    .map(({ format, share, missed }) => ({
      id: format.id,
      reason: `record ${missed} lacks ${format.recognise.expects}`,
      share,
      // A value of JSON may go on in further lines.
      near: nearness(format, format.framing === 'json' ? text : (lines[missed - 1] ?? '')),
    }))
    .sort((a, b) => b.share - a.share || b.near - a.near)
    .map(({ id, reason, share, near }) => ({ id, reason, isNear: share > 0 || near >= NEAR }));
}

/** The format whose own header comes first in what is asked of the lines; one that is a record of another log is none. */
function headedFormat(
  lines: readonly string[],
  formats: readonly Format[],
  asked: (headers: Headers) => readonly string[],
): Format | null {
  const isRecord = (line: string): boolean =>
    formats.some(({ headers, recognise }) => !headers && recognise.pattern.test(line));
  let found: { format: Format; place: number } | null = null;
  for (const format of formats) {
    const { headers } = format;
    if (!headers) continue;
    const place = asked(headers).findIndex((line) => headers.recognise.test(line) && !isRecord(line));
    if (place >= 0 && place < (found?.place ?? lines.length)) found = { format, place };
  }
  return found?.format ?? null;
}

/** The lines before the first that is no header of a format. */
function opening(lines: readonly string[], { carry, below, others, recognise }: Headers): readonly string[] {
  const patterns = [carry, below, others]
    .filter((pattern) => pattern !== null)
    .map((pattern) => new RegExp(pattern));
  const end = lines.findIndex((line) => ![recognise, ...patterns].some((pattern) => pattern.test(line)));
  return end < 0 ? lines : lines.slice(0, end);
}

/**
 * The format with a header of its own before all records, or the first that all lines match, where nothing can come before
 * it: then most formats are asked of one line, and not of a hundred.
 */
function sureFormat(lines: readonly string[], formats: readonly Format[]): Format | null {
  const [first] = lines;
  if (first === undefined) return null;
  // A header of its own says more than any number of records.
  const headed = headedFormat(lines, formats, (headers) => opening(lines, headers));
  if (headed) return headed;
  const found = formats.findIndex(({ recognise }) => lines.every((line) => recognise.pattern.test(line)));
  const format = formats[found];
  if (!format) return null;
  if (format.framing === 'lines') return /^\s*[[{]/.test(first) ? null : format;
  // Cut as JSON they are the same values, unless those lie in a list that a format before it looks for.
  if (!lines.every((line) => /^\s*\{/.test(line) && isJson(line))) return null;
  const lists = new Set(formats.slice(0, found).flatMap(({ array }) => array ?? []));
  return [...lists].some((list) => lines.some((line) => line.includes(`"${list}"`))) ? null : format;
}

function withoutBlanks(records: readonly string[]): string[] {
  return records.map((record) => record.replace(/\r$/, '')).filter((record) => record.trim() !== '');
}

function fitOf(
  format: Format,
  { lines, sample, isSure = false }: { lines: readonly string[]; sample: Sample; isSure?: boolean },
): Fit & { missed: number } {
  const asLines = matching(format, lines);
  if (format.framing === 'lines') return { format, cut: 'lines', ...asLines };
  // Lines of a list look like records and are none, for the comma at their ends; so do lines with two records.
  const whole = () => asLines.found.filter(isJson).length;
  if (asLines.share >= 0.5 && whole() * 2 > asLines.found.length) return { format, cut: 'lines', ...asLines };
  const asValues = matching(format, sample.values(format.array));
  return isSure || Math.max(asValues.share, asLines.share) >= 0.5
    ? { format, cut: 'json', ...asValues }
    : { format, cut: 'lines', ...asLines };
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Matching = {
  /** The records that match, and their share. */
  found: string[];
  share: number;
  /** Number of the first record that does not match; 0 where all do. */
  missed: number;
};

function matching({ framing, isOwn, recognise }: Format, records: readonly string[]): Matching {
  // No line of a log of ours begins as an object of JSON does, in whose texts anything can stand.
  const mayBe = (record: string): boolean => framing === 'json' || isOwn || !/^\s*\{/.test(record);
  const { anywhere, pattern } = recognise;
  const hits = records.map(
    (record) => mayBe(record) && pattern.test(record) && (anywhere === null || pattern.test(shallow(record))),
  );
  const found = records.filter((_, index) => hits[index]);
  return {
    found,
    share: records.length === 0 ? 0 : found.length / records.length,
    missed: hits.indexOf(false) + 1,
  };
}
