/** Whatever stands in a record, it becomes one row, one reject or one blank, and its neighbours are as they were. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import { hostileRecords } from './hostile-records.ts';
import { albLine, apacheLine, cloudflareLine } from './lines.ts';
import { temporaryLake } from './temporary-lake.ts';

const COUNT = 2000;

const FORMATS = {
  'apache-combined': {
    good: [
      apacheLine(),
      apacheLine({
        prefix: 'www.example.com:443 ',
        request: 'POST /wp-login.php?a=1&b=2 HTTP/2.0',
        referrer: 'https://example.org/?q=\\"x\\"',
      }),
      '192.0.2.9 - user@example.com [11/Nov/2019:15:42:00 +0100] "GET / HTTP/1.0" 304 -',
    ],
    neighbour: (path: string) => apacheLine({ request: `GET ${path} HTTP/1.1` }),
  },
  'aws-alb': {
    good: [
      albLine(),
      albLine({
        client: '[2001:db8::1]:80',
        target: '-',
        waits: '-1 -1 -1',
        elbStatus: '403',
        targetStatus: '-',
        actions: 'waf',
      }),
      albLine({
        type: 'h2',
        request: '- http://www.example.com:80- -',
        received: '-1',
        agent: 'a \\"quoted\\" agent',
      }),
    ],
    neighbour: (path: string) => albLine({ request: `GET https://www.example.com:443${path} HTTP/1.1` }),
  },
  'cloudflare-http-requests': {
    good: [
      cloudflareLine({
        EdgeTimeToFirstByteMs: 120,
        OriginResponseDurationMs: 90,
        BotScore: 30,
        SecuritySources: ['waf'],
      }),
      cloudflareLine({
        EdgeStartTimestamp: '1573486920186641999',
        SecurityAction: 'block',
        SecurityRuleID: 'r',
      }),
      cloudflareLine({
        EdgeStartTimestamp: '0',
        EdgeEndTimestamp: '1573486920',
        WAFAction: 'drop',
        OriginResponseTime: 9_000_000,
      }),
    ],
    neighbour: (path: string) => cloudflareLine({ ClientRequestURI: path }),
  },
};

describe('A hostile record', () => {
  for (const [format, { good, neighbour }] of Object.entries(FORMATS)) {
    for (const seed of [1, 2, 3]) {
      test(`becomes one row, reject or blank of ${format}, and leaves its neighbours alone (seed ${seed})`, async () => {
        const hostile = hostileRecords(good, { count: COUNT, seed });
        const records = hostile.flatMap((record, index) => [Buffer.from(neighbour(`/n${index}`)), record]);
        records.push(Buffer.from(neighbour('/last')));
        const lake = await temporaryLake();
        const marker = await lake.take(
          Buffer.from(records.map((record) => record.toString('latin1')).join('\n'), 'latin1'),
        );
        assert.equal(marker.format, format);
        assert.equal(marker.ledger.records, COUNT * 2 + 1);

        const rows = await lake.rows(
          'select record_no, path, src_ip, src_port, country, status_code, time, dt from http_activity',
        );
        const rejects = await lake.rows('select record_no, reason, byte_length, raw from rejects');
        const found = new Map<number, string>();
        for (const [kind, list] of [['row', rows] as const, ['reject', rejects] as const]) {
          for (const { record_no: number } of list) {
            assert.ok(!found.has(Number(number)), `record ${number} twice`);
            found.set(Number(number), kind);
          }
        }
        assert.deepEqual([marker.ledger.rows, marker.ledger.rejects], [rows.length, rejects.length]);
        for (let index = 0; index < records.length; index += 1) {
          const blank = /^[ \t\r]*$/.test(records[index]!.toString('latin1'));
          assert.equal(found.has(index + 1), !blank, `record ${index + 1}: ${records[index]}`);
        }

        const neighbours = rows.filter((row) => Number(row.record_no) % 2 === 1);
        assert.equal(neighbours.length, COUNT + 1);
        for (const row of neighbours) {
          const index = (Number(row.record_no) - 1) / 2;
          assert.deepEqual(
            [row.path, row.src_ip, row.time, row.status_code],
            [
              index === COUNT ? '/last' : `/n${index}`,
              '192.0.2.1',
              format === 'aws-alb' ? '2019-11-11T15:42:00.186Z' : '2019-11-11T15:42:00.000Z',
              200,
            ],
          );
        }
        for (const row of rows) {
          assert.ok(row.src_ip === null || isIP(String(row.src_ip)) > 0, `address ${row.src_ip}`);
          assert.ok(
            row.src_port === null || (Number(row.src_port) >= 0 && Number(row.src_port) <= 65_535),
            `port ${row.src_port}`,
          );
          assert.ok(row.country === null || /^[A-Z]{2}$/.test(String(row.country)));
          assert.ok(
            String(row.time) >= '1990-01-01' && String(row.time) <= '2019-11-15T09:00:00.000Z',
            `time ${row.time}`,
          );
          assert.equal(row.dt, String(row.time).slice(0, 10));
        }
        for (const reject of rejects) {
          const record = records[Number(reject.record_no) - 1]!;
          assert.equal(reject.byte_length, record.length);
          assert.match(String(reject.reason), /^[a-z-]+$/);
        }
        const [minutes] = await lake.rows('select cast(sum(requests) as bigint) as n from minute_activity');
        assert.equal(minutes!.n, rows.length);
        // The mutations are worth something: they make many rejects, and leave many rows.
        const kept = rows.length - neighbours.length;
        assert.ok(
          rejects.length > COUNT / 10 && kept > COUNT / 20,
          `${rejects.length} rejects, ${kept} rows`,
        );
      });
    }
  }
});
