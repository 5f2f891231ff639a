/** How busy an hour of the day is, and how much happens in a minute of it. */
import type { Random } from './random.ts';

/** Of the busiest hour, by hour of the day in UTC. */
const HOURS = [
  0.32, 0.24, 0.2, 0.18, 0.2, 0.28, 0.42, 0.58, 0.72, 0.8, 0.84, 0.86, 0.9, 0.88, 0.86, 0.86, 0.88, 0.92,
  0.98, 1, 0.96, 0.84, 0.64, 0.46,
];
const HOUR_MS = 3_600_000;

/** Between two hours the share goes over from one to the other. */
export function busyness(at: number): number {
  const hour = Math.floor(at / HOUR_MS) % 24;
  const into = (at % HOUR_MS) / HOUR_MS;
  return HOURS[hour]! * (1 - into) + HOURS[(hour + 1) % 24]! * into;
}

/** How many come in a minute of what comes so often on average: four chances for each, which spread nearly as arrivals do. */
export function arrivals(rate: number, random: Random): number {
  const chances = Math.ceil(rate * 4);
  let count = 0;
  for (let chance = 0; chance < chances; chance += 1) if (random.next() * chances < rate) count += 1;
  return count;
}

/** The part of its full strength that a wave has at a time: 0 outside it. */
export function strengthAt(wave: { from: string; until: string; rampSeconds: number }, at: number): number {
  const from = Date.parse(wave.from);
  if (at < from || at >= Date.parse(wave.until)) return 0;
  return Math.min(1, (at - from) / 1000 / Math.max(1, wave.rampSeconds));
}
