import type { Words } from '../lake/words.ts';
import { NULL_WORD } from '../lake/words.ts';
import { MOST_ROWS, type Output } from './row-column.ts';
import { NONE } from './straight-record.ts';
import type { StraightRows } from './straight-rows.ts';

const MINUTE_MS = 60_000;

/** What is counted of each minute, in the order of minute_activity. */
const COUNTS = [
  ...['requests', 'request_bytes', 'response_bytes'],
  ...['status_1xx', 'status_2xx', 'status_3xx', 'status_4xx', 'status_5xx'],
  ...['allowed', 'blocked', 'challenged', 'rate_limited', 'action_known'],
  ...['reached_origin', 'without_source', 'reserved'],
] as const;
type Count = (typeof COUNTS)[number];

const PLACES = Object.fromEntries(COUNTS.map((name, place) => [name, place])) as Record<Count, number>;
const ACTIONS: Record<string, number | undefined> = {
  allowed: PLACES.allowed,
  blocked: PLACES.blocked,
  challenged: PLACES.challenged,
  'rate-limited': PLACES.rate_limited,
};

/** Sums of bytes can exceed what a number holds: of those two, the millions are kept apart. */
const MILLION = 1e6;
const MILLIONS = 2;
const millionsOf = (place: number): number => COUNTS.length + place - PLACES.request_bytes;

function addBytes(counts: Float64Array, place: number, bytes: number): void {
  if (bytes <= 0) return;
  counts[place]! += bytes % MILLION;
  counts[millionsOf(place)]! += Math.floor(bytes / MILLION);
}

/** By their first millisecond. */
type Minutes = Map<number, Minute>;

/** The counts of a log's minute and host. */
export type Minute = { source: string; host: string | null; ms: number; counts: Float64Array };

/** Counts the minutes of rows, group by group: what `countedMinutes` says in SQL. */
export class StraightMinutes {
  /** By source and host, then by the minute of the day. */
  readonly #minutes = new Map<string, Minutes>();

  clear(): void {
    this.#minutes.clear();
  }

  add(group: StraightRows): void {
    const columns: Columns = {
      ms: group.ms,
      sources: textsOf(group.output('source_id')),
      hosts: textsOf(group.output('host')),
      sent: numbersOf(group.output('response_bytes')),
      got: numbersOf(group.output('request_bytes')),
      status: numbersOf(group.output('status_code')),
      addresses: placesOf(group.output('src_ip')),
      reached: flagsOf(group.output('reached_origin')),
      reserved: flagsOf(group.output('reserved')),
      ...actionsOf(group.output('action')),
    };
    const minutes = new Map<number, Minutes>();
    // A row at a time in a function of its own: a loop of all of this is compiled anew for each group.
    for (let row = 0; row < group.rows; row += 1) this.#addRow(columns, minutes, row);
  }

