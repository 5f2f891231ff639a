/** A lake of hand-made lines of three logs, small enough to count by eye. All of 11 November 2019 but one visit. */

import { queryAssets } from '../../src/adapters/assets.ts';
import {
  createAnalyst,
  createCatalogue,
  type Engine,
  type Row,
  type Value,
} from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { albLine, apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { type LakeOptions, logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';

export const EDGE = 'cloudflare-http-requests:example.com';
export const BALANCER = 'aws-alb:app/www/50dc6c495c0c9188';
export const ORIGIN = 'apache-combined:test';

export const DAYS = { from_day: '2019-11-11', until_day: '2019-11-11' };
export const WINDOW = { ...DAYS, from_time: '2019-11-11 15:42:00', until_time: '2019-11-11 15:50:00' };

const british = { ClientIP: '192.0.2.1', ClientCountry: 'gb', ClientASN: 64496, JA4: 'browser' };
const brazilian = {
  ClientIP: '198.51.100.5',
  ClientCountry: 'br',
  ClientASN: 64497,
  JA4: 'tool',
  ClientRequestUserAgent: 'tool/1',
  EdgeResponseStatus: 403,
  SecurityAction: 'block',
  OriginResponseStatus: 0,
  ClientRequestMethod: 'POST',
};
const at = (time: string) => ({ EdgeStartTimestamp: `2019-11-${time}Z` });

const edge = [
  { ...british, ...at('10T12:00:00'), RayID: 'r0' },
  { ...british, ...at('11T15:42:00'), RayID: 'r1', SecurityAction: '' },
  { ...brazilian, ...at('11T15:42:10'), RayID: 'r2', ClientRequestURI: '/page/17/search?q=abc1&sort=asc' },
  { ...brazilian, ...at('11T15:42:20'), RayID: 'r3', ClientRequestURI: '/page/8/search?q=xyz9&sort=desc' },
  {
    ...brazilian,
    ...at('11T15:43:00'),
    RayID: 'r4',
    ClientRequestURI: '/page/8/search?token77',
    ClientIP: '198.51.100.9',
    SecurityAction: 'managed_challenge',
  },
  // The same prefix as the Briton's, and a request id that was there before: another request, since the client is another.
  {
    ...british,
    ...at('11T15:43:30'),
    RayID: 'r1',
    ClientIP: '192.0.2.77',
    ClientRequestReferer: 'https://www.example.com/',
  },
  // The end of the window is not in it.
  { ...british, ...at('11T15:50:00'), RayID: 'r5', ClientASN: undefined, ClientCountry: '' },
];

/** 200 answers of 1 to 200 ms in no order, and one of 7 ms of another host. */
const balancer = [
  ...Array.from({ length: 200 }, (_, index) => {
    const ms = ((index * 77) % 200) + 1;
    return albLine({
      waits: `0.000 0.${String(ms).padStart(3, '0')} 0.000`,
      trace: `Root=1-58337262-${String(index).padStart(24, '0')}`,
      client: index < 150 ? '173.245.48.9:443' : '203.0.113.5:443',
    });
  }),
  albLine({ domain: 'api.example.com', waits: '0.000 0.007 0.000', client: '173.245.48.9:443' }),
  albLine({
    waits: '-1 -1 -1',
    elbStatus: '503',
    targetStatus: '-',
    target: '-',
    client: '173.245.48.9:443',
  }),
];

const WORDPRESS = 'WordPress/5.2; https://blog.example.org; verifying pingback from ';
const origin = [
  apacheLine({ ip: '203.0.113.1', agent: `${WORDPRESS}192.0.2.200` }),
  apacheLine({ ip: '203.0.113.2', agent: `${WORDPRESS}192.0.2.200` }),
  apacheLine({ ip: '203.0.113.3', agent: 'WordPress/4.9; http://blog.example.net' }),
  apacheLine({ ip: '203.0.113.4', request: 'POST /wp-login.php HTTP/1.1', status: '401' }),
  apacheLine({ ip: '203.0.113.4', request: 'POST /wp-login.php HTTP/1.1', status: '302' }),
  apacheLine({ ip: '203.0.113.5', request: 'GET /backup.zip HTTP/1.1', bytes: '9000' }),
  apacheLine({ ip: '203.0.113.5', request: 'GET /adminton HTTP/1.1' }),
  apacheLine({ ip: '203.0.113.6', request: 'GET /.env HTTP/1.1', status: '404' }),
  'no log line',
  apacheLine({ time: '11/Nov/1980:15:42:00 +0000' }),
];

export type Asking = {
  lake: TestLake;
  engine: Engine;
  ask(id: string, parameters: Record<string, string>): Promise<Row[]>;
};

export const smallObjects: readonly LogObject[] = [
  logObject('edge', edge.map((fields) => cloudflareLine(fields)).join('\n')),
  logObject('balancer', balancer.join('\n')),
  logObject('origin', origin.join('\n')),
];

export const smallLake = (): Promise<Asking> => askingOf(smallObjects);

/** A lake of these objects, and the catalogue to ask it with. */
export async function askingOf(objects: readonly LogObject[], options: LakeOptions = {}): Promise<Asking> {
  const lake = await temporaryLake(options);
  await lake.ingest(objects);
  const engine = await lake.engine();
  const analyst = createAnalyst(createCatalogue(queryAssets().map(parseQuery)), engine);
  return { lake, engine, ask: (id, parameters) => analyst.ask(id, parameters) };
}

/** Asks for the values of the rows alone. */
export function rowsOf({
  ask,
}: Asking): (id: string, parameters: Record<string, string>) => Promise<Value[][]> {
  return async (id, parameters) => (await ask(id, parameters)).map((row) => Object.values(row));
}
