/** The shapes of a judgement: an analysis of competing hypotheses, as `report.json` holds it. */
export type Band =
  | 'remote chance'
  | 'highly unlikely'
  | 'unlikely'
  | 'realistic possibility'
  | 'likely'
  | 'highly likely'
  | 'almost certain';

export type Likelihood = { word: Band; scale: 'PHIA-2025'; gap_resolved: boolean };

export type Consistency = 'CC' | 'C' | 'N' | 'I' | 'II' | 'NA';

export type Indicator = {
  id: string;
  name: string;
  /** False: this format or these logs cannot answer it; `observation` says why. */
  computable: boolean;
  observation: string;
  /** Cap on the weight, 0 to 3. */
  strength: number;
  /** Rows of one cause count once, by their strongest. */
  group: string;
  cells: Record<string, Consistency>;
  diagnosticity: number;
  caveat: string;
  reference: string;
  query: string | null;
};

export type Hypothesis = {
  id: 'H0' | 'H1' | 'H2' | 'H3' | 'H4' | 'H5' | 'H9';
  name: string;
  rank: number;
  /** Weighted inconsistency, 0 or below: closest to 0 is least contradicted. Not a probability. */
  score: number;
  /** Ids of the indicators that speak against it. */
  inconsistencies: string[];
  likelihood: Likelihood | null;
  /** Why there is no word, where there is none. */
  reason: string | null;
};

/** A question that logs can answer, with its answer. */
export type Judgement = {
  question: string;
  answer: string;
  likelihood: Likelihood | null;
  because: string[];
};

export type Assessment = {
  status: 'machine-draft' | 'reviewed';
  hypotheses: Hypothesis[];
  indicators: Indicator[];
  judgements: Judgement[];
  confidence: {
    rating: 'Low' | 'Moderate' | 'High';
    statement: string;
    information_base: number;
    rigour: number;
    stability: number;
  };
  changes_if: string[];
  sentence: string;
};
