import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';
import { auditEntry } from './valid-objects.ts';

const FORMAT = 'cloudflare-audit-logs';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);

function entry(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...auditEntry, ...fields });
}

describe('An entry of Cloudflare’s audit log', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: `${FORMAT}:test`,
      vantage: 'control',
      time: '2019-11-11T15:42:00.000Z',
      src_ip: '192.0.2.1',
      src_ip_basis: 'client-field',
      actor: 'alice@example.com',
      actor_type: 'user',
      actor_id: 'a1',
      mfa: null,
      operation: 'change_setting',
      read_only: null,
      resource: 'r1',
      resource_type: 'zone',
      status: 'success',
      request: '{"name":"security_level","zone_name":"example.com"}',
      old_value: '{"value":"medium"}',
      new_value: '{"value":"under_attack"}',
      user_agent: 'UI',
      account: 'o1',
      request_id: '73fd39ed-5aab-4a2a-b93c-c9a4abf0c425',
    };
    const { rows } = await take([entry()]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('failed or succeeded as its result says', async () => {
    const results = [true, false, 'true', 'false', 'success', 'Failure', '', null, 1, undefined];
    const { rows } = await take(results.map((ActionResult) => entry({ ActionResult })));
    assert.deepEqual(
      rows.map((row) => row.status),
      ['success', 'failure', 'success', 'failure', 'success', 'failure', null, null, null, null],
    );
  });

  test('without a person has an id, and without values none', async () => {
    const { rows } = await take([
      entry({ ActorEmail: '', ActorIP: '', ActorType: 'system', Metadata: {}, NewValue: {}, OldValue: null }),
      entry({ ActorEmail: undefined, ActorID: undefined, NewValue: 'on', OldValue: ['a', 1] }),
    ]);
    const columns = ['actor', 'src_ip', 'src_ip_basis', 'request', 'new_value', 'old_value'] as const;
    assert.deepEqual(
      rows.map((row) => columns.map((name) => row[name])),
      [
        ['a1', null, null, null, null, null],
        [
          null,
          '192.0.2.1',
          'client-field',
          '{"name":"security_level","zone_name":"example.com"}',
          'on',
          '["a",1]',
        ],
      ],
    );
  });

  test('has its time in seconds or nanoseconds, and hostile values as text', async () => {
    const { rows } = await take([
      entry({ When: '1573486920', ResourceID: '"\t\u0000\\' }),
      entry({ When: 1573486920123, ActorIP: 'internal' }),
      entry({ When: '1573486920123456789' }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.time_ns, row.time_precision, row.resource, row.src_ip_basis]),
      [
        [1573486920000000000n, 's', '"\t\u0000\\', 'client-field'],
        [1573486920123000000n, 'ms', 'r1', 'not-an-address'],
        [1573486920123456789n, 'ns', 'r1', 'client-field'],
      ],
    );
  });

  test('that is none is a reject with its reason', async () => {
    const { rows, rejects } = await take([
      entry(),
      '{"ActionType":"login","ActorID":"a1"}',
      '{"When":1573486920,"ActorID":"a1"}',
      entry().slice(0, -1),
      entry({ When: 'today' }),
      entry(),
      entry(),
      entry(),
    ]);
    assert.equal(rows.length, 4);
    assert.deepEqual(rejects, {
      2: 'no-when',
      3: 'not-an-audit-log-entry',
      4: 'not-a-json-object',
      5: 'time-unreadable',
    });
  });

  test('is not taken for one of the second version, which has other names', () => {
    assert.deepEqual(patternsThatMatch(entry()), [FORMAT]);
    const second =
      '{"ActionTimestamp":"2019-11-11T15:42:00Z","ActionType":"update","ActorIPAddress":"192.0.2.1"}';
    assert.deepEqual(patternsThatMatch(second), []);
  });
});
