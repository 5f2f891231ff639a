/** Texts that are kept once, against what a map makes of them; and the columns of them as DuckDB reads them back. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { column } from '../../src/lake/column.ts';
import { ParquetWriter } from '../../src/lake/parquet.ts';
import { SNAPPY, ZSTD } from '../../src/lake/parquet-chunk.ts';
import { Chosen, Flags, Numbers } from '../../src/lake/part-columns.ts';
import { readable } from '../../src/lake/readable.ts';
import { NULL_WORD, Words } from '../../src/lake/words.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-words-'));
after(() => rmSync(folder, { recursive: true }));
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

const text = fc.oneof(
  fc.constantFrom('', 'a', 'GET', 'POST', 'x'.repeat(200)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

describe('Words', () => {
  test('are numbered as they first came, and each says its text', () => {
    const words = new Words();
    fc.assert(
      fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
        words.clear();
        const known = new Map<string, number>();
        for (const each of texts) {
          // In the middle of other bytes, as a cell is in its record.
          const source = readable(Buffer.from(`"${each}"`));
          const number = words.numberOf(source, 1, source.bytes.length - 1);
          if (!known.has(each)) known.set(each, known.size + 1);
          assert.equal(number, known.get(each));
          assert.equal(words.textOf(number), each);
        }
        assert.equal(words.count, known.size);
      }),
    );
  });

  test('are kept as they come where nearly all are new', () => {
    const words = new Words();
    for (let index = 0; index < 5_000; index += 1) words.numberOfText(Buffer.from(`id ${index}`));
    assert.equal(words.numberOfText(Buffer.from('id 7')), 5_001);
    words.clear();
    assert.equal(words.numberOfText(Buffer.from('id 7')), 1);
    assert.equal(words.numberOfText(Buffer.from('id 7')), 1);
  });
});

type Row = { text: string | null; number: number | null; flag: boolean | null; ms: number; ns: number };

const row: fc.Arbitrary<Row> = fc.record({
  text: fc.option(text),
  number: fc.option(fc.oneof(fc.nat(9), fc.maxSafeNat())),
  flag: fc.option(fc.boolean()),
  ms: fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2200, 0, 1) }),
  ns: fc.nat(999_999),
});
/** Texts of which none comes again, or one after the other. */
const rows = fc.oneof(
  fc.array(row, { minLength: 1, maxLength: 400 }),
  fc
    .array(row, { minLength: 1, maxLength: 400 })
    .map((all) => all.map((each, i) => ({ ...each, text: `id ${i}` }))),
  fc
    .array(row, { minLength: 60, maxLength: 400 })
    .map((all) => all.map((each, i) => ({ ...each, text: `${i >> 3}` }))),
  fc
    .array(row, { minLength: 60, maxLength: 400 })
    .map((all) => all.map((each, i) => ({ ...each, text: `some words ${(i * 5) % 301}` }))),
);

const columns = [
  ...[column('t', 'varchar', ''), column('n', 'bigint', ''), column('f', 'boolean', '')],
  ...[column('at', 'bigint', ''), column('none', 'varchar', '')],
];

test('A file of several groups of them is what DuckDB reads', async () => {
  const writer = new ParquetWriter();
  const [chosen, numbers, flags, words] = [new Chosen(), new Numbers(), new Flags(), new Words()];
  let files = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(rows, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(SNAPPY, ZSTD),
      async (groups, codec) => {
        writer.begin(columns);
        for (const group of groups) {
          words.clear();
          const places = group.map((each) =>
            each.text === null ? NULL_WORD : words.numberOfText(Buffer.from(each.text)),
          );
          const flagOf = ({ flag }: Row): number => (flag === null ? -1 : Number(flag));
          const fill = [
            () => chosen.take(words, Uint32Array.from(places), group.length),
            () =>
              numbers.take(
                Float64Array.from(group, ({ number }) => number ?? -1),
                group.length,
              ),
            () => flags.take(Int8Array.from(group, flagOf), group.length),
            () =>
              numbers.takeMillions(
                Float64Array.from(group, ({ ms }) => ms),
                Float64Array.from(group, ({ ns }) => ns),
                group.length,
              ),
            () => chosen.takeNulls(group.length),
          ];
          writer.group((place) => {
            fill[place]!();
            return [chosen, numbers, flags, numbers, chosen][place]!;
          }, codec);
        }
        // Each under a name of its own: what DuckDB remembers of a file, it finds by name, size and time.
        files += 1;
        const file = join(folder, `groups-${files}.parquet`);
        writeFileSync(file, writer.end());
        const expected = groups
          .flat()
          .map((each) => [
            each.text,
            each.number === null ? null : String(each.number),
            each.flag,
            String(BigInt(each.ms) * 1_000_000n + BigInt(each.ns)),
            null,
          ]);
        assert.deepEqual(await rowsOf(`select t, n, f, "at", none from '${file}'`), expected);
        // Bounds leave nothing out.
        const [first] = groups[0]!;
        const found = await rowsOf(
          `select count(*) from '${file}' where "at" = ${expected[0]![3]} and n is not distinct from ${first!.number}`,
        );
        assert.ok(Number(found[0]![0]) > 0);
      },
    ),
    { numRuns: 150 },
  );
});
