/** A result as CSV: what a spreadsheet would run is text, and bytes say what text says however long the result is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvField, csvText, packedCsv } from '../../src/catalogue/csv.ts';
import type { Result, Value } from '../../src/catalogue/engine.ts';

const columns: Result['columns'] = [
  { name: 'a', type: 'varchar' },
  { name: 'b', type: 'bigint' },
];

test('no field begins as a formula does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(csvField(text), /^[=+\-@\t\r]/);
    }),
  );
});

for (const length of [0, 1, 9_999, 10_000, 10_001, 25_000])
  test(`${length} rows are the same as bytes and as text`, () => {
    const rows = Array.from({ length }, (_, index): Value[] => [
      index % 3 === 0 ? null : `=é"${index}`,
      index,
    ]);
    const text = csvText({ columns, rows });
    assert.equal(text.split('\n').length, length + 2);
    assert.equal(String(packedCsv({ columns, rows })()), text);
  });
