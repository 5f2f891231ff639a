import { Aws } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** Who can deliver logs; each has a prefix of its own, `raw/<producer>/`. */
export const PRODUCERS = [
  'cloudflare',
  'alb',
  'nlb',
  'cloudfront',
  'waf',
  'vpc-flow',
  'route53',
  'cloudtrail',
  's3-access',
] as const;

export type Producer = (typeof PRODUCERS)[number];

/** Where the raw logs of every producer lie in a bucket of ours. */
export const RAW_PREFIX = 'raw/';

type DeliveryOptions = { bucket: IBucket; accounts: string[]; regions: string[] };

/** Cloudflare's own user; it delivers with these credentials for every customer. */
const LOGPUSH = 'arn:aws:iam::391854517948:user/cloudflare-logpush';

/** S3 gives these away to the owner of the bucket; without the ACL the delivery service is refused. */
const OWNED = { 's3:x-amz-acl': 'bucket-owner-full-control' };

const folder = (options: DeliveryOptions, producer: Producer) =>
  options.accounts.map((account) =>
    options.bucket.arnForObjects(`${RAW_PREFIX}${producer}/AWSLogs/${account}/*`),
  );

const arns = ({ accounts, regions }: DeliveryOptions, form: (region: string, account: string) => string) =>
  accounts.flatMap((account) => regions.map((region) => form(region, account)));

const withGlobal = (regions: string[]) => [...new Set([...regions, 'us-east-1'])];

/**
 * CloudWatch Logs' delivery service, which NLB, WAF, VPC, Route 53 and CloudFront use. CloudFront and the web ACLs
 * of its distributions deliver from us-east-1 whatever the region.
 */
function vended(
  sid: string,
  producer: Producer,
  options: DeliveryOptions,
  source: 'v1' | 'v2',
): PolicyStatement {
  const regions =
    producer === 'cloudfront'
      ? ['us-east-1']
      : producer === 'waf'
        ? withGlobal(options.regions)
        : options.regions;
  return new PolicyStatement({
    sid,
    principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: folder(options, producer),
    conditions: {
      StringEquals: { ...OWNED, 'aws:SourceAccount': options.accounts },
      ArnLike: {
        'aws:SourceArn': arns(
          { ...options, regions },
          (region, account) =>
            `arn:${Aws.PARTITION}:logs:${region}:${account}:${source === 'v2' ? 'delivery-source:*' : '*'}`,
        ),
      },
    },
  });
}

const statements: Record<Producer, (options: DeliveryOptions) => PolicyStatement[]> = {
  // https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/aws-s3/
  cloudflare: ({ bucket }) => [
    new PolicyStatement({
      sid: 'CloudflareDelivers',
      principals: [new ArnPrincipal(LOGPUSH)],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${RAW_PREFIX}cloudflare/*`)],
    }),
  ],
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
  alb: (options) => [
    new PolicyStatement({
      sid: 'AlbDelivers',
      principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: folder(options, 'alb'),
      conditions: {
        ArnLike: {
          'aws:SourceArn': arns(
            options,
            (region, account) =>
              `arn:${Aws.PARTITION}:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
          ),
        },
      },
    }),
  ],
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
  nlb: (options) => [vended('NlbDelivers', 'nlb', options, 'v1')],
  // Standard logging v2; the older one needs ACLs, which the bucket has not.
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
  cloudfront: (options) => [vended('CloudFrontDelivers', 'cloudfront', options, 'v2')],
  // https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html
  waf: (options) => [vended('WafDelivers', 'waf', options, 'v1')],
  // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
  'vpc-flow': (options) => [vended('VpcFlowDelivers', 'vpc-flow', options, 'v1')],
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html
  route53: (options) => [vended('Route53Delivers', 'route53', options, 'v1')],
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
  cloudtrail: (options) => {
    const trails = {
      'aws:SourceArn': arns(
        options,
        (region, account) => `arn:${Aws.PARTITION}:cloudtrail:${region}:${account}:trail/*`,
      ),
    };
    const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
    return [
      new PolicyStatement({
        sid: 'CloudTrailDelivers',
        principals,
        actions: ['s3:PutObject'],
        resources: folder(options, 'cloudtrail'),
        conditions: { StringEquals: OWNED, ArnLike: trails },
      }),
      new PolicyStatement({
        sid: 'CloudTrailLooks',
        principals,
        actions: ['s3:GetBucketAcl'],
        resources: [options.bucket.bucketArn],
        conditions: { ArnLike: trails },
      }),
    ];
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
  's3-access': ({ bucket, accounts }) => [
    new PolicyStatement({
      sid: 'S3AccessDelivers',
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${RAW_PREFIX}s3-access/*`)],
      conditions: {
        StringEquals: { 'aws:SourceAccount': accounts },
        ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::*` },
      },
    }),
  ],
};

const VENDED: readonly Producer[] = ['nlb', 'cloudfront', 'waf', 'vpc-flow', 'route53'];

/** Looked at by the delivery service before it takes a bucket; it appends what it misses, so that a stack would drift. */
function vendedLook(options: DeliveryOptions): PolicyStatement {
  return new PolicyStatement({
    sid: 'DeliveryLooks',
    principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
    actions: ['s3:GetBucketAcl', 's3:ListBucket'],
    resources: [options.bucket.bucketArn],
    conditions: {
      StringEquals: { 'aws:SourceAccount': options.accounts },
      ArnLike: {
        'aws:SourceArn': arns(
          { ...options, regions: withGlobal(options.regions) },
          (region, account) => `arn:${Aws.PARTITION}:logs:${region}:${account}:*`,
        ),
      },
    },
  });
}

/** What the producers of the settings, as far as they deliver into this bucket, need of it, and nothing more. */
export function deliveryStatements(
  bucket: IBucket,
  settings: { producers: string[]; producerAccounts: string[]; producerRegions: string[] },
  here: readonly Producer[],
): PolicyStatement[] {
  const options: DeliveryOptions = {
    bucket,
    accounts: settings.producerAccounts.length > 0 ? settings.producerAccounts : [Aws.ACCOUNT_ID],
    regions: settings.producerRegions.length > 0 ? settings.producerRegions : [Aws.REGION],
  };
  const named = here.filter((name) => settings.producers.includes(name));
  return [
    ...named.flatMap((name) => statements[name](options)),
    ...(named.some((name) => VENDED.includes(name)) ? [vendedLook(options)] : []),
  ];
}
