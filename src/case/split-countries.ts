import type { Analyst } from '../catalogue/engine.ts';
import type { CountryOf } from './hand-in-window.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { standingIn } from './judgements.ts';
import { isCountry } from './sources.ts';
import type { Span } from './span.ts';

/** The country of each address of a window, which parameters say, asked for only where a cluster is split by it. */
export async function countriesFor(
  analyst: Analyst,
  { hand, around, window }: { hand: InvestigatorsHand; around: Span; window: Record<string, string> },
): Promise<CountryOf> {
  const standing = standingIn(hand.judgements, around);
  if (![...standing.values()].some(({ split }) => split?.by_field === 'country')) return () => null;
  const rows = await analyst.ask('origin/sources', window);
  const countries = new Map(
    rows.map((row) => {
      const provider = row.provider_country === null ? null : String(row.provider_country);
      const known = isCountry(provider) ? provider : row.country === null ? null : String(row.country);
      return [String(row.src_ip), known];
    }),
  );
  return (srcIp) => countries.get(srcIp) ?? null;
}
