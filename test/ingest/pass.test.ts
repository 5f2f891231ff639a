/** The pass from stored bytes to rows that DuckDB reads back, and the account of every record. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Marker } from '../../src/lake/marker.ts';
import { albLine, apacheLine, cloudflareLine } from './lines.ts';
import { logObject, temporaryLake } from './temporary-lake.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function ledger({ ledger }: Marker): number[] {
  const { records, rows, rejects, headers, blanks, notices } = ledger;
  return [records, rows, rejects, headers, blanks, notices];
}

describe('The pass', () => {
  test('gives each format rows in its columns, read back as they were written', async () => {
    const lake = await temporaryLake({ label: 'web-1' });
    await lake.ingest([
      logObject(
        'apache',
        `${apacheLine({ request: 'GET /a%20b?x=1&y=?? HTTP/1.0', referrer: 'https://example.org/' })}\n`,
      ),
      logObject('alb', `${albLine()}\n`),
      logObject('cloudflare', `${cloudflareLine({ JA4: 't13d', SecurityAction: 'block', BotScore: 3 })}\n`),
    ]);
    const rows = await lake.rows('select * from http_activity order by format');
    const [apache, alb, cloudflare] = rows;
    const pick = (row: typeof apache, names: string[]) => names.map((name) => row![name]);
    assert.equal(rows.length, 3);
    assert.deepEqual(
      pick(apache, [
        'source_id',
        'vantage',
        'time',
        'time_ns',
        'time_precision',
        'host',
        'src_ip',
        'src_ip_basis',
      ]),
      [
        'apache-combined:web-1',
        'origin',
        '2019-11-11T15:42:00.000Z',
        1573486920000000000n,
        's',
        null,
        '192.0.2.1',
        'peer',
      ],
    );
    assert.deepEqual(
      pick(apache, [
        'src_prefix',
        'country',
        'country_basis',
        'asn',
        'reserved',
        'path',
        'query',
        'http_version',
      ]),
      ['192.0.2.0/24', 'GB', 'dataset', 64496, true, '/a%20b', 'x=1&y=??', 'HTTP/1.0'],
    );
    assert.deepEqual(
      pick(apache, ['status_code', 'response_bytes', 'referrer', 'user_agent', 'action', 'dt']),
      [200, 512, 'https://example.org/', 'Mozilla/5.0', null, '2019-11-11'],
    );
    assert.deepEqual(
      pick(alb, [
        'source_id',
        'vantage',
        'time',
        'time_ns',
        'host',
        'src_port',
        'path',
        'duration_us',
        'origin_duration_us',
      ]),
      [
        'aws-alb:app/www/50dc6c495c0c9188',
        'balancer',
        '2019-11-11T15:42:00.186Z',
        1573486920186641000n,
        'www.example.com',
        2817,
        '/',
        171000,
        48000,
      ],
    );
    assert.deepEqual(
      pick(alb, ['scheme', 'reached_origin', 'request_id', 'service', 'tls_version', 'request_bytes']),
      ['https', true, 'Root=1-58337262-36d228ad5d99923122bbe354', '10.0.0.1:80', 'TLSv1.2', 34],
    );
    assert.deepEqual(
      pick(cloudflare, [
        'source_id',
        'vantage',
        'src_ip_basis',
        'provider_country',
        'provider_asn',
        'ja4',
        'action',
        'bot_score',
      ]),
      ['cloudflare-http-requests:example.com', 'edge', 'client-field', 'GB', 64496, 't13d', 'blocked', 3],
    );
    const provenance = await lake.rows(
      "select object_id, record_no from http_activity where vantage = 'origin'",
    );
    const [marker] = (await lake.markers()).filter((each) => each.format === 'apache-combined');
    assert.deepEqual(provenance, [{ object_id: marker!.object_id, record_no: 1 }]);
  });

  test('accounts for every record: rows, rejects and blanks', async () => {
    const lake = await temporaryLake();
    const good = apacheLine();
    const content = [
      good,
      '',
      ' \t\r',
      'no log line',
      good,
      '\r',
      apacheLine({ time: '11/Nov/1989:15:42:00 +0000' }),
      '',
      good,
    ].join('\n');
    const marker = await lake.take(content);
    assert.deepEqual(ledger(marker), [9, 3, 2, 0, 4, 0]);
    assert.equal(marker.bytes, Buffer.byteLength(content));
    assert.equal(marker.object_id, sha256(content));
    assert.deepEqual(
      [marker.first_event, marker.last_event],
      ['2019-11-11T15:42:00.000Z', '2019-11-11T15:42:00.000Z'],
    );
    assert.deepEqual(await lake.rows('select record_no, dt from http_activity order by 1'), [
      { record_no: 1, dt: '2019-11-11' },
      { record_no: 5, dt: '2019-11-11' },
      { record_no: 9, dt: '2019-11-11' },
    ]);
    assert.deepEqual(await lake.rows('select record_no, reason, dt from rejects order by 1'), [
      { record_no: 4, reason: 'not-an-access-log-line', dt: '2019-11-11' },
      { record_no: 7, reason: 'time-out-of-range', dt: '2019-11-11' },
    ]);
    for (const part of marker.parts) {
      const bytes = await lake.store.read(part.key);
      assert.equal(sha256(bytes!), part.sha256);
      assert.match(
        part.key,
        new RegExp(`^tables/${part.table}/dt=${part.day}/${marker.object_id}-000[01]\\.parquet$`),
      );
    }
  });

  test('recognises JSON behind more blank lines than there are records in a sample', async () => {
    const lake = await temporaryLake();
    const marker = await lake.take(`${'\n \t\r\n'.repeat(80)}[${cloudflareLine()},\n${cloudflareLine()}]\n`);
    assert.deepEqual([marker.format, marker.ledger.rows], ['cloudflare-http-requests', 2]);
  });

  test('floors the time to the millisecond, keeps the precision of the source, and parts by day in UTC', async () => {
    const lake = await temporaryLake();
    const times = [
      '2019-11-11T23:59:59.999999999Z',
      '2019-11-12T00:00:00Z',
      '1573486920186641999',
      '1573486920186',
      '1573486920',
    ];
    await lake.take(times.map((EdgeStartTimestamp) => cloudflareLine({ EdgeStartTimestamp })).join('\n'));
    const rows = await lake.rows(
      'select time, time_ns, time_precision, dt from http_activity order by record_no',
    );
    assert.deepEqual(
      rows.map((row) => [row.time, String(row.time_ns), row.time_precision, row.dt]),
      [
        ['2019-11-11T23:59:59.999Z', '1573516799999999999', 'ns', '2019-11-11'],
        ['2019-11-12T00:00:00.000Z', '1573516800000000000', 's', '2019-11-12'],
        ['2019-11-11T15:42:00.186Z', '1573486920186641999', 'ns', '2019-11-11'],
        ['2019-11-11T15:42:00.186Z', '1573486920186000000', 'ms', '2019-11-11'],
        ['2019-11-11T15:42:00.000Z', '1573486920000000000', 's', '2019-11-11'],
      ],
    );
  });

  test('takes events from 1990 to two days after receipt, and no others', async () => {
    const lake = await temporaryLake({ now: new Date('2019-11-13T09:00:00Z') });
    const times = [
      '31/Dec/1989:23:59:59',
      '01/Jan/1990:00:00:00',
      '15/Nov/2019:09:00:00',
      '15/Nov/2019:09:00:01',
    ];
    const marker = await lake.take(times.map((time) => apacheLine({ time: `${time} +0000` })).join('\n'));
    assert.deepEqual(ledger(marker), [4, 2, 2, 0, 0, 0]);
    assert.deepEqual(await lake.rows('select record_no, reason from rejects order by 1'), [
      { record_no: 1, reason: 'time-out-of-range' },
      { record_no: 4, reason: 'time-out-of-range' },
    ]);
  });

  test('rolls requests up by minute and host, in counts that add up to the rows', async () => {
    const lake = await temporaryLake();
    const seconds = ['15:42:00', '15:42:59', '15:43:00'];
    const edge = seconds.map((second, index) =>
      cloudflareLine({
        EdgeStartTimestamp: `2019-11-11T${second}.5Z`,
        ClientRequestHost: index === 1 ? 'API.example.com:443' : 'www.example.com',
        EdgeResponseStatus: [200, 503, 404][index],
        SecurityAction: ['', 'block', 'managed_challenge'][index],
        OriginResponseStatus: index === 0 ? 200 : 0,
      }),
    );
    await lake.take(edge.join('\n'));
    const rows = await lake.rows(
      `select minute, host, requests, response_bytes, status_2xx, status_4xx, status_5xx, allowed, blocked, challenged,
         action_known, reached_origin, without_source, reserved from minute_activity order by minute, host`,
    );
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      [
        ['2019-11-11T15:42:00.000Z', 'api.example.com', 1, 1000, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1],
        ['2019-11-11T15:42:00.000Z', 'www.example.com', 1, 1000, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1],
        ['2019-11-11T15:43:00.000Z', 'www.example.com', 1, 1000, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1],
      ],
    );
  });

  test('that cannot write one object ends once the other at hand is over, and begins no more', async () => {
    const lake = await temporaryLake();
    const objects = Array.from({ length: 200 }, (_, index) =>
      logObject(`log-${index}`, `${apacheLine({ request: `GET /${index} HTTP/1.1` })}\n`),
    );
    const { createAll } = lake.store;
    let calls = 0;
    let isOver = false;
    lake.store.createAll = async (all) => {
      // The profile is alone, and of later readings there is none.
      if (all.length < 2) return createAll(all);
      calls += 1;
      if (calls === 1) throw new Error('no space left');
      await new Promise((resolve) => setTimeout(resolve, 200));
      const created = await createAll(all);
      isOver = true;
      return created;
    };
    await assert.rejects(lake.ingest(objects), /no space left/);
    assert.ok(isOver);
    // Markers and custody of the batch at hand, which the next run finds.
    assert.equal(calls, 3);
    assert.equal((await lake.markers()).length, 32);
  });
});
