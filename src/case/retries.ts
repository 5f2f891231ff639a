import type { Analyst } from '../catalogue/engine.ts';
import type { Candidate } from '../detection/candidates.ts';
import type { MinuteSeries } from '../detection/minute-series.ts';
import { failuresAfter, mayBeRetryStorm, type Retries } from '../detection/retries.ts';
import { num } from './signature-rows.ts';
import { dayParameters, MINUTE, type Span, timeParameters } from './span.ts';

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
  const stretch = stretches.find(({ start, requests }) => {
    const end = start + requests.length * MINUTE;
    return before.from >= start && candidate.start < end;
  });
  if (!stretch?.failed) return null;
  const minutesOf = (span: Span) => (counts: Float64Array) =>
    counts.subarray((span.from - stretch.start) / MINUTE, Math.ceil((span.until - stretch.start) / MINUTE));
  const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);
  const during = minutesOf({ from: candidate.start, until: candidate.end });
  const earlier = minutesOf(before);
  const growth = sum(during(stretch.requests)) - sum(earlier(stretch.requests));
  const failedGrowth = sum(during(stretch.failed)) - sum(earlier(stretch.failed));
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
