/** Athena's API as the emulation answers it, over Parquet in the emulated S3 and the table of a template. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  AthenaClient,
  BatchGetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  ListQueryExecutionsCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { endOf, resultObject, rowsOf, runQuery, startQuery } from './emulation/ask-athena.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { smallResources, writeAssembly } from './emulation/small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-athena-'));
const ours = { workGroup: 'small', database: 'small' };
let cloud: Cloud;
let athena: AthenaClient;
let s3: S3Client;

before(async () => {
  cloud = await startCloud({ assembly: writeAssembly(folder, smallResources()) });
  athena = new AthenaClient(cloud.client());
  s3 = new S3Client(cloud.client());
  const duckdb = await (await DuckDBInstance.create()).connect();
  const Bucket = cloud.find('AWS::S3::Bucket', 'Bucket').id;
  const rows = `range as n, case when range % 3 = 0 then null when range % 3 = 1 then '' else 'w' || range end as word,
    timestamp '2019-11-12 00:00:00' + to_milliseconds(range) as at`;
  const days = {
    '2019-11-12': `select ${rows} from range(5000)`,
    // Noise that does not compress: over the ceiling of 10,000,000 bytes.
    '2019-11-13':
      'select (hash(range) >> 1)::bigint as n, null::varchar as word, null::timestamp as at from range(2000000)',
  };
  for (const [day, select] of Object.entries(days)) {
    const file = join(folder, `${day}.parquet`);
    await duckdb.run(`copy (${select}) to '${file}' (format parquet)`);
    await s3.send(
      new PutObjectCommand({ Bucket, Key: `events/dt=${day}/part.parquet`, Body: readFileSync(file) }),
    );
  }
  duckdb.closeSync();
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const day = (date: string) => `select n, word, at from events where dt = date '${date}' order by n`;

describe('Athena', () => {
  test('reads the table of the template, with parameters', async () => {
    const execution = await runQuery(athena, {
      ...ours,
      sql: 'select n, word, at from "AwsDataCatalog".small.events where dt = cast(? as date) and n < ? order by n',
      parameters: ["'2019-11-12'", '4'],
    });
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason);
    assert.ok(execution.Statistics!.DataScannedInBytes! > 0);
    const { rows, types } = await rowsOf(athena, execution.QueryExecutionId!);
    assert.deepEqual(types, ['bigint', 'varchar', 'timestamp']);
    assert.deepEqual(rows, [
      ['0', null, '2019-11-12 00:00:00.000'],
      ['1', '', '2019-11-12 00:00:00.001'],
      ['2', 'w2', '2019-11-12 00:00:00.002'],
      ['3', null, '2019-11-12 00:00:00.003'],
    ]);
  });

  test('gives 5,001 rows with their header in six pages, and the same in an encrypted file', async () => {
    const execution = await runQuery(athena, { ...ours, sql: day('2019-11-12') });
    const { rows, pages, header } = await rowsOf(athena, execution.QueryExecutionId!);
    assert.equal(rows.length + 1, 5001);
    assert.equal(pages, 6);
    assert.deepEqual(rows.at(-1), ['4999', '', '2019-11-12 00:00:04.999']);
    const file = await resultObject(s3, execution);
    const field = (text: string | null) => (text === null ? '' : `"${text}"`);
    assert.equal(file.text, [header, ...rows].map((row) => `${row.map(field).join(',')}\n`).join(''));
    assert.equal(file.encryption, 'aws:kms');
    assert.equal(file.key, cloud.find('AWS::KMS::Key', 'Key').attributes.Arn);
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(execution.ResultConfiguration!.OutputLocation!)!;
    await s3.send(new HeadObjectCommand({ Bucket, Key: `${Key}.metadata` }));
    const written = cloud.calls.filter(({ via }) => via === 'athena');
    assert.ok(
      written.length >= 2 && written.every(({ caller, status }) => caller === 'test' && status === 200),
    );
  });

  test('one token is one execution, and refuses another request', async () => {
    const token = 'a'.repeat(32);
    const question = { ...ours, sql: 'select 1', token };
    const [one, two] = await Promise.all([startQuery(athena, question), startQuery(athena, question)]);
    assert.equal(one, two);
    assert.equal(await startQuery(athena, question), one);
    await assert.rejects(startQuery(athena, { ...question, sql: 'select 2' }), {
      name: 'InvalidRequestException',
      message: 'Idempotent parameters do not match',
    });
    await assert.rejects(startQuery(athena, { ...question, token: 'short' }), {
      name: 'InvalidRequestException',
    });
    assert.equal((await endOf(athena, one)).Status!.State, 'SUCCEEDED');
  });

  test('cancels', async () => {
    const id = await startQuery(athena, {
      ...ours,
      sql: 'select count(*) from unnest(sequence(1, 10000)) a(x) cross join unnest(sequence(1, 10000)) b(y) cross join unnest(sequence(1, 10000)) c(z) where x * y * z % 7 = 8',
    });
    await assert.rejects(athena.send(new GetQueryResultsCommand({ QueryExecutionId: id })), {
      message: /Query has not yet finished. Current state: (QUEUED|RUNNING)/,
    });
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    const { Status } = await endOf(athena, id);
    assert.equal(Status!.State, 'CANCELLED');
    await assert.rejects(athena.send(new GetQueryResultsCommand({ QueryExecutionId: id })), {
      message: 'Query did not finish successfully. Final query state: CANCELLED',
    });
  });

  test('stops a query at the ceiling of the work group', async () => {
    const { Status, Statistics } = await runQuery(athena, {
      ...ours,
      sql: "select max(n) from events where dt = date '2019-11-13'",
    });
    assert.equal(Status!.State, 'FAILED');
    assert.match(Status!.StateChangeReason!, /Bytes scanned limit was exceeded/);
    assert.ok(Statistics!.DataScannedInBytes! > 10_000_000);
  });

  test('says why a query fails, and refuses a work group that is not there', async () => {
    const { Status } = await runQuery(athena, { ...ours, sql: 'select nothing from events' });
    assert.equal(Status!.State, 'FAILED');
    assert.equal(
      Status!.StateChangeReason,
      "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved",
    );
    await assert.rejects(startQuery(athena, { sql: 'select 1', workGroup: 'other' }), {
      name: 'InvalidRequestException',
    });
  });

  test('lists its executions, and leaves work groups to moto', async () => {
    const { QueryExecutionIds = [] } = await athena.send(
      new ListQueryExecutionsCommand({ WorkGroup: 'small' }),
    );
    assert.ok(QueryExecutionIds.length >= 5);
    const { QueryExecutions, UnprocessedQueryExecutionIds } = await athena.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds: [QueryExecutionIds[0]!, 'unknown'] }),
    );
    assert.deepEqual([QueryExecutions!.length, UnprocessedQueryExecutionIds!.length], [1, 1]);
    const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: 'small' }));
    assert.equal(WorkGroup!.Configuration!.BytesScannedCutoffPerQuery, 10_000_000);
    const recorded = cloud.calls.filter(({ action }) => action === 'GetQueryResults');
    assert.ok(recorded.every(({ resource }) => resource.endsWith(':workgroup/small')));
  });
});
