/** A log that an investigation of an attack wants, who keeps it, and for how long unless somebody saw to it. */
export type KeptLog = {
  id: string;
  log: string;
  /** Whom to ask. */
  from: string;
  /** Hours that it is kept by default, the least that its source states; null: no default is known, someone's own rules decide. */
  hours: number | null;
  /** The same in a few words, for a table. */
  kept: string;
  /** Formats of the lake that hold it; none: Ascribe does not read it. */
  formats: readonly string[];
  /** What to do, in one sentence. */
  action: string;
  /** Where the retention is documented; null where none is. */
  source: string | null;
};

const DAY = 24;
const BUCKET = 'no default: the life-cycle rules of your bucket or of your log group decide';
const CLOUDFLARE = 'https://developers.cloudflare.com';
const AWS = 'https://docs.aws.amazon.com';
const RDS = `${AWS}/AmazonRDS/latest/UserGuide`;

/** The logs to preserve. Retentions are what the vendors' documentation said in November 2026: contracts and settings differ. */
export const KEPT_LOGS: readonly KeptLog[] = [
  {
    id: 'aws-waf-sampled',
    log: 'AWS WAF sampled requests',
    from: 'AWS',
    hours: 3,
    kept: '3 hours',
    formats: [],
    action:
      'Take them with GetSampledRequests for each rule of each web ACL: a sample, for where no full log was set up.',
    source: `${AWS}/waf/latest/APIReference/API_GetSampledRequests.html`,
  },
  {
    id: 'rds-mariadb',
    log: 'Database logs, RDS for MariaDB',
    from: 'AWS',
    hours: DAY,
    kept: '24 hours',
    formats: [],
    action:
      'Download slow, error and general logs of each instance, or find the log group that they are published to.',
    source: `${RDS}/USER_LogAccess.MariaDB.LogFileSize.html`,
  },
  {
    id: 'cloudflare-http-requests',
    log: 'HTTP requests, at the edge',
    from: 'Cloudflare',
    hours: 3 * DAY,
    kept: '3 to 7 days',
    formats: ['cloudflare-http-requests'],
    action:
      'Lock what Logpush delivered to your own storage; what it did not deliver can be had by Logpull alone, and only where its retention had been switched on.',
    source: `${CLOUDFLARE}/logs/logpull/understanding-the-basics/`,
  },
  {
    id: 'rds-postgresql',
    log: 'Database logs, RDS for PostgreSQL',
    from: 'AWS',
    hours: 3 * DAY,
    kept: '3 days',
    formats: [],
    action:
      'Download the log files of each instance (rds.log_retention_period says how long they stay), or find their log group.',
    source: `${RDS}/USER_LogAccess.Concepts.PostgreSQL.overview.parameter-groups.html`,
  },
  {
    id: 'rds-mysql',
    log: 'Database error log, RDS for MySQL',
    from: 'AWS',
    hours: 14 * DAY,
    kept: '2 weeks',
    formats: [],
    action:
      'Download the error logs of each instance; slow, general and audit logs are there only where they were switched on.',
    source: `${RDS}/USER_LogAccess.MySQL.LogFileSize.html`,
  },
  {
    id: 'aws-cloudtrail-history',
    log: 'Calls of the API and sign-ins (event history)',
    from: 'AWS',
    hours: 90 * DAY,
    kept: '90 days',
    formats: ['aws-cloudtrail'],
    action:
      'Download the event history of every Region, or lock the bucket of the trail, which alone has data events.',
    source: `${AWS}/awscloudtrail/latest/userguide/view-cloudtrail-events.html`,
  },
  {
    id: 'cloudflare-network-analytics',
    log: 'Packets and their mitigation (Network Analytics)',
    from: 'Cloudflare',
    hours: 112 * DAY,
    kept: '112 days',
    formats: ['cloudflare-network-analytics'],
    action: 'Export the time of the incident, or lock what Logpush delivered.',
    source: `${CLOUDFLARE}/analytics/network-analytics/configure/time-range/`,
  },
  {
    id: 'cloudflare-audit-logs',
    log: 'Changes and sign-ins (audit logs)',
    from: 'Cloudflare',
    hours: 18 * 30 * DAY,
    kept: '18 months',
    formats: ['cloudflare-audit-logs'],
    action: 'Export the audit logs of the account: when each defence was switched on is in them alone.',
    source: `${CLOUDFLARE}/fundamentals/account/account-security/audit-logs/`,
  },
  {
    id: 'operators',
    log: 'Who had an address at a time',
    from: 'operators',
    hours: null,
    kept: 'their rules',
    formats: [],
    action:
      'Write to the operators of the attacking networks at once, with times, addresses and ports (ascribe requests), through the police where the law wants it.',
    source: null,
  },
  {
    id: 'cloudflare-security-events',
    log: 'What the defence stopped (Security Events)',
    from: 'Cloudflare',
    hours: null,
    kept: 'your plan',
    formats: ['cloudflare-firewall-events'],
    action:
      'Export the events (500 at a time, sampled), or lock what Logpush delivered; how far back they go depends on the plan.',
    source: `${CLOUDFLARE}/waf/analytics/security-events/`,
  },
  {
    id: 'cloudflare-dns',
    log: 'DNS queries and connections (Logpush)',
    from: 'Cloudflare',
    hours: null,
    kept: 'your bucket',
    formats: ['cloudflare-dns-logs', 'cloudflare-spectrum-events'],
    action: `Lock what Logpush delivered: ${BUCKET}.`,
    source: null,
  },
  {
    id: 'web-servers',
    log: 'Access and error logs of the web servers',
    from: 'you',
    hours: null,
    kept: 'log rotation',
    formats: ['apache-combined', 'w3c-extended'],
    action:
      'Copy them off the machines and stop their rotation (logrotate, IIS): a flood fills and rotates them faster than usual.',
    source: null,
  },
  {
    id: 'application',
    log: 'Log-ins, sessions and exports of the application',
    from: 'you',
    hours: null,
    kept: 'its own rules',
    formats: [],
    action: 'Export audit, session and job tables: whether data left the house is to be seen here.',
    source: null,
  },
  {
    id: 'aws-edge',
    log: 'CloudFront and full AWS WAF logs',
    from: 'you, in AWS',
    hours: null,
    kept: 'your bucket',
    formats: ['aws-cloudfront', 'aws-cloudfront-json', 'aws-waf'],
    action: `Lock the objects: ${BUCKET}.`,
    source: null,
  },
  {
    id: 'aws-balancers',
    log: 'Balancers and API Gateway',
    from: 'you, in AWS',
    hours: null,
    kept: 'your bucket',
    formats: [
      'aws-alb',
      'aws-alb-connection',
      'aws-elb-classic',
      'aws-nlb',
      'aws-api-gateway',
      'aws-api-gateway-clf',
    ],
    action: `Lock the objects: ${BUCKET}.`,
    source: null,
  },
  {
    id: 'flows',
    log: 'Flows (VPC flow logs, NetFlow)',
    from: 'you',
    hours: null,
    kept: 'your bucket',
    formats: ['aws-vpc-flow', 'nfdump-csv'],
    action: `Lock the objects: ${BUCKET}; a collector of NetFlow overwrites its oldest files.`,
    source: null,
  },
  {
    id: 'aws-dns-and-storage',
    log: 'Route 53 queries and S3 access logs',
    from: 'you, in AWS',
    hours: null,
    kept: 'your bucket',
    formats: ['aws-route53-public', 'aws-route53-resolver', 'aws-s3-access'],
    action: `Lock the objects: ${BUCKET}.`,
    source: null,
  },
];
