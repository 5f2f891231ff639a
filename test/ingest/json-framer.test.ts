import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertWhole, chunksOf, frame, misfitsOf, pieces, recordsOf } from './json-frames.ts';

/** Bytes of which JSON is made, and what breaks it. */
const TOKENS = [
  ...['{', '}', '[', ']', '"', '\\', ',', ':', ' ', '\n', '\r', '\t', '\0', '1', 'null', 'x', '\\"'],
  ...[
    '{"Records":[',
    '{ "Records" :\n[',
    ']}',
    '{"a":1}',
    '{\n  "a": [1, {"b": "]}"}]\n}',
    '"a":',
    '\n{',
    '\n[',
    ',\n',
  ],
  ...['\xef\xbb\xbf', '\xef', '\xff', '\xe2\x80\xa8'],
];
const bytesLikeJson = fc.oneof(
  fc
    .array(fc.constantFrom(...TOKENS), { maxLength: 80 })
    .map((tokens) => Buffer.from(tokens.join(''), 'latin1')),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
);
const cuts = fc.array(fc.nat(), { maxLength: 12 });
const sizes = fc.integer({ min: 1, max: 80 });

/** An event as a producer writes it: an object that has no key named as the envelope's. */
const event = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((key) => key !== 'Records'),
  fc.jsonValue(),
  {
    minKeys: 1,
  },
);
const events = fc.array(event, { minLength: 1, maxLength: 6 });

type Layout = { what: string; write(events: readonly unknown[]): string };
const LAYOUTS: Layout[] = [
  { what: 'one a line', write: (list) => list.map((each) => JSON.stringify(each)).join('\n') },
  {
    what: 'one a line, with carriage returns',
    write: (list) => list.map((each) => `${JSON.stringify(each)}\r\n`).join(''),
  },
  {
    what: 'one after the other on one line',
    write: (list) => list.map((each) => JSON.stringify(each)).join(''),
  },
  {
    what: 'over several lines each',
    write: (list) => list.map((each) => JSON.stringify(each, null, 2)).join('\n'),
  },
  {
    what: 'over several lines each, with tabs and commas',
    write: (list) => list.map((each) => JSON.stringify(each, null, '\t')).join(',\n'),
  },
  {
    what: 'over several lines that start at the margin',
    write: (list) => list.map((each) => JSON.stringify(each, null, ' ').replace(/\n +/g, '\n')).join('\n'),
  },
  { what: 'in a list', write: (list) => JSON.stringify(list) },
  {
    what: 'in a list, one a line',
    write: (list) => `[\n${list.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`,
  },
  { what: 'in a list over several lines', write: (list) => JSON.stringify(list, null, 4) },
  {
    what: 'in several lists',
    write: (list) => list.map((each) => JSON.stringify([each, each].slice(1))).join('\n'),
  },
  { what: 'in an envelope', write: (list) => JSON.stringify({ Records: list }) },
  { what: 'in an envelope over several lines', write: (list) => JSON.stringify({ Records: list }, null, 2) },
  {
    what: 'in an envelope each',
    write: (list) => list.map((each) => JSON.stringify({ Records: [each] })).join(''),
  },
  {
    what: 'in an envelope each, on lines',
    write: (list) => list.map((each) => JSON.stringify({ Records: [each] }, null, 1)).join('\r\n'),
  },
  {
    what: 'in a list of envelopes',
    write: (list) => JSON.stringify(list.map((each) => ({ Records: [each] }))),
  },
  { what: 'after a byte order mark', write: (list) => `\ufeff${JSON.stringify(list, null, 2)}` },
  {
    what: 'in files with byte order marks, put together',
    write: (list) => list.map((each) => `\ufeff${JSON.stringify({ Records: [each] })}`).join('\n'),
  },
];

