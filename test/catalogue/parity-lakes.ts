/** The lakes on which both engines must answer alike, and what to ask of each. */
import { campaign, visitorsTimes } from '../../src/simulate/scenarios/campaign.ts';
import { floodScenarios } from '../../src/simulate/scenarios/floods.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { albLine, apacheLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { grownLog } from './grown-log.ts';
import { HOSTILE_LOGS, hostileLake } from './hostile-lake.ts';
import { type Asking, askingOf, ORIGIN } from './small-lake.ts';
import { type Logs, type Question, wholeLake } from './whole-lake.ts';

export type ParityLake = { open(): Promise<Asking>; question: Question };

const DAY_MS = 86_400_000;

/** So small that objects are read as large ones are, into parts of straight rows. */
const STRAIGHT_PART_BYTES = 1 << 15;

/** Values for a window of a day, and of the day before. */
function around(from: number, until: number): Record<string, string> {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const time = (ms: number): string => new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
  return {
    known_day: day(from - DAY_MS),
    from_day: day(from - DAY_MS),
    until_day: day(until),
    from_time: time(from),
    until_time: time(until),
    first_from: time(from - DAY_MS),
    first_until: time(until - DAY_MS),
    second_from: time(from),
    second_until: time(until),
  };
}

/** Every query asks one log: where it reads what the log has not, both must find nothing. */
function only(source: string): Logs {
  return { requests: source, flows: source, names: source, pingbacks: source };
}

/** A flood of half the usual traffic on a small site, with two days around it. */
async function floodLake(): Promise<Asking> {
  const flood = floodScenarios.find(({ id }) => id === 'half-of-usual')!;
  const scenario = campaign({
    ...flood,
    visitors: visitorsTimes(0.06),
    attack: { ...flood.attack, shared: { share: 0, networks: [], people: 0 } },
  });
  const logs = new Map<string, Buffer[]>();
  let networks = '';
  await simulate(scenario, {
    seed: 1,
    async write(path, bytes) {
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
      if (!path.startsWith('logs/')) return;
      const log = path.split('/')[1]!;
      logs.set(log, [...(logs.get(log) ?? []), Buffer.from(bytes)]);
    },
  });
  // The objects of a log one after the other are one object: a gzip may have many members.
  const objects = [...logs].map(([log, parts]) => logObject(`${log}.gz`, Buffer.concat(parts)));
  return askingOf(objects, { networks });
}

/** 300 requests in an hour, some within half a millisecond of the next second. */
function hourLog(from: number): string {
  const lines = Array.from({ length: 300 }, (_, index) => {
    const time = new Date(from + index * 12_000).toISOString();
    const micros = ['000000', '999500', '999949', '999999'][index % 4];
    return albLine({
      time: time.replace(/\.\d+Z/, `.${micros}Z`),
      client: `192.0.2.${1 + (index % 100)}:${10_000 + index}`,
    });
  });
  return lines.join('\n');
}

function timesLake(from: number, received: number): ParityLake {
  const objects = [
    logObject('balancer', hourLog(from)),
    logObject('before', hourLog(from - DAY_MS)),
    logObject('origin', apacheLine()),
    ...grownLog(from),
  ];
  return {
    open: () => askingOf(objects, { now: new Date(received), partBytes: STRAIGHT_PART_BYTES }),
    question: { logs: only('aws-alb:app/www/50dc6c495c0c9188'), values: around(from, from + 3_600_000) },
  };
}

const now = Date.now();

export const PARITY_LAKES: Record<string, ParityLake> = {
  whole: { open: wholeLake, question: {} },
  hostile: { open: hostileLake, question: { logs: HOSTILE_LOGS } },
  flood: {
    open: floodLake,
    question: {
      logs: only('cloudflare-http-requests:campaign.example'),
      values: around(Date.parse('2019-11-15T14:10:00Z'), Date.parse('2019-11-15T14:50:00Z')),
    },
  },
  of2015: timesLake(Date.parse('2015-03-29T23:30:00Z'), now),
  oftomorrow: timesLake(Math.floor(now / DAY_MS) * DAY_MS + DAY_MS, now),
  empty: { open: () => askingOf([]), question: { logs: only(ORIGIN) } },
};
