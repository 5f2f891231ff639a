/** Times of Logpush, whose jobs choose their unit, and which files of several jobs mix. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { takeLog } from './one-log.ts';

const take = (lines: readonly string[]) => takeLog('cloudflare-http-requests', lines);

/** 2019-11-11T15:42:00Z. */
const AT = 1573486920;

/** A timestamp as it stands in JSON, the nanoseconds that it is, and its precision. */
const TIMES: [string, bigint, string][] = [
  ['"2019-11-11T15:42:00Z"', 1573486920000000000n, 's'],
  ['"2019-11-11T17:42:00+02:00"', 1573486920000000000n, 's'],
  ['"2019-11-11T15:42:00.1Z"', 1573486920100000000n, 'ms'],
  ['"2019-11-11T15:42:00.12Z"', 1573486920120000000n, 'ms'],
  ['"2019-11-11T15:42:00.123Z"', 1573486920123000000n, 'ms'],
  ['"2019-11-11T15:42:00.1234Z"', 1573486920123400000n, 'us'],
  ['"2019-11-11T15:42:00.12345Z"', 1573486920123450000n, 'us'],
  ['"2019-11-11T15:42:00.123456Z"', 1573486920123456000n, 'us'],
  ['"2019-11-11T15:42:00.1234567Z"', 1573486920123456700n, 'ns'],
  ['"2019-11-11T15:42:00.12345678Z"', 1573486920123456780n, 'ns'],
  ['"2019-11-11T15:42:00.123456789Z"', 1573486920123456789n, 'ns'],
  ['"2019-11-11T15:42:00.123456789123Z"', 1573486920123456789n, 'ns'],
  ['"2019-11-11T15:42:00.123"', 1573486920123000000n, 'ms'],
  ['1573486920', 1573486920000000000n, 's'],
  ['"1573486920"', 1573486920000000000n, 's'],
  ['1573486920123', 1573486920123000000n, 'ms'],
  ['"1573486920123"', 1573486920123000000n, 'ms'],
  ['1573486920123456', 1573486920123456000n, 'us'],
  ['"1573486920123456"', 1573486920123456000n, 'us'],
  // Above 2^53, where a reader by way of floating point loses the last digits.
  ['1573486920123456789', 1573486920123456789n, 'ns'],
  ['"1573486920123456789"', 1573486920123456789n, 'ns'],
];

describe('A timestamp of Cloudflare', () => {
  test('is what its digits or its text say, as a number and as a string', async () => {
    const { rows, rejects } = await take(
      TIMES.map(([stamp]) => cloudflareLine({ EdgeStartTimestamp: 'here' }).replace('"here"', () => stamp)),
    );
    assert.deepEqual(rejects, {});
    assert.deepEqual(
      rows.map((row, index) => [TIMES[index]![0], row.time_ns, row.time_precision]),
      TIMES,
    );
  });

  test('is the end where the start is none', async () => {
    const none = ['0', 0, '', null, undefined, '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z'];
    const { rows } = await take(
      none.map((start) => cloudflareLine({ EdgeStartTimestamp: start, EdgeEndTimestamp: AT })),
    );
    assert.deepEqual(
      rows.map((row) => row.time),
      none.map(() => '2019-11-11T15:42:00.000Z'),
    );
  });

  test('that is none, or no time, is a reject', async () => {
    const broken = ['0', '', 'yesterday', '2019-13-40T99:00:00Z', 1e30, -1573486920, true];
    const { rows, rejects } = await take([
      ...broken.map((start) => cloudflareLine({ EdgeStartTimestamp: start })),
      cloudflareLine({ EdgeStartTimestamp: [1, 2] }),
      cloudflareLine({ EdgeStartTimestamp: 157348692 }),
    ]);
    assert.deepEqual(rows, []);
    assert.deepEqual(
      Object.values(rejects),
      [...broken, 'a list'].map(() => 'time-unreadable').concat('time-out-of-range'),
    );
  });
});
