/** DNS queries of two logs, and acts in the consoles of two providers, by hand. */
import type { LogObject } from '../../src/ingest/pass.ts';
import { event } from '../formats/cloudtrail-event.ts';
import { auditEntry, cloudflareQuery } from '../formats/valid-objects.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { type Asking, askingOf } from './small-lake.ts';

export const PUBLIC = 'aws-route53-public:Z123412341234';
export const AUTHORITY = 'cloudflare-dns-logs:test';
export const TRAIL = 'aws-cloudtrail:123456789012';
export const AUDIT = 'cloudflare-audit-logs:test';

/** A query to the hosted zone, at a time of 11 November 2019. */
function asked(time: string, name: string, { code = 'NOERROR', by = '192.0.2.53', type = 'A' } = {}): string {
  return `1.0 2019-11-11T${time}Z Z123412341234 ${name} ${type} ${code} UDP FRA6 ${by} 198.51.100.0/24`;
}

const zone = [
  asked('10:00:00.000', 'www.example.com'),
  asked('15:42:01.000', 'www.example.com'),
  asked('15:42:02.000', 'www.example.com', { by: '203.0.113.53' }),
  ...['k3x9', 'p0qz', 'a81m'].map((label, index) =>
    asked(`15:42:1${index}.000`, `${label}.example.com`, { code: 'NXDOMAIN', by: '203.0.113.53' }),
  ),
  asked('15:43:00.000', 'k3x9.example.com', { code: 'NXDOMAIN', by: '203.0.113.53' }),
  asked('15:43:01.000', 'example.com', { type: 'ANY' }),
  asked('15:43:02.000', 'example.com', { code: 'SERVFAIL', type: 'ANY' }),
];

const authority = [
  { QueryName: 'www.example.org.uk' },
  { QueryName: 'a.b.example.org.uk' },
  { QueryName: 'example.com', ResponseCode: 0 },
  { QueryName: 'localhost' },
  { QueryName: '.' },
].map((fields) => JSON.stringify({ ...cloudflareQuery, ...fields }));

const alice = (ip: string) => ({ sourceIPAddress: ip });
const signIn = (time: string, result: 'Success' | 'Failure', fields: object = {}): string =>
  event({
    eventTime: `2019-11-${time}Z`,
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    requestParameters: null,
    responseElements: { ConsoleLogin: result },
    additionalEventData: { MFAUsed: 'No' },
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/alice', accountId: '123456789012' },
    ...fields,
  });

const trail = [
  signIn('10T09:00:00', 'Success', alice('192.0.2.1')),
  signIn('10T10:00:00', 'Failure', alice('203.0.113.9')),
  ...['01', '02', '03'].map((second) => signIn(`11T15:50:${second}`, 'Failure', alice('203.0.113.9'))),
  signIn('11T15:51:00', 'Success', alice('203.0.113.9')),
  signIn('11T15:52:00', 'Success', alice('192.0.2.7')),
  event(),
  event({
    eventTime: '2019-11-11T15:43:00Z',
    errorCode: 'WAFOptimisticLockException',
    errorMessage: 'stale',
  }),
  event({ eventTime: '2019-11-11T15:44:00Z', eventName: 'GetWebACL', readOnly: true }),
  event({
    eventTime: '2019-11-11T15:45:00Z',
    eventSource: 'elasticloadbalancing.amazonaws.com',
    eventName: 'RegisterTargets',
  }),
  event({
    eventTime: '2019-11-11T15:46:00Z',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'AuthorizeSecurityGroupIngress',
    requestParameters: { groupId: 'sg-1' },
  }),
  event({
    eventTime: '2019-11-11T15:53:00Z',
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    requestParameters: { name: 'trail' },
  }),
  event({
    eventTime: '2019-11-11T15:54:00Z',
    eventSource: 'rds.amazonaws.com',
    eventName: 'StartExportTask',
    errorCode: 'AccessDenied',
  }),
];

const audit = [
  auditEntry,
  { ...auditEntry, ActionType: undefined, When: '2019-11-11T15:55:00Z' },
  { ...auditEntry, ActionType: 'login', When: '2019-11-11T15:40:00Z' },
  {
    ...auditEntry,
    ActionType: 'login',
    When: '2019-11-11T15:41:00Z',
    ActorIP: '198.51.100.9',
    ActionResult: false,
  },
];

export const controlObjects: readonly LogObject[] = [
  logObject('zone', zone.join('\n')),
  logObject('authority', authority.join('\n')),
  logObject('trail', trail.join('\n')),
  logObject('audit', audit.map((entry) => JSON.stringify(entry)).join('\n')),
];

export const controlLake = (): Promise<Asking> => askingOf(controlObjects);
