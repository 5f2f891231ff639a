/** Which floods of several logs are one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floodsOnce, type LoggedFlood } from '../../src/case/floods-of-several-logs.ts';
import { MINUTE } from '../../src/case/span.ts';
import type { AttackKind } from '../../src/report/model.ts';

type Told = { log: string; kind?: AttackKind; host?: string; from?: number; requests?: number };

const flood = ({
  log,
  kind = 'syn-flood',
  host = '192.0.2.1',
  from = 0,
  requests = 100,
}: Told): LoggedFlood =>
  ({
    log: { surface: 'network', sourceId: log, vantage: 'network' },
    rise: {},
    found: { kind, hosts: [host], start: from * MINUTE, end: (from + 10) * MINUTE, requests },
  }) as unknown as LoggedFlood;

const once = (...floods: Told[]): string[] =>
  floodsOnce(floods.map(flood)).map(({ log, others }) =>
    [log.sourceId, ...others.map((other) => other.log.sourceId)].join('+'),
  );

test('two logs of one flood give it once, by the one that saw most, in whatever order they come', () => {
  const [most, less] = [
    { log: 'a', requests: 90 },
    { log: 'b', requests: 100, from: 2 },
  ];
  assert.deepEqual(once(most, less), ['b+a']);
  assert.deepEqual(once(less, most), ['b+a']);
});

test('a log that tells the kind speaks before one that cannot', () => {
  assert.deepEqual(once({ log: 'a', kind: 'tcp-flood', requests: 900 }, { log: 'b' }), ['b+a']);
});

test('another target, another time, another kind and the same log are other floods', () => {
  assert.deepEqual(once({ log: 'a' }, { log: 'b', host: '192.0.2.2' }), ['a', 'b']);
  assert.deepEqual(once({ log: 'a' }, { log: 'b', from: 10 }), ['a', 'b']);
  assert.deepEqual(once({ log: 'a' }, { log: 'b', kind: 'icmp-flood' }), ['a', 'b']);
  assert.deepEqual(once({ log: 'a', kind: 'tcp-flood' }, { log: 'b', kind: 'udp-flood' }), ['a', 'b']);
  assert.deepEqual(once({ log: 'a' }, { log: 'a', from: 5 }), ['a', 'a']);
});
