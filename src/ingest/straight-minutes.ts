import type { Words } from '../lake/words.ts';
import { NULL_WORD } from '../lake/words.ts';
import type { Output } from './row-column.ts';
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
    const texts = ['source_id', 'host', 'action'].map((name) => textsOf(group.output(name))) as [
      Texts,
      Texts,
      Texts,
    ];
    const [sources, hosts, actions] = texts;
    const [sent, got, status] = ['response_bytes', 'request_bytes', 'status_code'].map((name) =>
      numbersOf(group.output(name)),
    );
    const [reached, reserved] = ['reached_origin', 'reserved'].map((name) => flagsOf(group.output(name)));
    const address = group.output('src_ip');
    const addresses = address.kind === 'words' ? address.rows.places : null;
    const places = actions.texts.map((action) => (action === null ? undefined : ACTIONS[action]));
    const minutes = new Map<number, Minutes>();
    for (let row = 0; row < group.rows; row += 1) {
      const source = sources.places?.[row] ?? 0;
      const host = hosts.places?.[row] ?? 0;
      const pair = source * 2 ** 24 + host;
      let ofPair = minutes.get(pair);
      if (!ofPair) {
        ofPair = this.#minutesOf(sources.texts[source]!, hosts.texts[host]!);
        minutes.set(pair, ofPair);
      }
      const { counts } = minuteAt(ofPair, group.ms[row]!, [sources.texts[source]!, hosts.texts[host]!]);
      counts[PLACES.requests]! += 1;
      addBytes(counts, PLACES.request_bytes, got?.[row] ?? NONE);
      addBytes(counts, PLACES.response_bytes, sent?.[row] ?? NONE);
      const hundred = status ? Math.floor(status[row]! / 100) : 0;
      if (hundred >= 1 && hundred <= 5) counts[PLACES.status_1xx + hundred - 1]! += 1;
      const action = actions.places?.[row] ?? 0;
      if (actions.texts[action] !== null) {
        counts[PLACES.action_known]! += 1;
        const place = places[action];
        if (place !== undefined) counts[place]! += 1;
      }
      if (reached?.[row] === 1) counts[PLACES.reached_origin]! += 1;
      if ((addresses?.[row] ?? NULL_WORD) === NULL_WORD) counts[PLACES.without_source]! += 1;
      if (reserved?.[row] === 1) counts[PLACES.reserved]! += 1;
    }
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

/** The words of a column by their numbers; of one that is always the same, one word of number 0. */
type Texts = { texts: (string | null)[]; places: Uint32Array | null };

function textsOf(output: Output): Texts {
  if (output.kind === 'text') return { texts: [output.text], places: null };
  if (output.kind !== 'words') return { texts: [null], places: null };
  return { texts: [null, ...listOf(output.rows.words)], places: output.rows.places };
}

function listOf(words: Words): string[] {
  return Array.from({ length: words.count }, (_, index) => words.textOf(index + 1));
}

function numbersOf(output: Output): Float64Array | null {
  return output.kind === 'numbers' ? output.rows : null;
}

function flagsOf(output: Output): Int8Array | null {
  return output.kind === 'flags' ? output.rows : null;
}

/** A count of a minute by its name, as millions and the rest. */
export function countOf({ counts }: Minute, name: string): { millions: number; rest: number } {
  const place = PLACES[name as Count];
  const millions = name.endsWith('_bytes') ? counts[millionsOf(place)]! : 0;
  return { millions: millions + Math.floor(counts[place]! / MILLION), rest: counts[place]! % MILLION };
}
