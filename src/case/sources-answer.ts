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
    const sourceId = hidden[0]?.source_id ?? web[0]!.source_id;
    const log = logs.find((each) => each.source_id === sourceId)!;
    return {
      sources_answer: 'cannot-say',
      sources_reason: `No client's address is known from ${sourceId}: ${whyHidden(log)}.`,
      sources: null,
    };
  }
  const reason =
    hidden.length > 0
      ? `Windows ${hidden.map((window) => window.id).join(', ')} come from logs that have no address of the client's own.`
      : null;
  return {
    sources_answer: 'listed',
    sources_reason: reason,
    sources: sources.length > 0 ? 'sources.csv' : null,
  };
}

/** Why a log names no client. */
export function whyHidden({ format }: Pick<ReportModel['coverage']['logs'][number], 'format'>): string {
  const proxy =
    'it sees only the proxy in front of it, and what proxies forward is believed of those alone that --trusted-proxies names when the lake is made (ascribe reingest makes it anew)';
  return format === 'aws-api-gateway'
    ? `${proxy}; or its log format has no address; or its records follow one another without a newline, so that the agent of a client can have made any of them, and counts are "at most" (a newline at the end of the log format makes the next ones sure)`
    : proxy;
}

/** Why no country or network is named. */
export function whyNone(windows: readonly ObservedWindow[], what: string): string {
  if (windows.length === 0) return `No attack was observed, so there is no ${what} to name.`;
  if (windows.every((window) => window.sources === null))
    return `No ${what} is named: the log has no address that is the client's own.`;
  return `No ${what} is known for the attacking addresses: neither the log nor a data set says it.`;
}
