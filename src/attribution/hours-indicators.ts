import type { WindowFacts } from './facts.ts';
import { type IndicatorRule, outOf } from './indicator.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Fewer starts than these, or on fewer days, and their hours are chance (the standards, section 2.3, I24). */
const LEAST_STARTS = 20;
const LEAST_DAYS = 10;
/** Fewer weeks than these have no usual weekend. */
const LEAST_WEEKS = 4;

/** Indicators of when the operator worked: from what he did, the starts of windows, not from what his machines sent. */
export const hoursIndicators: readonly IndicatorRule[] = [
  {
    id: 'I24',
    name: 'Working hours of the operator',
    strength: 1,
    group: 'operator hours',
    caveat: 'An attacker chooses his hours, also those of another, or those of the day of the attacked.',
    reference: 'PwC on APT10; Skopik and Pahi 2020 on how easily it is forged',
    query: 'detection/minutes',
    read({ windows }) {
      const few = tooFew(windows);
      if (few !== null) return few;
      const { hour, p } = rayleigh(windows.map(({ start }) => ((start % DAY) / DAY) * 2 * Math.PI));
      return {
        observation: `${windows.length} windows start around ${clock(hour)} UTC on average; the chance that starts at any hour gather so is ${p < 0.001 ? 'below 0.001' : p.toFixed(3)} (Rayleigh).`,
        cells: p < 0.01 ? { H4: 'C', H5: 'C' } : {},
      };
    },
  },
  {
    id: 'I25',
    name: 'Weekends of the operator',
    strength: 1,
    group: 'operator hours',
    caveat: 'Few starts, and weekends differ between countries; national holidays are not examined.',
    reference: 'as I24',
    query: 'detection/minutes',
    read({ windows }) {
      const few = tooFew(windows);
      if (few !== null) return few;
      const starts = windows.map(({ start }) => start);
      const weeks = (Math.max(...starts) - Math.min(...starts)) / (7 * DAY);
      if (weeks < LEAST_WEEKS)
        return `the starts lie within ${weeks.toFixed(1)} weeks, and ${LEAST_WEEKS} are needed`;
      const weekend = starts.filter((start) => [0, 6].includes(new Date(start).getUTCDay())).length;
      return {
        observation: `${outOf(weekend, starts.length)} windows start on a Saturday or Sunday (UTC); 28.6 % would by chance.`,
        cells: {},
      };
    },
  },
];

function tooFew(windows: readonly WindowFacts[]): string | null {
  const days = new Set(windows.map(({ start }) => Math.floor(start / DAY))).size;
  if (windows.length >= LEAST_STARTS && days >= LEAST_DAYS) return null;
  return `${windows.length} start${windows.length === 1 ? '' : 's'} on ${days} day${days === 1 ? '' : 's'} are too few: ${LEAST_STARTS} on ${LEAST_DAYS} days are needed`;
}

/** Mean direction of some angles as an hour of the day, and Rayleigh's p (Zar's approximation) that they have none. */
function rayleigh(angles: readonly number[]): { hour: number; p: number } {
  const n = angles.length;
  const cosine = angles.reduce((sum, angle) => sum + Math.cos(angle), 0);
  const sine = angles.reduce((sum, angle) => sum + Math.sin(angle), 0);
  const resultant = Math.hypot(cosine, sine);
  const p = Math.exp(Math.sqrt(1 + 4 * n + 4 * (n * n - resultant * resultant)) - (1 + 2 * n));
  const mean = Math.atan2(sine, cosine) / (2 * Math.PI);
  return { hour: ((mean + 1) % 1) * 24, p };
}

function clock(hour: number): string {
  const minutes = Math.round((hour * HOUR) / 60_000) % 1440;
  return new Date(minutes * 60_000).toISOString().slice(11, 16);
}
