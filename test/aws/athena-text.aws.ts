/**
 * The text that Athena gives each type, against a table written from AWS's documentation:
 * - docs.aws.amazon.com/athena/latest/ug/data-types.html and data-types-examples.html: literals and their values
 * - …/data-types-timestamps.html: `yyyy-MM-dd HH:mm:ss.SSS`, milliseconds
 * - …/querying-arrays.html and its sub-pages: arrays, maps and rows as results print them
 * - …/querying-finding-output-files.html: the result is CSV, every field in double quotes
 * The forms of binary, REAL and not-a-number have no page; they are what AWS's JDBC driver and PyAthena read.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { resultObject, rowsOf, runQuery } from './emulation/ask-athena.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { smallResources, writeAssembly } from './emulation/small-assembly.ts';

/** SQL, the type that Athena names, its text; null is NULL. */
const documented: [string, string, string | null][] = [
  ['true', 'boolean', 'true'],
  ['false', 'boolean', 'false'],
  ["tinyint '-128'", 'tinyint', '-128'],
  ["smallint '32767'", 'smallint', '32767'],
  ['123456790', 'integer', '123456790'],
  ["bigint '9223372036854775807'", 'bigint', '9223372036854775807'],
  ["bigint '-9007199254740993'", 'bigint', '-9007199254740993'],
  ["real '123456.78'", 'float', '123456.78'],
  ["double '1.234'", 'double', '1.234'],
  ["double '1'", 'double', '1.0'],
  ["double '0.0001'", 'double', '1.0E-4'],
  ["double '12345678'", 'double', '1.2345678E7'],
  ["double '1e100'", 'double', '1.0E100'],
  ['nan()', 'double', 'NaN'],
  ['-infinity()', 'double', '-Infinity'],
  ["decimal '123.450'", 'decimal', '123.450'],
  ["decimal '12345678901234567890.12'", 'decimal', '12345678901234567890.12'],
  ["'hello ''world''!'", 'varchar', "hello 'world'!"],
  ["''", 'varchar', ''],
  ['cast(null as varchar)', 'varchar', null],
  ['\'a "quoted", thing\nof two lines\'', 'varchar', 'a "quoted", thing\nof two lines'],
  ["'größer 日本 🙂'", 'varchar', 'größer 日本 🙂'],
  ["x'00 01 ff'", 'varbinary', '00 01 ff'],
  ["date '2024-03-25'", 'date', '2024-03-25'],
  ["timestamp '2019-11-11 15:42:00.000'", 'timestamp', '2019-11-11 15:42:00.000'],
  ["timestamp '2024-03-25 11:12:13.456'", 'timestamp', '2024-03-25 11:12:13.456'],
  [
    "timestamp '2024-03-25 11:12:13.456 Europe/Berlin'",
    'timestamp with time zone',
    '2024-03-25 11:12:13.456 Europe/Berlin',
  ],
  ["array['Hello', 'Amazon', 'Athena']", 'array', '[Hello, Amazon, Athena]'],
  ['array[1, null, 3]', 'array', '[1, null, 3]'],
  ['array[array[1, 2], array[3, 4]]', 'array', '[[1, 2], [3, 4]]'],
  ["map(array['first'], array['Bob'])", 'map', '{first=Bob}'],
  ["cast(row('Bob', 38) as row(name varchar, age integer))", 'row', '{name=Bob, age=38}'],
  ["row('Bob', 38)", 'row', '{field0=Bob, field1=38}'],
  ['cast(null as bigint)', 'bigint', null],
];

const folder = mkdtempSync(join(tmpdir(), 'ascribe-text-'));
let cloud: Cloud;

before(async () => {
  cloud = await startCloud({ assembly: writeAssembly(folder, smallResources()) });
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the text of Athena', () => {
  test('is what the documentation shows, in rows and in the result file', async () => {
    const athena = new AthenaClient(cloud.client());
    const columns = documented.map(([sql], index) => `${sql} as c${index}`);
    const execution = await runQuery(athena, { sql: `select ${columns.join(', ')}`, workGroup: 'small' });
    const { header, rows, types } = await rowsOf(athena, execution.QueryExecutionId!);
    assert.deepEqual(
      header,
      documented.map((_, index) => `c${index}`),
    );
    assert.deepEqual(
      documented.map(([sql], index) => [sql, types[index], rows[0]![index]]),
      documented,
    );
    const file = await resultObject(new S3Client(cloud.client()), execution);
    const field = (text: string | null) => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
    assert.equal(
      file.text,
      `${header.map(field).join(',')}\n${documented.map(([, , text]) => field(text)).join(',')}\n`,
    );
  });
});
