/** Breaks records as damage, accidents and attackers do. One character a byte. */
import { type Random, weighted } from '../src/simulate/random.ts';
import { ADDRESSES, deep, JSON_VALUES, NUMBERS, TIMES, TOKENS } from './fuzz-tokens.ts';

/** What may come thousands of times without making thousands of records. */
const ONE_LINE = TOKENS.filter((token) => !token.includes('\n'));

type Change = (record: string, random: Random, other: string) => string;

const replaceOne =
  (pattern: RegExp, values: readonly string[]): Change =>
  (record, random) => {
    const matches = [...record.matchAll(pattern)];
    if (matches.length === 0) return record + random.pick(values);
    const { index, 0: match } = random.pick(matches);
    return record.slice(0, index) + random.pick(values) + record.slice(index + match.length);
  };

/** Two places in the record, in order, more often near each other. */
function span(record: string, random: Random): [number, number] {
  const from = random.below(record.length + 1);
  const most = random.chance(0.7) ? Math.min(12, record.length - from) : record.length - from;
  return [from, from + random.below(most + 1)];
}

const insert: Change = (record, random) => {
  const at = random.below(record.length + 1);
  return record.slice(0, at) + random.pick(TOKENS) + record.slice(at);
};

const field = /[^\s",|[\]{}]+/g;
const time = /\d{4}-\d{2}-\d{2}[T \t][0-9:.]+Z?|\d{2}\/[A-Z][a-z]{2}\/\d{4}:[0-9:]+ [+-]\d{4}|\b\d{10,19}\b/g;

const CHANGES: readonly (readonly [number, Change])[] = [
  [
    4,
    (record, random) => {
      const at = random.below(record.length);
      const byte = (record.charCodeAt(at) || 0) ^ (1 << random.below(8));
      return record.slice(0, at) + String.fromCharCode(byte & 255) + record.slice(at + 1);
    },
  ],
  [
    3,
    (record, random) => {
      const [from, to] = span(record, random);
      return record.slice(0, from) + record.slice(to);
    },
  ],
  [
    2,
    (record, random) => {
      const [from, to] = span(record, random);
      return record.slice(0, to) + record.slice(from);
    },
  ],
  [
    2,
    (record, random, other) => {
      const [from, to] = span(record, random);
      const [start, stop] = span(other, random);
      return record.slice(0, from) + other.slice(start, stop) + record.slice(to);
    },
  ],
  [
    1,
    (record, random, other) =>
      record.slice(0, random.below(record.length + 1)) + other.slice(random.below(other.length + 1)),
  ],
  [5, insert],
  [3, replaceOne(field, TOKENS)],
  [4, replaceOne(/-?\d+(\.\d+)?/g, NUMBERS)],
  [4, replaceOne(time, TIMES)],
  [2, replaceOne(field, TIMES)],
  [3, replaceOne(/\d+\.\d+\.\d+\.\d+|[0-9a-f:]*::[0-9a-f:]*/g, ADDRESSES)],
  [2, replaceOne(field, ADDRESSES)],
  [3, replaceOne(/"[^"]*"|\[[^\][]*\]|\{[^{}]*\}/g, JSON_VALUES)],
  [1, (record, random) => record.slice(0, random.below(record.length + 1))],
  [0.5, (record) => record + record],
  [
    0.3,
    (record, random) =>
      random.pick([
        '',
        ' ',
        '\r',
        '\t \t',
        '{}',
        '[]',
        'null',
        '1',
        '""',
        deep(200),
        `"${record}"`,
        `\xef\xbb\xbf${record}`,
        `  ${record}\r`,
      ]),
  ],
  [
    0.1,
    (record, random) => {
      const at = random.below(record.length + 1);
      return (
        record.slice(0, at) +
        random.pick(ONE_LINE).repeat(random.pick([300, 3000, 20_000])) +
        record.slice(at)
      );
    },
  ],
  [0.3, (record, random) => Array.from(record, () => String.fromCharCode(random.below(256))).join('')],
];
const change = weighted(CHANGES, ([weight]) => weight);

/** A record with one to four changes. It may have newlines, and so be several. */
export function mutated(records: readonly string[], random: Random): string {
  let record = random.pick(records);
  const changes = 1 + Math.floor(random.next() * random.next() * 4);
  for (let count = 0; count < changes; count += 1) {
    const [, make] = change(random);
    record = make(record, random, random.pick(records));
  }
  return record;
}
