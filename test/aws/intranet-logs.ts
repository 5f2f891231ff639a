/**
 * Logs of an intranet: of its kind and not simulated, so that they may leave as evidence. Many objects of one to three
 * requests, one day with a flood, and a few objects that can never be read. The same number gives the same bytes.
 */
import { gzipSync } from 'node:zlib';
import { createRandom, type Random } from '../../src/simulate/random.ts';
import type { Delivered } from './labour-logs.ts';

/** The day of the flood; the other days come before it. */
export const FLOOD_DAY = '2026-03-10';
export const FLOOD = { from: '2026-03-10T14:20:00Z', until: '2026-03-10T14:26:00Z' };
/** Stored bytes from which on the test's deployment sets an object aside: the least that the setting takes. */
export const OVERSIZE_BYTES = 1_048_576;

const HOST = 'www.intranet.example';
const DAYS = 10;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const FLOOD_A_MINUTE = 160;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const agents = ['Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0', 'intranet-monitor/2.1'];

/** A day of a few objects, whose report is short. */
export const QUIET_DAY = '2026-02-20';

export type IntranetLogs = {
  /** All, in the order of their names. */
  objects: Delivered[];
  /** Keys of objects that are read together: two that hold records, one that can never be read. */
  batches: string[][];
  /** Keys of those that hold records. */
  readable: string[];
  /** Keys of those that are refused for good, with the kind of the refusal, and of the one that is too large. */
  refused: Record<string, string>;
  oversize: string;
};

export function intranetLogs({ count, batches: wanted }: { count: number; batches: number }): IntranetLogs {
  const random = createRandom(1, 'intranet');
  const small = Array.from({ length: count }, (_, number) => smallObject(number, { count, random }));
  const batches = Array.from({ length: wanted }, (_, number) => batchOf(number, random));
  const readable = [
    ...small,
    ...floodObjects(random),
    ...oddObjects(random),
    ...batches.flatMap(({ readable }) => readable),
  ];
  const refused = [...neverRead(), ...batches.map((batch) => batch.refused)];
  const oversize = {
    key: 'raw/web/oversize.log',
    bytes: Buffer.alloc(OVERSIZE_BYTES, `${'x'.repeat(99)}\n`),
  };
  return {
    objects: [...readable, ...refused, oversize].sort((a, b) => (a.key < b.key ? -1 : 1)),
    batches: batches.map(({ readable, refused: { key } }) => [...readable.map((each) => each.key), key]),
    readable: readable.map(({ key }) => key),
    refused: Object.fromEntries(refused.map(({ key, kind }) => [key, kind])),
    oversize: oversize.key,
  };
}

/** One to three requests of one moment; every fifth is packed, every fiftieth has a record that cannot be read. */
function smallObject(number: number, { count, random }: { count: number; random: Random }): Delivered {
  const day = number % DAYS;
  const perDay = Math.ceil(count / DAYS);
  const at =
    Date.parse(`${FLOOD_DAY}T00:00:00Z`) -
    day * DAY_MS +
    Math.floor((Math.floor(number / DAYS) / perDay) * DAY_MS);
  const lines = Array.from({ length: 1 + random.below(3) }, (_, second) =>
    line(at + second * 1000, {
      client: clientOf(random),
      path: `/pages/${random.below(40)}?n=${number}`,
      status: random.chance(0.05) ? 404 : 200,
      agent: random.pick(agents),
    }),
  );
  if (number % 50 === 49) lines.push('this line is no request\n');
  const bytes = Buffer.from(lines.join(''));
  const key = `raw/web/${new Date(at).toISOString().slice(0, 10)}/access-${String(number).padStart(5, '0')}.log`;
  return number % 5 === 0 ? { key: `${key}.gz`, bytes: gzipSync(bytes) } : { key, bytes };
}

