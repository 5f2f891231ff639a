/** What the queries of size, duration, bursts and persistence answer on a lake of a few lines. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf, EDGE, rowsOf } from './small-lake.ts';

const tool = {
  ClientIP: '198.51.100.5',
  ClientASN: 64_497,
  ClientSrcPort: 4000,
  JA4: 'tool',
  ClientRequestUserAgent: 'tool/1',
};
const at = (EdgeStartTimestamp: string, fields: object = {}) =>
  cloudflareLine({ RayID: undefined, EdgeResponseBytes: 100, EdgeStartTimestamp, ...fields });
const lines = [
  // A reader of three days, the last time within the window.
  at('2019-11-09T08:00:00Z', { JA4: 'browser' }),
  at('2019-11-10T08:00:00Z', { JA4: 'browser' }),
  at('2019-11-11T15:42:30Z', { JA4: 'browser' }),
  at('2019-11-10T09:00:00Z', { ClientIP: '192.0.2.9', JA4: 'browser' }),
  // A tool: four requests on one connection within a second, and one 302 seconds after the first.
  ...['.1', '.2', '.3', '.9'].map((part, index) =>
    at(`2019-11-11T15:42:00${part}Z`, {
      ...tool,
      ClientRequestProtocol: 'HTTP/1.1',
      ClientRequestURI: index === 3 ? '/other' : '/',
      SecurityAction: 'block',
    }),
  ),
  at('2019-11-11T15:42:00.5Z', { ...tool, ClientSrcPort: 4001, ClientRequestProtocol: 'HTTP/1.1' }),
  at('2019-11-11T15:47:02.8Z', { ...tool, ClientSrcPort: 4002, EdgeResponseBytes: 5000 }),
];
const WINDOW = {
  from_day: '2019-11-11',
  until_day: '2019-11-11',
  from_time: '2019-11-11 15:42:00',
  until_time: '2019-11-11 16:00:00',
  source_id: EDGE,
};
const lake = await askingOf([logObject('edge', lines.join('\n'))]);
after(() => lake.engine.close());
const rows = rowsOf(lake);

describe('The catalogue answers of indicators', () => {
  test('how large the peak was, by second and by minute', async () => {
    assert.deepEqual(await rows('indicators/peak-size', WINDOW), [[7, 5, 6, 0, 5000]]);
  });

  test('how long each client lasted, to the second, and which slot that is', async () => {
    const lasted = await rows('indicators/durations', WINDOW);
    assert.deepEqual(
      lasted.map((row) => [row[0], row[1], row[2], row[3], row[6], row[7]]),
      [
        ['tool', 'tool/1', 6, 1, 302, 300],
        ['browser', 'Mozilla/5.0', 1, 1, 0, null],
      ],
    );
  });

  test('which connections burst', async () => {
    const bursts = (least_requests: string) =>
      rows('indicators/pipelined-bursts', { ...WINDOW, least_requests });
    assert.deepEqual(await bursts('2'), [
      ['198.51.100.5', 4000, '2019-11-11T15:42:00.000Z', 'HTTP/1.1', 64_497, 4, 2],
    ]);
    assert.equal((await bursts('1')).length, 4);
  });

  test('how many sources come back on a later day', async () => {
    const days = { from_day: '2019-11-09', until_day: '2019-11-11', source_id: EDGE };
    assert.deepEqual(await rows('indicators/returning-sources', days), [
      ['2019-11-09', 1, 0, 1, 0, 0],
      ['2019-11-10', 2, 1, 2, 0, 1],
      ['2019-11-11', 2, 1, 7, 4, 1],
    ]);
  });
});
