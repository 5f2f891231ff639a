/** Texts told apart by their bytes, however many there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DistinctTexts } from '../../src/adapters/distinct-texts.ts';

/** Numbers of texts that lie one after the other in the same bytes, as in a column of DuckDB's. */
function numbersOf(distinct: DistinctTexts, texts: readonly string[]): number[] {
  const bytes = Buffer.from(texts.join(''));
  let end = 0;
  return texts.map((text) => {
    const start = end;
    end += Buffer.byteLength(text);
    return distinct.numberOf(bytes, start, end);
  });
}

function assertNumbered(batches: readonly (readonly string[])[]): void {
  const distinct = new DistinctTexts();
  const known = new Map<string, number>();
  for (const texts of batches) {
    const expected = texts.map((text) => {
      const number = known.get(text) ?? known.size;
      known.set(text, number);
      return number;
    });
    assert.deepEqual(numbersOf(distinct, texts), expected);
  }
  assert.deepEqual(distinct.texts, [...known.keys()]);
}

test('each has the number of its first coming', () => {
  const text = fc.oneof(fc.constantFrom('', 'a', 'b', 'aa'), fc.string({ unit: 'grapheme', maxLength: 40 }));
  fc.assert(fc.property(fc.array(fc.array(text.map((each) => each.toWellFormed()))), assertNumbered));
});

test('tens of thousands, and long ones', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => `198.51.${index % 256}.${index}`);
  const long = ['x'.repeat(1 << 20), `${'x'.repeat(1 << 20)}y`, 'x'.repeat(1 << 20)];
  assertNumbered([many, long, many.toReversed(), ['', ...long]]);
});
