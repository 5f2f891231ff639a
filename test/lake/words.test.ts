/** Texts that are kept once, against what a map makes of them; and the columns of them as DuckDB reads them back. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { column } from '../../src/lake/column.ts';
import { Kernel } from '../../src/lake/kernel.ts';
import { ParquetWriter } from '../../src/lake/parquet.ts';
import { SNAPPY, ZSTD } from '../../src/lake/parquet-chunk.ts';
import { Chosen, Flags, Numbers } from '../../src/lake/part-columns.ts';
import { KernelWords, NULL_WORD, TextWords } from '../../src/lake/words.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-words-'));
after(() => rmSync(folder, { recursive: true }));
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

const text = fc.oneof(
  fc.constantFrom('', 'a', 'GET', 'POST', 'x'.repeat(200)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Finds texts with the kernel, in the middle of other bytes, as a cell is in its record. */
function kernelWords() {
  const kernel = new Kernel();
  const words = new KernelWords(kernel);
  const numberOf = (text: string): number => {
    const bytes = Buffer.from(`"${text}"`);
    return words.numberOf(kernel.put(bytes) + 1, bytes.length - 2);
  };
  return { words, numberOf };
}

function textWords() {
  const words = new TextWords();
  return { words, numberOf: (text: string): number => words.numberOf(text) };
}

for (const [what, { words, numberOf }] of [
  ['of the kernel', kernelWords()],
  ['of JavaScript', textWords()],
] as const)
  test(`Words ${what} are numbered as they first came, and each says its text`, () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
        words.clear();
        const known = new Map<string, number>();
        for (const each of texts) {
          const number = numberOf(each);
          if (!known.has(each)) known.set(each, known.size + 1);
          assert.equal(number, known.get(each));
        }
        for (const [each, number] of known) assert.equal(words.textOf(number), each);
        assert.equal(words.count, known.size);
        if (known.size === 0) return;
        const { least, greatest } = words.extremes();
        const sorted = [...known.keys()].map((each) => Buffer.from(each)).sort(Buffer.compare);
        assert.equal(words.textOf(least), String(sorted[0]));
        assert.equal(words.textOf(greatest), String(sorted.at(-1)));
      }),
    );
  });

test('Words of the kernel are found among many, whose memory has moved', () => {
  const { words, numberOf } = kernelWords();
  const texts = Array.from({ length: 20_000 }, (_, index) =>
    index % 2 === 0 ? `new ${'x'.repeat(index % 50)} ${index}` : `known ${index % 97}`,
  );
  const numbers = new Map<string, number>();
  for (const each of texts) {
    if (!numbers.has(each)) numbers.set(each, numbers.size + 1);
    assert.equal(numberOf(each), numbers.get(each));
  }
  for (const [each, number] of numbers) assert.equal(words.textOf(number), each);
});

test('Words of the kernel are kept as they come where nearly all are new', () => {
  const { words, numberOf } = kernelWords();
  for (let index = 0; index < 5_000; index += 1) numberOf(`id ${index}`);
  assert.equal(numberOf('id 7'), 5_001);
  words.clear();
  assert.equal(numberOf('id 7'), 1);
  assert.equal(numberOf('id 7'), 1);
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

/** The least and the greatest text of a group by bytes, as DuckDB gives bytes; nulls where one is too long, or there is none. */
function boundsOf(group: readonly Row[]): (string | null)[] {
  const texts = group.flatMap((each) => (each.text === null ? [] : [Buffer.from(each.text)]));
  const sorted = texts.sort(Buffer.compare);
  const ends = [sorted[0], sorted.at(-1)];
  const isBounded = ends.every((each) => each && each.length <= MOST_BOUND_BYTES);
  return ends.map((each) => (isBounded ? asDuckDb(each!) : null));
}

const asDuckDb = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && !`\\'"`.includes(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** A longer text is no bound. */
const MOST_BOUND_BYTES = 64;

for (const [what, { words, numberOf }] of [
  ['of the kernel', kernelWords()],
  ['of JavaScript', textWords()],
] as const)
  test(`A file of several groups of words ${what} is what DuckDB reads, and says their bounds`, async () => {
    const writer = new ParquetWriter();
    const [chosen, numbers, flags] = [new Chosen(), new Numbers(), new Flags()];
    let files = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(rows, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(SNAPPY, ZSTD),
        async (groups, codec) => {
          writer.begin(columns);
          for (const group of groups) {
            words.clear();
            const places = group.map((each) => (each.text === null ? NULL_WORD : numberOf(each.text)));
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
          const file = join(folder, `groups-${what.replaceAll(' ', '-')}-${files}.parquet`);
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
          const bounds = await rowsOf(
            `select encode(stats_min_value), encode(stats_max_value) from parquet_metadata('${file}') where path_in_schema = 't' order by row_group_id`,
          );
          assert.deepEqual(bounds, groups.map(boundsOf));
        },
      ),
      { numRuns: 100 },
    );
  });
