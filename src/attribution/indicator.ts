import type { Consistency, Indicator } from './assessment.ts';
import type { Facts, WindowFacts } from './facts.ts';
import { diagnosticity, HYPOTHESES, type HypothesisId } from './hypotheses.ts';

/** An indicator of the catalogue: the standards, section 2.3. `strength` caps its weight. */
export type IndicatorRule = {
  id: string;
  name: string;
  strength: number;
  group: string;
  caveat: string;
  reference: string;
  query: string | null;
  /** Of which windows it reads; of requests where not given. */
  surfaces?: readonly NonNullable<WindowFacts['surface']>[];
  /** What it shows and what it says of whom; a string: why these logs can't answer. */
  read(facts: Facts): { observation: string; cells: Partial<Record<HypothesisId, Consistency>> } | string;
};

export function applyRule(rule: IndicatorRule, facts: Facts): Indicator {
  const { read, surfaces = ['http'], ...declared } = rule;
  const windows = facts.windows.filter(({ surface = 'http' }) => surfaces.includes(surface));
  const reading = windows.length === 0 ? whyNot(facts, surfaces) : read({ ...facts, windows });
  if (typeof reading === 'string') {
    return {
      ...declared,
      computable: false,
      observation: `Not computable: ${reading}.`,
      cells: fill('NA', {}),
      diagnosticity: 0,
    };
  }
  const cells = fill('N', reading.cells);
  return {
    ...declared,
    computable: true,
    observation: reading.observation,
    cells,
    diagnosticity: diagnosticity(cells),
  };
}

const WINDOWS_OF = { http: 'requests', network: 'flows', dns: 'DNS queries' } as const;

function whyNot(facts: Facts, surfaces: NonNullable<IndicatorRule['surfaces']>): string {
  if (facts.windows.length === 0) return 'no window was observed';
  return `no window of ${surfaces.map((surface) => WINDOWS_OF[surface]).join(' or ')} was observed`;
}

function fill(
  rest: Consistency,
  cells: Partial<Record<HypothesisId, Consistency>>,
): Record<string, Consistency> {
  return Object.fromEntries(HYPOTHESES.map(({ id }) => [id, cells[id] ?? rest]));
}

/** "12 of 40 (30 %)"; nothing of nothing is said so. */
export function outOf(part: number, whole: number): string {
  if (whole === 0) return 'none of none';
  return `${part.toLocaleString('en-GB')} of ${whole.toLocaleString('en-GB')} (${((100 * part) / whole).toFixed(1)} %)`;
}

export function sumOf(windows: readonly WindowFacts[], of: (window: WindowFacts) => number): number {
  return windows.reduce((sum, window) => sum + of(window), 0);
}

/** An attack rather than a benign surge, and silent on who. */
export const MALICIOUS: Partial<Record<HypothesisId, Consistency>> = {
  H0: 'II',
  H1: 'C',
  H2: 'C',
  H3: 'C',
  H4: 'C',
  H5: 'C',
  H9: 'C',
};
