import type { Analyst, Row } from '../catalogue/engine.ts';
import { archiveFaults } from '../evidence/archives.ts';
import type {
  ArchiveEntry,
  Gap,
  LedgerEntry,
  LogCoverage,
  Refusal,
  ReportModel,
  Vantage,
} from '../report/model.ts';
import { placeOf } from './custody-against-lake.ts';
import type { Snapshot } from './snapshot.ts';
import { dayParameters, MINUTE, type Span } from './span.ts';

const count = (value: Row[string] | undefined): number => Number(value ?? 0);

/** A silence is a gap where this many records were to be expected in it, at the rate of the quietest hour. */
const MISSED_RECORDS = 20;

/**
 * A log of changes that speaks in less than this share of its hours is written by people, who have nights and
 * weekends: no silence of it can be told from a gap.
 */
const LEAST_HOURS = 0.5;

export type Coverage = ReportModel['coverage'];

/** The coverage, and the share of requests from space that no host on the Internet has. */
export async function coverageOf(
  analyst: Analyst,
  { snapshot, period }: { snapshot: Snapshot; period: Span },
): Promise<{ coverage: Coverage; reservedShare: number }> {
  const days = dayParameters(period);
  const [rows, repeated, silences, sampled, overlaps] = await Promise.all([
    analyst.ask('integrity/coverage', days),
    analyst.ask('integrity/repeated-requests', days),
    analyst.ask('integrity/gaps', days),
    analyst.ask('integrity/sampling', days),
    analyst.ask('integrity/overlapping-objects', days),
    analyst.ask('integrity/rejects', days),
  ]);
  const repeats = new Map(repeated.map((row) => [String(row.source_id), count(row.repeats)]));
  const sampling = samplingOf(sampled);
  const logs = rows.map((row) => logCoverage(row, { snapshot, repeats, sampling }));
  const told = rows.filter((row) => !isSparse(row));
  const rates = new Map(told.map((row) => [String(row.source_id), quietRate(row)]));
  const gaps = silences
    .filter((row) => count(row.minutes) * (rates.get(String(row.source_id)) ?? 0) >= MISSED_RECORDS)
    .map(
      (row): Gap => ({
        source_id: String(row.source_id),
        from: String(row.from_time),
        until: String(row.until_time),
        minutes: count(row.minutes),
        sentence: `${String(row.source_id)} holds no record; silence of a log is a gap, not an end.`,
      }),
    );
  const sum = (key: string): number => rows.reduce((total, row) => total + count(row[key]), 0);
  return {
    coverage: {
      logs,
      gaps,
      orphans: snapshot.orphans,
      overlapping: [...new Set(overlaps.map((row) => String(row.source_id)))],
      sentence: [
        sentenceOf({ told: told.length, sparse: rows.filter(isSparse), gaps }),
        ...overlapSentences(overlaps),
        ...sharedIdSentences(repeated),
      ].join(' '),
    },
    reservedShare: sum('reserved') / Math.max(sum('requests'), 1),
  };
}

function logCoverage(
  row: Row,
  {
    snapshot,
    repeats,
    sampling,
  }: { snapshot: Snapshot; repeats: Map<string, number>; sampling: Map<string, string> },
): LogCoverage {
  const sourceId = String(row.source_id);
  const markers = snapshot.markers.filter((marker) => marker.sources.includes(sourceId));
  const sum = (of: (marker: (typeof markers)[number]) => number): number =>
    markers.reduce((total, marker) => total + of(marker), 0);
  const without = count(row.without_source);
  return {
    source_id: sourceId,
    format: String(row.format),
    vantage: String(row.vantage) as Vantage,
    host: count(row.hosts) === 1 ? String(row.first_host) : null,
    first: String(row.first_minute),
    last: new Date(Date.parse(String(row.last_minute)) + MINUTE).toISOString(),
    records: sum((marker) => marker.ledger.records),
    rows: count(row.requests),
    rejects: sum((marker) => marker.ledger.rejects),
    sampling: sampling.get(sourceId) ?? 'none declared',
    duplicates: repeats.get(sourceId) ?? 0,
    client_address: without === 0 ? 'logged' : without < count(row.requests) ? 'mixed' : 'behind-proxy',
  };
}

/** What logs of flows say of their own sampling, by log: `1 in 100` or `1 in 100 to 1 in 1,000`. */
function samplingOf(rows: readonly Row[]): Map<string, string> {
  const one = (interval: number): string => `1 in ${interval.toLocaleString('en-GB')}`;
  const groups = Map.groupBy(
    rows.filter((row) => count(row.sample_interval) > 1),
    (row) => String(row.source_id),
  );
  return new Map(
    [...groups].map(([sourceId, group]) => {
      const intervals = group.map((row) => count(row.sample_interval));
      const [least, most] = [Math.min(...intervals), Math.max(...intervals)];
      return [sourceId, least === most ? one(least) : `${one(least)} to ${one(most)}`];
    }),
  );
}

/** A log of changes whose silences are those of people. */
function isSparse(row: Row): boolean {
  const hours = (Date.parse(String(row.last_minute)) - Date.parse(String(row.first_minute))) / (60 * MINUTE);
  return row.vantage === 'control' && count(row.hours) < hours * LEAST_HOURS;
}

