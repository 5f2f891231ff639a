import type { Band, Likelihood } from './assessment.ts';

/** PHIA's Probability Yardstick, 24 March 2025: bands in percent. The gaps between them are deliberate. */
export const YARDSTICK: readonly { word: Band; low: number; high: number }[] = [
  { word: 'remote chance', low: 0, high: 5 },
  { word: 'highly unlikely', low: 10, high: 20 },
  { word: 'unlikely', low: 25, high: 35 },
  { word: 'realistic possibility', low: 40, high: 50 },
  { word: 'likely', low: 55, high: 75 },
  { word: 'highly likely', low: 80, high: 90 },
  { word: 'almost certain', low: 95, high: 100 },
];

export function likelihood(word: Band): Likelihood {
  return { word, scale: 'PHIA-2025', gap_resolved: false };
}

/** Whether the words of rival answers fit together: the lower bounds sum to at most 100, the upper to at least 100. */
export function areCoherent(words: readonly Band[]): boolean {
  const bands = words.map((word) => YARDSTICK.find((band) => band.word === word)!);
  const low = bands.reduce((sum, band) => sum + band.low, 0);
  const high = bands.reduce((sum, band) => sum + band.high, 0);
  return low <= 100 && high >= 100;
}
