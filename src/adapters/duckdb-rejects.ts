import type { DuckDBConnection } from '@duckdb/node-api';
import type { Format } from '../formats/format.ts';
import type { Reject } from '../ingest/projection.ts';
import { sqlType, rejects as table } from '../lake/tables.ts';

/** Fills the temporary table `rejected`. */
export async function fillRejects(
  connection: DuckDBConnection,
  rejects: readonly Reject[],
  { objectId, format }: { objectId: string; format: Format },
): Promise<void> {
  const columns = table.columns.map((column) => `${column.name} ${sqlType(column.type)}`);
  await connection.run(`create or replace temp table rejected (${columns.join(', ')})`);
  const appender = await connection.createAppender('rejected');
  for (const reject of rejects) {
    appender.appendVarchar(objectId);
    appender.appendBigInt(BigInt(reject.recordNo));
    appender.appendVarchar(format.id);
    appender.appendBigInt(BigInt(reject.byteOffset));
    appender.appendBigInt(BigInt(reject.byteLength));
    appender.appendVarchar(reject.sha256);
    appender.appendVarchar(reject.reason);
    appender.appendVarchar(reject.raw);
    appender.endRow();
  }
  appender.closeSync();
}
