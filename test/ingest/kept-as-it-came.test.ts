/** What is no row is kept as it came: rejects, long records, damaged objects. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Marker } from '../../src/lake/marker.ts';
import { apacheLine } from './lines.ts';
import { temporaryLake } from './temporary-lake.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function ledger({ ledger }: Marker): number[] {
  const { records, rows, rejects, headers, blanks, notices } = ledger;
  return [records, rows, rejects, headers, blanks, notices];
}

describe('The pass', () => {
  test('keeps of each reject its number, place, length, digest and raw bytes', async () => {
    const lake = await temporaryLake();
    const bad = [
      Buffer.from('plain nonsense'),
      Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0xfe, 0x22, 0x00, 0x5c]),
      Buffer.from('a lone \r inside, an é and a \u2028 too'),
      Buffer.from('carriage return at the end\r'),
      Buffer.from('"'.repeat(70_000)),
      Buffer.from('\0\0\0'),
      Buffer.from('last, without a newline'),
    ];
    const good = Buffer.from(`${apacheLine()}\n`);
    const pieces = [good, good, ...bad.flatMap((record) => [good, record, Buffer.from('\n')])].slice(0, -1);
    const content = Buffer.concat(pieces);
    const marker = await lake.take(content);
    assert.deepEqual(ledger(marker), [16, 9, 7, 0, 0, 0]);
    const rejects = await lake.rows('select * from rejects order by record_no');
    assert.equal(rejects.length, bad.length);
    for (const [index, reject] of rejects.entries()) {
      const record = bad[index]!;
      const offset = Number(reject.byte_offset);
      assert.equal(reject.record_no, 4 + index * 2);
      assert.ok(content.subarray(offset, offset + Number(reject.byte_length)).equals(record));
      assert.equal(reject.sha256, sha256(record));
      assert.equal(reject.object_id, marker.object_id);
      assert.equal(reject.format, 'apache-combined');
    }
    const raw = rejects.map((reject) => reject.raw);
    assert.equal(raw[1], '\x16\x03\x01\0\\xFF\\xFE"\0\\');
    assert.equal(raw[2], 'a lone \r inside, an é and a \u2028 too');
    assert.equal(raw[3], 'carriage return at the end\r');
    assert.equal(raw[4], '"'.repeat(65_536));
    assert.equal(raw[5], '\0\0\0');
    assert.equal(raw[6], 'last, without a newline');
  });

  for (const { what, agent, written } of [
    { what: 'a lone carriage return', agent: Buffer.from('a\rb'), written: 'a\rb' },
    { what: 'a NUL', agent: Buffer.from('a\0b'), written: 'a\0b' },
    {
      what: 'line separators of Unicode',
      agent: Buffer.from('a\u2028b\u2029c\u0085d'),
      written: 'a\u2028b\u2029c\u0085d',
    },
    { what: 'a vertical tab and a form feed', agent: Buffer.from('a\x0bb\x0cc'), written: 'a\x0bb\x0cc' },
    {
      what: 'bytes that are no UTF-8',
      agent: Buffer.from([0x61, 0xff, 0xc0, 0xaf, 0x62]),
      written: 'a\\xFF\\xC0\\xAFb',
    },
    { what: 'an emoji', agent: Buffer.from('\u{1f600}'), written: '\u{1f600}' },
  ]) {
    test(`does not split a record at ${what}, nor lose it`, async () => {
      const lake = await temporaryLake();
      const [head, tail] = apacheLine({ agent: '@' }).split('@') as [string, string];
      const line = Buffer.concat([Buffer.from(head), agent, Buffer.from(tail)]);
      const neighbour = Buffer.from(`${apacheLine({ agent: 'neighbour' })}\n`);
      const marker = await lake.take(Buffer.concat([neighbour, line, Buffer.from('\r\n'), neighbour]));
      assert.deepEqual(ledger(marker), [3, 3, 0, 0, 0, 0]);
      const rows = await lake.rows('select user_agent from http_activity order by record_no');
      assert.deepEqual(
        rows.map((row) => row.user_agent),
        ['neighbour', written, 'neighbour'],
      );
    });
  }

  test('sets a record over 1 MiB aside with its head, length, place and digest', async () => {
    const lake = await temporaryLake();
    const good = apacheLine();
    const long = apacheLine({ agent: 'x'.repeat(1 << 20) });
    const marker = await lake.take(`${good}\n${long}\n${good}\n`);
    assert.deepEqual(ledger(marker), [3, 2, 1, 0, 0, 0]);
    const [reject] = await lake.rows(
      'select record_no, byte_offset, byte_length, sha256, reason, raw from rejects',
    );
    assert.deepEqual(reject, {
      record_no: 2,
      byte_offset: good.length + 1,
      byte_length: long.length,
      sha256: sha256(long),
      reason: 'record-too-long',
      raw: long.slice(0, 64 << 10),
    });
    assert.deepEqual(await lake.rows('select record_no from http_activity order by 1'), [
      { record_no: 1 },
      { record_no: 3 },
    ]);
  });

  test('keeps the whole records of a cut gzip, and says that it is damaged', async () => {
    const lines = Array.from({ length: 200 }, (_, index) =>
      apacheLine({ request: `GET /${index * 7919} HTTP/1.1` }),
    );
    const stored = gzipSync(`${lines.join('\n')}\n`);
    const lake = await temporaryLake();
    const marker = await lake.take(stored.subarray(0, stored.length >> 1), 'cut.gz');
    assert.match(marker.damage ?? 'none', /gzip damaged: unexpected end of file/);
    assert.ok(marker.ledger.rows > 50 && marker.ledger.rows < 150);
    assert.deepEqual(ledger(marker), [marker.ledger.rows + 1, marker.ledger.rows, 1, 0, 0, 0]);
    const [last] = await lake.rows('select record_no, reason, raw from rejects');
    assert.deepEqual([last!.record_no, last!.reason], [marker.ledger.records, 'cut-by-damage']);
    assert.ok(lines[marker.ledger.rows]!.startsWith(String(last!.raw)));
    const [custody] = await Promise.all(
      (await lake.store.list('custody/')).map(async ({ key }) =>
        JSON.parse(String(Buffer.from((await lake.store.read(key))!))),
      ),
    );
    assert.equal(custody.damage, marker.damage);
    assert.equal(custody.stored_bytes, stored.length >> 1);
    assert.equal(custody.stored_sha256, sha256(stored.subarray(0, stored.length >> 1)));
  });

  test('digests all stored bytes of an object that is damaged in its middle', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) =>
      apacheLine({ request: `GET /${index * 7919} HTTP/1.1` }),
    );
    const stored = gzipSync(`${lines.join('\n')}\n`);
    stored.fill(0xff, stored.length >> 1, (stored.length >> 1) + 30);
    const lake = await temporaryLake();
    const marker = await lake.take(stored, 'broken.gz');
    assert.match(marker.damage ?? 'none', /gzip damaged/);
    assert.ok(marker.ledger.rows > 1000);
    const [custody] = await Promise.all(
      (await lake.store.list('custody/')).map(async ({ key }) =>
        JSON.parse(String(Buffer.from((await lake.store.read(key))!))),
      ),
    );
    assert.deepEqual([custody.stored_sha256, custody.stored_bytes], [sha256(stored), stored.length]);
  });
});
