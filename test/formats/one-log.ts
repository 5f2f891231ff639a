/** One log of our own making: what becomes of each of its records. */
import assert from 'node:assert/strict';
import { formatAssets } from '../../src/adapters/assets.ts';
import type { Row } from '../../src/catalogue/engine.ts';
import { parseAddress } from '../../src/enrich/address.ts';
import { parseFormat } from '../../src/formats/format.ts';
import type { Marker } from '../../src/lake/marker.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const NOW = new Date('2026-06-01T00:00:00Z');

export type OneLog = {
  marker: Marker;
  /** Rows of the format's table, in the order of the records. */
  rows: Row[];
  /** Reasons by record number. */
  rejects: Record<number, string>;
};

/** Ingests a text, or lines, as one object. Addresses in the network `proxies` speak for others, and are trusted. */
export async function oneLog(
  content: string | readonly string[],
  { proxies }: { proxies?: string } = {},
): Promise<OneLog> {
  const lake = await temporaryLake({ now: NOW, trusted: proxies ? [proxies] : [] });
  const marker = await lake.take(typeof content === 'string' ? content : content.join('\n'));
  const { table } = lake.context.formats.find(({ id }) => id === marker.format)!;
  const rejects = await lake.rows('select record_no, reason from rejects order by record_no');
  return {
    marker,
    rows: await lake.rows(`select * from ${table.name} order by record_no`),
    rejects: Object.fromEntries(rejects.map(({ record_no, reason }) => [Number(record_no), String(reason)])),
  };
}

/** The same of a log that must be recognised as one of a format. */
export async function takeLog(format: string, content: string | readonly string[]): Promise<OneLog> {
  const log = await oneLog(content);
  assert.equal(log.marker.format, format);
  return log;
}

/** Columns of a row that `wanted` names. */
export function picked(row: Row | undefined, wanted: Row): Row {
  assert.ok(row, 'there is no such row');
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, row[name]!]));
}

/** Formats whose pattern a record matches. */
export function patternsThatMatch(record: string): string[] {
  return formatAssets()
    .map(parseFormat)
    .filter((format) => format.recognise.pattern.test(record))
    .map(({ id }) => id);
}

/**
 * Whatever stands in the records, each is a row or a reject, and what a row says is within what its column may hold.
 * At least half of the first hundred must be sound, or a header be there, so that the log is recognised.
 */
export async function assertSurvives(content: string, format: string): Promise<OneLog> {
  const log = await takeLog(format, content);
  const { records, rows, rejects, headers, blanks, notices } = log.marker.ledger;
  assert.equal(rows + rejects + headers + blanks + notices, records);
  for (const row of log.rows) {
    const { src_ip, src_port, duration_us, response_bytes } = row;
    if (src_ip !== null && src_ip !== undefined)
      assert.ok(parseAddress(String(src_ip)), `${src_ip} is no address`);
    if (src_port !== null && src_port !== undefined) assert.ok(Number(src_port) <= 65_535);
    for (const count of [duration_us, response_bytes])
      if (count !== null && count !== undefined) assert.ok(Number(count) >= 0 && Number(count) <= 2 ** 40);
  }
  return log;
}
