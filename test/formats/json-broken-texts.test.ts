/** A client can have a logger of JSON write half a character, or a byte that is no UTF-8: its record counts all the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { VALID } from './valid-records.ts';

const JSON_FORMATS = formatAssets()
  .map(parseFormat)
  .filter(({ framing }) => framing === 'json');

/** Each text of a record in turn with something at its end. */
function atEachEnd(record: string, what: string): string[] {
  return [...record.matchAll(/(?<=[:[]"(?:[^"\\]|\\.)*)(?="[,\]}])/g)].map(
    ({ index }) => record.slice(0, index) + what + record.slice(index),
  );
}

/** `lines`: one character a byte. */
async function whatBecame(id: string, lines: readonly string[]) {
  const { table } = JSON_FORMATS.find((format) => format.id === id)!;
  const lake = await temporaryLake();
  const { format, ledger } = await lake.take(Buffer.from(lines.join('\n'), 'latin1'));
  assert.equal(format, id);
  const rows = await lake.rows(`select * from ${table.name} order by record_no`);
  const rejects = await lake.rows('select record_no, reason, sha256 from rejects order by record_no');
  return { ledger, rejects, rows: rows.map(({ object_id, ...row }) => row) };
}

/** Halves of characters and bytes that are no UTF-8, as loggers write them, and how they are read. */
const BROKEN = [
  ['\xff\\\\\xc3', '\\\\xFF\\\\\\\\xC3'],
  ['\\ud800', '\\ufffd'],
  ['\\uDC80x\\ud83d\\ude00', '\\ufffdx\\ud83d\\ude00'],
  ['\\ude00\\ud83d', '\\ufffd\\ufffd'],
  ['\\\\\\udfff\\\\ud800', '\\\\\\ufffd\\\\ud800'],
] as const;

describe('What is no character in a text of a record', () => {
  assert.ok(JSON_FORMATS.length > 5);
  for (const { id } of JSON_FORMATS)
    test(`is U+FFFD or the number of its byte in its row, of the same bytes: ${id}`, async () => {
      const { records } = VALID[id]!;
      const [lines, others] = [0, 1].map((side) => [
        ...Array.from({ length: 50 }, () => records).flat(),
        ...BROKEN.flatMap((pair) => records.flatMap((record) => atEachEnd(record, pair[side]!))),
      ]) as [string[], string[]];
      const [found, expected] = [await whatBecame(id, lines), await whatBecame(id, others)];
      assert.ok(found.rows.length > records.length * 51);
      assert.deepEqual(found.ledger, expected.ledger);
      assert.deepEqual(found.rows, expected.rows);
      for (const { record_no, sha256: digest } of found.rejects)
        assert.equal(digest, sha256(Buffer.from(lines[Number(record_no) - 1]!, 'latin1')));
    });
});