  #addRow(columns: Columns, minutes: Map<number, Minutes>, row: number): void {
    const { sources, hosts } = columns;
    const source = sources.places[row]!;
    const host = hosts.places[row]!;
    const pair = source * 2 ** 24 + host;
    let ofPair = minutes.get(pair);
    if (!ofPair) {
      ofPair = this.#minutesOf(sources.texts[source]!, hosts.texts[host]!);
      minutes.set(pair, ofPair);
    }
    const { counts } = minuteAt(ofPair, columns.ms[row]!, [sources.texts[source]!, hosts.texts[host]!]);
    counts[PLACES.requests]! += 1;
    addBytes(counts, PLACES.request_bytes, columns.got[row]!);
    addBytes(counts, PLACES.response_bytes, columns.sent[row]!);
    const hundred = Math.floor(columns.status[row]! / 100);
    if (hundred >= 1 && hundred <= 5) counts[PLACES.status_1xx + hundred - 1]! += 1;
    const action = columns.actionPlaces[row]!;
    if (action !== columns.noAction) {
      counts[PLACES.action_known]! += 1;
      const place = columns.countOfAction[action]!;
      if (place !== NONE) counts[place]! += 1;
    }
    if (columns.reached[row] === 1) counts[PLACES.reached_origin]! += 1;
    if (columns.addresses[row] === NULL_WORD) counts[PLACES.without_source]! += 1;
    if (columns.reserved[row] === 1) counts[PLACES.reserved]! += 1;
  }

  #minutesOf(source: string, host: string | null): Minutes {
    const key = `${source}\n${host ?? '\n'}`;
    const found = this.#minutes.get(key) ?? new Map<number, Minute>();
    this.#minutes.set(key, found);
    return found;
  }

  /** By source, minute and host, of which none is first. */
  sorted(): Minute[] {
    const all = [...this.#minutes.values()].flatMap((minutes) => [...minutes.values()]);
    // A straight host is of ASCII, which any order of texts puts alike.
    const hostsInOrder = ({ host: a }: Minute, { host: b }: Minute): number =>
      a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1;
    return all.sort((a, b) => compare(a.source, b.source) || a.ms - b.ms || hostsInOrder(a, b));
  }
}

/** By the bytes of UTF-8. */
function compare(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function minuteAt(minutes: Minutes, ms: number, [source, host]: [string, string | null]): Minute {
  const start = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  const found = minutes.get(start);
  if (found) return found;
  const minute = { source, host, ms: start, counts: new Float64Array(COUNTS.length + MILLIONS) };
  minutes.set(start, minute);
  return minute;
}

/** What is counted of rows, where a column that is none is one of nulls. */
type Columns = {
  ms: Float64Array;
  sources: Texts;
  hosts: Texts;
  sent: Float64Array;
  got: Float64Array;
  status: Float64Array;
  addresses: Uint32Array;
  reached: Int8Array;
  reserved: Int8Array;
} & Actions;

/** Of each action the place of its count, or NONE; and which stands for none. */
type Actions = { actionPlaces: Uint32Array; countOfAction: readonly number[]; noAction: number };

/** The words of a column by their numbers; of one that is always the same, one word of number 0. */
type Texts = { texts: readonly (string | null)[]; places: Uint32Array };

const NO_NUMBERS = new Float64Array(MOST_ROWS).fill(NONE);
const NO_FLAGS = new Int8Array(MOST_ROWS).fill(NONE);
const NO_WORDS = new Uint32Array(MOST_ROWS);

function textsOf(output: Output): Texts {
  if (output.kind === 'text') return { texts: [output.text], places: NO_WORDS };
  if (output.kind !== 'words') return { texts: [null], places: NO_WORDS };
  return { texts: [null, ...listOf(output.rows.words)], places: output.rows.places };
}

function actionsOf(output: Output): Actions {
  const { texts, places } = textsOf(output);
  return {
    actionPlaces: places,
    countOfAction: texts.map((action) => ACTIONS[action ?? ''] ?? NONE),
    noAction: texts.indexOf(null),
  };
}

function listOf(words: Words): string[] {
  const texts: string[] = [];
  for (let word = 1; word <= words.count; word += 1) texts.push(words.textOf(word));
  return texts;
}

function numbersOf(output: Output): Float64Array {
  return output.kind === 'numbers' ? output.rows : NO_NUMBERS;
}

function flagsOf(output: Output): Int8Array {
  return output.kind === 'flags' ? output.rows : NO_FLAGS;
}

function placesOf(output: Output): Uint32Array {
  return output.kind === 'words' ? output.rows.places : NO_WORDS;
}

/** A count of a minute by its name, as millions and the rest. */
export function countOf({ counts }: Minute, name: string): { millions: number; rest: number } {
  const place = PLACES[name as Count];
  const millions = name.endsWith('_bytes') ? counts[millionsOf(place)]! : 0;
  return { millions: millions + Math.floor(counts[place]! / MILLION), rest: counts[place]! % MILLION };
}
