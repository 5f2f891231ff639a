/** Requests of one edge by hand: a day before, ten minutes of many techniques, one visit after; and its firewall's own log. */
import type { LogObject } from '../../src/ingest/pass.ts';
import { firewallEvent } from '../formats/valid-objects.ts';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { type Asking, askingOf } from './small-lake.ts';

export const WEB = 'cloudflare-http-requests:example.com';
export const FIREWALL = 'cloudflare-firewall-events:test';

export const WEB_DAYS = { from_day: '2019-11-10', until_day: '2019-11-11' };
export const WEB_WINDOW = {
  from_day: '2019-11-11',
  until_day: '2019-11-11',
  from_time: '2019-11-11 15:42:00',
  until_time: '2019-11-11 15:52:00',
  source_id: WEB,
};
export const KNOWN = { ...WEB_WINDOW, known_day: '2019-11-10' };
export const time = (text: string): string => `2019-11-11T${text}.000Z`;

type Fields = Record<string, unknown>;

/** A request at a time of November 2019 that the defence let through. */
function at(time: string, ClientIP: string, fields: Fields = {}): Fields {
  const EdgeStartTimestamp = `2019-11-${time}Z`;
  return { EdgeStartTimestamp, ClientIP, SecurityAction: '', JA4: 'browser', ...fields };
}
const uri = (ClientRequestURI: string, fields: Fields = {}): Fields => ({ ClientRequestURI, ...fields });
const status = (EdgeResponseStatus: number, fields: Fields = {}): Fields => ({
  EdgeResponseStatus,
  ...fields,
});
const stopped = (SecurityAction: string): Fields => ({
  SecurityAction,
  EdgeResponseStatus: 403,
  OriginResponseStatus: 0,
});
const brazil = { ClientCountry: 'br', ClientASN: 64_497 };
const russia = { ClientCountry: 'ru', ClientASN: 64_498 };
const six = { ClientCountry: 'fr', ClientASN: 64_499 };
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const second = (index: number): string => String(index).padStart(2, '0');

const STAFF = '192.0.2.30';
const READER = '192.0.2.50';
const SCANNER = '203.0.113.66';
const before = [
  at('10T12:00:00', '192.0.2.1', {
    CacheCacheStatus: 'hit',
    ClientRequestReferer: 'https://www.example.org/',
  }),
  at('10T12:00:01', '192.0.2.1', uri('/style.css')),
  at('10T12:01:00', SCANNER, { ...russia, ...uri('/.env', status(404)) }),
  at('10T12:01:01', SCANNER, { ...russia, ...uri('/wp-login.php', status(404)) }),
  at('10T12:01:02', SCANNER, { ...russia, ...uri('/search?q=x1') }),
  at('10T12:02:00', STAFF, uri('/admin/export', { EdgeResponseBytes: 5000 })),
  at('10T12:03:00', READER),
];

const tool = { ...brazil, JA4: 'tool', ClientRequestUserAgent: 'tool/1' };
const login = (time: string, ip: string, code: number, fields: Fields = {}): Fields =>
  at(time, ip, { ClientRequestMethod: 'POST', ...uri('/login', status(code)), ...fields });
const during = [
  at('11T15:42:00', '192.0.2.1', {
    CacheCacheStatus: 'hit',
    ClientRequestReferer: 'https://www.example.org/',
  }),
  at('11T15:42:01', '192.0.2.1', { ...uri('/page/2'), ...stopped('managed_challenge') }),
  at('11T15:42:05', '192.0.2.1', uri('/page/2')),
  // Ever new queries from three addresses; the last two are blocked.
  ...numbers(12).map((index) =>
    at(`11T15:43:${second(index)}`, `198.51.100.${1 + (index % 3)}`, {
      ...tool,
      ...uri(`/?cb=k${index}x`),
      ...(index >= 10 ? stopped('block') : {}),
    }),
  ),
  ...numbers(3).map((index) =>
    at(`11T15:44:0${index}`, SCANNER, {
      ...russia,
      ...uri(`/search?q=a${index}7`, status(index === 2 ? 500 : 200)),
      OriginResponseDurationMs: 100,
      OriginResponseStatus: index === 2 ? 500 : 200,
    }),
  ),
  ...[401, 401, 401, 302].map((code, index) => login(`11T15:45:0${index}`, '198.51.100.40', code, brazil)),
  login('11T15:46:00', '198.51.100.41', 401, brazil),
  login('11T15:45:30', '192.0.2.60', 302),
  at('11T15:47:00', '203.0.113.90', { ...russia, ...uri('/list?id=1%27%20or%201=1') }),
  at('11T15:47:01', '203.0.113.90', { ...russia, ...uri('/..%2f..%2fetc/passwd', status(400)) }),
  at('11T15:47:02', '203.0.113.90', {
    ...russia,
    ClientRequestUserAgent: '$' + '{jndi:ldap://x}',
    ...stopped('block'),
  }),
  // Words that a shop and a band have in common with exploits.
  at('11T15:47:03', '203.0.113.91', {
    ...russia,
    ...uri('/list?page=2&amp;id=5&amp;cat=7&name=women%27s+and+men%27s'),
  }),
  ...numbers(3).map((index) =>
    at(`11T15:48:0${index}`, '198.51.100.70', { ...brazil, ClientSrcPort: 555, ...status(499) }),
  ),
  at('11T15:48:03', '198.51.100.70', { ...brazil, ClientSrcPort: 556 }),
  at('11T15:48:30', '198.51.100.80', { ...brazil, ...status(408) }),
  at('11T15:48:40', '198.51.100.80', { ...brazil, EdgeTimeToFirstByteMs: 45_000 }),
  at('11T15:49:00', STAFF, uri('/admin/export', { EdgeResponseBytes: 6000 })),
  at('11T15:49:30', '203.0.113.99', { ...russia, ...uri('/admin/export', { EdgeResponseBytes: 2_000_000 }) }),
  at('11T15:49:40', READER, uri('/report', { EdgeResponseBytes: 50_000 })),
  at('11T15:50:00', '2001:db8:1:2::5', six),
  at('11T15:50:01', '2001:db8:1:2:3::6', { ...six, ClientCountry: 'T1' }),
  at('11T15:50:02', '2001:db8:1:3::7', { ...six, ClientCountry: 'de' }),
];
const after = [
  at('11T16:00:00', '203.0.113.99', { ...russia, ...uri('/admin/export', { EdgeResponseBytes: 100 }) }),
];

const all = [...before, ...during, ...after].map((fields, index) => ({ RayID: `ray${index}`, ...fields }));

/** The firewall tells of three requests a little later than the edge. */
const firewall = [
  { RayID: 'ray8', Datetime: '2019-11-11T15:42:01.100Z' },
  { RayID: 'ray20', Datetime: '2019-11-11T15:43:10.300Z' },
  { RayID: 'ray21', Datetime: '2019-11-11T15:43:11.200Z' },
  { RayID: 'other', Datetime: '2019-11-11T15:43:12Z' },
].map((fields) => JSON.stringify({ ...firewallEvent, ...fields }));

/** The lines of the edge, each with an id of its own. */
export const webLines: readonly string[] = all.map((fields) => cloudflareLine(fields));

export const webObjects: readonly LogObject[] = [
  logObject('web', webLines.join('\n')),
  logObject('firewall', firewall.join('\n')),
];

export const webLake = (): Promise<Asking> => askingOf(webObjects);
