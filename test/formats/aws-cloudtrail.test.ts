import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { event, eventOf, type Fields } from './cloudtrail-event.ts';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';

const FORMAT = 'aws-cloudtrail';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);
const FEW = Array.from({ length: 8 }, () => event());

describe('An event of CloudTrail', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: `${FORMAT}:123456789012`,
      vantage: 'control',
      time: '2019-11-11T15:42:00.000Z',
      time_precision: 's',
      src_ip: '192.0.2.1',
      src_ip_basis: 'client-field',
      peer_ip: '192.0.2.1',
      actor: 'arn:aws:iam::123456789012:user/alice',
      actor_type: 'IAMUser',
      actor_id: 'AIDAJ45Q7YFFAREXAMPLE',
      access_key: 'AKIAIOSFODNN7EXAMPLE',
      mfa: true,
      operation: 'UpdateWebACL',
      service: 'wafv2.amazonaws.com',
      read_only: false,
      resource: 'edge',
      resource_type: null,
      status: 'success',
      error_code: null,
      error_detail: null,
      request: '{"name":"edge","scope":"CLOUDFRONT","id":"acl-1"}',
      response: '{"nextLockToken":"token"}',
      old_value: null,
      user_agent: 'aws-cli/2.4.11',
      account: '123456789012',
      region: 'us-east-1',
      request_id: 'event-1',
    };
    const { rows } = await take([event()]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('of the first version, in a list over many lines, is a row', async () => {
    const { eventVersion, eventTime, eventSource, eventName, awsRegion } = eventOf();
    const first = {
      ...{ eventVersion, eventTime, eventSource, eventName, awsRegion },
      userIdentity: { type: 'Root', accountId: '123456789012' },
    };
    const { rows } = await takeLog(FORMAT, JSON.stringify({ Records: [first, eventOf()] }, null, 4));
    assert.deepEqual(
      rows.map((row) => [row.record_no, row.account, row.actor, row.mfa, row.read_only, row.request_id]),
      [
        [1, '123456789012', 'Root', null, null, null],
        [2, '123456789012', 'arn:aws:iam::123456789012:user/alice', true, false, 'event-1'],
      ],
    );
  });

  test('stands in a list on one line, or on a line of its own, or within what LookupEvents answers', async () => {
    const lists = await takeLog(FORMAT, JSON.stringify({ Records: [eventOf(), eventOf(), eventOf()] }));
    assert.equal(lists.rows.length, 3);
    const answer = (fields: Fields) =>
      JSON.stringify({
        EventId: 'event-1',
        EventName: 'UpdateWebACL',
        EventSource: 'wafv2.amazonaws.com',
        ...fields,
      });
    const { rows, rejects } = await take([
      answer({ EventTime: '2019-11-12 02:42:00+11:00', CloudTrailEvent: event() }),
      event({ requestParameters: { CloudTrailEvent: 'x' } }),
      answer({ CloudTrailEvent: event().slice(1) }),
      answer({ CloudTrailEvent: null }),
      event(),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.time, row.operation]),
      rows.map(() => ['2019-11-11T15:42:00.000Z', 'UpdateWebACL']),
    );
    assert.deepEqual(rejects, { 3: 'not-a-json-object', 4: 'no-event-time' });
  });
});

