/** Text that was written to break what reads it, in every field that a client chooses, and times at the ends of a second. */
import type { LogObject } from '../../src/ingest/pass.ts';
import { event } from '../formats/cloudtrail-event.ts';
import { auditEntry, cloudflareQuery, packet } from '../formats/valid-objects.ts';
import { apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { AUTHORITY } from './control-lake.ts';
import { SAMPLED } from './flow-lake.ts';
import { type Asking, askingOf, ORIGIN } from './small-lake.ts';
import { WEB } from './web-lake.ts';
import type { Logs } from './whole-lake.ts';

const TEXTS = [
  ...[
    '',
    ' ',
    '/',
    '::',
    '%',
    '%2e%2e%2f%2e%2e%2f',
    '..\\..\\',
    '?',
    '&',
    '=',
    '1',
    '-',
    '()',
    '[',
    '*',
    '\\',
    '\\xff',
  ],
  ...[
    "'); drop table rejects;--",
    '<img src=x onerror=alert(1)>',
    '$' + '{jndi:ldap://x}',
    '() { :; };',
    '=1+1',
    'a"b',
  ],
  ...[
    '/admin/export\n',
    '\n/admin/export',
    'a\n/.env\nb',
    '/.env\r',
    '/login\u2028',
    '\u0000/admin',
    '/ADMIN/EXPORT/',
  ],
  ...[
    '/\u0130STANBUL/LOG\u0130N',
    '/\u017Fearch',
    '/\u212Aey',
    '/\u00E9/e\u0301',
    '/\u{1F642}\u{1F642}',
    '\u202E/nimda',
    '/\uFEFFadmin',
  ],
  ...[
    '/550e8400-e29b-41d4-a716-446655440000/7',
    '/a1b2c3?',
    `/${'x'.repeat(3000)}`,
    '/\u0661\u0662\u0663',
    '/a/b/c.CSS',
  ],
];

/** At the end of a second, a minute and a day: rounding would move them on. */
const TIMES = [
  '2019-11-11T15:42:59.9995Z',
  '2019-11-11T15:59:59.999999Z',
  '2019-11-11T23:59:59.99995Z',
  '2019-11-11T15:42:00Z',
];
const timeOf = (index: number): string => TIMES[index % TIMES.length]!;

const requests = TEXTS.flatMap((text, index) =>
  [
    { ClientRequestURI: text },
    { ClientRequestURI: `/${text}?q=${text}`, ClientRequestMethod: 'POST', EdgeResponseStatus: 401 },
    { ClientRequestURI: `/login${text}`, ClientRequestMethod: 'POST', EdgeResponseStatus: 302 },
    {
      ClientRequestUserAgent: text,
      ClientRequestReferer: text,
      JA4: text,
      RayID: text,
      CacheCacheStatus: text,
    },
    {
      ClientRequestHost: text,
      ClientIPClass: text,
      ClientCountry: text.slice(0, 2),
      ClientRequestProtocol: text,
    },
  ].map((fields, place) =>
    cloudflareLine({
      RayID: `h${index}-${place}`,
      EdgeStartTimestamp: timeOf(index + place),
      EdgeResponseBytes: index * 100_000,
      SecurityAction: place === 1 ? 'block' : '',
      ...fields,
    }),
  ),
);
const packets = TEXTS.flatMap((text, index) =>
  [
    { IPSourceAddress: text },
    { IPDestinationAddress: text },
    { IPDestinationAddress: '2001:db8::', SourcePort: 53, IPProtocol: 17, IPTotalLength: null },
    { IPDestinationAddress: '::ffff:192.0.2.1', TCPFlags: 18, Direction: 'egress' },
  ].map((fields, place) => JSON.stringify({ ...packet, Datetime: timeOf(index + place), ...fields })),
);
const names = TEXTS.map((text, index) =>
  JSON.stringify({ ...cloudflareQuery, Timestamp: timeOf(index), QueryName: `${text}.Example.CO.uk` }),
);
const acts = TEXTS.flatMap((text, index) => [
  event({
    eventTime: timeOf(index).slice(0, 19).concat('Z'),
    eventName: index % 2 === 0 ? text : 'ConsoleLogin',
    userAgent: text,
    sourceIPAddress: text,
    requestParameters: { name: text },
  }),
]);
const audited = TEXTS.map((text, index) =>
  JSON.stringify({
    ...auditEntry,
    When: timeOf(index),
    ActionType: text,
    ResourceID: text,
    NewValue: { value: text },
  }),
);

export const HOSTILE_LOGS: Logs = { requests: WEB, flows: SAMPLED, names: AUTHORITY, pingbacks: ORIGIN };

export const hostileObjects: readonly LogObject[] = [
  logObject('requests', requests.join('\n')),
  logObject('packets', packets.join('\n')),
  logObject('names', names.join('\n')),
  logObject('acts', acts.join('\n')),
  logObject('audited', audited.join('\n')),
  logObject(
    'lines',
    TEXTS.map((text) => apacheLine({ agent: text.replaceAll(/["\n\r]/g, ''), request: `GET ${text}` })).join(
      '\n',
    ),
  ),
];

export const hostileLake = (): Promise<Asking> => askingOf(hostileObjects);
