import type { ObservedWindow, ReportModel } from '../report/model.ts';
import type { AttackingSource } from './sources.ts';

type Sourced = {
  windows: readonly ObservedWindow[];
  sources: readonly AttackingSource[];
  logs: ReportModel['coverage']['logs'];
};

/** Whether the addresses of windows of requests are known. */
export function sourcesAnswer({
  windows,
  sources,
  logs,
}: Sourced): Pick<ReportModel, 'sources_answer' | 'sources_reason' | 'sources'> {
  const hidden = windows.filter((window) => window.sources === null);
  const web = logs.filter(({ vantage }) => !['network', 'dns', 'control'].includes(vantage));
  const blind = web.length > 0 && web.every((log) => log.client_address === 'behind-proxy');
  if (blind || (windows.length > 0 && hidden.length === windows.length)) {
    const log = hidden[0]?.source_id ?? web[0]!.source_id;
    return {
      sources_answer: 'cannot-say',
      sources_reason: `No client's address is known from ${log}: it sees only the proxy in front of it, and what proxies forward is believed of those alone that --trusted-proxies names when the lake is made.`,
      sources: null,
    };
  }
  const reason =
    hidden.length > 0
      ? `Windows ${hidden.map((window) => window.id).join(', ')} come from logs that see only the proxy in front of them.`
      : null;
  return {
    sources_answer: 'listed',
    sources_reason: reason,
    sources: sources.length > 0 ? 'sources.csv' : null,
  };
}

/** Why no country or network is named. */
export function whyNone(windows: readonly ObservedWindow[], what: string): string {
  if (windows.length === 0) return `No attack was observed, so there is no ${what} to name.`;
  if (windows.every((window) => window.sources === null))
    return `No ${what} is named: the log sees only the proxy in front of it, not the client.`;
  return `No ${what} is known for the attacking addresses: neither the log nor a data set says it.`;
}
