import type { Analyst } from '../catalogue/engine.ts';
import type { Candidate } from '../detection/candidates.ts';
import { countBetween, endOf, type MinuteSeries } from '../detection/minute-series.ts';
import { failuresAfter, mayBeRetryStorm, type Retries } from '../detection/retries.ts';
import { num } from './signature-rows.ts';
import { dayParameters, type Span, timeParameters } from './span.ts';

type Asked = {
  candidate: Candidate;
  around: Span;
  /** As long as the candidate, just before it. */
  before: Span;
  stretches: readonly MinuteSeries[];
  sourceId: string;
  whole: Span;
};

/** What clients of a candidate asked again after it had failed; null: too little of what grew failed, or the log lacks the time before. */
export async function retriesOf(
  analyst: Analyst,
  { candidate, around, before, stretches, sourceId, whole }: Asked,
): Promise<Retries | null> {
  const stretch = stretches.find((each) => before.from >= each.start && candidate.start < endOf(each));
  if (!stretch?.failed) return null;
  const during = { from: candidate.start, until: candidate.end };
  const grown = (of: 'requests' | 'failed'): number =>
    countBetween([stretch], { ...during, of }) - countBetween([stretch], { ...before, of });
  const [growth, failedGrowth] = [grown('requests'), grown('failed')];
  if (!mayBeRetryStorm({ growth, failedGrowth })) return null;
  const [row] = await analyst.ask('detection/retries', {
    known_day: dayParameters(whole).from_day!,
    ...timeParameters(around),
    source_id: sourceId,
  });
  return {
    growth,
    failedGrowth,
    againByKnown: num(row?.again_by_known),
    failuresAfter: failuresAfter(stretch, candidate),
  };
}
