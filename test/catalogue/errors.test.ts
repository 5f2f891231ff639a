import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf, EDGE, rowsOf } from './small-lake.ts';

const at = (time: string, EdgeResponseStatus: number, host = 'www.example.com'): string =>
  cloudflareLine({
    ...{ EdgeStartTimestamp: `2019-11-${time}Z`, EdgeResponseStatus, ClientRequestHost: host },
    RayID: `${time} ${host}`,
  });
const small = await askingOf([
  logObject(
    'edge',
    [
      at('09T15:42:30', 200),
      at('09T15:42:40', 404),
      at('10T15:42:00', 503),
      at('10T16:00:00', 200),
      at('11T15:41:59', 500),
      at('11T15:42:00', 500),
      at('11T15:42:59', 200),
      at('11T15:43:00', 403),
      at('11T15:43:00', 500, 'new.example.com'),
    ].join('\n'),
  ),
]);
after(() => small.engine.close());

test('errors of a minute stand beside those of the same minute of the days before', async () => {
  const rows = await rowsOf(small)('impact/errors-by-minute', {
    known_day: '2019-11-08',
    from_day: '2019-11-11',
    until_day: '2019-11-11',
    from_time: '2019-11-11 15:42:00',
    until_time: '2019-11-11 15:44:00',
    source_id: EDGE,
  });
  assert.deepEqual(rows, [
    ['new.example.com', '2019-11-11T15:43:00.000Z', 1, 0, 1, 0, 0, 0, 0],
    ['www.example.com', '2019-11-11T15:42:00.000Z', 2, 0, 1, 2, 3, 1, 1],
    ['www.example.com', '2019-11-11T15:43:00.000Z', 1, 1, 0, 2, 0, 0, 0],
  ]);
});
