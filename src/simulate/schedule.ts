/** When visits happen: the rhythm of the day, and the rush of a crowd. */
import type { Person } from './people.ts';
import { type Random, weighted } from './random.ts';
import type { Crowd, Scenario, Wave } from './scenario.ts';
import type { Visit } from './visits.ts';

/** Visits by local hour: quiet nights, a plateau by day, the peak in the evening. */
const hourWeights = [
  14, 8, 5, 4, 4, 7, 16, 32, 44, 47, 48, 50, 56, 54, 50, 50, 54, 62, 72, 82, 88, 82, 60, 32,
];
const hourOf = weighted(
  hourWeights.map((weight, hour) => ({ weight, hour })),
  (entry) => entry.weight,
);
const hour = 3_600_000;
const day = 24 * hour;

export function momentOfDay(random: Random, offsetHours: number): number {
  const local = hourOf(random).hour * hour + random.next() * hour;
  return Math.floor((local - offsetHours * hour + day) % day);
}

/** Countries whose clocks go back in autumn. */
const summerTime = new Set(['GB', 'IE', 'DE', 'FR', 'PL', 'ES', 'UA', 'NL']);

type LocalDay = { midnight: number; country: string; offsetHours: number };

/** A moment of a day by the clocks of a country, ms since 1970; `offsetHours` is that of winter. */
export function momentOn(
  { summerUntil }: Pick<Scenario, 'summerUntil'>,
  { midnight, country, offsetHours }: LocalDay,
  random: Random,
): number {
  const change = summerTime.has(country) ? Date.parse(summerUntil ?? '') : Number.NaN;
  if (!(midnight < change)) return midnight + momentOfDay(random, offsetHours);
  const at = midnight + momentOfDay(random, offsetHours + 1);
  return at < change ? at : midnight + ((at - midnight + hour) % day);
}

export function dailyVisits(scenario: Scenario, people: readonly Person[], random: Random): Visit[] {
  const from = Date.parse(scenario.period.from);
  return people.flatMap((person) =>
    person.days.flatMap((dayIndex) => {
      const visits = 1 + Math.floor(random.skewed(0.62));
      return Array.from({ length: visits }, () => ({
        person,
        at: momentOn(
          scenario,
          {
            midnight: from + dayIndex * day,
            country: person.client.network.country,
            offsetHours: person.group.utcOffsetHours,
          },
          random,
        ),
      }));
    }),
  );
}

/** People behind a bot's address go on with what they do while it attacks. */
export function visitsDuring(waves: readonly Wave[], people: readonly Person[], random: Random): Visit[] {
  return people.flatMap((person) =>
    waves
      .filter(() => random.chance(0.25))
      .map((wave) => ({
        person,
        at: Math.floor(random.between(Date.parse(wave.from), Date.parse(wave.until) - 120_000)),
      })),
  );
}

export function crowdVisits(
  crowd: Crowd,
  people: { regulars: readonly Person[]; newcomers: readonly Person[] },
  random: Random,
): Visit[] {
  const from = Date.parse(crowd.from);
  const seconds = (Date.parse(crowd.until) - from) / 1000;
  const visits: Visit[] = [];
  for (let second = 0; second < seconds; second++) {
    const since = (second - crowd.riseSeconds) / crowd.halfSeconds;
    const strength = since < 0 ? second / crowd.riseSeconds : 1 / (1 + since * since);
    let due = (crowd.peakVisitsPerMinute / 60) * strength;
    while (due > 0) {
      if (random.chance(Math.min(due, 1))) {
        const person = random.pick(random.chance(crowd.regularShare) ? people.regulars : people.newcomers);
        const at = from + second * 1000 + random.below(1000);
        visits.push({ person, at, referer: random.pick(crowd.referers) });
      }
      due -= 1;
    }
  }
  return visits;
}
