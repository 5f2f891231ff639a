/**
 * The queries of a day as Route 53 logs them: those for its hosted zones as an export of CloudWatch Logs, those of a
 * VPC's instances as the Resolver's objects in S3.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html
 */
import { type Client, createAddressBook } from './addresses.ts';
import type { LogObject } from './cloudflare-log.ts';
import { type Random, streamsOf, weighted } from './random.ts';
import { arrivals, busyness, strengthAt } from './rhythm.ts';
import { compactTime } from './slices.ts';
import type { DnsScenario, DnsWave, Share, Zone } from './surface-scenario.ts';
import type { SurfaceTruth } from './surface-truth.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** What people and programs ask for in vain, again and again. */
const MISTAKES = [
  'ww',
  'wwww',
  'wpad',
  'autodiscover',
  'smtp',
  'ftp',
  '_sip._tls',
  'lyncdiscover',
  'test',
  'dev',
];

type Query = {
  at: number;
  zone: Zone;
  name: string;
  type: string;
  code: string;
  client: Client;
  subnet: string;
};

/** The objects in order of time; `tell` is true of all those that were taken before. */
export function dnsLog(
  scenario: DnsScenario,
  { seed, part = 0 }: { seed: number; part?: number },
): { objects: Generator<LogObject>; tell(): SurfaceTruth } {
  const { who, what: chance } = streamsOf(scenario.id, { seed, part });
  const book = createAddressBook(scenario, who('addresses'));
  const random = chance('queries');
  const take = ({ network, count }: Share): Client[] =>
    Array.from({ length: count }, () => book.take(network));
  const resolvers = scenario.resolvers.flatMap(take);
  // Few resolvers ask for most clients.
  const resolver = weighted(resolvers, () => random.skewed(1) + 0.05);
  const zone = weighted(scenario.zones, ({ weight }) => weight);
  const records = new Map(
    scenario.zones.map((each) => [each.id, weighted(each.records, ({ weight }) => weight)]),
  );
  const tallies = scenario.waves.map(() => ({ first: Number.POSITIVE_INFINITY, last: 0, queries: 0 }));
  let legitimate = 0;

  const base = (at: number): Pick<Query, 'at' | 'client' | 'subnet'> => {
    const client = resolver(random);
    const [a, b, c] = client.address.split('.');
    const told = c !== undefined && random.chance(0.3);
    return { at: at + random.below(MINUTE_MS), client, subnet: told ? `${a}.${b}.${c}.0/24` : '-' };
  };
  const usual = (at: number): Query => {
    const asked = zone(random);
    const query = { ...base(at), zone: asked };
    if (random.chance(scenario.mistaken)) {
      const label = random.chance(0.8) ? random.pick(MISTAKES) : randomLabel(6 + random.below(6), random);
      return { ...query, name: `${label}.${asked.name}`, type: 'A', code: 'NXDOMAIN' };
    }
    const { label, types } = records.get(asked.id)!(random);
    const name = label === '' ? asked.name : `${label}.${asked.name}`;
    return { ...query, name, type: random.pick(types), code: 'NOERROR' };
  };
  const attack = (wave: DnsWave, at: number): Query[] => {
    const asked = scenario.zones.find(({ id }) => id === wave.zone)!;
    return Array.from({ length: arrivals(wave.queries, random) }, () => base(at))
      .filter((query) => random.chance(strengthAt(wave, query.at)))
      .map((query) => ({
        ...query,
        zone: asked,
        name: `${randomLabel(wave.labelLength, random)}.${asked.name}`,
        type: random.chance(0.8) ? 'A' : 'AAAA',
        code: 'NXDOMAIN',
      }));
  };

  function* objects(): Generator<LogObject> {
    const [from, until] = [Date.parse(scenario.period.from), Date.parse(scenario.period.until)];
    for (let hour = from; hour < until; hour += HOUR_MS) {
      const queries: Query[] = [];
      for (let at = hour; at < hour + HOUR_MS; at += MINUTE_MS) {
        const count = arrivals(scenario.queries * busyness(at), random);
        legitimate += count;
        for (let index = 0; index < count; index += 1) queries.push(usual(at));
        for (const [index, wave] of scenario.waves.entries()) {
          const own = attack(wave, at);
          const tally = tallies[index]!;
          tally.queries += own.length;
          for (const query of own) {
            tally.first = Math.min(tally.first, query.at);
            tally.last = Math.max(tally.last, query.at);
          }
          queries.push(...own);
        }
      }
      yield* exported(queries, { hour, task: random.hex(32) });
      if (scenario.inside) yield* resolved(scenario, { hour, random, count: (more) => (legitimate += more) });
    }
  }

  return {
    objects: objects(),
    tell: () => ({
      windows: tallies
        .filter(({ queries }) => queries > 0)
        .map(({ first, last, queries }) => ({
          surface: 'dns',
          from: new Date(first).toISOString(),
          until: new Date(last + 1).toISOString(),
          kind: 'dns-flood',
          techniques: ['random-subdomains'],
          attack_requests: queries,
          attackers_count: 0,
        })),
      attackers: new Map(),
      reflectors: new Map(),
      legitimate,
    }),
  };
}