describe('The framer of JSON values', () => {
  test('has every byte in one record or between two, however the bytes arrive', () => {
    fc.assert(
      fc.property(bytesLikeJson, cuts, sizes, (bytes, places, blockBytes) => {
        const frames = frame(chunksOf(bytes, places), { blockBytes });
        assertWhole(bytes, frames);
        assert.deepEqual(misfitsOf(frames), []);
        for (const each of frames)
          if (each.kind === 'block')
            assert.ok(each.bytes.length + 1 <= blockBytes || each.records!.length === 1);
        assert.deepEqual(frame([bytes], { blockBytes }), frames);
      }),
      { numRuns: 4000 },
    );
  });

  test('sets the value that damage has cut aside, and keeps those before it', () => {
    fc.assert(
      fc.property(bytesLikeJson, cuts, sizes, (bytes, places, blockBytes) => {
        const frames = frame(chunksOf(bytes, places), { blockBytes, damaged: true });
        assertWhole(bytes, frames);
        const [cut, ...more] = misfitsOf(frames);
        assert.deepEqual(more, []);
        if (cut) {
          assert.deepEqual([cut.reason, cut.offset + cut.length], ['cut-by-damage', bytes.length]);
          assert.equal(frames.at(-1), cut);
        }
        assert.deepEqual(frame([bytes], { blockBytes, damaged: true }), frames);
      }),
      { numRuns: 2000 },
    );
  });

  for (const { what, write } of LAYOUTS) {
    test(`gives values back that stand ${what}`, () => {
      fc.assert(
        fc.property(events, cuts, sizes, (list, places, blockBytes) => {
          const bytes = Buffer.from(write(list));
          const frames = frame(chunksOf(bytes, places), { blockBytes });
          assertWhole(bytes, frames);
          assert.deepEqual(
            recordsOf(frames).map((record) => JSON.parse(record)),
            list.map((each) => JSON.parse(JSON.stringify(each))),
          );
        }),
        { numRuns: 150 },
      );
    });
  }

  for (const { what, text, records } of [
    {
      what: 'brackets and escaped quotes within strings',
      text: '{"a":"}]{[\\"}\\\\"} {"b":"\\\\\\"{"}',
      records: ['{"a":"}]{[\\"}\\\\"}', '{"b":"\\\\\\"{"}'],
    },
    {
      what: 'a missing quote, which swallows no more than its line',
      text: '{"a":"x}\n{"b":1}\n{"c":2}',
      records: ['{"a":"x}', '{"b":1}', '{"c":2}'],
    },
    {
      what: 'a missing quote of a value over several lines',
      text: '[{\n "a": "x,\n "b": 1\n},\n{\n "c": 2\n}]',
      records: ['{\n "a": "x,', '"b"', ': 1', '}', '{\n "c": 2\n}'],
    },
    {
      what: 'a missing bracket, which swallows no more than its line',
      text: '{"a":{"b":1}\n{"c":2}\n{"d":3}',
      records: ['{"a":{"b":1}\n', '{"c":2}', '{"d":3}'],
    },
    {
      what: 'missing brackets in a list',
      text: '[{"a":[{"b":1,\n{"c":2},\n{"d":3}]',
      records: ['{"a":[{"b":1,\n', '{"c":2}', '{"d":3}'],
    },
    {
      what: 'a brace that may start a line',
      text: '{"a":\n{"b":[\n{},\n{"c":1}\n]}}\n{"d":1}',
      records: ['{"a":\n{"b":[\n{},\n{"c":1}\n]}}', '{"d":1}'],
    },
    {
      what: 'values one after the other, of which a quote or a bracket is missing',
      text: '{"a":"x"y"}{"b":1} {"c":"\\"}{ "d":{"e":1}{"f":[2}{"g":{"h":{}}}',
      records: ['{"a":"x"y"}', '{"b":1}', '{"c":"\\"}', '{ "d":{"e":1}', '{"f":[2}', '{"g":{"h":{}}}'],
    },
    {
      what: 'closing brackets too many',
      text: '{"a":1}}\n]\n{"b":2}',
      records: ['{"a":1}', '}', ']', '{"b":2}'],
    },
    {
      what: 'closing brackets too many in a list',
      text: '[{"a":1}},{"b":2}]]\n{"c":3}',
      records: ['{"a":1}', '}', '{"b":2}', ']', '{"c":3}'],
    },
    {
      what: 'words and numbers',
      text: 'hello {"a":1}\n[1,null ,"x",tru]',
      records: ['hello {"a":1}', '1', 'null ', '"x"', 'tru'],
    },
    {
      what: 'an envelope that does not close before the next',
      text: '{"Records":[{"a":1},\n{"Records":[{"b":2}]}\n{"c":3}',
      records: ['{"a":1}', '{"b":2}', '{"c":3}'],
    },
    {
      what: 'members after the list of an envelope',
      text: '{"Records":[{"a":1}],"n":1}\n{"b":2}',
      records: ['{"a":1}', '"n"', ':1', '{"b":2}'],
    },
    {
      what: 'an envelope with members before its list, which is a value',
      text: '{"n":1,"Records":[{"a":1}]}',
      records: ['{"n":1,"Records":[{"a":1}]}'],
    },
    {
      what: 'half a byte order mark',
      text: '\xef\xbb',
      records: [Buffer.from('\xef\xbb', 'latin1').toString('utf8')],
    },
    { what: 'nothing', text: '\n [ ] ,\r\n{"Records":[]}', records: [] },
  ] as const) {
    test(`takes ${what}`, () => {
      const bytes = Buffer.from(text, 'latin1');
      for (let length = 1; length <= bytes.length; length += 1) {
        const frames = frame(pieces(bytes, length));
        assertWhole(bytes, frames);
        assert.deepEqual(recordsOf(frames), records);
      }
    });
  }

  test('looks for no envelope where the format has none', () => {
    const text = '{"Records":[{"a":1},{"b":2}]}';
    assert.deepEqual(recordsOf(frame([Buffer.from(text)], { array: null })), [text]);
  });
});
