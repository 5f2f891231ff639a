import { DuckDBInstance } from '@duckdb/node-api';
import type { Organisation } from '../enrich/enricher.ts';
import { autonomousSystems, sqlText, sqlType } from '../lake/tables.ts';

/** Writes the names of autonomous systems as a Parquet file. */
export async function writeOrganisations(organisations: Iterable<Organisation>, file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const columns = autonomousSystems.columns.map(({ name, type }) => `${name} ${sqlType(type)}`);
    await connection.run(`create table organisations (${columns.join(', ')})`);
    const appender = await connection.createAppender('organisations');
    for (const { asn, organisation, dataset } of organisations) {
      appender.appendBigInt(BigInt(asn));
      appender.appendVarchar(organisation);
      appender.appendVarchar(dataset);
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(
      `copy (select * from organisations order by asn) to ${sqlText(file)} (format parquet, compression zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
