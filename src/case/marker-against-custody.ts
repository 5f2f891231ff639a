import type { CustodyRecord } from '../evidence/custody.ts';
import { accountProblems, type Ledger, type Marker, markerKey, NO_RECORDS } from '../lake/marker.ts';

/** Markers that are not as they were written, by their own numbers, by the lake or by custody, with what is wrong. */
export function changedMarkers(
  markers: readonly Marker[],
  { profile, custody }: { profile: string; custody: readonly CustodyRecord[] },
): { key: string; problem: string }[] {
  const readings = Map.groupBy(
    custody.filter((record) => record.ledger && record.profile === profile),
    ({ object_id }) => object_id ?? '',
  );
  return markers.flatMap((marker) => {
    const problems = [
      ...accountProblems(marker),
      ...(marker.profile === profile ? [] : ['is of another ingest profile than the lake']),
      ...againstCustody(marker, readings.get(marker.object_id) ?? []),
    ];
    if (problems.length === 0) return [];
    return [
      { key: markerKey(marker.object_id), problem: `this marker of an object ${problems.join('; it ')}` },
    ];
  });
}

/** What a marker says otherwise than the records of its reading. */
function againstCustody(marker: Marker, records: readonly CustodyRecord[]): string[] {
  const stated = statedBy(marker);
  const told = records.map((record) =>
    statedBy({ ...record, ledger: record.ledger!, sources: [record.source_id ?? ''] }),
  );
  const different = Object.keys(stated).flatMap((name) => {
    const other = told.find((each) => each[name] !== stated[name]);
    return other ? [`states ${name} ${stated[name]}, and custody ${other[name]}`] : [];
  });
  // The same content can come whole and cut, in two packings: its marker tells of the one that was read first.
  const [first] = records;
  return first && !records.some(({ damage }) => damage === marker.damage)
    ? [...different, `states as damage ${marker.damage ?? 'none'}, and custody ${first.damage ?? 'none'}`]
    : different;
}

type Stating = { ledger: Ledger; sources: readonly string[] } & Pick<
  CustodyRecord,
  'bytes' | 'format' | 'first_event' | 'last_event'
>;

function statedBy({
  ledger,
  sources,
  bytes,
  format,
  first_event,
  last_event,
}: Stating): Record<string, string> {
  const said = (value: string | number | null): string => String(value ?? 'none');
  return {
    ...Object.fromEntries(
      (Object.keys(NO_RECORDS) as (keyof Ledger)[]).map((name) => [name, said(ledger[name])]),
    ),
    bytes: said(bytes),
    format: said(format),
    log: sources.join(' '),
    'first event': said(first_event),
    'last event': said(last_event),
  };
}
