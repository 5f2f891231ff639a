import type { RunRecord } from '../catalogue/engine.ts';
import type { ObservedWindow } from '../report/model.ts';
import { bytes } from '../report/words.ts';
import type { FloodsBelowHttp, FloodWindow, SourcesAnswer } from './floods-below-http.ts';

const KINDS: Partial<Record<ObservedWindow['kind'], [one: string, many: string]>> = {
  'syn-flood': ['SYN flood', 'SYN floods'],
  'ack-flood': ['ACK flood', 'ACK floods'],
  'tcp-flood': ['flood of small TCP packets', 'floods of small TCP packets'],
  'udp-reflection': ['flood of reflected UDP', 'floods of reflected UDP'],
  'udp-flood': ['UDP flood', 'UDP floods'],
  'icmp-flood': ['ICMP flood', 'ICMP floods'],
  'fragment-flood': ['flood of fragments', 'floods of fragments'],
  'carpet-bombing': ['carpet bombing', 'carpet bombings'],
  'dns-flood': ['DNS flood', 'DNS floods'],
};
const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];
const count = (value: number): string => value.toLocaleString('en-GB');
const enumerated = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** The finding, after that of requests: a sentence for each surface and kind, which names no actor. */
export function withFloods(requests: string | null, floods: readonly FloodWindow[]): string {
  const kinds = Map.groupBy(floods, ({ window }) => `${window.surface} ${window.kind}`);
  const below = [...kinds.values()].map((group) => kindSentence(group.map(({ window }) => window)));
  return [...(requests === null ? [] : [requests]), ...below].join(' ');
}

function kindSentence(windows: readonly ObservedWindow[]): string {
  const [first] = windows;
  const [one, many] = KINDS[first!.kind] ?? ['flood', 'floods'];
  const number = NUMBERS[windows.length] ?? count(windows.length);
  const hosts = [...new Set(windows.flatMap(({ host }) => (host === null ? [] : [host])))];
  const on = hosts.length === 0 ? '' : hosts.length === 1 ? ` on ${hosts[0]}` : ` on ${hosts.length} targets`;
  const isOne = windows.length === 1;
  const sum = (of: (window: ObservedWindow) => number): number =>
    windows.reduce((total, window) => total + of(window), 0);
  const given = windows.some(({ forced }) => forced) ? ' (a window given by the analyst is among them)' : '';
  const flows = `at least ${count(sum(({ requests }) => requests))} attack ${first!.surface === 'dns' ? 'queries' : 'flows'}`;
  const packets = sum(({ volume }) => volume?.packets ?? 0);
  const volume =
    packets > 0 ? ` of ${count(packets)} packets and ${bytes(sum((each) => each.volume!.bytes))}` : '';
  const where = first!.surface === 'dns' ? 'at the name servers' : 'in the network log';
  return `${number} ${isOne ? one : many}${on} ${isOne ? 'was' : 'were'} observed ${where}${given}: ${flows}${volume}.`;
}

const isSpoofable = ({ window, found }: FloodWindow): boolean =>
  window.surface === 'network' && found.reflectors === null && found.senders === null;

/** Why the addresses of floods are not listed, or as what. */
function reasonsOf(floods: readonly FloodWindow[]): string[] {
  const named = (list: readonly FloodWindow[]): string => enumerated(list.map(({ window }) => window.id));
  const forged = floods.filter(isSpoofable);
  const reflected = floods.filter(({ found }) => found.reflectors !== null);
  const names = floods.filter(({ window }) => window.surface === 'dns');
  const unverified = floods.filter(({ found }) => found.senders !== null);
  return [
    ...(unverified.length > 0
      ? [
          `The addresses of ${named(unverified)} came again and again, as forged ones seldom do, but UDP proves no sender: they are listed as unverified, and no country or network is counted for them.`,
        ]
      : []),
    ...(reflected.length > 0
      ? [
          `The addresses of ${named(reflected)} are reflectors, machines that answered and were misused: they are listed with that role and are not the attacker's, and no country or network is counted for them.`,
        ]
      : []),
    ...(forged.length > 0
      ? [`The source addresses of ${named(forged)} can be forged: none is listed, and none is counted.`]
      : []),
    ...(names.length > 0
      ? [`Those who sent the queries of ${named(names)} are resolvers that asked for others: none is listed.`]
      : []),
  ];
}

/** The answer on sources with that of floods below HTTP; `http` is that of the windows of requests. */
export function withFloodSources(
  http: SourcesAnswer,
  { below, httpWindows }: { below: FloodsBelowHttp; httpWindows: number },
): SourcesAnswer {
  if (below.floods.length === 0) return http;
  const reasons = reasonsOf(below.floods).join(' ');
  const hasListed = below.sources.length > 0;
  if (httpWindows === 0) {
    return {
      sources_answer: hasListed ? 'listed' : 'cannot-say',
      sources_reason: reasons,
      sources: hasListed ? 'sources.csv' : null,
    };
  }
  return {
    sources_answer: hasListed ? 'listed' : http.sources_answer,
    sources_reason: [http.sources_reason, reasons].filter((text) => text !== null).join(' '),
    sources: hasListed ? 'sources.csv' : http.sources,
  };
}

/** Why no country or network is named, where floods below HTTP alone were observed; null elsewhere. */
export function noOriginOf(
  what: 'country' | 'network',
  windows: readonly Pick<ObservedWindow, 'surface'>[],
): string | null {
  if (windows.length === 0 || windows.some(({ surface }) => surface === 'http')) return null;
  return `No ${what} is named: below HTTP a source can be forged, and reflectors and resolvers are machines of others that were used.`;
}

/** What stays open of floods, for the list of what these logs cannot say. */
export function floodLimits({ floods }: FloodsBelowHttp): string[] {
  if (floods.length === 0) return [];
  return [
    `where the traffic of ${enumerated(floods.map(({ window }) => window.id))} came from: the addresses in these logs can be forged, or are those of reflectors or resolvers.`,
  ];
}

export const FLOOD_METHOD = [
  'Flows and DNS queries are examined by the same finder, of each log by itself: flows by target and by kind, packets of kinds that need no connection, queries and missing names by zone. A rise is a flood only with the evidence of its kind (standards, section 3.4): SYNs alone that open nothing, in a log without flags small flows that open nothing from addresses that were never seen, small packets of connections that nobody opened, answers that nobody asked for, UDP to ports that nobody serves or that are shut, growth over a network with no address above the others, names that were never asked before and do not exist.',
  'Counts of such windows are what a minute holds beyond the usual of the same kind. A flow counts in the minute in which it starts, so that start and end are known to the minute.',
];

/** Queries of the sections that hold what was found below HTTP, beside those of requests: of each section those that were run. */
export function floodSectionQueries(
  sections: Record<string, string[]>,
  { below, runs }: { below: FloodsBelowHttp; runs: readonly RunRecord[] },
): Record<string, string[]> {
  if (below.series.length === 0) return sections;
  const ran = new Set(runs.map(({ query }) => query.id));
  const surfaces = new Set(below.series.map(({ vantage }) => vantage));
  const series = [
    ...([...surfaces].some((vantage) => vantage !== 'dns') ? ['detection/flow-vectors-by-minute'] : []),
    ...(surfaces.has('dns') ? ['detection/dns-queries-by-minute'] : []),
  ];
  const all: Record<string, string[]> = {
    ...sections,
    series: [...sections.series!, ...series],
    sources: [...sections.sources!, 'origin/reflectors', 'origin/udp-senders'],
  };
  return Object.fromEntries(
    Object.entries(all).map(([section, queries]) => [section, queries.filter((id) => ran.has(id))]),
  );
}
