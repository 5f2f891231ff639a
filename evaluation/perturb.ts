/** A scenario otherwise than it was thought out: more or less of everything, at another hour. */
import { createRandom } from '../src/simulate/random.ts';
import type { Scenario } from '../src/simulate/scenario.ts';
import { sliceMs } from '../src/simulate/slices.ts';

const HOUR_MS = 3_600_000;
/** Bots from which on there are no more: the networks have no more addresses. */
const MOST_BOTS = 4_000;

/** Rates from 0.3 to 3 times, what happens moved by up to six hours within the period. */
export function perturbed(scenario: Scenario, seed: number): Scenario {
  const random = createRandom(seed, `${scenario.id}/perturbed`);
  const factor = (): number => 0.3 * 10 ** random.next();
  const [people, rate] = [factor(), factor()];
  const happenings = [
    ...scenario.attack.waves,
    ...scenario.crowds,
    ...scenario.services.flatMap(({ burst }) => (burst ? [burst] : [])),
    ...(scenario.outages ?? []),
    ...(scenario.delivery?.missing ?? []),
    ...(scenario.delivery?.repeated ?? []),
    ...(scenario.errands ?? []).flatMap(({ at }) => at.map((time) => ({ from: time, until: time }))),
  ];
  const [from, until] = [Date.parse(scenario.period.from), Date.parse(scenario.period.until)];
  const earliest = Math.min(until, ...happenings.map((each) => Date.parse(each.from)));
  const latest = Math.max(from, ...happenings.map((each) => Date.parse(each.until)));
  // Two hours before it and after it remain to hold it against.
  const least = Math.max(-6 * HOUR_MS, from + 2 * HOUR_MS - earliest);
  const most = Math.min(6 * HOUR_MS, until - 2 * HOUR_MS - latest);
  const shift = happenings.length === 0 ? 0 : Math.round(random.between(least, Math.max(least, most)));
  const later = (time: string, by = shift): string => new Date(Date.parse(time) + by).toISOString();
  type Timed = { from: string; until: string };
  const moved = <Moved extends Timed>(timed: Moved, by = shift): Moved => ({
    ...timed,
    from: later(timed.from, by),
    until: later(timed.until, by),
  });
  /** What is delivered is delivered in whole objects. */
  const onSlices = <Moved extends Timed>(timed: Moved): Moved => moved(timed, shift - (shift % sliceMs));
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
      errands: scenario.errands.map((errand) => ({ ...errand, at: errand.at.map((time) => later(time)) })),
    }),
    ...(scenario.delivery && {
      delivery: {
        missing: scenario.delivery.missing.map((span) => onSlices(span)),
        repeated: scenario.delivery.repeated.map((span) => onSlices(span)),
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
