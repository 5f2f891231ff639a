import { Aws } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type Column, type ColumnType, EPOCH_DAY, type Table, tables } from '../src/lake/tables.ts';
import { lakeUrl } from './lake-place.ts';
import type { Settings } from './settings.ts';

export type LakeTablesProps = { settings: Settings; lake: IBucket };

const GLUE_TYPES: Record<ColumnType, string> = {
  bigint: 'bigint',
  boolean: 'boolean',
  varchar: 'string',
  date: 'date',
  timestamp: 'timestamp',
};

/** Glue's limit. */
const LONGEST_COMMENT = 255;

/** The database and tables as `src/lake/tables.ts` declares them; partition projection, so no crawler and no MSCK. */
export class LakeTables extends Construct {
  constructor(scope: Construct, id: string, { settings, lake }: LakeTablesProps) {
    super(scope, id);
    const { database } = settings;
    const place = lakeUrl({ lake, settings });
    const declared = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: database, description: 'The lake of Ascribe: log events, minutes and rejects' },
    });
    for (const table of tables) {
      new CfnTable(this, table.name, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: database,
        tableInput: tableInput(table, `${place}/tables/${table.name}/`),
      }).addResourceDependency(declared);
    }
  }
}

function tableInput(table: Table, location: string): CfnTable.TableInputProperty {
  return {
    name: table.name,
    description: table.about,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: table.partitioned
      ? [{ name: 'dt', type: 'date', comment: 'Day of the event, UTC: always filter by it' }]
      : [],
    parameters: {
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      'parquet.compression': 'ZSTD',
      ...(table.partitioned ? projection(location) : {}),
    },
    storageDescriptor: {
      location,
      inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      serdeInfo: {
        serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        parameters: { 'serialization.format': '1' },
      },
      columns: table.columns.map((column) => ({
        name: column.name,
        type: GLUE_TYPES[column.type],
        comment: comment(column),
      })),
    },
  };
}

/** From the day of rejects without an event to what a clock two days ahead may write: the ingest takes no other. */
function projection(location: string): Record<string, string> {
  return {
    'projection.enabled': 'true',
    'projection.dt.type': 'date',
    'projection.dt.format': 'yyyy-MM-dd',
    'projection.dt.range': `${EPOCH_DAY},NOW+2DAYS`,
    'projection.dt.interval': '1',
    'projection.dt.interval.unit': 'DAYS',
    'storage.location.template': `${location}dt=\${dt}/`,
  };
}

function comment({ about, unit }: Column): string {
  const whole = unit ? `${about} (${unit})` : about;
  return whole.length > LONGEST_COMMENT ? `${whole.slice(0, LONGEST_COMMENT - 1)}…` : whole;
}
