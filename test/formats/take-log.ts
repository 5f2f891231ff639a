/** What becomes of a log of one format: recognised by itself, taken into a lake, and read back in the order of its records. */
import assert from 'node:assert/strict';
import { formatAssets } from '../../src/adapters/assets.ts';
import type { Row } from '../../src/catalogue/engine.ts';
import { parseFormat } from '../../src/formats/format.ts';
import type { Marker } from '../../src/lake/marker.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

export type Taken = {
  /** Rows of the format's table. */
  rows: Row[];
  /** Reasons by record number. */
  rejects: Record<number, string>;
  marker: Marker;
};

/** Fails where the log is recognised as another format. */
export async function takeLog(format: string, content: string | readonly string[]): Promise<Taken> {
  const lake = await temporaryLake();
  const marker = await lake.take(typeof content === 'string' ? content : content.join('\n'));
  assert.equal(marker.format, format);
  const { table } = lake.context.formats.find(({ id }) => id === format)!;
  const rows = await lake.rows(`select * from ${table.name} order by record_no`);
  const rejects = await lake.rows('select record_no, reason from rejects order by record_no');
  return {
    rows,
    rejects: Object.fromEntries(rejects.map((row) => [Number(row.record_no), String(row.reason)])),
    marker,
  };
}

/** The values of a row under the names that are expected. */
export function pick(row: Row | undefined, expected: Row): Row {
  assert.ok(row, 'there is no such row');
  return Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]!]));
}

/** Formats whose pattern a record matches. */
export function patternsThatMatch(record: string): string[] {
  return formatAssets()
    .map(parseFormat)
    .filter((format) => format.recognise.pattern.test(record))
    .map(({ id }) => id);
}
