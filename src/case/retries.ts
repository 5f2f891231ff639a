import type { Analyst } from '../catalogue/engine.ts';
import type { Candidate } from '../detection/candidates.ts';
import type { MinuteSeries } from '../detection/minute-series.ts';
import { mayBeRetryStorm, type Retries } from '../detection/retries.ts';
import { num } from './signature-rows.ts';
import { dayParameters, MINUTE, type Span, timeParameters } from './span.ts';

/** Failures stand out from this share of their busiest minute on. */
const ONSET_SHARE = 0.1;
/** Failures that began longer ago than this are none that a candidate follows from, minutes. */
const LOOK_BACK = 10;

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

function failuresAfter({ start, failed }: MinuteSeries, candidate: Candidate): number | null {
  const first = (candidate.start - start) / MINUTE;
  const from = Math.max(0, first - LOOK_BACK);
  const counts = failed!.subarray(from, Math.ceil((candidate.end - start) / MINUTE));
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  if (most === 0) return null;
  return from + counts.findIndex((count) => count >= most * ONSET_SHARE) - first;
}
