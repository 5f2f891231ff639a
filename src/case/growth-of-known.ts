import type { Analyst } from '../catalogue/engine.ts';
import type { Candidate } from '../detection/candidates.ts';
import { countBetween, type MinuteSeries } from '../detection/minute-series.ts';
import type { CaseFile } from './case-file.ts';
import { knownSources } from './known-sources.ts';
import { num } from './signature-rows.ts';
import { MINUTE, type Span, timeParameters } from './span.ts';

/**
 * The known sources that explain at least half of a growth, by what they sent more than in as long a time just before;
 * none where they explain less. It is asked of the requests themselves, since minutes name no address, and only where a
 * case names sources.
 */
export async function explainedByKnown(
  analyst: Analyst,
  {
    candidate,
    log,
    caseFile,
  }: { candidate: Candidate; log: readonly MinuteSeries[]; caseFile: Pick<CaseFile, 'known_sources'> | null },
): Promise<string[]> {
  if (!caseFile || caseFile.known_sources.length === 0) return [];
  const known = knownSources(caseFile);
  const { start, end, sourceId } = candidate;
  const sent = async (span: Span): Promise<Map<string, number>> => {
    const counts = new Map<string, number>();
    for (const row of await analyst.ask('impact/outcomes-by-source', {
      ...timeParameters(span),
      source_id: sourceId,
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
  const growth =
    countBetween(
      log.filter(({ total }) => total),
      { from: start, until: end },
    ) -
    (candidate.expectedAtPeak * (end - start)) / MINUTE;
  const ofKnown = grown.reduce((sum, { more }) => sum + more, 0);
  return ofKnown * 2 >= growth ? grown.map(({ name }) => name).sort() : [];
}
