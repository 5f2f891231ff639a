import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { conformance, samples, skip } from './conformance.ts';

const FORMAT = 'aws-cloudtrail';
const CROWDSEC = 'crowdsecurity+hub/cloudtrail';
const EXAMPLES =
  'awsdocs+aws-cloudtrail-user-guide/cloudtrail/derived/cloudtrail-log-file-examples.blocks.ndjson';

const jsonLines = (file: string): Record<string, unknown>[] =>
  readFileSync(join(samples, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const block = (number: number) => (): string => String(jsonLines(EXAMPLES)[number]!.text);

conformance('CloudTrail', [
  {
    file: `${CROWDSEC}/aws-bf/aws-bf.log`,
    format: FORMAT,
    rows: 6,
    values: {
      6: { operation: 'ConsoleLogin', status: 'failure', error_code: null, mfa: true, read_only: false },
    },
  },
  {
    file: `${CROWDSEC}/aws-cloudtrail-postexploit/aws-cloudtrail-postexploit.log`,
    format: FORMAT,
    rows: 4,
    values: {
      1: { operation: 'ListSecrets', status: 'failure', error_code: 'AccessDenied', mfa: null },
      2: { service: 's3.amazonaws.com', request: '{"Host":"s3.eu-west-1.amazonaws.com"}', response: null },
      4: { operation: 'GetCallerIdentity', status: 'success', read_only: true, region: 'us-east-1' },
    },
  },
  {
    file: `${CROWDSEC}/aws-cloudtrail/aws-cloudtrail.log`,
    format: FORMAT,
    rows: 2,
    values: { 2: { actor_type: 'AssumedRole', mfa: true, access_key: '<accesskeyId>' } },
  },
  {
    file: `${CROWDSEC}/aws-nwo-login/aws-nwo-login.log`,
    format: FORMAT,
    rows: 1,
    values: { 1: { operation: 'ConsoleLogin', status: 'success', access_key: null, mfa: true } },
  },
  // Each line is what LookupEvents says of an event, with the event as text within.
  {
    file: 'log2timeline+plaso/cloudtrail/aws_cloudtrail.jsonl',
    format: FORMAT,
    rows: 6,
    values: {
      1: { time: '2022-02-07T22:23:37.000Z', mfa: false, read_only: true, account: '012345678901' },
      4: {
        operation: 'SharedSnapshotVolumeCreated',
        peer_ip: 'ec2.amazonaws.com',
        src_ip: null,
        src_ip_basis: 'not-an-address',
        actor: 'ec2.amazonaws.com',
        actor_type: null,
        status: null,
      },
      6: { resource: 'no-access', status: 'success' },
    },
  },
  ...[2, 3, 4, 5, 6].map((number) => ({ file: EXAMPLES, content: block(number), format: FORMAT, rows: 1 })),
  {
    file: EXAMPLES,
    content: block(8),
    format: FORMAT,
    rows: 1,
    values: {
      1: {
        operation: 'UpdateTrail',
        status: 'failure',
        error_code: 'TrailNotFoundException',
        resource: 'myTrail2',
        mfa: null,
        response: null,
      },
    },
  },
  {
    file: EXAMPLES,
    content: block(9),
    format: FORMAT,
    rows: 0,
    rejects: { 1: 'insight-event', 2: 'insight-event' },
  },
]);

describe('Examples of CloudTrail’s documentation', { skip }, () => {
  // A pattern of names, a name, and an example whose string holds a newline, which is no JSON.
  for (const number of [0, 1, 7])
    test(`that are no log are refused: block ${number}`, async () => {
      const lake = await temporaryLake();
      const [outcome] = await lake.ingest([logObject(`block-${number}`, block(number)())]);
      assert.equal(outcome!.status, 'refused');
    });

  /** CrowdSec's names of what both sides have. It calls a user's name an ARN where there is none, as we do. */
  const NAMES: Record<string, string> = {
    source_ip: 'peer_ip',
    user_agent: 'user_agent',
    user_arn: 'actor',
    user_type: 'actor_type',
    event_id: 'request_id',
    event_name: 'operation',
    event_source: 'service',
    region: 'region',
  };
  test('agree with CrowdSec’s parser', async () => {
    for (const { input, expected } of jsonLines(`${CROWDSEC}/derived/cases.ndjson`)) {
      const lake = await temporaryLake({ now: new Date('2026-06-01T00:00:00Z') });
      await lake.take(String(input));
      const [row] = await lake.rows('select * from control_activity');
      const { Meta } = expected as { Meta: Record<string, string> };
      for (const [theirs, ours] of Object.entries(NAMES)) assert.equal(row![ours], Meta[theirs], theirs);
    }
  });
});
