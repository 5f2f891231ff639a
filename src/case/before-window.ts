import type { Analyst } from '../catalogue/engine.ts';
import type { LogView } from './examine.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { knownSources } from './known-sources.ts';
import { num } from './signature-rows.ts';
import { dayParameters, type Span, timeParameters } from './span.ts';

/** What a log held in a span, of each address, known sources of the case aside. */
export async function volumeOf(
  analyst: Analyst,
  { view, span, hand }: { view: LogView; span: Span; hand: InvestigatorsHand },
): Promise<{ requests: number; sources: number; sent: Map<string, number> }> {
  const known = knownSources(hand.caseFile);
  const rows = await analyst.ask('impact/outcomes-by-source', {
    ...timeParameters(span),
    ...{ source_id: view.sourceId, repeats: view.repeats },
  });
  const others = rows.filter((row) => known.of(String(row.src_ip)) === null);
  const sent = new Map(others.map((row) => [String(row.src_ip), num(row.requests)]));
  return { requests: others.reduce((sum, row) => sum + num(row.requests), 0), sources: others.length, sent };
}

/** How many addresses of a window, and how many of known prefixes, the log had before it. */
export async function seenBefore(
  analyst: Analyst,
  { view, around }: { view: LogView; around: Span },
): Promise<{ sources: number; knownPrefixSources: number }> {
  const known_day = dayParameters(view.whole).from_day!;
  const [row] = await analyst.ask('origin/new-sources', {
    known_day,
    ...timeParameters(around),
    ...{ source_id: view.sourceId, repeats: view.repeats },
  });
  return { sources: num(row?.sources), knownPrefixSources: num(row?.known_prefix_sources) };
}
