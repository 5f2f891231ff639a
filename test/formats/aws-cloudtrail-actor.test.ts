/** Who called, in all the shapes of CloudTrail's userIdentity. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { event, type Fields } from './cloudtrail-event.ts';
import { takeLog } from './one-log.ts';

const take = (lines: readonly string[]) => takeLog('aws-cloudtrail', lines);

describe('Who did it', () => {
  const WHO: [Fields, (string | null)[]][] = [
    [
      {
        type: 'AssumedRole',
        principalId: 'AROA:bob',
        arn: 'arn:aws:sts::123456789012:assumed-role/ops/bob',
        accessKeyId: 'ASIA',
      },
      ['arn:aws:sts::123456789012:assumed-role/ops/bob', 'AssumedRole', 'AROA:bob', 'ASIA'],
    ],
    [
      { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' },
      ['autoscaling.amazonaws.com', 'AWSService', null, null],
    ],
    [{ accountId: '123456789012', invokedBy: 'ec2.amazonaws.com' }, ['ec2.amazonaws.com', null, null, null]],
    [
      { type: 'AWSAccount', principalId: 'AIDA:x', accountId: '123456789012' },
      ['AIDA:x', 'AWSAccount', 'AIDA:x', null],
    ],
    [
      { type: 'SAMLUser', principalId: 'q:sub', userName: 'carol@example.com' },
      ['carol@example.com', 'SAMLUser', 'q:sub', null],
    ],
    [
      {
        type: 'IAMUser',
        accountId: '123456789012',
        accessKeyId: '',
        userName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      },
      ['IAMUser', 'IAMUser', null, null],
    ],
    [
      {
        type: 'IdentityCenterUser',
        onBehalfOf: { userId: 'u-1', identityStoreArn: 'arn:aws:identitystore::1' },
      },
      ['u-1', 'IdentityCenterUser', 'u-1', null],
    ],
    [{}, [null, null, null, null]],
  ];
  test('is an ARN, else a name, a service, an id or a kind', async () => {
    const { rows } = await take([
      ...WHO.map(([userIdentity]) => event({ userIdentity })),
      event({ userIdentity: null }),
      event({ userIdentity: 'alice' }),
    ]);
    const none = [null, null, null, null];
    assert.deepEqual(
      rows.map((row) => [row.actor, row.actor_type, row.actor_id, row.access_key]),
      [...WHO.map(([, expected]) => expected), none, none],
    );
  });

  test('used a second factor or not, as session or sign-in say', async () => {
    const session = (mfaAuthenticated: unknown) => ({ sessionContext: { attributes: { mfaAuthenticated } } });
    const { rows } = await take([
      event({ userIdentity: session('false') }),
      event({ userIdentity: session(true) }),
      event({ userIdentity: {}, additionalEventData: { MFAUsed: 'Yes' } }),
      event({ userIdentity: {}, additionalEventData: { MFAUsed: 'No' } }),
      event({ userIdentity: {}, additionalEventData: { MFAUsed: '' } }),
      event({ userIdentity: { sessionContext: {} }, additionalEventData: null }),
    ]);
    assert.deepEqual(
      rows.map((row) => row.mfa),
      [false, true, true, false, null, null],
    );
  });

  test('came from an address, or from a service that has none', async () => {
    const { rows } = await take(
      ['AWS Internal', 'cloudformation.amazonaws.com', '10.0.0.1', '2001:DB8::1', '', null].map(
        (sourceIPAddress) => event({ sourceIPAddress }),
      ),
    );
    assert.deepEqual(
      rows.map((row) => [row.src_ip, row.src_ip_basis, row.peer_ip]),
      [
        [null, 'not-an-address', 'AWS Internal'],
        [null, 'not-an-address', 'cloudformation.amazonaws.com'],
        ['10.0.0.1', 'client-field', '10.0.0.1'],
        ['2001:db8::1', 'client-field', '2001:DB8::1'],
        [null, null, null],
        [null, null, null],
      ],
    );
  });
});
