import type { Consistency, Hypothesis } from './assessment.ts';

export type HypothesisId = Hypothesis['id'];

/** Who, in the set of the standards, section 1.3. Why is another question. */
export const HYPOTHESES: readonly { id: HypothesisId; name: string }[] = [
  { id: 'H0', name: 'No attack: a crowd, a crawler, retries or a mis-measurement' },
  { id: 'H1', name: 'An individual, or the customer of a booter' },
  { id: 'H2', name: 'Organised crime' },
  { id: 'H3', name: 'An independent hacktivist' },
  { id: 'H4', name: 'A state-aligned hacktivist' },
  { id: 'H5', name: 'State-ordered or state-executed' },
  { id: 'H9', name: 'None of these, or unknown' },
];

export const NOT_ASSESSABLE = 'not-assessable-from-these-logs';
export const NO_STATE_WORD = 'These logs neither support nor exclude state involvement.';

/** Only inconsistency scores (Heuer 1999, PARC ACH). */
const PENALTY: Record<Consistency, number> = { CC: 0, C: 0, N: 0, I: -1, II: -2, NA: 0 };
const DIAGNOSTIC: Record<Consistency, number> = { CC: 2, C: 1, N: 0, I: -1, II: -2, NA: 0 };

/** Weights of credibility and relevance: high, moderate, low. An indicator's strength caps it. */
export function weightOf(strength: number): number {
  if (strength >= 3) return Math.SQRT2;
  return strength >= 2 ? 1 : Math.SQRT1_2;
}

/** Best cell less worst cell over the hypotheses: 0 tells nobody apart. */
export function diagnosticity(cells: Record<string, Consistency>): number {
  const values = HYPOTHESES.map(({ id }) => DIAGNOSTIC[cells[id] ?? 'N']);
  return Math.max(...values) - Math.min(...values);
}

export type MatrixRow = { id: string; group: string; strength: number; cells: Record<string, Consistency> };

/** Score of a hypothesis, at most 0: rows of one group count once, by their strongest. Rounded to a thousandth. */
export function scoreOf(hypothesis: HypothesisId, rows: readonly MatrixRow[]): number {
  const groups = new Map<string, number>();
  for (const row of rows) {
    const penalty = PENALTY[row.cells[hypothesis] ?? 'N'] * weightOf(row.strength);
    groups.set(row.group, Math.min(groups.get(row.group) ?? 0, penalty));
  }
  const sum = [...groups.values()].reduce((total, penalty) => total + penalty, 0);
  return Math.round(sum * 1000) / 1000 + 0;
}

export type Ranked = { id: HypothesisId; score: number; rank: number; inconsistencies: string[] };

/** Ranks by inconsistency, least contradicted first; equal scores share a rank. */
export function rankHypotheses(rows: readonly MatrixRow[]): Ranked[] {
  const scored = HYPOTHESES.map(({ id }) => ({
    id,
    score: scoreOf(id, rows),
    inconsistencies: rows.filter((row) => PENALTY[row.cells[id] ?? 'N'] < 0).map((row) => row.id),
  }));
  return scored.map((each) => ({
    ...each,
    rank: 1 + scored.filter((other) => other.score > each.score).length,
  }));
}

/** Groups whose removal changes who is in the first rank. */
export function decisiveGroups(rows: readonly MatrixRow[]): string[] {
  const leaders = (subset: readonly MatrixRow[]): string =>
    rankHypotheses(subset)
      .filter(({ rank }) => rank === 1)
      .map(({ id }) => id)
      .join(' ');
  const all = leaders(rows);
  return [...new Set(rows.map((row) => row.group))].filter(
    (group) => leaders(rows.filter((row) => row.group !== group)) !== all,
  );
}
