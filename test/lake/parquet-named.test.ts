/** A file of Parquet that DuckDB wrote, with one column more, read back by DuckDB. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { ByteSink } from '../../src/lake/byte-sink.ts';
import { column } from '../../src/lake/column.ts';
import { footerStart, withConstant } from '../../src/lake/parquet-named.ts';
import { ThriftWriter } from '../../src/lake/thrift.ts';
import { putThrift, readThrift } from '../../src/lake/thrift-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-named-'));
after(() => rmSync(folder, { recursive: true }));
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

const ID = 'c0ffee'.padStart(64, '0');
const object = column('object_id', 'varchar', '');

/** A file as large objects have it: of several row groups. */
async function written(rows: number, columns: number): Promise<Buffer> {
  const file = join(folder, 'plain.parquet');
  const list = Array.from({ length: columns }, (_, index) =>
    index % 3 === 0
      ? `i * ${index} as c${index}`
      : index % 3 === 1
        ? `'x' || i as c${index}`
        : `i % 7 = 1 as c${index}`,
  );
  await connection.run(
    `copy (select ${list.join(', ')}, timestamp '2019-11-11' + i * interval 1 second as t from range(${rows}) x(i)) to '${file}' (format parquet, compression zstd, parquet_version v2, row_group_size 2048)`,
  );
  return readFileSync(file);
}

function named(bytes: Buffer, place: number): Buffer {
  const at = footerStart(bytes.subarray(-8), bytes.length);
  const end = withConstant(bytes.subarray(at), { at, column: object, place, text: ID });
  return Buffer.concat([bytes.subarray(0, at), end]);
}

describe('A file with one column more', () => {
  for (const [rows, columns, place] of [
    [1, 1, 0],
    [2_048, 3, 0],
    [10_000, 20, 5],
    [0, 4, 0],
    [5_000, 14, 15],
  ] as const) {
    test(`has it in all rows, and every other as it was: ${rows} rows, ${columns} columns, at ${place}`, async () => {
      const bytes = await written(rows, columns);
      const file = join(folder, 'named.parquet');
      writeFileSync(file, named(bytes, place));
      const plain = join(folder, 'plain.parquet');
      assert.deepEqual(
        await rowsOf(`select * exclude (object_id) from '${file}'`),
        await rowsOf(`select * from '${plain}'`),
      );
      assert.deepEqual(
        await rowsOf(`select object_id, count(*) from '${file}' group by object_id`),
        rows === 0 ? [] : [[ID, `${rows}`]],
      );
      const names = (await rowsOf(`describe select * from '${file}'`)).map(([name, type]) => [name, type]);
      assert.deepEqual(names[place], ['object_id', 'VARCHAR']);
      assert.equal(names.length, columns + 2);
      const groups = await rowsOf(
        `select row_group_id, row_group_num_rows, stats_min_value, stats_max_value, stats_null_count from parquet_metadata('${file}') where path_in_schema = 'object_id' order by row_group_id`,
      );
      assert.equal(groups.length, Math.ceil(rows / 2_048));
      for (const [, , least, most, nulls] of groups) assert.deepEqual([least, most, nulls], [ID, ID, '0']);
      // A name that is another skips the file.
      assert.deepEqual(await rowsOf(`select count(*) from '${file}' where object_id = 'x'`), [['0']]);
    });
  }

  test('is the same whenever it is made', async () => {
    const bytes = await written(3_000, 6);
    assert.deepEqual(named(bytes, 0), named(bytes, 0));
  });

  test('is not made of what is no Parquet file', async () => {
    const bytes = await written(10, 2);
    assert.throws(() => footerStart(bytes.subarray(-9, -1), bytes.length - 1), /is no Parquet file/);
    assert.throws(() => footerStart(Buffer.alloc(3), 3), /is no Parquet file/);
    const at = footerStart(bytes.subarray(-8), bytes.length);
    for (let end = at + 8; end < bytes.length - 1; end += 1) {
      const cut = bytes.subarray(at, end);
      assert.throws(() => withConstant(cut, { at, column: object, place: 0, text: ID }), /Thrift|Parquet/);
    }
  });
});

describe('A footer', () => {
  test('is written as it was read, byte for byte', async () => {
    for (const columns of [1, 14, 15, 40]) {
      const bytes = await written(5_000, columns);
      const footer = bytes.subarray(footerStart(bytes.subarray(-8), bytes.length), -8);
      const sink = new ByteSink();
      const thrift = new ThriftWriter(sink);
      thrift.begin();
      putThrift(thrift, readThrift(footer));
      thrift.end();
      assert.deepEqual(sink.bytes.subarray(0, sink.length), footer);
    }
  });
});
