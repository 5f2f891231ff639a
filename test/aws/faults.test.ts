/** What the runs under faults are judged by catches what it is for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Call } from './emulation/calls.ts';
import { makeFaults } from './emulation/faults.ts';
import { turnsOf } from './faults-kills.ts';
import { covered, kinds, missing, type Pair, pairsOf, printed, rulesFor } from './faults-plan.ts';
import { differences } from './faults-state.ts';
import { intranetLogs } from './intranet-logs.ts';

const call = (caller: string, action: string, more: Partial<Call> = {}): Call => ({
  ...{ at: 0, caller, service: 's3', action, resource: '*', details: {}, status: 200 },
  ...more,
});
const put: Pair = { function: 'f', service: 's3', action: 'PutObject', calls: 4, writes: true };

describe('the comparison of two deployments', () => {
  test('sees what is lost, what is there twice, and what is other', () => {
    const reference = { 'tables/a': '1', 'custody of raw b': '2' };
    assert.deepEqual(differences(reference, { ...reference }), []);
    assert.deepEqual(differences(reference, { 'tables/a': '1' }), ['1 lost: custody of raw b']);
    assert.deepEqual(differences(reference, { ...reference, 'custody of raw b, again 2': '2' }), [
      '1 added: custody of raw b, again 2',
    ]);
    assert.deepEqual(differences(reference, { ...reference, 'tables/a': '3' }), [
      '1 other: tables/a (1 | 3)',
    ]);
  });
});

describe('the plan of faults', () => {
  test('has each function and call once, without what AWS does in the name of a function', () => {
    const calls = [
      call('f', 'PutObject'),
      call('f', 'PutObject'),
      call('f', 'GetObject'),
      call('f', 'ReceiveMessage', { service: 'sqs', via: 'event-source' }),
      call('test', 'DeleteObject'),
    ];
    assert.deepEqual(
      pairsOf(calls, ['f']).map(({ action, calls: count, writes }) => [action, count, writes]),
      [
        ['GetObject', 1, false],
        ['PutObject', 2, true],
      ],
    );
  });

  test('strikes each pair by each kind, and a write once more after it took effect', () => {
    const faults = makeFaults();
    for (const rule of rulesFor(put)) faults.add(rule);
    const seen: string[] = [];
    for (let number = 0; number < 8; number += 1) {
      const rule = faults.strike(call('f', 'PutObject'));
      if (rule !== null) seen.push(`${rule.kind}${rule.loses === 'answer' ? ' of the answer' : ''}`);
    }
    assert.deepEqual(seen, [...kinds, 'reset of the answer']);
    assert.deepEqual(missing(covered([put], faults.struck)), []);
  });

  test('misses a pair that one kind never struck', () => {
    const faults = makeFaults();
    for (const rule of rulesFor(put).filter(({ kind }) => kind !== '500')) faults.add(rule);
    for (let number = 0; number < 8; number += 1) faults.strike(call('f', 'PutObject'));
    const table = covered([put], faults.struck);
    assert.deepEqual(missing(table), ['f s3:PutObject 500']);
    assert.match(
      printed(table, () => 'shown'),
      /^function +call +throttle.*\nshown +s3:PutObject +1 +1 +0 +2$/,
    );
  });
});

describe('the logs of the intranet', () => {
  test('are the same each time, of at least so many objects, by private addresses', () => {
    const [one, two] = [1, 2].map(() => intranetLogs({ count: 100, batches: 3 }));
    assert.deepEqual(one, two);
    assert.ok(one!.objects.length > 100);
    assert.equal(new Set(one!.objects.map(({ key }) => key)).size, one!.objects.length);
    const plain = one!.objects.filter(({ key }) => one!.readable.includes(key) && key.endsWith('.log'));
    const text = plain.map(({ bytes }) => Buffer.from(bytes).toString('utf8')).join('');
    const clients = [...text.matchAll(/^www\.intranet\.example (\S+) - - \[/gm)].map(([, client]) => client!);
    assert.ok(clients.length > 900);
    for (const client of clients) assert.match(client, /^(10\.|172\.(1[6-9]|2\d|3[01])\.)/);
  });

  test('hold one of each that can never be read', () => {
    const { refused } = intranetLogs({ count: 10, batches: 0 });
    assert.deepEqual(Object.values(refused).sort(), [
      'bomb',
      'damaged',
      'empty',
      'not-a-log',
      'unknown-format',
    ]);
  });
});

test('a run is killed after each of its first and last writes, and after some of the many between', () => {
  assert.deepEqual(turnsOf(5), [1, 2, 3, 4, 5]);
  const turns = turnsOf(100);
  assert.deepEqual(turns.slice(0, 14), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 21]);
  assert.deepEqual(turns.slice(-14), [77, 84, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
});
