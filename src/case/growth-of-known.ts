import type { Analyst } from '../catalogue/engine.ts';
import type { Candidate } from '../detection/candidates.ts';
import type { MinuteSeries } from '../detection/minute-series.ts';
import type { CaseFile } from './case-file.ts';
import { requestsOf } from './http-growths.ts';
import { knownSources } from './known-sources.ts';
import { num } from './signature-rows.ts';
import { MINUTE, type Span, timeParameters } from './span.ts';

/** What known sources have of a growth: all that they sent to its log in its window, and those that explain it, if they do. */
export type KnownInGrowth = { requests: number; explainedBy: string[] };

/**
 * What known sources sent in a growth, and which of them explain it: half of it and more, by what they sent more than in
 * as long a time just before. It is asked of the requests themselves, since minutes name no address, and only where a
 * case names sources: null where it names none.
 */
export async function knownInGrowth(
  analyst: Analyst,
  {
    candidate,
    log,
    repeats,
    caseFile,
  }: {
    candidate: Candidate;
    log: readonly MinuteSeries[];
    /** How many of the log's rows repeat a request id: each counts once, as in its minutes. */
    repeats: string;
    caseFile: Pick<CaseFile, 'known_sources'> | null;
  },
): Promise<KnownInGrowth | null> {
  if (!caseFile || caseFile.known_sources.length === 0) return null;
  const known = knownSources(caseFile);
  const { start, end, sourceId } = candidate;
  const sent = async (span: Span): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    for (const row of await analyst.ask('origin/sources', {
      ...timeParameters(span),
      source_id: sourceId,
      repeats,
    })) {
      const source = known.of(String(row.src_ip));
      if (source) counts.set(source.name, (counts.get(source.name) ?? 0) + num(row.requests));
    }
    return counts;
  };
  const during = await sent({ from: start, until: end });
  const before = await sent({ from: start - (end - start), until: start });
  const grown = [...during]
    .map(([name, requests]) => ({ name, more: requests - (before.get(name) ?? 0) }))
    .filter(({ more }) => more > 0);
  const growth = requestsOf(log, candidate, 'requests') - (candidate.expectedAtPeak * (end - start)) / MINUTE;
  const ofKnown = grown.reduce((sum, { more }) => sum + more, 0);
  return {
    requests: [...during.values()].reduce((sum, requests) => sum + requests, 0),
    explainedBy: ofKnown * 2 >= growth ? grown.map(({ name }) => name).sort() : [],
  };
}
