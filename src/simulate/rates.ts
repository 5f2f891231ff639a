/** A scenario with more or less of everything: the same happens at the same time. */
import type { MixedScenario } from './mixed-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { DnsScenario, FlowScenario, FlowWave, Share } from './surface-scenario.ts';

/** Factors on what is usual and on attacks. */
export type Rates = { usual: number; attack: number };

export type AnyScenario = Scenario | FlowScenario | DnsScenario | MixedScenario;

/** A crowd of fewer people has nobody in some of its networks. */
const FEWEST_NEWCOMERS = 20;

const some = (count: number, factor: number): number => Math.max(1, Math.round(count * factor));

/** Machines stay those of the networks, which have no more addresses than were populated. */
const shares = (list: readonly Share[], factor: number): Share[] =>
  list.map(({ network, count }) => ({ network, count: some(count, Math.min(1, factor)) }));

export function withRates<Kind extends AnyScenario>(scenario: Kind, rates: Rates): Kind;
export function withRates(scenario: AnyScenario, rates: Rates): AnyScenario {
  if (rates.usual === 1 && rates.attack === 1) return scenario;
  if (!('surface' in scenario)) return requestsWith(scenario, rates);
  if (scenario.surface === 'network') return flowsWith(scenario, rates);
  if (scenario.surface === 'dns') return namesWith(scenario, rates);
  const requests = requestsWith(scenario.requests, rates);
  const flows = flowsWith(scenario.flows, rates);
  return { ...scenario, requests, flows, waves: [...requests.attack.waves, ...flows.waves] };
}

function requestsWith(scenario: Scenario, { usual, attack }: Rates): Scenario {
  return {
    ...scenario,
    visitors: scenario.visitors.map((group) => ({ ...group, people: some(group.people, usual) })),
    crowds: scenario.crowds.map((crowd) => ({
      ...crowd,
      peakVisitsPerMinute: crowd.peakVisitsPerMinute * usual,
      newcomers: Math.max(FEWEST_NEWCOMERS, some(crowd.newcomers, usual)),
    })),
    app: { ...scenario.app, users: some(scenario.app.users, usual) },
    services: scenario.services.map(({ burst, ...service }) => ({
      ...service,
      secondsBetween: service.secondsBetween / usual,
      ...(burst ? { burst: { ...burst, secondsBetween: burst.secondsBetween / usual } } : {}),
    })),
    attack: {
      ...scenario.attack,
      waves: scenario.attack.waves.map((wave) => ({
        ...wave,
        requests: some(wave.requests, attack),
        bots: Math.max(2, some(wave.bots, attack)),
      })),
    },
  };
}

function flowsWith(scenario: FlowScenario, { usual, attack }: Rates): FlowScenario {
  const { visits, quic, otherVisits, lookups, probes, pings } = scenario.usual;
  const all = { visits, quic, otherVisits, lookups, probes, pings };
  const scaled = Object.fromEntries(
    Object.entries(all).map(([name, rate]) => [name, rate * usual]),
  ) as typeof all;
  const { rush } = scenario.usual;
  return {
    ...scenario,
    usual: {
      ...scenario.usual,
      ...scaled,
      ...(rush ? { rush: { ...rush, visits: rush.visits * attack } } : {}),
    },
    waves: scenario.waves.map((wave) => flowWaveWith(wave, attack)),
  };
}

function flowWaveWith(wave: FlowWave, factor: number): FlowWave {
  switch (wave.kind) {
    case 'udp-reflection':
      // More than the machines that there are answer more each.
      return {
        ...wave,
        reflectors: shares(wave.reflectors, factor),
        packetsEach: wave.packetsEach * Math.max(1, factor),
      };
    case 'udp-flood':
      return { ...wave, bots: shares(wave.bots, factor), flowsEach: wave.flowsEach * Math.max(1, factor) };
    case 'carpet-bombing':
      return { ...wave, flowsEach: wave.flowsEach * factor };
    default:
      return { ...wave, flows: wave.flows * factor };
  }
}

function namesWith(scenario: DnsScenario, { usual, attack }: Rates): DnsScenario {
  const { inside } = scenario;
  return {
    ...scenario,
    queries: scenario.queries * usual,
    inside: inside && { ...inside, queries: inside.queries * usual },
    waves: scenario.waves.map((wave) => ({ ...wave, queries: wave.queries * attack })),
  };
}
