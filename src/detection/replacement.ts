import { percent } from './grading.ts';
import type { VerdictInput, VerdictTest } from './verdict.ts';

/** Of the requests that were to be expected less than this came: what grew is in their place. */
const GONE = 0.3;
/** Of fewer, so few come by chance. */
const FEWEST_EXPECTED = 100;

/**
 * Whether what grew took the place of what is usual, as the paths of a new release do: beside a flood visitors go on. A flood
 * that leaves them no answer hides them, too, but its sources are new, by `tests`. None: it did not, or nobody can tell.
 */
export function replacementTests(
  { composition: { attackKeys, cells, usualFactor }, expected, judged }: VerdictInput,
  tests: readonly VerdictTest[],
): VerdictTest[] {
  const areNew = tests.some(({ id, result }) => id === 'known-prefixes' && result === 'attack');
  if (expected === null || expected < FEWEST_EXPECTED || judged.length === 0 || areNew) return [];
  let left = 0;
  for (const cell of cells.values()) {
    const usual = cell.expected / Math.max(usualFactor, 0.001);
    left += attackKeys.has(cell.key) ? Math.min(cell.requests, usual) : cell.requests;
  }
  if (left >= GONE * expected) return [];
  return [
    {
      id: 'replacement',
      result: 'benign',
      observation: `of the requests that were to be expected ${percent(left / expected)} came beside what grew, which took their place`,
    },
  ];
}
