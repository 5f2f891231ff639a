import type { CaseAccount, Lead } from '../report/model.ts';
import type { Examined } from './examine.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { excludedSources, knownSources } from './known-sources.ts';

/** What the case file says, and what came of it; null where there is none. */
export function caseAccount(
  { caseFile }: InvestigatorsHand,
  {
    seen,
    hosts,
    surfaces,
  }: {
    seen: readonly { id: string; examined: Examined }[];
    hosts: CaseAccount['hosts'];
    surfaces: CaseAccount['surfaces'];
  },
): CaseAccount | null {
  if (!caseFile) return null;
  const windows = seen.map(({ id, examined: { hand, rows } }) => ({
    id,
    isAnonymous: rows.length + hand.aside.length === 0,
    aside: hand.aside,
    attackKeys: hand.suspectKeys,
  }));
  return {
    sha256: caseFile.sha256,
    known_sources: excludedSources(caseFile.known_sources, { known: knownSources(caseFile), windows }),
    hosts,
    surfaces,
    trusted_proxies: caseFile.trusted_proxies,
  };
}

const LEADS_SHOWN = 20;

/** Known sources that sent what the attack sent: excluded, and to be looked at. */
export function excludedLeads(account: CaseAccount | null): Lead[] {
  const suspects = (account?.known_sources ?? []).flatMap((source) =>
    source.suspects.map((suspect) => ({ source, ...suspect })),
  );
  return suspects.slice(0, LEADS_SHOWN).map(
    ({ source, src_ip, attack_requests }): Lead => ({
      kind: 'excluded-source',
      value: src_ip,
      window_id: source.window_ids[0] ?? null,
      sentence: `Excluded as ${source.name} (${source.role}), and it sent ${attack_requests.toLocaleString('en-GB')} requests with the attack's signatures: look at it.`,
      query: 'technique/source-signatures',
    }),
  );
}

/** What follows the finding: that known sources look like the attack, that no log names a host of the case; mostly nothing. */
export function excludedSentence(account: CaseAccount | null): string {
  const hosts = account?.hosts;
  const unseen =
    hosts && hosts.not_seen.length === hosts.named.length
      ? ` The case is about ${hosts.named.join(', ')}, which no log names.`
      : '';
  const suspects = (account?.known_sources ?? []).filter(({ attack_requests }) => attack_requests > 0);
  if (suspects.length === 0) return unseen;
  const requests = suspects.reduce((sum, { attack_requests }) => sum + attack_requests, 0);
  return `${unseen} Left out: ${requests.toLocaleString('en-GB')} requests with the attack's signatures from known sources (${suspects.map(({ name }) => name).join(', ')}): look at them.`;
}
