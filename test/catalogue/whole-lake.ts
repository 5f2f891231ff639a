/** All the logs by hand in one lake, and what to ask each query of it. */
import type { Query } from '../../src/catalogue/query.ts';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { controlObjects, PUBLIC } from './control-lake.ts';
import { flowObjects, VPC } from './flow-lake.ts';
import { grownLog } from './grown-log.ts';
import { type Asking, askingOf, ORIGIN, smallObjects } from './small-lake.ts';
import { WEB, webLines, webObjects } from './web-lake.ts';

export const wholeLake = (): Promise<Asking> =>
  askingOf([
    ...smallObjects,
    ...flowObjects,
    ...controlObjects,
    ...webObjects,
    // A batch that was delivered twice under another name.
    logObject('web-again', webLines.slice(-2, -1).join('\n')),
    logObject('web-reloaded', ['first', 'second'].map(reload).join('\n')),
    ...grownLog(Date.UTC(2019, 10, 11, 3)),
  ]);

/** A page that somebody loaded, and loaded again. */
const reload = (RayID: string): string =>
  cloudflareLine({
    ...{ RayID, ClientIP: '192.0.2.50', ClientRequestURI: '/list?page=2' },
    EdgeStartTimestamp: '2019-11-11T15:49:50Z',
  });

const VALUES: Record<string, string> = {
  known_day: '2019-11-10',
  from_day: '2019-11-10',
  until_day: '2019-11-12',
  from_time: '2019-11-11 15:00:00',
  until_time: '2019-11-12 00:00:00',
  first_from: '2019-11-10 00:00:00',
  first_until: '2019-11-11 00:00:00',
  second_from: '2019-11-11 00:00:00',
  second_until: '2019-11-12 00:00:00',
  kind: 'ip',
  value: '192.0.2.1',
  asn: '64496',
  least_flows: '1',
  least_requests: '1',
  least_bytes: '1000',
  paths: '/%',
  repeats: '1',
  addresses: '%',
  windows: '2019-11-11 15:00:00/2019-11-12 00:00:00,2019-11-11 15:42:00/2019-11-11 15:46:00',
};

/** The logs to ask, by what a query reads. */
export type Logs = { requests: string; flows: string; names: string; pingbacks: string };
const LOGS: Logs = { requests: WEB, flows: VPC, names: PUBLIC, pingbacks: ORIGIN };

/** What to ask of another lake than that of all the logs by hand. */
export type Question = { logs?: Logs; values?: Record<string, string> };

/** Values of its parameters, of a log that has what the query reads. */
export function valuesOf(
  { id, params, text }: Query,
  { logs = LOGS, values: others = {} }: Question = {},
): Record<string, string> {
  const values: Record<string, string> = { ...VALUES, ...others, source_id: logs[readBy(id, text)] };
  return Object.fromEntries(params.map(({ name }) => [name, values[name]!]));
}

function readBy(id: string, text: string): keyof Logs {
  if (text.includes('from network_activity')) return 'flows';
  if (text.includes('from dns_activity')) return 'names';
  return id === 'indicators/pingbacks' ? 'pingbacks' : 'requests';
}
