import type { Analyst } from '../catalogue/engine.ts';
import { answersOpenings, type UnflaggedRow, unflaggedTests } from '../detection/flow-verdict.ts';
import { type Asked, none, type VectorEvidence, withKnown } from './flow-asking.ts';
import { num, str } from './signature-rows.ts';
import { type Span, spanBefore } from './span.ts';

const QUERY = 'technique/small-tcp-without-flags';
const count = (value: number): string => value.toLocaleString('en-GB');

/** What tells a flood of half-open connections in a log without TCP flags, and what then cannot be told. */
export async function unflaggedEvidence(analyst: Analyst, where: Asked): Promise<VectorEvidence> {
  const rowsOf = async (span: Span): Promise<UnflaggedRow[]> => {
    const answered = await analyst.ask(QUERY, withKnown({ ...where, span }));
    return answered.map((row) => ({
      target: str(row.target),
      port: row.port === null ? null : num(row.port),
      small: num(row.small_flows),
      sources: num(row.small_sources),
      newFlows: num(row.new_flows),
      newSources: num(row.new_sources),
      others: num(row.other_flows),
      answers: num(row.answers),
      answersWithOptions: num(row.answers_with_options),
    }));
  };
  const [rows, before] = await Promise.all([rowsOf(where.span), rowsOf(spanBefore(where.span))]);
  const [first] = rows;
  const isOpening = first !== undefined && answersOpenings(first);
  return {
    ...none,
    query: QUERY,
    tests: unflaggedTests(rows, before),
    targets: rows.map(({ target, small }) => ({ target, packets: small })),
    counted: first?.newFlows ?? 0,
    because: first ? because(first, isOpening) : 'No TCP flow is small.',
    ...(isOpening ? { kind: 'syn-flood' } : {}),
  };
}

function because(row: UnflaggedRow, isOpening: boolean): string {
  const flows = `${count(row.newFlows)} TCP flows of at most 3 small packets came to ${row.target} port ${row.port} from ${count(row.newSources)} addresses that were never seen before.`;
  const blind = 'The log has no TCP flags';
  return isOpening
    ? `${flows} ${blind}; ${count(row.answersWithOptions)} of ${count(row.answers)} small answers have options, as the answer to a SYN has and a reset has not.`
    : `${flows} ${blind}: whether they were SYNs, ACKs or resets cannot be told.`;
}
