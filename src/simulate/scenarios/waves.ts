import type { Wave } from '../scenario.ts';

/** A wave of a flood that looks for what no cache holds, but for what is said otherwise. */
export function wave(from: string, until: string, change: Partial<Wave> = {}): Wave {
  return {
    from,
    until,
    bots: 1_200,
    requests: 40_000,
    rampSeconds: 120,
    endSeconds: 30,
    techniques: ['cache-busting', 'search-exhaustion'],
    reactionSeconds: 150,
    ...change,
  };
}
