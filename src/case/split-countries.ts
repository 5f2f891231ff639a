import type { Analyst } from '../catalogue/engine.ts';
import type { CountryOf } from './hand-in-window.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { standingIn } from './judgements.ts';
import { isCountry } from './sources.ts';
import { type Span, timeParameters } from './span.ts';

/** The country of each address of a window, asked for only where a cluster is split by it. */
export async function countriesFor(
  analyst: Analyst,
  { hand, around, sourceId }: { hand: InvestigatorsHand; around: Span; sourceId: string },
): Promise<CountryOf> {
  const standing = standingIn(hand.judgements, around);
  if (![...standing.values()].some(({ split }) => split?.by_field === 'country')) return () => null;
  const rows = await analyst.ask('origin/sources', { ...timeParameters(around), source_id: sourceId });
  const countries = new Map(
    rows.map((row) => {
      const provider = row.provider_country === null ? null : String(row.provider_country);
      const known = isCountry(provider) ? provider : row.country === null ? null : String(row.country);
      return [String(row.src_ip), known];
    }),
  );
  return (srcIp) => countries.get(srcIp) ?? null;
}
