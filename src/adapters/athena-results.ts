import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ResultSet } from '@aws-sdk/client-athena';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse';
import type { Result, Value } from '../catalogue/engine.ts';
import type { ColumnType } from '../lake/tables.ts';
import { parseS3Url, READINGS, statusOf } from './s3-store.ts';

export function columnsOf(set: ResultSet | undefined): Result['columns'] {
  return (set?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({
    name: Name!,
    type: columnType(Type!),
  }));
}

function columnType(type: string): ColumnType {
  if (/^(tinyint|smallint|integer|bigint)$/.test(type)) return 'bigint';
  if (type === 'boolean' || type === 'date') return type;
  return type.startsWith('timestamp') ? 'timestamp' : 'varchar';
}

/** A value from the text that Athena gives it; null is NULL, and an empty text is one. */
export function valueFrom(text: string | null, type: ColumnType): Value {
  if (text === null) return null;
  if (type === 'bigint') return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  if (type === 'boolean') return text === 'true';
  if (type === 'timestamp') return `${text.slice(0, 23).replace(' ', 'T')}Z`;
  return text;
}

/** Rows of a result's object: every value is quoted, but NULL, which is nothing between two commas. */
export async function resultObjectRows(
  client: S3Client,
  { url, columns }: { url: string; columns: Result['columns'] },
): Promise<Value[][]> {
  const { bucket, prefix } = parseS3Url(url);
  for (let reading = 1; ; reading += 1) {
    const parser = parse({
      from: 2,
      // A text of one column that is NULL is an empty line.
      skip_empty_lines: columns.length > 1,
      relax_column_count: true,
      cast: (text, { quoting }) => (quoting ? text : null),
    });
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix }));
      // What breaks the body breaks the parser, whose reader is told.
      pipeline(Body as Readable, parser).catch(() => {});
      const rows: Value[][] = [];
      for await (const record of parser as AsyncIterable<(string | null)[]>)
        rows.push(columns.map(({ type }, index) => valueFrom(record[index] ?? null, type)));
      return rows;
    } catch (error) {
      if (statusOf(error) !== undefined || reading === READINGS) throw error;
    }
  }
}
