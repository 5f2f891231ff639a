/** What the queries on flows answer on a lake that can be counted by eye: see flow-lake.ts. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { flowLake, SAMPLED, VPC } from './flow-lake.ts';
import { rowsOf } from './small-lake.ts';

const small = await flowLake();
after(() => small.engine.close());

const rows = rowsOf(small);
const DAYS = { from_day: '2019-11-11', until_day: '2019-11-11' };
const WINDOW = { ...DAYS, from_time: '2019-11-11 15:42:00', until_time: '2019-11-11 16:00:00' };
const inVpc = { ...WINDOW, source_id: VPC };
const known = { ...inVpc, known_day: '2019-11-11' };
const sampled = { ...WINDOW, source_id: SAMPLED };
const time = (text: string) => `2019-11-11T${text}.000Z`;
const WEB = '198.51.100.7';

describe('The catalogue answers of flows', () => {
  test('of which kinds they were', async () => {
    assert.deepEqual(
      (await rows('technique/flow-vectors', inVpc)).map((row) => row.slice(0, 11)),
      [
        ['tcp', 4, 1220, 1_204_000, 1220, 1_204_000, 2, 1, 2, 1, 0],
        ['udp-from-reflection-port', 5, 321, 184_900, 321, 184_900, 5, 1, 3, 4, 0],
        ['fragment', 1, 30, 45_000, 30, 45_000, 1, 1, 1, 1, 0],
        ['udp', 8, 19, 16_300, 19, 16_300, 3, 7, 3, 3, 0],
        ['tcp-small-without-syn', 7, 272, 11_120, 272, 11_120, 5, 1, 3, 1, 0],
        ['icmp', 1, 9, 756, 9, 756, 1, 1, 1, 1, 0],
        ['tcp-syn-only', 5, 15, 660, 15, 660, 4, 1, 5, 1, 1],
      ],
    );
    assert.deepEqual(
      (await rows('technique/flow-vectors', sampled)).map((row) => row.slice(0, 8)),
      [
        ['tcp-syn-only', 2, 2, 100, 2000, 100_000, 2, 1],
        ['fragment', 1, 1, 60, 100, 6000, 1, 1],
      ],
    );
  });

  test('when their kind changed', async () => {
    assert.deepEqual(await rows('technique/flow-vectors-by-time', inVpc), [
      [time('15:40:00'), 'tcp', 3, 820, 804_000, 2, 1],
      [time('15:40:00'), 'udp-from-reflection-port', 4, 311, 170_900, 4, 1],
      [time('15:40:00'), 'fragment', 1, 30, 45_000, 1, 1],
      [time('15:40:00'), 'tcp-small-without-syn', 6, 268, 10_880, 5, 1],
      [time('15:40:00'), 'udp', 2, 10, 10_000, 1, 1],
      [time('15:40:00'), 'icmp', 1, 9, 756, 1, 1],
      [time('15:40:00'), 'tcp-syn-only', 5, 15, 660, 4, 1],
      [time('15:50:00'), 'tcp', 1, 400, 400_000, 1, 1],
      [time('15:50:00'), 'udp-from-reflection-port', 1, 10, 14_000, 1, 1],
      [time('15:50:00'), 'udp', 6, 9, 6300, 2, 6],
      [time('15:50:00'), 'tcp-small-without-syn', 1, 4, 240, 1, 1],
    ]);
  });

  test('of which kinds they were in each minute', async () => {
    const answered = await rows('detection/flow-vectors-by-minute', inVpc);
    assert.deepEqual(
      answered.filter(([, vector]) => vector === 'tcp-syn-only'),
      [
        [time('15:42:00'), 'tcp-syn-only', 4, 12, 480, 4, 1, 4, 0, 4],
        [time('15:43:00'), 'tcp-syn-only', 1, 3, 180, 1, 1, 1, 1, 1],
      ],
    );
    const flows = new Map<unknown, number>();
    for (const [, vector, count] of answered) flows.set(vector, (flows.get(vector) ?? 0) + Number(count));
    assert.deepEqual(
      [...flows].sort(),
      (await rows('technique/flow-vectors', inVpc)).map(([vector, count]) => [vector, count]).sort(),
    );
  });

  test('which services were sent SYNs alone, and which small packets without one', async () => {
    assert.deepEqual(await rows('technique/syn-flood', inVpc), [[WEB, 443, 5, 15, 4, 1, 11, 7, 1]]);
    assert.deepEqual(await rows('technique/ack-flood', known), [[WEB, 443, 7, 6, 1, 262, 10_720, 5, 4]]);
    const unflagged = { ...known, from_time: '2019-11-11 16:10:00', until_time: '2019-11-11 16:20:00' };
    assert.deepEqual(await rows('technique/small-tcp-without-flags', unflagged), [
      [WEB, 443, 3, 4, 3, 2, 2, 0, 1, 2, 1],
    ]);
    assert.deepEqual(
      await rows('technique/small-tcp-without-flags', known),
      [],
      'flows with flags are left out',
    );
    // Without the days before, the visitor of half an hour ago would not be known: he is, since it is the same day.
    const later = { ...known, from_time: '2019-11-11 15:12:30' };
    assert.deepEqual((await rows('technique/ack-flood', later))[0]!.slice(2, 4), [7, 6]);
  });

  test('who sent UDP again and again', async () => {
    assert.deepEqual(await rows('origin/udp-senders', { ...inVpc, least_flows: '2' }), [
      ['2001:db8:f::1', 64499, 3, 3, 300, 3, 1, 1, 0, time('15:53:00'), time('15:53:00')],
      ['203.0.113.70', 64498, 3, 6, 6000, 3, 1, 1, 0, time('15:53:00'), time('15:53:00')],
      ['203.0.113.40', 64498, 2, 10, 10_000, 1, 2, 1, 0, time('15:42:00'), time('15:42:00')],
    ]);
  });

  test('who answered what nobody had asked, by port and by address', async () => {
    assert.deepEqual(await rows('technique/udp-reflection', known), [
      [123, 'ntp', 2, 300, 140_400, 2, 1, 2, 2, 300, 140_400, 2],
      [53, 'dns', 2, 11, 30_500, 2, 1, 1, 1, 10, 30_000, 1],
      [11_211, 'memcached', 1, 10, 14_000, 1, 1, 1, 1, 10, 14_000, 1],
    ]);
    assert.deepEqual(await rows('origin/reflectors', known), [
      ['192.0.2.124', 123, 'ntp', 64_496, 1, 200, 93_600, 1, time('15:42:00'), time('15:42:00')],
      ['192.0.2.123', 123, 'ntp', 64_496, 1, 100, 46_800, 1, time('15:42:00'), time('15:42:00')],
      ['192.0.2.54', 53, 'dns', 64_496, 1, 10, 30_000, 1, time('15:42:00'), time('15:42:00')],
      ['192.0.2.211', 11_211, 'memcached', 64_496, 1, 10, 14_000, 1, time('15:54:00'), time('15:54:00')],
    ]);
  });

  test('who was sent UDP, fragments and ICMP', async () => {
    assert.deepEqual(await rows('technique/udp-flood', inVpc), [
      [WEB, 2, 10, 10_000, 1, 2, 2, 0],
      ['192.0.2.201', 1, 2, 2000, 1, 1, 1, 0],
      ['192.0.2.202', 1, 2, 2000, 1, 1, 1, 0],
      ['192.0.2.203', 1, 2, 2000, 1, 1, 1, 0],
      ['2001:db8:5:0:1::2', 1, 1, 100, 1, 1, 1, 0],
      ['2001:db8:5:6:7:8:9:a', 1, 1, 100, 1, 1, 1, 0],
      ['2001:db8:5::1', 1, 1, 100, 1, 1, 1, 0],
    ]);
    assert.deepEqual(await rows('technique/fragments', inVpc), [[WEB, 17, 1, 0, 30, 45_000, 1]]);
    assert.deepEqual(await rows('technique/fragments', sampled), [['198.51.100.10', 17, 1, 1, 1, 60, 1]]);
    assert.deepEqual(await rows('technique/icmp-flood', inVpc), [[WEB, 1, null, 1, 9, 756, 1]]);
  });

  test('which networks were under a carpet', async () => {
    assert.deepEqual((await rows('technique/carpet-bombing', inVpc)).slice(1), [
      ['192.0.2.0/24', 3, 1, 3, 6, 6000, 2000],
      ['2001:db8:5::/48', 3, 1, 3, 3, 300, 100],
    ]);
  });

  test('who held a connection open and sent next to nothing', async () => {
    assert.deepEqual(await rows('technique/slow-connections', inVpc), [
      ['203.0.113.80', WEB, 443, 1, 1, 660_000, 720],
    ]);
  });

  test('how many came a minute, and how many that stands for', async () => {
    assert.deepEqual(await rows('detection/flows-by-minute', sampled), [
      [time('15:42:00'), '198.51.100.10', 3, 3, 160, 2100, 106_000, 2, 3, 2],
    ]);
    assert.deepEqual(
      (await rows('detection/flows-by-minute', inVpc)).map((row) => row.slice(0, 3)),
      [
        [time('15:42:00'), WEB, 19],
        [time('15:43:00'), WEB, 1],
        [time('15:47:00'), WEB, 2],
        [time('15:52:00'), WEB, 2],
        ...['192.0.2.201', '192.0.2.202', '192.0.2.203'].map((to) => [time('15:53:00'), to, 1]),
        ...['2001:db8:5:0:1::2', '2001:db8:5:6:7:8:9:a', '2001:db8:5::1'].map((to) => [
          time('15:53:00'),
          to,
          1,
        ]),
        [time('15:54:00'), WEB, 1],
      ],
    );
  });

  test('where sources spread, and who came past the proxy', async () => {
    assert.deepEqual(await rows('indicators/source-spread', inVpc), [[203, 5, 4, 1, 5]]);
    assert.deepEqual(
      (await rows('indicators/direct-flows', inVpc))
        .map((row) => [row[0], row[1], row[4], row[5], row[6]])
        .slice(0, 5),
      [
        ['192.0.2.80', 443, 3, 0, 3],
        ['203.0.113.80', 443, 3, 0, 3],
        ['203.0.113.1', 443, 2, 1, 0],
        ['192.0.2.1', 443, 1, 0, 1],
        ['192.0.2.123', 8080, 1, 0, 1],
      ],
    );
  });

  test('each flow of a network, but those that went out', async () => {
    // Of 198.51.100.7 there are outbound flows alone.
    assert.deepEqual(await rows('origin/network-flows', { ...inVpc, asn: '64497' }), []);
    const flows = await small.ask('origin/network-flows', { ...inVpc, asn: '64499' });
    assert.deepEqual(
      flows.map((row) => [row.time, row.src_ip, row.src_port, row.dst_ip, row.dst_port, row.protocol]),
      ['2001:db8:5::1', '2001:db8:5:0:1::2', '2001:db8:5:6:7:8:9:a'].map((to) => [
        time('15:53:00'),
        '2001:db8:f::1',
        900,
        to,
        900,
        17,
      ]),
    );
  });

  test('which logs are samples, and where they say that they lack something', async () => {
    assert.deepEqual(
      (await rows('integrity/sampling', DAYS)).map((row) => row.slice(0, 6)),
      [
        [VPC, 'network', null, 40, 1886 + 18 + 41 + 26, 1886 + 18 + 41 + 26],
        [SAMPLED, 'network', 100, 1, 1, 100],
        [SAMPLED, 'network', 1000, 2, 2, 2000],
      ],
    );
    assert.deepEqual(
      (await rows('integrity/notices', DAYS)).map((row) => row.slice(0, 7)),
      [
        [VPC, 'network', 'no-data', 'eni-1', 1, time('15:42:00'), time('15:43:00')],
        [VPC, 'network', 'skipped-data', 'eni-2', 2, time('15:43:00'), time('15:45:00')],
      ],
    );
  });
});
