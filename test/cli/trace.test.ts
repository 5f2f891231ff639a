/** From a row back to the line that was delivered. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const log = join(folder, 'access.log.gz');
const lake = join(folder, 'lake');
const LINES = [
  apacheLine(),
  'no log line',
  apacheLine({ ip: '198.51.100.9' }),
  '',
  apacheLine({ ip: '203.0.113.9' }),
];
const packed = gzipSync(`${LINES.join('\n')}\n`);
let rows: { object_id: string; record_no: number; src_ip: string }[] = [];

const trace = (record: number, ...more: string[]) =>
  ascribe(['trace', rows[0]!.object_id, String(record), '--lake', lake, ...more]);

before(async () => {
  writeFileSync(log, packed);
  assert.equal((await ascribe(['ingest', log, '--lake', lake])).code, 0);
  const sql = 'select object_id, record_no, src_ip from http_activity order by record_no';
  rows = JSON.parse((await ascribe(['sql', sql, '--lake', lake, '--json'])).out);
});

describe('ascribe trace', () => {
  test('shows the line of each row, where it lies and how it was delivered', async () => {
    assert.deepEqual(
      rows.map(({ src_ip }) => src_ip),
      ['192.0.2.1', '198.51.100.9', '203.0.113.9'],
    );
    for (const { record_no, src_ip } of rows) {
      const line = LINES[record_no - 1]!;
      const { code, out } = await trace(record_no);
      assert.equal(code, 0);
      assert.ok(line.includes(src_ip) && out.endsWith(`\n\n${line}\n`), out);
      assert.match(out, new RegExp(`^delivered {6}${log}$`, 'm'));
      const offset = LINES.slice(0, record_no - 1).join('\n').length + (record_no > 1 ? 1 : 0);
      assert.match(
        out,
        new RegExp(`^bytes {10}${line.length} from ${offset} of the decompressed object$`, 'm'),
      );
    }
  });

  test('shows a line that was rejected, and writes bytes alone where it is asked to', async () => {
    const { out } = await trace(2, '--raw');
    assert.equal(out, 'no log line');
  });

  test('shows what damage left of a record, and says of a record that is too long where it lies', async () => {
    const cut = join(folder, 'cut.log.gz');
    const long = join(folder, 'long.log');
    writeFileSync(cut, gzipSync(LINES.join('\n').repeat(2000)).subarray(0, 700));
    writeFileSync(long, `${apacheLine()}\n${'x'.repeat(2_000_000)}\n`);
    const other = join(folder, 'odd');
    await ascribe(['ingest', cut, long, '--lake', other]);
    const sql = 'select object_id, record_no, reason, raw from rejects order by reason';
    const rejects = JSON.parse((await ascribe(['sql', sql, '--lake', other, '--json'])).out);
    const [broken, tooLong] = ['cut-by-damage', 'record-too-long'].map((reason) =>
      rejects.find((each: { reason: string }) => each.reason === reason),
    );
    const traced = (record: typeof broken, ...more: string[]) =>
      ascribe(['trace', record.object_id, String(record.record_no), '--lake', other, ...more]);
    const shown = await traced(broken);
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /^reject {9}cut off by the damage that ends its object$/m);
    assert.equal((await traced(broken, '--raw')).out, broken.raw);
    assert.match(
      (await traced(tooLong)).out,
      /^reject {9}longer than a record may be: its first 65,536 bytes are below$/m,
    );
    const raw = await traced(tooLong, '--raw');
    assert.deepEqual([raw.code, raw.out], [1, '']);
    assert.match(raw.err, /the record has 2,000,000 bytes, more than a record may have: .*from byte \d+ on/);
  });

  test('says what is wrong with what it was asked', async () => {
    const far = await trace(6);
    assert.deepEqual([far.code, far.out], [1, '']);
    assert.match(far.err, /access\.log\.gz has 5 records, and no record 6: give a number from 1 to 5\.\n$/);
    const other = await ascribe(['trace', 'f'.repeat(64), '1', '--lake', lake]);
    assert.match(other.err, /the custody of .* knows no object f{64}/);
    assert.equal((await ascribe(['trace', 'abc', '1', '--lake', lake])).code, 2);
    for (const number of ['0', '-1', '1.5', 'abc', '0x1', '1e0', '1,000', ' ']) {
      const wrong = await ascribe(['trace', rows[0]!.object_id, number, '--lake', lake]);
      assert.deepEqual([wrong.code, wrong.out], [2, ''], number);
      assert.ok(
        wrong.err.startsWith(`ascribe: ${number} is no number of a record: give a whole number from 1 on`),
        wrong.err,
      );
    }
  });

  test('shows nothing of an original that is not what was delivered', async () => {
    writeFileSync(log, gzipSync(`${LINES.join('\n').replace('198.51.100.9', '198.51.100.8')}\n`));
    const changed = await trace(1);
    assert.equal(changed.code, 1);
    assert.match(changed.err, /is not what was delivered: its SHA-256 is another/);
    rmSync(log);
    assert.match((await trace(1)).err, /could not be read: .*ENOENT/);
    writeFileSync(log, packed);
    assert.equal((await trace(1)).code, 0);
  });
});
