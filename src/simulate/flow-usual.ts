/** The flows of any day: visitors, monitors, answers to what the estate asks itself, and scanners. */
import type { Client } from './addresses.ts';
import type { FlowRecord } from './flow-record.ts';
import { INTERVAL } from './flow-record.ts';
import type { Random } from './random.ts';
import { weighted } from './random.ts';
import { arrivals, busyness, strengthAt } from './rhythm.ts';
import type { FlowScenario, Share } from './surface-scenario.ts';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const [FIN, SYN, SYN_ACK] = [1, 2, 18];

/** What scanners knock at: services of TCP, and those of UDP that answer more than they are asked. */
const KNOCKED = [21, 22, 23, 25, 80, 445, 1433, 3306, 3389, 5432, 5900, 6379, 8080, 8443, 9200];
const KNOCKED_UDP = [53, 123, 161, 389, 1900, 11211];

/** Makes the flows that start in a minute; `at` in ms since 1970. */
export function usualFlows(
  scenario: FlowScenario,
  { random, take }: { random: Random; take: (share: Share) => Client[] },
): (at: number) => FlowRecord[] {
  const { estate, usual } = scenario;
  const addresses = (share: Share): string[] => take(share).map(({ address }) => address);
  const visitors = usual.visitors.flatMap((share) => addresses(share));
  // Some come all day, most once or twice.
  const visitor = weighted(visitors, () => random.skewed(1) + 0.1);
  const [monitors, timeServers, nameServers, scanners] = [
    usual.monitors,
    usual.timeServers,
    usual.nameServers,
    usual.scanners,
  ].map(addresses) as [string[], string[], string[], string[]];
  const other = () => `${estate.others.prefix}.${1 + random.below(estate.others.used)}`;
  const own = [...estate.web, estate.resolver];
  const port = () => 1024 + random.below(64_000);

  const both = (flow: Omit<FlowRecord, 'rejected' | 'outbound'>, back: Partial<FlowRecord>): FlowRecord[] => [
    { ...flow, rejected: false, outbound: flow.source === flow.own },
    {
      ...flow,
      source: flow.target,
      sourcePort: flow.targetPort,
      target: flow.source,
      targetPort: flow.sourcePort,
      rejected: false,
      outbound: flow.source !== flow.own,
      ...back,
    },
  ];

  /** A connection, cut where an interval of the log ends. */
  function* connection(from: number, ends: { own: string; client: string }): Generator<FlowRecord> {
    const seconds = 1 + Math.floor(random.skewed(18));
    const sourcePort = port();
    const until = from + seconds;
    for (let start = from; start <= until; start += INTERVAL) {
      const end = Math.min(start + INTERVAL - 1, until);
      const packets = 5 + Math.floor(random.skewed(9));
      const [opens, closes] = [start === from, end === until];
      const answers = Math.round(packets * random.between(0.8, 1.6));
      yield* both(
        {
          ...{ own: ends.own, source: ends.client, sourcePort, target: ends.own, targetPort: 443 },
          ...{ protocol: TCP, packets, start, end, flags: (opens ? SYN : 0) + (closes ? FIN : 0) },
          bytes: packets * (52 + random.below(opens ? 300 : 40)),
        },
        {
          packets: answers,
          bytes: answers * (200 + random.below(1_150)),
          flags: (opens ? SYN_ACK : 0) + (closes ? FIN : 0),
        },
      );
    }
  }

  /** The estate asks, and is answered: one packet each way. */
  const asked = (
    start: number,
    to: { own: string; server: string; port: number; size: number; answer: number },
  ): FlowRecord[] =>
    both(
      {
        ...{ own: to.own, source: to.own, sourcePort: port(), target: to.server, targetPort: to.port },
        ...{ protocol: UDP, packets: 1, bytes: to.size, start, end: start + random.below(20), flags: 0 },
      },
      { bytes: to.answer },
    );

  return (at) => {
    const share = busyness(at);
    const flows: FlowRecord[] = [];
    const many = (rate: number, make: (second: number) => Iterable<FlowRecord>) => {
      for (let count = arrivals(rate, random); count > 0; count -= 1)
        flows.push(...make(at / 1000 + random.below(60)));
    };
    const more = usual.rush ? usual.rush.visits * strengthAt(usual.rush, at) : 0;
    many(usual.visits * share + more, (second) =>
      connection(second, { own: random.pick(estate.web), client: visitor(random) }),
    );
    many(usual.otherVisits * share, (second) =>
      connection(second, { own: other(), client: visitor(random) }),
    );
    many(usual.quic * share, (start) => {
      const packets = 6 + Math.floor(random.skewed(12));
      const web = random.pick(estate.web);
      return both(
        {
          ...{
            own: web,
            source: visitor(random),
            sourcePort: port(),
            target: web,
            targetPort: 443,
            protocol: UDP,
          },
          ...{
            packets,
            bytes: packets * (60 + random.below(200)),
            start,
            end: start + 1 + random.below(50),
            flags: 0,
          },
        },
        { packets: packets * 2, bytes: packets * 2 * 1_100 },
      );
    });
    many(usual.lookups * share, (second) =>
      asked(second, {
        ...{ own: estate.resolver, server: random.pick(nameServers), port: 53 },
        ...{ size: 60 + random.below(30), answer: 100 + random.below(900) },
      }),
    );
    for (const address of own) {
      if (random.chance(0.8))
        flows.push(
          ...asked(at / 1000 + random.below(60), {
            ...{ own: address, server: random.pick(timeServers), port: 123, size: 76, answer: 76 },
          }),
        );
    }
    for (const monitor of monitors)
      for (const second of [7, 37])
        flows.push(...connection(at / 1000 + second, { own: random.pick(estate.web), client: monitor }));
    many(usual.pings, (start) => {
      const web = random.pick(estate.web);
      return both(
        {
          ...{
            own: web,
            source: random.pick(monitors),
            sourcePort: 0,
            target: web,
            targetPort: 0,
            protocol: ICMP,
          },
          ...{ packets: 3, bytes: 252, start, end: start + 3, flags: 0 },
        },
        {},
      );
    });
    many(usual.probes, (start) => {
      const target = random.chance(0.3) ? random.pick(own) : other();
      const overUdp = random.chance(0.15);
      return [
        {
          ...{ own: target, source: random.pick(scanners), sourcePort: port(), target },
          ...{ targetPort: random.pick(overUdp ? KNOCKED_UDP : KNOCKED), protocol: overUdp ? UDP : TCP },
          ...{
            packets: 1,
            bytes: overUdp ? 60 : 40 + 4 * random.below(2),
            start,
            end: start + random.below(30),
          },
          ...{ rejected: true, flags: overUdp ? 0 : SYN, outbound: false },
        },
      ];
    });
    return flows;
  };
}
