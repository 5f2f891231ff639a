import type { Analyst } from '../catalogue/engine.ts';
import type { Gap, LedgerEntry, LogCoverage } from '../report/model.ts';
import type { Surface } from './case-file.ts';
import { num, str, time } from './signature-rows.ts';
import type { Snapshot } from './snapshot.ts';
import { dayParameters, MINUTE, rfc3339, type Span } from './span.ts';

/** Successes of one address on one path of a surface in one hour, in one log. Times in ms since 1970. */
export type SurfaceAnswer = {
  surface: Surface;
  sourceId: string;
  vantage: string;
  host: string | null;
  path: string;
  srcIp: string | null;
  answered: number;
  /** Bytes. */
  largest: number;
  firstSeen: number;
  lastSeen: number;
  row: { object_id: string; record_no: number };
};

/** A path of a case file as LIKE reads it, with a backslash to escape. */
export function likePattern(path: string): string {
  return path.replaceAll(/[\\%_]/g, (letter) => `\\${letter}`).replaceAll('*', '%');
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.split('*').map(RegExp.escape).join('.*')}$`, 's');
}

/** Whether a request was for a surface. */
export function isOn(surface: Surface, { host, path }: { host: string | null; path: string }): boolean {
  const isOfHost = surface.host === null || host === null || host.toLowerCase() === surface.host;
  return isOfHost && surface.paths.some((each) => pathPattern(each).test(path.toLowerCase()));
}

const isOf = (surface: Surface, log: { source_id: string; vantage: string }): boolean =>
  surface.log === log.source_id || surface.log === log.vantage;

/** The log nearest to the clients comes first; a firewall's holds no answers. */
const OUTERMOST = ['edge', 'balancer', 'origin', 'firewall'];

/** The logs in which the use of a surface is looked for: that which it names, and where it is not there the outermost. */
function logsFor(surface: Surface, logs: readonly LogCoverage[]): Set<string> {
  const named = logs.filter((log) => isOf(surface, log));
  const vantage = OUTERMOST.find((each) => logs.some((log) => log.vantage === each));
  const taken = named.length > 0 ? named : logs.filter((log) => log.vantage === vantage);
  return new Set(taken.map(({ source_id }) => source_id));
}

/** All successes on the surfaces of a case. No request is taken from two vantages, unless its surface names a log of each. */
export async function surfaceAnswers(
  analyst: Analyst,
  { surfaces, period, logs }: { surfaces: readonly Surface[]; period: Span; logs: readonly LogCoverage[] },
): Promise<SurfaceAnswer[]> {
  const patterns = [...new Set(surfaces.flatMap(({ paths }) => paths.map(likePattern)))].sort();
  const answers = await Promise.all(
    patterns.map((paths) => analyst.ask('impact/surface-answers', { ...dayParameters(period), paths })),
  );
  const asked = new Map(surfaces.map((surface) => [surface, logsFor(surface, logs)]));
  // A row that two patterns of a surface match is one.
  const found = new Map<string, SurfaceAnswer>();
  for (const row of answers.flat()) {
    const request = { host: str(row.host), path: String(row.path) };
    const log = { source_id: String(row.source_id), vantage: String(row.vantage) };
    for (const surface of surfaces) {
      if (!isOn(surface, request) || !asked.get(surface)!.has(log.source_id)) continue;
      const key = JSON.stringify([
        surface.name,
        log.source_id,
        request.host,
        request.path,
        row.src_ip,
        row.hour,
      ]);
      found.set(key, {
        surface,
        sourceId: log.source_id,
        vantage: log.vantage,
        ...request,
        srcIp: str(row.src_ip),
        answered: num(row.answered),
        largest: num(row.largest_response),
        firstSeen: time(row.first_seen),
        lastSeen: time(row.last_seen),
        row: { object_id: String(row.object_id), record_no: num(row.record_no) },
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer);
}

/** A log may begin this long after the period, and end this long before it: requests do not come every minute. */
const EDGE = 60 * MINUTE;

export type Completeness = {
  about: Span;
  coverage: { logs: readonly LogCoverage[]; gaps: readonly Gap[] };
  ledger: readonly LedgerEntry[];
  snapshot: Pick<Snapshot, 'markers' | 'deliveries' | 'deferred' | 'broken'>;
};

/** What the log of a surface lacks to say that nobody was there; nothing: it is complete for the period. */
export function missingOf(surface: Surface, { about, coverage, ledger, snapshot }: Completeness): string[] {
  const called = `the surface "${surface.name}"`;
  const logs = coverage.logs.filter((log) => isOf(surface, log));
  if (logs.length === 0) {
    const isThere = snapshot.markers.some(
      (marker) => marker.vantage === surface.log || marker.sources.includes(surface.log),
    );
    return [
      isThere
        ? `The log ${surface.log} of ${called} is there and holds no requests: what it shows of the surface must be read from it with the queries on its table.`
        : `The log of ${called}: no log with the source id or vantage ${surface.log} was given.`,
    ];
  }
  const needs = logs.flatMap((log) => {
    const name = `The log ${log.source_id} of ${called}`;
    const gaps = coverage.gaps.filter(
      ({ source_id, from, until }) =>
        source_id === log.source_id && Date.parse(from) < about.until && Date.parse(until) > about.from,
    );
    const damaged = ledger.filter(
      ({ source_id, damage }) => damage !== null && source_id.split(' ').includes(log.source_id),
    );
    return [
      ...(log.vantage === 'firewall'
        ? [`${name} holds only what the firewall acted on, not what was answered.`]
        : []),
      ...(Date.parse(log.first) > about.from + EDGE
        ? [`${name} begins at ${log.first}: what lies between ${rfc3339(about.from)} and that.`]
        : []),
      ...(Date.parse(log.last) < about.until - EDGE
        ? [`${name} ends at ${log.last}: what lies between that and ${rfc3339(about.until)}.`]
        : []),
      ...gaps.map(({ from, until }) => `${name} has a gap: what lies between ${from} and ${until}.`),
      ...(log.rejects > 0
        ? [
            `${name} has ${log.rejects.toLocaleString('en-GB')} record${log.rejects === 1 ? '' : 's'} that could not be read (rejects).`,
          ]
        : []),
      ...damaged.map(({ object }) => `${name}: ${object} whole, which is damaged.`),
      ...(log.sampling === 'none declared' ? [] : [`${name} whole: it is sampled (${log.sampling}).`]),
    ];
  });
  return [...needs, ...unreadNeeds(snapshot)];
}

/** What was delivered and not read can be of any log. */
function unreadNeeds({ deliveries, deferred, broken }: Completeness['snapshot']): string[] {
  const refused = deliveries.filter(
    (record) => record.refused && record.refused.kind !== 'not-a-log' && record.refused.kind !== 'empty',
  ).length;
  const packed = deliveries.reduce(
    (sum, { archive, damage }) => sum + (archive ? archive.problems.length + (damage === null ? 0 : 1) : 0),
    0,
  );
  const unread = refused + packed + deferred.length + broken.length;
  return unread === 0
    ? []
    : [
        `What ${unread === 1 ? 'one delivery or part' : `${unread} deliveries or parts`} of the lake would have said, which could not be read: each can be of any log (see the ledger).`,
      ];
}
