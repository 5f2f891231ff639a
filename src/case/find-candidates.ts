import type { Analyst } from '../catalogue/engine.ts';
import { type Candidate, candidatesOf, composedCandidate, forcedCandidate } from '../detection/candidates.ts';
import { growthsOf, type PartCount, withGrowths } from '../detection/grown-parts.ts';
import { endOf, knownMinutes, type MinuteSeries } from '../detection/minute-series.ts';
import { num, time } from './signature-rows.ts';
import { dayParameters, type Span } from './span.ts';

/**
 * Where one log departs from what is usual, in order of time: by how many requests it has, by what they are of, and
 * where the analyst says so. What the detector finds stays beside the analyst's window, and out of what is usual.
 */
export async function findCandidates(
  analyst: Analyst,
  {
    log,
    stretches,
    forced,
  }: { log: readonly MinuteSeries[]; stretches: readonly MinuteSeries[]; forced: Span | null },
): Promise<Candidate[]> {
  const given = forced ? forcedCandidate(log, { start: forced.from, end: forced.until }) : null;
  const isApart = (found: { start: number; end: number }): boolean =>
    !given || found.end <= given.start || found.start >= given.end;
  const risen = [...(given ? [given] : []), ...candidatesOf(log).filter(isApart)];
  const parts = await partCounts(analyst, stretches);
  return stretches.flatMap((stretch) => {
    const [start, end] = [stretch.start, endOf(stretch)];
    return withGrowths(
      risen.filter((each) => each.start >= start && each.start < end),
      growthsOf(parts, { start, end }, knownMinutes(stretch.requests)).filter(isApart),
      (growth) => composedCandidate(stretch, growth),
    );
  });
}

async function partCounts(analyst: Analyst, stretches: readonly MinuteSeries[]): Promise<PartCount[]> {
  const whole = { from: stretches[0]!.start, until: endOf(stretches.at(-1)!) };
  const rows = await analyst.ask('detection/grown-parts', {
    ...dayParameters(whole),
    source_id: stretches[0]!.sourceId,
  });
  return rows.map((row) => ({
    key: JSON.stringify([
      row.part,
      row.is_rare,
      row.method_or_fingerprint,
      row.path_or_agent,
      row.query_template,
    ]),
    from: time(row.from_time),
    requests: num(row.requests),
  }));
}
