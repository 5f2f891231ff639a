import type { DuckDBListValue, DuckDBValue } from '@duckdb/node-api';
import type { Format } from '../formats/format.ts';
import { faultOfCount, faultOfNumbers, faultOfWord } from '../ingest/format-fault.ts';
import type { Member, ProjectedBlock } from '../ingest/projection.ts';
import { addLedgers } from '../lake/marker.ts';

/** A block of which no more is known than its blank records. */
export function blankBlock(records: number, filled: number): ProjectedBlock {
  const ledger = { records, rows: 0, rejects: 0, headers: 0, blanks: records - filled, notices: 0 };
  return { ledger, first: null, last: null, days: [], sources: [], rejects: [], header: null };
}

/** Which records the rows of each member are of. A format of the house has tests for it. */
export function numbersSql(firstRecord: number): string {
  return `select member, count(*), count(distinct record_no), min(record_no), max(record_no)
from events
where record_no >= ${firstRecord}
group by member`;
}

export function checkNumbers(
  rows: DuckDBValue[][],
  { format, members }: { format: Format; members: readonly Member[] },
): void {
  for (const [place, count, distinct, first, last] of rows) {
    const member = place === null ? undefined : members[Number(place)];
    const isWhole =
      member &&
      count === distinct &&
      Number(first) >= member.firstRecord &&
      Number(last) < member.firstRecord + member.records;
    if (!isWhole) throw faultOfNumbers(format);
  }
}

/** Takes the first word that is none of a column's. A format of the house has tests for it. */
export function checkWords([found]: DuckDBValue[][], format: Format): void {
  if (!found) return;
  const [member, recordNo, column, word] = found;
  const place = { member: Number(member), recordNo: Number(recordNo) };
  throw faultOfWord(format, { column: String(column), word: String(word), place });
}

/** A row a record, counted apart from the SELECT: one that dropped or doubled some would otherwise lose them silently. */
export function checkCounts(
  found: ReadonlyMap<number, number>,
  { format, expected }: { format: Format; expected: readonly number[] },
): void {
  for (const [member, records] of expected.entries()) {
    const rows = found.get(member) ?? 0;
    if (rows !== records) throw faultOfCount(format, { records, rows });
  }
  if ([...found.keys()].some((member) => !(member in expected))) throw faultOfNumbers(format);
}

export function takeSummary(
  block: ProjectedBlock,
  [, found, rejected, noticed, first, last, days, sources]: DuckDBValue[],
): void {
  block.ledger.rejects = Number(rejected);
  block.ledger.notices = Number(noticed);
  block.ledger.rows = Number(found) - Number(rejected) - Number(noticed);
  block.first = first === null ? null : Number(first);
  block.last = last === null ? null : Number(last);
  block.days = ((days as DuckDBListValue | null)?.items ?? []).map(String);
  block.sources = ((sources as DuckDBListValue | null)?.items ?? []).map(String);
}

/** What became of records of which some are in one block, and the others in another. */
export function joined(a: ProjectedBlock, b: ProjectedBlock): ProjectedBlock {
  const least = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? (x ?? y) : Math.min(x, y);
  const both = (x: readonly string[], y: readonly string[]): string[] => [...new Set([...x, ...y])].sort();
  const last = [a.last, b.last].filter((ms) => ms !== null);
  return {
    ledger: addLedgers(a.ledger, b.ledger),
    first: least(a.first, b.first),
    last: last.length > 0 ? Math.max(...last) : null,
    days: both(a.days, b.days),
    sources: both(a.sources, b.sources),
    rejects: [...a.rejects, ...b.rejects],
    header: b.header ?? a.header,
  };
}
