/** What each query on flows is asked with, and what its answer says of a vector. */
import type { FloodTest, ReflectionRow, TargetRow } from '../detection/flow-verdict.ts';
import type { AttackKind } from '../report/model.ts';
import { dayParameters, type Span, timeParameters } from './span.ts';

export type FlowLogName = { sourceId: string; vantage: string; sampled: boolean };

export const asked = (sourceId: string, span: Span): Record<string, string> => ({
  ...timeParameters(span),
  source_id: sourceId,
});

/** The tests of a vector by its own query, and to which addresses the packets of it went. */
export type VectorEvidence = {
  query: string;
  tests: FloodTest[];
  targets: TargetRow[];
  /** In one sentence, of the vector's largest target or services. */
  because: string;
  services: ReflectionRow[];
  /** Attack flows that the query itself counts; 0: it does not tell them from usual ones. */
  counted: number;
  /** What the vector is called where its evidence says more than its name. */
  kind?: AttackKind;
};

export type Asked = { log: FlowLogName; span: Span; knownFrom: number };

export const none: Pick<VectorEvidence, 'targets' | 'services' | 'counted'> = {
  ...{ targets: [], services: [], counted: 0 },
};

export const withKnown = ({ log, span, knownFrom }: Asked): Record<string, string> => ({
  known_day: dayParameters({ from: knownFrom, until: knownFrom + 1 }).from_day!,
  ...asked(log.sourceId, span),
});
