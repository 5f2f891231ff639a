/** One data set in all the layouts that tools and deliveries give JSON: the same records, whatever stands between them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import type { Row } from '../../src/catalogue/engine.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { VALID } from './valid-records.ts';

const JSON_FORMATS = formatAssets()
  .map(parseFormat)
  .filter(({ framing }) => framing === 'json');

/** As many as decide on a layout. */
const COUNT = 12;

const LAYOUTS: Record<string, (records: string[], array: string | null) => string> = {
  'a line each': (records) => `${records.join('\n')}\n`,
  'a line each, after a byte order mark': (records) => `\ufeff${records.join('\n')}\n`,
  'over many lines': (records) =>
    records.map((record) => JSON.stringify(JSON.parse(record), null, 2)).join('\n'),
  'a list on one line': (records) => `[${records.join(',')}]`,
  'a list, one a line': (records) => `[\n${records.join(',\n')}\n]\n`,
  'a list over many lines': (records) =>
    JSON.stringify(
      records.map((record) => JSON.parse(record)),
      null,
      2,
    ),
  'one after the other on a line': (records) => records.join(''),
  'several on each line': (records) =>
    records.map((record, index) => record + (index % 3 === 2 ? '\n' : ' ')).join(''),
  'a list under a key': (records, array) =>
    array === null ? `[${records.join(',')}]` : `{"${array}":[${records.join(',')}]}`,
};

/** Rows of which the log says no client. */
function ofNobody(rows: readonly Row[]): Row[] {
  const columns = ['peer_ip', 'src_ip', 'src_ip_basis', 'src_prefix', 'country', 'country_basis', 'asn'];
  const none = Object.fromEntries([...columns, 'network_type'].map((name) => [name, null]));
  return rows.map((row) => ({ ...row, ...none, reserved: false }));
}

describe('Records of JSON', () => {
  assert.ok(JSON_FORMATS.length > 5);
  for (const format of JSON_FORMATS)
    test(`are the same in all layouts: ${format.id}`, async () => {
      const { records } = VALID[format.id]!;
      const some = Array.from({ length: COUNT }, (_, index) => records[index % records.length]!);
      const columns = format.table.columns.map(({ name }) => name).filter((name) => name !== 'object_id');
      const rows = new Map<string, Row[]>();
      for (const [name, layout] of Object.entries(LAYOUTS)) {
        const lake = await temporaryLake();
        const marker = await lake.take(layout(some, format.array));
        assert.equal(marker.format, format.id, name);
        assert.deepEqual([marker.ledger.records, marker.ledger.rejects], [COUNT, 0], name);
        rows.set(
          name,
          await lake.rows(`select ${columns.join(', ')} from ${format.table.name} order by record_no`),
        );
      }
      const first = [...rows.values()][0]!;
      for (const [name, found] of rows) {
        const isJoined = name === 'one after the other on a line' || name === 'several on each line';
        const wanted = isJoined && format.id === 'aws-api-gateway' ? ofNobody(first) : first;
        assert.deepEqual(found, wanted, name);
      }
    });
});