/** The first batches are of the quiet day. */
function batchOf(
  number: number,
  random: Random,
): { readable: Delivered[]; refused: Delivered & { kind: string } } {
  const day =
    number < 2
      ? QUIET_DAY
      : new Date(Date.parse(`${FLOOD_DAY}T00:00:00Z`) - DAYS * DAY_MS).toISOString().slice(0, 10);
  const at = Date.parse(`${day}T08:00:00Z`) + number * MINUTE_MS;
  const name = `raw/web/batch-${String(number).padStart(3, '0')}`;
  const request = (second: number) =>
    line(at + second * 1000, {
      client: clientOf(random),
      path: `/batch/${number}`,
      status: 200,
      agent: agents[0]!,
    });
  return {
    readable: [
      { key: `${name}-good.log`, bytes: Buffer.from(request(0) + request(1)) },
      { key: `${name}-mixed.log`, bytes: Buffer.from(`${request(2)}this line is no request either\n`) },
    ],
    refused: {
      key: `${name}-prose.txt`,
      bytes: Buffer.from(`Prose, number ${number}.\n`),
      kind: 'unknown-format',
    },
  };
}

/** A minute an object: few machines that ask one page over and over. */
function floodObjects(random: Random): Delivered[] {
  const machines = Array.from({ length: 40 }, () => clientOf(random));
  const from = Date.parse(FLOOD.from);
  return Array.from({ length: (Date.parse(FLOOD.until) - from) / MINUTE_MS }, (_, minute) => {
    const lines = Array.from({ length: FLOOD_A_MINUTE }, (_, number) =>
      line(from + minute * MINUTE_MS + Math.floor((number * MINUTE_MS) / FLOOD_A_MINUTE), {
        client: random.pick(machines),
        path: `/search?q=${random.hex(8)}`,
        status: random.chance(0.4) ? 503 : 200,
        agent: 'curl/8.5.0',
      }),
    );
    return { key: `raw/web/${FLOOD_DAY}/flood-${minute}.log`, bytes: Buffer.from(lines.join('')) };
  });
}

/** The same content under two names; one that is broken after its first records. */
function oddObjects(random: Random): Delivered[] {
  const at = Date.parse(`${FLOOD_DAY}T09:30:00Z`);
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, number) =>
      line(from + number * 1000, { client: clientOf(random), path: '/', status: 200, agent: agents[0]! }),
    ).join('');
  const twice = Buffer.from(lines(at, 2));
  // Stored, not squeezed, so that what comes before the cut can be read.
  const cut = gzipSync(lines(at + MINUTE_MS, 30), { level: 0 }).subarray(0, 2000);
  return [
    { key: `raw/web/${FLOOD_DAY}/twice-a.log`, bytes: twice },
    { key: `raw/web/${FLOOD_DAY}/twice-b.log`, bytes: twice },
    { key: `raw/web/${FLOOD_DAY}/cut.log.gz`, bytes: cut },
  ];
}

function neverRead(): (Delivered & { kind: string })[] {
  const prose = 'Minutes of the meeting. Nobody objected.\nThe next one is in spring.\n';
  return [
    { key: 'raw/web/minutes.txt', bytes: Buffer.from(prose), kind: 'unknown-format' },
    { key: 'raw/web/bomb.log.gz', bytes: gzipSync(Buffer.alloc(70 << 20)), kind: 'bomb' },
    { key: 'raw/web/torn.log.gz', bytes: gzipSync('torn '.repeat(99)).subarray(0, 12), kind: 'damaged' },
    { key: 'raw/web/empty.log', bytes: Buffer.alloc(0), kind: 'empty' },
    {
      key: 'raw/alb/AWSLogs/123456789012/ELBAccessLogTestFile',
      bytes: Buffer.from('Enable AccessLog for ELB: intranet at 2026-03-10T08:00:00.000Z'),
      kind: 'not-a-log',
    },
  ];
}

const two = (number: number): string => String(number).padStart(2, '0');

function line(at: number, by: { client: string; path: string; status: number; agent: string }): string {
  const time = new Date(at);
  const day = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  return `${HOST} ${by.client} - - [${day}:${clock} +0000] "GET ${by.path} HTTP/1.1" ${by.status} 512 "-" "${by.agent}"\n`;
}

/** An address of RFC 1918: of 10.0.0.0/8 or 172.16.0.0/12. */
function clientOf(random: Random): string {
  const last = `${random.below(256)}.${1 + random.below(254)}`;
  return random.chance(0.5) ? `10.${random.below(256)}.${last}` : `172.${16 + random.below(16)}.${last}`;
}
