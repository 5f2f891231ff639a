/** Records as damage, accidents and attackers make them: mutations of good lines, and pure noise. One character a byte. */
import fc from 'fast-check';

const SPECIAL = [
  '"',
  '\\',
  ' ',
  '[',
  ']',
  '\t',
  '\0',
  '\r',
  '{',
  '}',
  '-',
  ':',
  '%',
  "'",
  ';',
  '\x1b',
  '\xff',
  '\xc3',
  '\xe2\x80\xa8',
  '""',
  '\\"',
];

const NUMBERS = [
  '0',
  '00',
  '000',
  '-1',
  '-0',
  '1',
  '999',
  '1000',
  '65535',
  '65536',
  '99999',
  '2147483648',
  '9999999999',
  '99999999999',
  '9999999999999',
  '99999999999999',
  '9999999999999999',
  '99999999999999999',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '999999999999999999999999999999999999999999',
  '1.5',
  '1e400',
  '0x1F',
  '\xd9\xa1',
  '-',
  '',
  'NaN',
  'Infinity',
  'null',
  'true',
];

const TIMES = [
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2016-12-31T23:59:60Z',
  '2019-02-29T00:00:00Z',
  '2019-11-11T24:00:00Z',
  '1677-09-21T00:12:43Z',
  '2262-04-12T00:00:00Z',
  '1969-12-31T23:59:59.999999999Z',
  '2019-11-11T15:42:00+25:00',
  'infinity',
  '-infinity',
  'epoch',
  'today',
  '2019-11-11',
  '290000-01-01T00:00:00Z',
  '01/Jan/0001:00:00:00 +0000',
  '31/Dec/9999:23:59:59 +0000',
  '31/Dec/2016:23:59:60 +0000',
  '29/Feb/2019:00:00:00 +0000',
  '11/Nov/2019:24:00:00 +0000',
  '11/Nov/2019:15:42:00 +9999',
  '11/Nov/2019:15:42:00 -9999',
  '11/Foo/2019:15:42:00 +0000',
  '00/Nov/2019:15:42:00 +0000',
  '01/Jan/0000:00:00:00 +0000',
  '31/Dec/1969:23:59:59 +0000',
];

const ADDRESSES = [
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  '012.1.1.1',
  '::',
  '::1',
  ':::',
  '1::2::3',
  '[2001:db8::1]',
  'fe80::1%eth0',
  '2001:db8::1:2817',
  '[2001:db8::1]:99999',
  '192.0.2.1:65536',
  '192.0.2.1:-1',
  'localhost',
  '-',
  '0.0.0.0',
  '255.255.255.255',
  '::ffff:192.0.2.1',
  '1.1.1.1, 2.2.2.2',
  '\xff.\xff',
  "'; drop table events; --",
];

type Change = (line: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Puts `text` in the place of one of the matches. */
function replaceOne(pattern: RegExp, values: readonly string[]): fc.Arbitrary<Change> {
  return fc.tuple(place, fc.constantFrom(...values)).map(([where, value]) => (line) => {
    const matches = [...line.matchAll(pattern)];
    const match = matches[Math.floor(where * matches.length)];
    return match
      ? line.slice(0, match.index) + value + line.slice(match.index + match[0].length)
      : line + value;
  });
}

const splice = fc.tuple(place, place, fc.constantFrom('', ...SPECIAL), fc.constantFrom(1, 1, 2, 3000)).map(
  ([from, length, text, times]): Change =>
    (line) => {
      const start = Math.floor(from * line.length);
      const taken = Math.floor(length * length * (line.length - start));
      return line.slice(0, start) + text.repeat(times) + line.slice(start + taken);
    },
);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: splice },
  {
    weight: 2,
    arbitrary: place.map(
      (where): Change =>
        (line) =>
          line.slice(0, Math.floor(where * line.length)),
    ),
  },
  { weight: 3, arbitrary: replaceOne(/-?\d+(\.\d+)?/g, NUMBERS) },
  {
    weight: 3,
    arbitrary: replaceOne(
      /\d{4}-\d{2}-\d{2}T[0-9:.]+Z|\d{2}\/[A-Z][a-z]{2}\/\d{4}:[0-9:]+ [+-]\d{4}/g,
      TIMES,
    ),
  },
  { weight: 2, arbitrary: replaceOne(/\d+\.\d+\.\d+\.\d+/g, ADDRESSES) },
  { weight: 2, arbitrary: replaceOne(/"/g, ['""', '\\"', "'", '" "', '"\\', '']) },
  {
    weight: 1,
    arbitrary: replaceOne(/"[^"]*"/g, [
      'null',
      '[]',
      '{}',
      '[[[[[[1]]]]]]',
      '-1',
      '""',
      '{"a":{"b":1}}',
      '["a","a"]',
      '"\\ud800"',
      '"\\uDC80"',
      '"\\ude00\\ud83d"',
      '"\\\\ud800"',
      '"\\u0000"',
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Change>(
      (line) => `"${line}"`,
      (line) => line + line,
      (line) => `\xef\xbb\xbf${line}`,
      (line) => `  ${line}  `,
      (line) => '['.repeat(20_000) + line,
    ),
  },
);

const noise = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc
    .array(fc.constantFrom(...SPECIAL, ...NUMBERS, ...TIMES, ...ADDRESSES), { maxLength: 12 })
    .map((words) => words.join(' ')),
  fc.json().map((text) => Buffer.from(text).toString('latin1')),
);

/** Records without a newline, always the same for a seed. */
export function hostileRecords(good: readonly string[], options: { count: number; seed: number }): Buffer[] {
  const mutated = fc
    .tuple(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([line, changes]) => changes.reduce((text, each) => each(text), line));
  const records = fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: noise });
  return fc
    .sample(records, { numRuns: options.count, seed: options.seed })
    .map((text) => Buffer.from(text.replaceAll('\n', ''), 'latin1'));
}