/** Records a minute that even a quiet time brings. */
function quietRate(row: Row): number {
  const mean = count(row.requests) / Math.max(count(row.hours), 1) / 60;
  return Math.max(count(row.quietest_hour) / 60, mean / 10);
}

function sentenceOf({
  told,
  sparse,
  gaps,
}: {
  told: number;
  sparse: readonly Row[];
  gaps: readonly Gap[];
}): string {
  if (told + sparse.length === 0) return 'No log holds an event.';
  const minutes = gaps.reduce((sum, gap) => sum + gap.minutes, 0);
  const found =
    gaps.length === 0
      ? `No gap was found in ${told === 1 ? 'the log' : `the ${told} logs`}, held against the rate of the quietest hour.`
      : `${gaps.length} gap${gaps.length === 1 ? '' : 's'} of ${minutes} minutes in all.`;
  const names = sparse.map((row) => String(row.source_id)).join(', ');
  return [
    ...(told > 0 ? [found] : []),
    ...(sparse.length > 0
      ? [
          `${names} ${sparse.length === 1 ? 'speaks' : 'speak'} in too few hours for a silence to be told from a gap.`,
        ]
      : []),
  ].join(' ');
}

/** Ids that rows of several times or clients have, or that clients choose, are no sign of a second delivery. */
function sharedIdSentences(repeated: readonly Row[]): string[] {
  return repeated
    .filter((row) => count(row.rows_of_shared_ids) > 0)
    .map(
      (row) =>
        `${count(row.rows_of_shared_ids).toLocaleString('en-GB')} rows of ${String(row.source_id)} share a request id that their client can have chosen, or that rows of another time or client have too: none is left out for it.`,
    );
}

/** Logs of which an object holds what another one holds: their counts are too high. */
function overlapSentences(overlaps: readonly Row[]): string[] {
  return [...Map.groupBy(overlaps, (row) => String(row.source_id))].map(([sourceId, rows]) => {
    const objects = new Set(rows.map((row) => String(row.object_id))).size;
    const begin = objects === 1 ? '1 object' : `${objects} objects`;
    return `${begin} of ${sourceId} ${objects === 1 ? 'begins' : 'begin'} with records that another of its objects holds too, as a log does that grew and was copied twice: these are counted more than once (integrity/overlapping-objects).`;
  });
}

/** The longest folder that all paths share, so that a report does not depend on where the logs lay. */
function commonFolder(paths: readonly string[]): string {
  let shared = paths[0]?.slice(0, paths[0].lastIndexOf('/') + 1) ?? '';
  for (const path of paths)
    while (!path.startsWith(shared)) shared = shared.slice(0, shared.slice(0, -1).lastIndexOf('/') + 1);
  return shared;
}

/** One entry an object, named by its first delivery, one an archive, and what was refused, with the reason. */
export function ledgerOf(
  snapshot: Snapshot,
  unread: readonly Refusal[],
): { ledger: LedgerEntry[]; archives: ArchiveEntry[]; refused: Refusal[] } {
  const places = snapshot.deliveries.map((record) => placeOf(record.delivery));
  const folder = commonFolder(places);
  const short = (place: string): string => place.slice(folder.length);
  const deliveries = Map.groupBy(
    snapshot.deliveries.filter((record) => record.ledger),
    (record) => record.object_id,
  );
  const ledger = snapshot.markers.map((marker): LedgerEntry => {
    const records = (deliveries.get(marker.object_id) ?? []).sort((a, b) =>
      placeOf(a.delivery) < placeOf(b.delivery) ? -1 : 1,
    );
    const [first] = records;
    return {
      object: first ? short(placeOf(first.delivery)) : marker.object_id,
      sha256: first?.stored_sha256 ?? '',
      object_id: marker.object_id,
      format: marker.format,
      source_id: marker.sources.join(' '),
      bytes: marker.bytes,
      ...marker.ledger,
      damage: marker.damage,
      deliveries: records.length,
    };
  });
  const archives = snapshot.deliveries.flatMap(
    ({ delivery, stored_sha256, stored_bytes, archive, damage }): ArchiveEntry[] => {
      if (!archive) return [];
      const { members, objects } = archive;
      const stored = { sha256: stored_sha256, bytes: stored_bytes };
      return [{ archive: short(placeOf(delivery)), ...stored, members, objects, damage }];
    },
  );
  const refused = [
    ...snapshot.deliveries
      .filter((record) => record.refused)
      .map((record) => ({ object: short(placeOf(record.delivery)), reason: record.refused!.reason })),
    ...snapshot.deliveries.flatMap((record) =>
      archiveFaults(record).map(({ member, reason }) => ({
        object: short(placeOf(member === null ? record.delivery : { ...record.delivery, member })),
        reason,
      })),
    ),
    ...snapshot.deferred.map(({ delivery, reason }) => ({
      object: short(placeOf(delivery)),
      reason: `was set aside and not read: it ${reason}`,
    })),
    ...snapshot.broken.map(({ key, problem }) => ({ object: key, reason: problem })),
    ...unread,
  ];
  return {
    ledger: ledger.sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0)),
    archives: archives.sort((a, b) => (a.archive < b.archive ? -1 : 1)),
    refused: refused.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
  };
}

/** An archive can hold two members of one name that are no objects. */
function sortKey({ object, reason }: Refusal): string {
  return `${object}\n${reason}`;
}
