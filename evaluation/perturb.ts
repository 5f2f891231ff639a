/** A scenario otherwise than it was thought out: more or less of everything, at another hour. */

import type { MixedScenario } from '../src/simulate/mixed-scenario.ts';
import { createRandom, type Random } from '../src/simulate/random.ts';
import { type AnyScenario, withRates } from '../src/simulate/rates.ts';
import type { Scenario } from '../src/simulate/scenario.ts';
import { sliceMs } from '../src/simulate/slices.ts';
import type { SurfaceScenario } from '../src/simulate/surface-scenario.ts';

const HOUR_MS = 3_600_000;
/** Bots from which on there are no more: the networks have no more addresses. */
const MOST_BOTS = 4_000;

type Timed = { from: string; until: string };

/** Rates from 0.3 to 3 times, what happens moved by up to six hours within the period. */
export function perturbed(scenario: AnyScenario, seed: number): AnyScenario {
  if (!('surface' in scenario)) return perturbedRequests(scenario, seed);
  return scenario.surface === 'mixed' ? perturbedBoth(scenario, seed) : perturbedSurface(scenario, seed);
}

const factorsOf = (random: Random): { usual: number; attack: number } => {
  const factor = (): number => 0.3 * 10 ** random.next();
  return { usual: factor(), attack: factor() };
};

/** Moves what happens; two hours before it and after it remain to hold it against. */
function mover(period: Timed, { happenings, random }: { happenings: readonly Timed[]; random: Random }) {
  const [from, until] = [Date.parse(period.from), Date.parse(period.until)];
  const earliest = Math.min(until, ...happenings.map((each) => Date.parse(each.from)));
  const latest = Math.max(from, ...happenings.map((each) => Date.parse(each.until)));
  const least = Math.max(-6 * HOUR_MS, from + 2 * HOUR_MS - earliest);
  const most = Math.min(6 * HOUR_MS, until - 2 * HOUR_MS - latest);
  const shift = happenings.length === 0 ? 0 : Math.round(random.between(least, Math.max(least, most)));
  /** By whole steps. */
  return <Happening extends Timed>(timed: Happening, step = 1): Happening => {
    const later = (time: string): string => new Date(Date.parse(time) + shift - (shift % step)).toISOString();
    return { ...timed, from: later(timed.from), until: later(timed.until) };
  };
}

function perturbedSurface(scenario: SurfaceScenario, seed: number): SurfaceScenario {
  const random = createRandom(seed, `${scenario.id}/perturbed`);
  const rates = factorsOf(random);
  const moved = mover(scenario.period, { happenings: scenario.waves, random });
  const scaled = withRates<SurfaceScenario>(scenario, rates);
  return { ...scaled, waves: scaled.waves.map((wave) => moved(wave)) } as SurfaceScenario;
}

/** Both surfaces by the same factors; a flood of the first hour stays in it. */
function perturbedBoth(scenario: MixedScenario, seed: number): MixedScenario {
  const random = createRandom(seed, `${scenario.id}/perturbed`);
  const scaled = withRates(scenario, factorsOf(random));
  const moved = mover(scenario.period, { happenings: scaled.flows.waves, random });
  const flows = { ...scaled.flows, waves: scaled.flows.waves.map((wave) => moved(wave)) };
  return { ...scaled, flows, waves: [...scaled.requests.attack.waves, ...flows.waves] };
}

function perturbedRequests(scenario: Scenario, seed: number): Scenario {
  const random = createRandom(seed, `${scenario.id}/perturbed`);
  const { usual: people, attack: rate } = factorsOf(random);
  const happenings = [
    ...scenario.attack.waves,
    ...scenario.crowds,
    ...scenario.services.flatMap(({ burst }) => (burst ? [burst] : [])),
    ...(scenario.outages ?? []),
    ...(scenario.delivery?.missing ?? []),
    ...(scenario.delivery?.repeated ?? []),
    ...(scenario.errands ?? []).flatMap(({ at }) => at.map((time) => ({ from: time, until: time }))),
  ];
  const moved = mover(scenario.period, { happenings, random });
  return {
    ...scenario,
    // The networks have addresses for the usual visitors, and hardly for three times as many.
    visitors: scenario.visitors.map((group) => ({
      ...group,
      people: Math.max(1, Math.round(group.people * Math.min(people, 1.2))),
    })),
    crowds: scenario.crowds.map((crowd) => ({
      ...moved(crowd),
      peakVisitsPerMinute: crowd.peakVisitsPerMinute * people,
    })),
    services: scenario.services.map(({ burst, ...service }) =>
      burst ? { ...service, burst: moved(burst) } : service,
    ),
    ...(scenario.outages && { outages: scenario.outages.map((outage) => moved(outage)) }),
    ...(scenario.errands && {
      errands: scenario.errands.map((errand) => ({
        ...errand,
        at: errand.at.map((time) => moved({ from: time, until: time }).from),
      })),
    }),
    // What is delivered is delivered in whole objects.
    ...(scenario.delivery && {
      delivery: {
        missing: scenario.delivery.missing.map((span) => moved(span, sliceMs)),
        repeated: scenario.delivery.repeated.map((span) => moved(span, sliceMs)),
      },
    }),
    attack: {
      ...scenario.attack,
      waves: scenario.attack.waves.map((wave) => ({
        ...moved(wave),
        requests: Math.round(wave.requests * rate),
        bots: Math.max(2, Math.min(Math.round(wave.bots * rate), Math.max(wave.bots, MOST_BOTS))),
      })),
    },
  };
}
