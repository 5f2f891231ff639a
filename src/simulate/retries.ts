/** What our own clients ask again when the origin fails. */
import type { Exchange } from './edge.ts';
import type { Random } from './random.ts';
import type { Request } from './request.ts';
import type { Outage, Scenario } from './scenario.ts';

/** The failure of the origin at a moment, if there is one. */
export function outageAt({ outages }: Pick<Scenario, 'outages'>, at: number): Outage | undefined {
  return outages?.find(({ from, until }) => at >= Date.parse(from) && at < Date.parse(until));
}

/**
 * All exchanges with those that follow from them: a call of the app or a page that failed is asked for again, and what
 * fails then once more, until it is answered or the client gives up.
 */
export function withRetries(
  scenario: Scenario,
  {
    exchanges,
    answer,
    random,
  }: { exchanges: Exchange[]; answer(request: Request): Exchange; random: Random },
): Exchange[] {
  if (!scenario.outages) return exchanges;
  const all = [...exchanges];
  let latest = exchanges;
  while (latest.length > 0) {
    latest = latest
      .flatMap((exchange) => retryOf(scenario, { exchange, random }))
      .sort((a, b) => a.at - b.at)
      .map(answer);
    all.push(...latest);
  }
  return all.sort((a, b) => a.at - b.at || (a.rayId < b.rayId ? -1 : 1));
}

function retryOf(
  scenario: Scenario,
  { exchange, random }: { exchange: Exchange; random: Random },
): Request[] {
  const outage = outageAt(scenario, exchange.at);
  if (!outage || exchange.status < 500) return [];
  const { resource, wave, verifiedBot, again = 0 } = exchange;
  const isPage = resource.kind === 'page' && wave === null && verifiedBot === '';
  if (resource.kind !== 'call' && !isPage) return [];
  const { times, afterSeconds } = resource.kind === 'call' ? outage.app : outage.pages;
  if (again >= times) return [];
  const { client, tool, host, method, path, query, referer, botScore, verdict } = exchange;
  return [
    {
      at: exchange.end + Math.round(afterSeconds * 1000 * random.between(0.7, 1.3)),
      ...{ client, tool, host, method, path, query, referer, botScore, verdict },
      ...{ resource, verifiedBot, wave, again: again + 1 },
    },
  ];
}
