/**
 * The report as blocks, before it is HTML or Markdown: both renderings read the same blocks, so that they
 * cannot say different things, and every value is escaped in one place of each rendering.
 */
import type { Consistency } from './model.ts';

export type Inline =
  /** Words of ours or of the model: control characters shown, URLs defanged. */
  | string
  /** A value out of a log, hostile until shown otherwise: set apart from the words around it, and shortened. */
  | { value: string }
  | { strong: string }
  /** Words of the data sets and the catalogue: URLs stay whole, because a licence asks for them. */
  | { trusted: string }
  /** The queries that the figures before it come from. */
  | { queries: readonly string[] }
  /** The place that such citations lead to. */
  | { defines: string }
  /** A cell of the matrix of hypotheses. */
  | { cell: Consistency };

export type Text = Inline | readonly Inline[];

export type Column = { title: string; align?: 'right' | 'centre' };

export type Table = {
  is: 'table';
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly Text[])[];
  /** Rows shown before the whole table folds; all where absent. */
  fold_after?: number;
  /** Rows that carry no weight are greyed. */
  muted?: ReadonlySet<number>;
};

export type TimelinePoint = {
  at: string;
  requests: number;
  mitigated: number | null;
  expected: number | null;
  attack: number;
};

export type TimelineChart = {
  kind: 'timeline';
  title: string;
  description: string;
  unit: string;
  step_ms: number;
  points: readonly TimelinePoint[];
  from: number;
  until: number;
  windows: readonly { label: string; from: number; until: number }[];
  gaps: readonly { from: number; until: number }[];
};

export type SharesChart = {
  kind: 'shares';
  title: string;
  description: string;
  bars: readonly { label: string; text: string; share: number; usual: number | null }[];
};

export type Chart = TimelineChart | SharesChart;

export type Block =
  | { is: 'paragraph'; text: Text; tone?: 'lead' | 'note' | 'caution' }
  | { is: 'heading'; text: Text }
  | { is: 'list'; items: readonly Text[] }
  | { is: 'facts'; items: readonly { term: string; text: Text }[] }
  | { is: 'quote'; text: string; by: string }
  | { is: 'code'; text: string }
  | { is: 'chart'; chart: Chart }
  /** On screen alone: print and Markdown leave out what `report.json` holds and no reader of paper reads, and say so. */
  | { is: 'fold'; title: string; on_paper: 'said' | 'silent'; blocks: readonly Block[] }
  | Table;

export type Section = { id: string; title: string; blocks: readonly Block[] };

export const paragraph = (text: Text): Block => ({ is: 'paragraph', text });
export const note = (text: Text): Block => ({ is: 'paragraph', text, tone: 'note' });
export const caution = (text: Text): Block => ({ is: 'paragraph', text, tone: 'caution' });
export const heading = (text: Text): Block => ({ is: 'heading', text });
export const list = (items: readonly Text[]): Block => ({ is: 'list', items });
export const right = (title: string): Column => ({ title, align: 'right' });
export const left = (title: string): Column => ({ title });
export const inlines = (text: Text): readonly Inline[] => (Array.isArray(text) ? text : [text as Inline]);
