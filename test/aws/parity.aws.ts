/**
 * Every query of the catalogue on Trino, through the product's own Athena adapter, over the Parquet that the ingest
 * wrote and the tables that it deploys: the same columns and rows as DuckDB gives, on each of the lakes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AthenaClient } from '@aws-sdk/client-athena';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { queryAssets } from '../../src/adapters/assets.ts';
import { athenaEngine } from '../../src/adapters/athena-engine.ts';
import { type AwsClients, paceOf } from '../../src/adapters/aws-clients.ts';
import { type Engine, runQuery } from '../../src/catalogue/engine.ts';
import { parseQuery, type Query } from '../../src/catalogue/query.ts';
import type { Store } from '../../src/lake/store.ts';
import { PARITY_LAKES } from '../catalogue/parity-lakes.ts';
import { valuesOf } from '../catalogue/whole-lake.ts';
import { synthesize } from './assembly.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { type Resources, smallResources, writeAssembly } from './emulation/small-assembly.ts';

const LAKES = Object.keys(PARITY_LAKES);
const queries = queryAssets().map(parseQuery);
const folder = mkdtempSync(join(tmpdir(), 'ascribe-parity-'));
const engines: Record<string, { duckdb: Engine; athena: Engine }> = {};
let cloud: Cloud;

/** The tables as the product deploys them, once a lake: in a database of its name, below a folder of its name. */
function resources(): Resources {
  const template = readFileSync(join(synthesize(folder), 'Data.template.json'), 'utf8');
  const declared = Object.entries((JSON.parse(template) as { Resources: Resources }).Resources);
  const made = smallResources();
  for (const lake of LAKES)
    for (const [id, { Type, Properties, DependsOn }] of declared) {
      if (!Type.startsWith('AWS::Glue::')) continue;
      const text = JSON.stringify({ Type, Properties, DependsOn: DependsOn?.map((other) => lake + other) });
      made[lake + id] = JSON.parse(
        text
          .replaceAll(/"Ref":"LakeBucket\w+"/g, '"Ref":"Bucket"')
          .replaceAll('"/tables/', `"/${lake}/tables/`)
          .replaceAll(/"(DatabaseName|Name)":"ascribe"/g, `"$1":"${lake}"`),
      );
    }
  return made;
}

before(async () => {
  cloud = await startCloud({ assembly: writeAssembly(folder, resources()) });
  const s3 = new S3Client(cloud.client());
  const clients = { pace: paceOf('emulated'), s3, athena: new AthenaClient(cloud.client()) } as AwsClients;
  for (const [name, { open }] of Object.entries(PARITY_LAKES)) {
    const { lake, engine } = await open();
    await upload(s3, { name, store: lake.store });
    const settings = { workgroup: 'small', database: name, snapshot: 'by hand' };
    engines[name] = { duckdb: engine, athena: athenaEngine(clients, settings) };
  }
});

/** Straight rows have parts of odd numbers. */
const straightParts = new Set<string>();

async function upload(s3: S3Client, { name, store }: { name: string; store: Store }): Promise<void> {
  const Bucket = cloud.find('AWS::S3::Bucket', 'Bucket').id;
  for (const { key } of await store.list('tables/')) {
    if (/\/http_activity\/.*-\d*[13579]\.parquet$/.test(key)) straightParts.add(name);
    const Body = readFileSync(store.locate(key));
    await s3.send(new PutObjectCommand({ Bucket, Key: `${name}/${key}`, Body }));
  }
}

after(async () => {
  for (const { duckdb, athena } of Object.values(engines))
    for (const engine of [duckdb, athena]) await engine.close();
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Both engines' columns and rows, in their order. */
async function assertAlike(
  lake: string,
  query: Pick<Query, 'text' | 'params'>,
  values: Record<string, string>,
): Promise<number> {
  const { duckdb, athena } = engines[lake]!;
  const [one, other] = await Promise.all(
    [athena, duckdb].map((engine) => runQuery(engine, { query: query as Query, values })),
  );
  assert.deepEqual(one!.columns, other!.columns);
  assert.deepEqual(one!.rows, other!.rows);
  return one!.rows.length;
}

const answered: number[] = [];
for (const lake of LAKES)
  describe(`On the lake ${lake}, Trino and DuckDB answer alike`, { concurrency: 4 }, () => {
    for (const query of queries)
      test(query.id, async () => {
        answered.push(await assertAlike(lake, query, valuesOf(query, PARITY_LAKES[lake]!.question)));
      });
  });

test('A result of a million rows is the same', async () => {
  const days = "date '2015-03-28' and date '2015-03-30'";
  const text = `select a.record_no as one, b.record_no as other, c.record_no as third, a.time, b.src_ip, c.path
from http_activity a
cross join http_activity b
cross join http_activity c
where a.dt between ${days} and b.dt between ${days} and c.dt between ${days}
  and a.format = 'aws-alb' and b.format = 'aws-alb' and c.format = 'aws-alb'
  and c.record_no <= 6 and a.object_id < b.object_id
order by a.object_id, b.object_id, c.object_id, a.record_no, b.record_no, c.record_no`;
  const rows = await assertAlike('of2015', { text, params: [] }, {});
  assert.equal(rows, 300 * 300 * 12);
});

test('Queries have rows to compare', () => {
  const full = answered.filter((rows) => rows > 0).length;
  console.log(
    `${answered.length} answers of ${queries.length} queries on ${LAKES.length} lakes; ${full} with rows`,
  );
  assert.equal(answered.length, queries.length * LAKES.length);
  assert.deepEqual([...straightParts], ['whole', 'hostile', 'flood', 'of2015', 'oftomorrow']);
  assert.ok(full > answered.length / 2);
});
