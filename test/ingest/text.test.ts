import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { countRecords, toUtf8, withoutHalves } from '../../src/ingest/text.ts';

const newlines = (bytes: Buffer) => bytes.filter((byte) => byte === 0x0a).length;

/** Bytes that are often nearly UTF-8: whole characters, cut ones and single bytes. */
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text)),
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 2 })
        .map((text) => Buffer.from(text).subarray(0, -1)),
      fc.constant(Buffer.from('\n')),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts));

describe('Bytes as UTF-8', () => {
  test('are valid, with as many newlines as before', () => {
    fc.assert(
      fc.property(nearlyUtf8, (bytes) => {
        const text = toUtf8(bytes);
        assert.ok(isUtf8(text));
        assert.equal(newlines(text), newlines(bytes));
        assert.equal(countRecords(text), countRecords(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test('are left as they are where they are valid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const bytes = Buffer.from(text);
        assert.ok(toUtf8(bytes).equals(bytes));
      }),
    );
  });

  test('can be told back: each \\xHH stands for one byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (values) => {
        const bytes = Buffer.from(values.map((value) => (value === 0x5c ? 0x5d : value)));
        const back = toUtf8(bytes)
          .toString('latin1')
          .replaceAll(/\\x([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
        assert.ok(Buffer.from(back, 'latin1').equals(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  for (const { what, bytes, text } of [
    { what: 'an overlong slash', bytes: [0xc0, 0xaf], text: '\\xC0\\xAF' },
    { what: 'an overlong slash in three bytes', bytes: [0xe0, 0x80, 0xaf], text: '\\xE0\\x80\\xAF' },
    { what: 'a surrogate', bytes: [0xed, 0xa0, 0x80], text: '\\xED\\xA0\\x80' },
    { what: 'a code point over U+10FFFF', bytes: [0xf4, 0x90, 0x80, 0x80], text: '\\xF4\\x90\\x80\\x80' },
    { what: 'a byte that no UTF-8 has', bytes: [0x41, 0xff, 0x42], text: 'A\\xFFB' },
    { what: 'a character cut at the end', bytes: [0x41, 0xe2, 0x82], text: 'A\\xE2\\x82' },
    { what: 'a character cut by a newline', bytes: [0xe2, 0x82, 0x0a, 0x41], text: '\\xE2\\x82\nA' },
    { what: 'a lone continuation', bytes: [0x80, 0xc3, 0xa9], text: '\\x80é' },
    { what: 'the last code point', bytes: [0xf4, 0x8f, 0xbf, 0xbf], text: '\u{10ffff}' },
    { what: 'NUL', bytes: [0x00, 0xff], text: '\0\\xFF' },
  ]) {
    test(`writes ${what} as ${JSON.stringify(text)}`, () => {
      assert.equal(toUtf8(Buffer.from(bytes)).toString('utf8'), text);
    });
  }

  test('are a backslash too in a text of JSON', () => {
    const json = Buffer.from('"a\xff\\\\\xc3\xa9"', 'latin1');
    assert.equal(JSON.parse(toUtf8(json, { isJson: true }).toString('utf8')), 'a\\xFF\\é');
  });

  test('cost four times their bytes at most, also where none is UTF-8', () => {
    const bytes = Buffer.alloc(4 << 20, 0xff);
    const before = process.memoryUsage().rss;
    assert.equal(toUtf8(bytes).length, bytes.length * 4);
    // An object a byte took over 400 MB.
    assert.ok(process.memoryUsage().rss - before < 120 << 20);
  });
});

/** Texts as a client makes them that has a logger write halves of characters, and what looks like them. */
const halves = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2 }),
      fc.constantFrom(
        '\ud800',
        '\udbff',
        '\udc00',
        '\udfff',
        '\ud83d\ude00',
        '\\',
        '\\ud800',
        'u',
        '"',
        '\n',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** A letter of hexadecimal digits is large or small, as the logger likes. */
const inCapitals = (json: string): string =>
  json.replaceAll(/(?<=(?<!\\)(?:\\\\)*\\u)[\da-f]{4}/g, (digits) => digits.toUpperCase());

describe('Escapes of half a character in JSON', () => {
  test('become U+FFFD, and nothing else is touched', () => {
    fc.assert(
      fc.property(fc.array(halves, { maxLength: 5 }), fc.boolean(), (texts, areLarge) => {
        const lines = texts.map((text) => JSON.stringify({ text }));
        const json = Buffer.from((areLarge ? lines.map(inCapitals) : lines).join('\n'));
        const before = Buffer.from(json);
        const read = withoutHalves(json);
        assert.ok(json.equals(before), 'the bytes of the log stay what they are');
        assert.equal(read.length, json.length);
        const back = read.toString('utf8').split('\n');
        assert.deepEqual(
          texts.length === 0 ? [] : back.map((line) => JSON.parse(line).text),
          texts.map((text) => text.toWellFormed()),
        );
      }),
      { numRuns: 3000 },
    );
  });

  test('are looked for without a copy of what has none', () => {
    const json = Buffer.from('{"a":"\\u00e9 \\\\ud800 \\ud83d\\ude00"}');
    assert.equal(withoutHalves(json), json);
  });

  test('end no record but their own, cut or behind a backslash that stands alone', () => {
    const lines = ['{"a":"\\', '{"a":"\\ud8', '{"a":"\\ud800', '\\ud8"}', '{"a":"\\ud800\\', '\\ude00"}'];
    assert.equal(
      withoutHalves(Buffer.from(lines.join('\n'))).toString(),
      ['{"a":"\\', '{"a":"\\ud8', '{"a":"\\ufffd', '\\ud8"}', '{"a":"\\ufffd\\', '\\ufffd"}'].join('\n'),
    );
  });
});
