/**
 * Every query of the catalogue on Trino, through the product's own Athena adapter, over the Parquet that the ingest
 * wrote: the same columns and rows as DuckDB gives, on a lake of all kinds of logs, a hostile one and an empty one.
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
import { duckDbEngine } from '../../src/adapters/duckdb-engine.ts';
import { type Engine, runQuery } from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import type { Store } from '../../src/lake/store.ts';
import { type ColumnType, type Table, tables } from '../../src/lake/tables.ts';
import { HOSTILE_LOGS, hostileLake } from '../catalogue/hostile-lake.ts';
import { valuesOf, wholeLake } from '../catalogue/whole-lake.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { type Resources, smallResources, writeAssembly } from './emulation/small-assembly.ts';

const LAKES = ['whole', 'hostile', 'empty'] as const;
const GLUE_TYPES: Partial<Record<ColumnType, string>> = { varchar: 'string' };
const parquet = 'org.apache.hadoop.hive.ql.io.parquet';
const queries = queryAssets().map(parseQuery);
const folder = mkdtempSync(join(tmpdir(), 'ascribe-catalogue-'));
const engines = {} as Record<(typeof LAKES)[number], { duckdb: Engine; athena: Engine }>;
let cloud: Cloud;

function glueTable(table: Table, lake: string): Resources[string] {
  const projection = {
    'projection.enabled': 'true',
    'projection.dt.type': 'date',
    'projection.dt.range': '1990-01-01,NOW+2DAYS',
    'projection.dt.format': 'yyyy-MM-dd',
  };
  return {
    Type: 'AWS::Glue::Table',
    DependsOn: [`Database${lake}`],
    Properties: {
      CatalogId: { Ref: 'AWS::AccountId' },
      DatabaseName: lake,
      TableInput: {
        Name: table.name,
        TableType: 'EXTERNAL_TABLE',
        Parameters: { EXTERNAL: 'TRUE', classification: 'parquet', ...(table.partitioned ? projection : {}) },
        PartitionKeys: table.partitioned ? [{ Name: 'dt', Type: 'date' }] : [],
        StorageDescriptor: {
          Location: { 'Fn::Join': ['', ['s3://', { Ref: 'Bucket' }, `/${lake}/tables/${table.name}/`]] },
          InputFormat: `${parquet}.MapredParquetInputFormat`,
          OutputFormat: `${parquet}.MapredParquetOutputFormat`,
          SerdeInfo: { SerializationLibrary: `${parquet}.serde.ParquetHiveSerDe` },
          Columns: table.columns.map(({ name, type }) => ({ Name: name, Type: GLUE_TYPES[type] ?? type })),
        },
      },
    },
  };
}

function resources(): Resources {
  const made = smallResources();
  for (const lake of LAKES) {
    made[`Database${lake}`] = {
      Type: 'AWS::Glue::Database',
      Properties: { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: { Name: lake } },
    };
    for (const table of tables) made[`${lake}${table.name.replaceAll('_', '')}`] = glueTable(table, lake);
  }
  return made;
}

before(async () => {
  const [started, whole, hostile] = await Promise.all([
    startCloud({ assembly: writeAssembly(folder, resources()) }),
    wholeLake(),
    hostileLake(),
  ]);
  cloud = started;
  const s3 = new S3Client(cloud.client());
  const clients = { pace: paceOf('emulated'), s3, athena: new AthenaClient(cloud.client()) } as AwsClients;
  const athena = (database: string): Engine =>
    athenaEngine(clients, { workgroup: 'small', database, snapshot: 'by hand' });
  for (const [name, { lake, engine }] of Object.entries({ whole, hostile })) {
    await upload(s3, { name, store: lake.store });
    engines[name as 'whole' | 'hostile'] = { duckdb: engine, athena: athena(name) };
  }
  engines.empty = { duckdb: await duckDbEngine([]), athena: athena('empty') };
});

async function upload(s3: S3Client, { name, store }: { name: string; store: Store }): Promise<void> {
  const Bucket = cloud.find('AWS::S3::Bucket', 'Bucket').id;
  for (const { key } of await store.list('tables/')) {
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

for (const lake of LAKES) {
  describe(`On a lake that is ${lake}, Trino and DuckDB answer alike`, { concurrency: 4 }, () => {
    for (const query of queries) {
      test(query.id, async () => {
        const { duckdb, athena } = engines[lake];
        const values = valuesOf(query, lake === 'hostile' ? HOSTILE_LOGS : undefined);
        const [one, other] = await Promise.all([
          runQuery(athena, { query, values }),
          runQuery(duckdb, { query, values }),
        ]);
        assert.deepEqual(one.columns, other.columns);
        assert.deepEqual(one.rows, other.rows);
      });
    }
  });
}
