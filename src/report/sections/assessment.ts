/**
 * Who: the analysis of competing hypotheses as a reader can check it. What logs decide has a word of the yardstick,
 * what they do not decide has the reason why not; confidence stands in a sentence of its own.
 */
import {
  type Block,
  caution,
  left,
  list,
  note,
  paragraph,
  right,
  type Section,
  type Text,
} from '../blocks.ts';
import type { Hypothesis, Indicator, Likelihood, ReportModel } from '../model.ts';
import { RANKS, status } from '../sentences.ts';
import { count } from '../words.ts';

/** PHIA, "Explaining Uncertainty in UK Intelligence Assessment", 24 March 2025. The gaps are deliberate. */
const YARDSTICK =
  'Words of the PHIA probability yardstick (2025): remote chance, to about 5 %; highly unlikely, about 10 to 20 %; ' +
  'unlikely, about 25 to 35 %; realistic possibility, about 40 to under 50 %; likely, about 55 to 75 %; ' +
  'highly likely, about 80 to 90 %; almost certain, about 95 % and more. The gaps between them are deliberate.';

export function assessmentSection(model: ReportModel): Section {
  const { assessment } = model;
  const hypotheses = [...assessment.hypotheses].sort(
    (a, b) => a.rank - b.rank || a.id.localeCompare(b.id, 'en'),
  );
  const blocks: Block[] = [
    paragraph([{ strong: `${status(model)}.` }, ` ${assessment.sentence}`]),
    ...judgements(model),
    ...(hypotheses.length > 0 ? who(hypotheses, assessment.indicators) : []),
    { is: 'heading', text: 'Confidence' },
    paragraph([
      { strong: `Analytical confidence: ${assessment.confidence.rating}.` },
      ` ${assessment.confidence.statement} `,
      `Information base ${assessment.confidence.information_base} of 3, rigour ${assessment.confidence.rigour} of 3, stability ${assessment.confidence.stability} of 3; the rating is the lowest of them, or a cap below it.`,
    ]),
  ];
  if (assessment.changes_if.length > 0) {
    blocks.push({ is: 'heading', text: 'What would change this assessment' }, list(assessment.changes_if));
  }
  return { id: 'assessment', title: 'Assessment', blocks };
}

function judgements(model: ReportModel): Block[] {
  const rows = model.assessment.judgements;
  if (rows.length === 0) return [];
  const worded =
    rows.some((row) => row.likelihood) || model.assessment.hypotheses.some((one) => one.likelihood);
  return [
    {
      is: 'table',
      caption: 'What the logs decide',
      columns: [left('Question'), left('Answer'), left('Yardstick word'), left('Because')],
      rows: rows.map((row) => [
        row.question,
        row.answer,
        row.likelihood ? word(row.likelihood) : 'none: no word from these logs',
        row.because.join(' ') || 'no reason recorded',
      ]),
    },
    ...(worded ? [note(YARDSTICK)] : []),
  ];
}

const word = (likelihood: Likelihood): Text =>
  likelihood.gap_resolved
    ? [{ strong: likelihood.word }, ' (fell in a gap of the scale; the band nearer to even was taken)']
    : { strong: likelihood.word };

function who(hypotheses: readonly Hypothesis[], indicators: readonly Indicator[]): Block[] {
  const computable = indicators.filter((indicator) => indicator.computable);
  const silent = indicators.filter((indicator) => !indicator.computable);
  const blocks: Block[] = [
    { is: 'heading', text: 'Who: competing hypotheses' },
    caution([{ strong: RANKS }, ' The first is the least contradicted, not the proven.']),
    ...hypothesesTable(hypotheses),
  ];
  if (computable.length > 0) {
    blocks.push(matrix(hypotheses, computable), note(LEGEND), observations(computable));
  }
  if (silent.length > 0) {
    blocks.push(
      { is: 'heading', text: 'Indicators that these logs cannot answer' },
      list(silent.map((one): Text => [{ strong: `${one.id} ${one.name}` }, `: ${one.observation}`])),
    );
  }
  return blocks;
}

/** Where no hypothesis has a word and all for one reason, the reason is said once. */
function hypothesesTable(hypotheses: readonly Hypothesis[]): Block[] {
  const wordOf = (one: Hypothesis): Text =>
    one.likelihood ? word(one.likelihood) : (one.reason ?? 'none: no word from these logs');
  const reasons = new Set(hypotheses.map((one) => (one.likelihood ? one.id : wordOf(one))));
  const [reason] = reasons;
  const once = reasons.size === 1 && typeof reason === 'string' && hypotheses.every((one) => !one.likelihood);
  return [
    ...(once ? [paragraph(`None has a word of the yardstick: ${reason}`)] : []),
    {
      is: 'table',
      caption: 'Hypotheses by weighted inconsistency, least contradicted first',
      columns: [
        left('Rank'),
        left('Hypothesis'),
        right('Inconsistency'),
        left('Spoken against by'),
        ...(once ? [] : [left('Yardstick word, or why none')]),
      ],
      rows: hypotheses.map((one) => [
        count(one.rank),
        [{ strong: one.id }, ` ${one.name}`],
        one.score === 0 ? '0' : one.score.toFixed(2),
        one.inconsistencies.join(', ') || 'nothing in these logs',
        ...(once ? [] : [wordOf(one)]),
      ]),
    },
  ];
}

const LEGEND =
  'CC very consistent, C consistent, N neither, I inconsistent, II very inconsistent, NA does not apply. Only I and II score. ' +
  'Rows of one group come from one cause and count once, by their strongest. Grey rows tell no hypothesis from another.';

function matrix(hypotheses: readonly Hypothesis[], indicators: readonly Indicator[]): Block {
  const ids = hypotheses.map((one) => one.id).sort();
  return {
    is: 'table',
    caption: 'Matrix of indicators and hypotheses',
    columns: [
      left('Indicator'),
      ...ids.map((id) => ({ title: id, align: 'centre' as const })),
      right('Weight, at most'),
      right('Diagnosticity'),
      left('Group'),
      left('Query'),
    ],
    muted: new Set(indicators.flatMap((one, index) => (one.diagnosticity === 0 ? [index] : []))),
    rows: indicators.map((one) => [
      [{ strong: one.id }, ` ${one.name}`],
      ...ids.map((id): Text => ({ cell: one.cells[id] ?? 'NA' })),
      count(one.strength),
      count(one.diagnosticity),
      one.group,
      one.query === null ? 'none' : { queries: [one.query] },
    ]),
  };
}

const observations = (indicators: readonly Indicator[]): Block => ({
  is: 'table',
  caption: 'What was observed for each indicator',
  columns: [left('Indicator'), left('Observed'), left('Limit'), left('Reference')],
  rows: indicators.map((one) => [
    { strong: one.id },
    one.observation,
    one.caveat || 'none noted',
    { trusted: one.reference || 'none' },
  ]),
});
