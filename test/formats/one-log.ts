/** One log of our own making: what becomes of each of its records. */
import assert from 'node:assert/strict';
import type { Row } from '../../src/catalogue/engine.ts';
import { parseAddress } from '../../src/enrich/address.ts';
import type { Marker } from '../../src/lake/marker.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const NOW = new Date('2026-06-01T00:00:00Z');

export type OneLog = { marker: Marker; rows: Row[]; rejects: Record<number, string> };

/** Ingests a text as one object. Addresses in the network `proxies` speak for others. */
export async function oneLog(content: string, { proxies }: { proxies?: string } = {}): Promise<OneLog> {
  const networks = `cidr,asn,as_org,country,network_type,valid_from,valid_until\n${proxies},,Example,,cdn,,\n`;
  const lake = await temporaryLake({ now: NOW, ...(proxies ? { networks } : {}) });
  const marker = await lake.take(content);
  const { table } = lake.context.formats.find(({ id }) => id === marker.format)!;
  const rejects = await lake.rows('select record_no, reason from rejects order by record_no');
  return {
    marker,
    rows: await lake.rows(`select * from ${table.name} order by record_no`),
    rejects: Object.fromEntries(rejects.map(({ record_no, reason }) => [record_no, reason])) as Record<
      number,
      string
    >,
  };
}

/** Columns of a row that `wanted` names. */
export function picked(row: Row | undefined, wanted: Row): Row {
  assert.ok(row, 'no such row');
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, row[name]!]));
}

/**
 * Whatever stands in the records, each is a row or a reject, and what a row says is within what its column may hold.
 * At least half of the first hundred must be sound, or a header be there, so that the log is recognised.
 */
export async function assertSurvives(content: string, format: string): Promise<OneLog> {
  const log = await oneLog(content);
  assert.equal(log.marker.format, format);
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