function randomLabel(length: number, random: Random): string {
  return Array.from({ length }, () => LETTERS[random.below(LETTERS.length)]).join('');
}

/** An object an hour and stream; a stream is what one edge location heard of one zone. */
function* exported(
  queries: readonly Query[],
  { hour, task }: { hour: number; task: string },
): Generator<LogObject> {
  const streams = Map.groupBy(queries, ({ zone, client }) => `${zone.id}-${client.colo}`);
  for (const [stream, own] of [...streams].sort(([a], [b]) => (a < b ? -1 : 1))) {
    own.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
    const id = `${task.slice(0, 8)}-${task.slice(8, 12)}-${task.slice(12, 16)}-${task.slice(16, 20)}-${task.slice(20)}`;
    yield {
      path: `logs/route53/${compactTime(hour).slice(0, 11)}/${id}/${stream}/000000.gz`,
      text: own.map(lineOf).join(''),
    };
  }
}

function lineOf({ at, zone, name, type, code, client, subnet }: Query): string {
  const time = new Date(at).toISOString();
  const location = `${client.colo}${1 + (at % 3)}`;
  return `${time} 1.0 ${time} ${zone.id} ${name} ${type} ${code} UDP ${location} ${client.address} ${subnet}\n`;
}

/** What the instances of a VPC ask of its Resolver, an object an hour. */
function* resolved(
  { account, inside }: DnsScenario,
  { hour, random, count }: { hour: number; random: Random; count: (more: number) => void },
): Generator<LogObject> {
  const { vpc, region, instances, queries, names } = inside!;
  const lines: { at: number; text: string }[] = [];
  for (let minute = hour; minute < hour + HOUR_MS; minute += MINUTE_MS) {
    for (let left = arrivals(queries, random); left > 0; left -= 1) {
      const at = minute + random.below(MINUTE_MS);
      const index = random.below(instances.length);
      const known = random.chance(0.97);
      // Names of a content network, each for one object, are asked once and do exist.
      const name = known ? random.pick(names) : `${randomLabel(12, random)}.content.example`;
      lines.push({
        at,
        text: `${JSON.stringify({
          version: '1.100000',
          account_id: account,
          region,
          vpc_id: vpc,
          query_timestamp: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
          query_name: `${name}.`,
          query_type: 'A',
          query_class: 'IN',
          rcode: 'NOERROR',
          answers: [{ Rdata: `198.18.${index}.${1 + random.below(200)}`, Type: 'A', Class: 'IN' }],
          srcaddr: instances[index],
          srcport: String(1024 + random.below(64_000)),
          transport: 'UDP',
          srcids: { instance: `i-0${String(index).padStart(16, '0')}` },
        })}\n`,
      });
    }
  }
  count(lines.length);
  lines.sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1));
  const end = compactTime(hour + HOUR_MS);
  const folder = `${end.slice(0, 4)}/${end.slice(4, 6)}/${end.slice(6, 8)}`;
  yield {
    path: `logs/resolver/AWSLogs/${account}/vpcdnsquerylogs/${vpc}/${folder}/${vpc}_vpcdnsquerylogs_${account}_${end.slice(0, 13)}Z_${random.hex(8)}.log.gz`,
    text: lines.map(({ text }) => text).join(''),
  };
}
