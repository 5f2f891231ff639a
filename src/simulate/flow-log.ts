/** Everything that a VPC's interfaces see, as the objects that AWS delivers, and what is true of it. */
import { type Client, createAddressBook } from './addresses.ts';
import type { LogObject } from './cloudflare-log.ts';
import { type FlowRecord, headerOf, lineOf, lineOfSilence } from './flow-record.ts';
import { usualFlows } from './flow-usual.ts';
import { createFlood, type Flood } from './flow-waves.ts';
import { streamsOf } from './random.ts';
import { compactTime, sliceMs } from './slices.ts';
import type { FlowScenario, Share } from './surface-scenario.ts';
import type { SurfaceTruth, TrueWindow } from './surface-truth.ts';

const MINUTE_MS = 60_000;

/** The objects in order of time; `tell` is true of all those that were taken before. */
export function flowLog(
  scenario: FlowScenario,
  { seed, part = 0 }: { seed: number; part?: number },
): { objects: Generator<LogObject>; tell(): SurfaceTruth } {
  const { who, what: chance } = streamsOf(scenario.id, { seed, part });
  const book = createAddressBook(scenario, who('addresses'));
  const take = ({ network, count }: Share): Client[] =>
    Array.from({ length: count }, () => book.take(network));
  const usual = usualFlows(scenario, { random: chance('usual'), take });
  const floods = scenario.waves.map((wave, index) =>
    createFlood(wave, { estate: scenario.estate, random: chance(`wave ${index}`), take }),
  );
  const tallies = floods.map(tallyOf);
  let legitimate = 0;

  function* objects(): Generator<LogObject> {
    const [from, until] = [Date.parse(scenario.period.from), Date.parse(scenario.period.until)];
    const random = chance('objects');
    const waiting = new Map<number, FlowRecord[]>();
    for (let at = from; at < until; at += MINUTE_MS) {
      const flows = usual(at);
      legitimate += flows.length;
      for (const [index, flood] of floods.entries()) {
        const own = flood.flowsOf(at);
        tallies[index]!.add(own);
        flows.push(...own);
      }
      for (const flow of flows) {
        // A flow is told of when its interval is over.
        const slice = flow.end * 1000 - ((flow.end * 1000) % sliceMs);
        const list = waiting.get(slice);
        if (list) list.push(flow);
        else waiting.set(slice, [flow]);
      }
      const next = at + MINUTE_MS;
      if (next % sliceMs === 0 || next >= until)
        yield* take5(waiting, next >= until ? Infinity : next, random);
    }
  }

  function* take5(
    waiting: Map<number, FlowRecord[]>,
    before: number,
    random: ReturnType<typeof chance>,
  ): Generator<LogObject> {
    // What starts in the last minute of a slice can end in the next: one slice back all is known.
    const whole = [...waiting.keys()]
      .filter((slice) => slice + sliceMs <= before - sliceMs)
      .sort((a, b) => a - b);
    for (const slice of before === Infinity ? [...waiting.keys()].sort((a, b) => a - b) : whole) {
      const flows = waiting.get(slice)!;
      waiting.delete(slice);
      flows.sort((a, b) => a.end - b.end || a.start - b.start);
      const end = slice + sliceMs;
      yield {
        path: pathOf(scenario, end, random.hex(8)),
        text: [
          headerOf(scenario.estate),
          ...flows.map((flow) => lineOf(scenario.estate, flow)),
          lineOfSilence(scenario.estate, end / 1000),
        ].join(''),
      };
    }
  }

  return {
    objects: objects(),
    tell: () => ({
      windows: tallies.filter((tally) => tally.flows() > 0).map((tally) => tally.window()),
      attackers: sumsOf(tallies.map((tally) => tally.sent)),
      reflectors: sumsOf(tallies.map((tally) => tally.reflected)),
      legitimate,
    }),
  };
}

function pathOf({ estate }: FlowScenario, end: number, unique: string): string {
  const { account, region, flowLog: id } = estate;
  const time = compactTime(end);
  const folder = `${time.slice(0, 4)}/${time.slice(4, 6)}/${time.slice(6, 8)}`;
  return `logs/vpc/AWSLogs/${account}/vpcflowlogs/${region}/${folder}/${account}_vpcflowlogs_${region}_${id}_${time.slice(0, 13)}Z_${unique}.log.gz`;
}

function tallyOf({ wave, reflectors, bots }: Flood) {
  const [misused, known] = [new Set(reflectors), new Set(bots)];
  const [reflected, sent] = [new Map<string, number>(), new Map<string, number>()];
  let [first, last, flows] = [Number.POSITIVE_INFINITY, 0, 0];
  return {
    reflected,
    sent,
    add(own: readonly FlowRecord[]): void {
      for (const { start, end, source, outbound } of own) {
        // What the target answers is no attack.
        if (outbound) continue;
        first = Math.min(first, start);
        last = Math.max(last, end);
        flows += 1;
        const of = misused.has(source) ? reflected : known.has(source) ? sent : null;
        of?.set(source, (of.get(source) ?? 0) + 1);
      }
    },
    flows: () => flows,
    window: (): TrueWindow => ({
      surface: 'network',
      from: new Date(first * 1000).toISOString(),
      until: new Date(last * 1000 + 1).toISOString(),
      kind: wave.kind,
      techniques: wave.kind === 'udp-reflection' ? [`${wave.service}-reflection`] : [],
      attack_requests: flows,
      attackers_count: sent.size,
    }),
  };
}

function sumsOf(tallies: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [address, count] of tallies.flatMap((tally) => [...tally]))
    sums.set(address, (sums.get(address) ?? 0) + count);
  return sums;
}