describe('How it went', () => {
  test('is failure where there is an error, or a sign-in says so', async () => {
    const signIn = {
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      eventType: 'AwsConsoleSignIn',
    };
    const cases: [Fields, (string | null)[]][] = [
      [{ errorCode: 'AccessDenied', errorMessage: 'no' }, ['failure', 'AccessDenied', 'no']],
      [{ errorMessage: 'Failed authentication' }, ['failure', null, 'Failed authentication']],
      [{ ...signIn, responseElements: { ConsoleLogin: 'Failure' } }, ['failure', null, null]],
      [{ ...signIn, responseElements: { ConsoleLogin: 'Success' } }, ['success', null, null]],
      [
        { ...signIn, eventName: 'SwitchRole', responseElements: { SwitchRole: 'Failure' } },
        ['failure', null, null],
      ],
      [{ responseElements: { ConsoleLogin: 'Failure' } }, ['success', null, null]],
      [{ eventType: 'AwsServiceEvent' }, [null, null, null]],
      [{ eventType: 'AwsServiceEvent', errorCode: 'x' }, ['failure', 'x', null]],
      [
        { eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity', errorCode: 'VpceAccessDenied' },
        ['failure', 'VpceAccessDenied', null],
      ],
    ];
    const { rows } = await take(cases.map(([fields]) => event(fields)));
    assert.deepEqual(
      rows.map((row) => [row.status, row.error_code, row.error_detail]),
      cases.map(([, expected]) => expected),
    );
  });

  test('was done to what the event names, else a parameter', async () => {
    const arn = 'arn:aws:kms:us-east-1:123456789012:key/k';
    const cases: [Fields, (string | null)[]][] = [
      [
        { resources: [{ ARN: arn, accountId: '123456789012', type: 'AWS::KMS::Key' }] },
        [arn, 'AWS::KMS::Key'],
      ],
      [{ resources: [], requestParameters: { resourceArn: 'r', webACLArn: 'w' } }, ['r', null]],
      [
        { requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } } },
        ['i-1', null],
      ],
      [{ requestParameters: { groupId: 'sg-1', ipPermissions: {} } }, ['sg-1', null]],
      [{ requestParameters: { id: 'E1', distributionConfig: {} } }, ['E1', null]],
      [{ requestParameters: { unheard: 'of' } }, [null, null]],
      [{ requestParameters: 'text' }, [null, null]],
      [{ requestParameters: null }, [null, null]],
    ];
    const { rows } = await take(cases.map(([fields]) => event(fields)));
    assert.deepEqual(
      rows.map((row) => [row.resource, row.resource_type]),
      cases.map(([, expected]) => expected),
    );
    assert.deepEqual(
      rows.slice(-2).map((row) => row.request),
      ['text', null],
    );
  });

  test('keeps hostile values as text', async () => {
    const { rows } = await take([
      event({
        userAgent: 'a"\t\u0000\\',
        eventName: "x'); drop table",
        readOnly: 'true',
        eventTime: '2019-11-11T15:42:00.123Z',
      }),
      event({
        readOnly: 'perhaps',
        recipientAccountId: undefined,
        resources: 'none',
        additionalEventData: [1],
      }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.user_agent, row.operation, row.read_only, row.time_precision, row.account]),
      [
        ['a"\t\u0000\\', "x'); drop table", true, 'ms', '123456789012'],
        ['aws-cli/2.4.11', 'UpdateWebACL', null, 's', '123456789012'],
      ],
    );
  });
});

describe('What is no event of CloudTrail', () => {
  test('is a reject with its reason', async () => {
    const insight = {
      ...{
        eventType: 'AwsCloudTrailInsight',
        eventCategory: 'Insight',
        eventName: undefined,
        eventSource: undefined,
      },
      insightDetails: {
        state: 'Start',
        eventSource: 'ssm.amazonaws.com',
        eventName: 'UpdateInstanceInformation',
      },
    };
    const { rows, rejects } = await take([
      event(insight),
      event({ eventTime: undefined }),
      event({ eventName: undefined }),
      event({ eventTime: 'Monday' }),
      event().slice(0, 200),
      '[]',
      ...FEW,
    ]);
    assert.equal(rows.length, FEW.length);
    assert.deepEqual(rejects, {
      1: 'insight-event',
      2: 'no-event-time',
      3: 'no-event-name',
      4: 'time-unreadable',
      5: 'not-a-json-object',
      6: 'not-a-json-object',
    });
  });

  test('matches no other pattern, nor others this one', () => {
    assert.deepEqual(patternsThatMatch(event()), [FORMAT]);
    // The whole list is no event.
    assert.deepEqual(patternsThatMatch(JSON.stringify({ Records: [eventOf()] })), []);
    // S3 tells of new objects in a list Records too.
    const told = {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventTime: '2019-11-11T15:42:00Z',
      eventName: 'x',
    };
    assert.deepEqual(patternsThatMatch(JSON.stringify(told)), []);
  });
});
