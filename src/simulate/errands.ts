/** What single clients do where only staff should be: an export, by whom it may be. */
import type { AddressBook } from './addresses.ts';
import type { Random } from './random.ts';
import { browserTool, type Request } from './request.ts';
import type { Scenario } from './scenario.ts';

export function planErrands(
  scenario: Scenario,
  { book, random, emit }: { book: AddressBook; random: Random; emit(request: Request): void },
): void {
  for (const { by, network, agent, at, steps } of scenario.errands ?? []) {
    const client = book.take(network);
    const tool = browserTool(agent);
    for (const begin of at) {
      let moment = Date.parse(begin) + random.below(20_000);
      for (const { afterSeconds, method, host, path, status, kilobytes } of steps) {
        moment += Math.round(afterSeconds * 1000 * random.between(0.8, 1.2));
        emit({
          ...{ at: moment, client, tool, host, method, path, query: '', referer: '' },
          resource: { kind: 'page', dynamic: true, hitShare: 0, bytes: kilobytes * 1024, status },
          botScore: 60 + random.below(39),
          verifiedBot: '',
          verdict: null,
          wave: null,
          errand: by,
        });
      }
    }
  }
}
