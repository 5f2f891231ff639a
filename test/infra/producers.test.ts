/** Who may deliver logs, statement by statement, as the producers' own documentation asks for it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tokens of the template are written as it writes them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everything, type Statement, statementsOf, synthesize } from './synthesized.ts';

const RAW = '${RawBucket672A0DBB.Arn}';
const PLAIN = '${PlainBucket8A30DAF0.Arn}';
const ACCOUNT = '${AWS::AccountId}';
const OWNED = { 's3:x-amz-acl': 'bucket-owner-full-control' };

const arn = (service: string, region: string, rest: string) =>
  `arn:\${AWS::Partition}:${service}:${region}:${ACCOUNT}:${rest}`;
const here = '${AWS::Region}';

function vended(producer: string, sources: string[]) {
  return {
    actions: ['s3:PutObject'],
    resources: [`${RAW}/raw/${producer}/AWSLogs/${ACCOUNT}/*`],
    principals: ['delivery.logs.amazonaws.com'],
    conditions: {
      StringEquals: { ...OWNED, 'aws:SourceAccount': [ACCOUNT] },
      ArnLike: { 'aws:SourceArn': sources },
    },
  };
}

const trails = { ArnLike: { 'aws:SourceArn': [arn('cloudtrail', here, 'trail/*')] } };

const expected: Record<string, Omit<Statement, 'where' | 'sid' | 'effect'>> = {
  CloudflareDelivers: {
    actions: ['s3:PutObject'],
    resources: [`${RAW}/raw/cloudflare/*`],
    principals: ['arn:aws:iam::391854517948:user/cloudflare-logpush'],
    conditions: {},
  },
  AlbDelivers: {
    actions: ['s3:PutObject'],
    resources: [`${RAW}/raw/alb/AWSLogs/${ACCOUNT}/*`],
    principals: ['logdelivery.elasticloadbalancing.amazonaws.com'],
    conditions: { ArnLike: { 'aws:SourceArn': [arn('elasticloadbalancing', here, 'loadbalancer/*')] } },
  },
  NlbDelivers: vended('nlb', [arn('logs', here, '*')]),
  CloudFrontDelivers: vended('cloudfront', [arn('logs', 'us-east-1', 'delivery-source:*')]),
  WafDelivers: vended('waf', [arn('logs', here, '*'), arn('logs', 'us-east-1', '*')]),
  VpcFlowDelivers: vended('vpc-flow', [arn('logs', here, '*')]),
  Route53Delivers: vended('route53', [arn('logs', here, '*')]),
  DeliveryLooks: {
    actions: ['s3:GetBucketAcl', 's3:ListBucket'],
    resources: [RAW],
    principals: ['delivery.logs.amazonaws.com'],
    conditions: {
      StringEquals: { 'aws:SourceAccount': [ACCOUNT] },
      ArnLike: { 'aws:SourceArn': [arn('logs', here, '*'), arn('logs', 'us-east-1', '*')] },
    },
  },
  CloudTrailDelivers: {
    actions: ['s3:PutObject'],
    resources: [`${RAW}/raw/cloudtrail/AWSLogs/${ACCOUNT}/*`],
    principals: ['cloudtrail.amazonaws.com'],
    conditions: { StringEquals: OWNED, ...trails },
  },
  CloudTrailLooks: {
    actions: ['s3:GetBucketAcl'],
    resources: [RAW],
    principals: ['cloudtrail.amazonaws.com'],
    conditions: trails,
  },
  S3AccessDelivers: {
    actions: ['s3:PutObject'],
    resources: [`${PLAIN}/raw/s3-access/*`],
    principals: ['logging.s3.amazonaws.com'],
    conditions: {
      StringEquals: { 'aws:SourceAccount': [ACCOUNT] },
      ArnLike: { 'aws:SourceArn': 'arn:${AWS::Partition}:s3:::*' },
    },
  },
};

/** What buckets allow; the logs that S3 writes of our own buckets are CDK's own statements, checked below. */
function allowed(context: Record<string, unknown>): Statement[] {
  const { all } = synthesize(context);
  const buckets = all.filter(({ Type }) => Type === 'AWS::S3::BucketPolicy');
  return statementsOf(buckets).filter(({ effect }) => effect === 'Allow');
}

describe('producers', () => {
  const statements = allowed(everything);

  for (const [sid, statement] of Object.entries(expected))
    test(`${sid} is exact`, () => {
      const found = statements.filter((each) => each.sid === sid);
      assert.equal(found.length, 1);
      const { where: _, sid: __, effect: ___, ...rest } = found[0]!;
      assert.deepEqual(rest, statement);
    });

  test('are allowed nothing else by any bucket', () => {
    const others = statements.filter(({ sid }) => !(sid in expected));
    assert.deepEqual(
      others.map(({ principals, actions, resources }) => [principals, actions, resources].flat()),
      ['raw', 'lake', 'results', 'vault'].map((bucket) => [
        'logging.s3.amazonaws.com',
        's3:PutObject',
        `${PLAIN}/server-access/${bucket}/*`,
      ]),
    );
    for (const { conditions } of others)
      assert.equal(conditions.StringEquals?.['aws:SourceAccount'], ACCOUNT);
  });

  test('that are not named are not let in', () => {
    const sids = allowed({ ...everything, producers: 'alb' }).map(({ sid }) => sid);
    assert.deepEqual(
      sids.filter((sid) => sid !== ''),
      ['AlbDelivers'],
    );
  });

  test('deliver for the accounts and regions of the settings alone', () => {
    const [alb] = allowed({
      ...everything,
      producers: 'alb',
      producerAccounts: '111111111111,222222222222',
      producerRegions: 'eu-west-1',
    }).filter(({ sid }) => sid === 'AlbDelivers');
    assert.deepEqual(
      alb?.resources,
      ['111111111111', '222222222222'].map((account) => `${RAW}/raw/alb/AWSLogs/${account}/*`),
    );
    assert.deepEqual(
      alb?.conditions.ArnLike?.['aws:SourceArn'],
      ['111111111111', '222222222222'].map(
        (account) => `arn:\${AWS::Partition}:elasticloadbalancing:eu-west-1:${account}:loadbalancer/*`,
      ),
    );
  });
});
