import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBListValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Enricher } from '../enrich/enricher.ts';
import type { Format } from '../formats/format.ts';
import { type Events, eventsSql } from '../ingest/events-sql.ts';
import { checkColumns, faultOfCount, faultOfNumbers, faultOfSql } from '../ingest/format-fault.ts';
import { FORMAT_MACROS } from '../ingest/format-macros.ts';
import { BLOCKS_SQL, describeSql, HEADERS_SQL, headersSql } from '../ingest/parse-sql.ts';
import type {
  Member,
  MemberPart,
  ProjectedBlock,
  Projection,
  Projector,
  Reject,
} from '../ingest/projection.ts';
import {
  minutesSql,
  partCountsSql,
  partRowsSql,
  partSources,
  rejectsSql,
  summarySql,
} from '../ingest/projection-sql.ts';
import { countFilled } from '../ingest/text.ts';
import { httpActivity, rejects as rejectsTable, sqlText, sqlType, type Table } from '../lake/tables.ts';
import { registerAddressFunctions } from './duckdb-functions.ts';

export type DuckDbProjector = Projector & {
  version: string;
  /** Columns of a format's SELECT. Throws HeaderError where DuckDB does not take it. */
  columns(format: Format): Promise<ReadonlySet<string>>;
  close(): void;
};

/**
 * The Projector on DuckDB. One thread an instance: a part is written by one thread, so that the same bytes
 * come out; two objects at a time use both cores.
 */
export async function duckDbProjector(enricher: Enricher): Promise<DuckDbProjector> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    preserve_insertion_order: 'true',
  });
  const setup = await instance.connect();
  await setup.run("set global TimeZone = 'UTC'");
  registerAddressFunctions(setup, enricher);
  for (const macro of FORMAT_MACROS) await setup.run(macro);
  const version = String((await setup.runAndReadAll('select version()')).getRows()[0]![0]);
  const described = new Map<string, ReadonlySet<string>>();
  const idle: DuckDBConnection[] = [];

  async function columnsOf(connection: DuckDBConnection, format: Format): Promise<ReadonlySet<string>> {
    const known = described.get(format.id);
    if (known) return known;
    const statement = describeSql(format);
    const rows = await takenSql(format, statement, () => connection.runAndReadAll(statement));
    const columns = rows.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
    checkColumns(format, columns);
    const names = columns.map(({ name }) => name);
    described.set(format.id, new Set(names));
    return described.get(format.id)!;
  }

  return {
    version,
    columns: (format) => columnsOf(setup, format),
    async open({ format, receivedAt, label }) {
      const connection = idle.pop() ?? (await instance.connect());
      const columns = await columnsOf(connection, format);
      const events = eventsSql(format, { columns, label, receivedAt });
      return createProjection(connection, { events, format, release: () => idle.push(connection) });
    },
    close() {
      for (const connection of idle) connection.closeSync();
      setup.closeSync();
      instance.closeSync();
    },
  };
}

/** Runs a statement that holds a format's SELECT. Throws HeaderError where DuckDB does not take it. */
async function takenSql<Result>(
  format: Format,
  statement: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw faultOfSql(format, { statement, message: (error as Error).message });
  }
}

type Setting = { events: Events; format: Format; release(): void };

function createProjection(connection: DuckDBConnection, { events, format, release }: Setting): Projection {
  const headers = headersSql(format);
  const minutes = format.table === httpActivity ? minutesSql(events.rows) : null;
  let objectIds: string[] = [];
  /** Nothing lies in `events` that is not written yet. */
  let isFresh = true;
  const rowsOf = async (sql: string): Promise<DuckDBValue[][]> =>
    (await connection.runAndReadAll(sql)).getRows();
  const runOwn = (statement: string) =>
    format.isOwn ? takenSql(format, statement, () => connection.run(statement)) : connection.run(statement);

  return {
    async project(members) {
      objectIds = members.map(({ objectId }) => objectId);
      await appendBlocks(connection, members);
      if (headers) await runOwn(headers);
      await runOwn(isFresh ? events.create : events.add);
      isFresh = false;
      const blocks = members.map(blankBlock);
      if (format.headers) {
        for (const [member, count, last] of await rowsOf(HEADERS_SQL))
          takeHeaders(blocks[Number(member)]!, { count: Number(count), last: last as string | null });
      }
      const filled = blocks.map(({ ledger }) => ledger.records - ledger.blanks - ledger.headers);
      const firstRecord = Math.min(...members.map((member) => member.firstRecord));
      if (format.isOwn) checkNumbers(await rowsOf(numbersSql(firstRecord)), { format, members });
      const summaries = await rowsOf(summarySql(events.rows, firstRecord));
      checkCounts(summaries, { format, filled });
      for (const row of summaries) summarise(blocks[Number(row[0])]!, row);
      if (blocks.some((block) => block.ledger.rejects > 0)) {
        for (const [member, recordNo, reason] of await rowsOf(rejectsSql(firstRecord))) {
          blocks[Number(member)]!.rejects.push({ recordNo: Number(recordNo), reason: String(reason) });
        }
      }
      return blocks;
    },
    async writeParts(folder) {
      const parts: MemberPart[] = [];
      await mkdir(folder, { recursive: true });
      if (minutes) await connection.run(minutes);
      for (const source of partSources(format, events.rows)) {
        for (const [member, day, rows] of await rowsOf(partCountsSql(source))) {
          const part = { member: Number(member), day: String(day), objectId: objectIds[Number(member)]! };
          const file = join(folder, `${source.table.name}-${part.member}-${part.day}.parquet`);
          await connection.run(`copy (${partRowsSql(source, part)}) to ${sqlText(file)} (${PARQUET})`);
          parts.push({
            member: part.member,
            day: part.day,
            table: source.table,
            file,
            rows: Number(rows),
            sha256: await fileSha256(file),
          });
        }
      }
      isFresh = true;
      return parts;
    },
    async clear() {
      isFresh = true;
    },
    async writeRejects(rejects, { objectId, file }) {
      await createRejects(connection, rejectsTable);
      const appender = await connection.createAppender('rejected');
      for (const reject of rejects) appendReject(appender, reject, { objectId, format });
      appender.closeSync();
      await connection.run(
        `copy (select * from rejected order by record_no) to ${sqlText(file)} (${PARQUET})`,
      );
      return { rows: rejects.length, sha256: await fileSha256(file) };
    },
    async close() {
      for (const table of ['blocks', 'numbered', 'events', 'minutes', 'rejected'])
        await connection.run(`drop table if exists ${table}`);
      release();
    },
  };
}

async function appendBlocks(connection: DuckDBConnection, members: readonly Member[]): Promise<void> {
  await connection.run(BLOCKS_SQL);
  const appender = await connection.createAppender('blocks');
  for (const [index, member] of members.entries()) {
    appender.appendBigInt(BigInt(index));
    appender.appendBlob(member.text);
    appender.appendBigInt(BigInt(member.firstRecord));
    if (member.header === null) appender.appendNull();
    else appender.appendVarchar(member.header);
    appender.endRow();
  }
  appender.closeSync();
}

/** A block of which no more is known than its blank records. */
function blankBlock({ text, records }: Member): ProjectedBlock {
  const ledger = {
    records,
    rows: 0,
    rejects: 0,
    headers: 0,
    blanks: records - countFilled(text),
    notices: 0,
  };
  return { ledger, first: null, last: null, days: [], sources: [], rejects: [], header: null };
}

/** Which records the rows of each member are of. A format of the house has tests for it. */
function numbersSql(firstRecord: number): string {
  return `select member, count(*), count(distinct record_no), min(record_no), max(record_no)
from events
where record_no >= ${firstRecord}
group by member`;
}

function checkNumbers(
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

/** A row a record, counted apart from the SELECT: one that dropped or doubled some would otherwise lose them silently. */
function checkCounts(
  rows: DuckDBValue[][],
  { format, filled }: { format: Format; filled: readonly number[] },
): void {
  const found = new Map(
    rows.map(([member, count]) => [member === null ? -1 : Number(member), Number(count)]),
  );
  for (const [member, records] of filled.entries()) {
    if ((found.get(member) ?? 0) !== records)
      throw faultOfCount(format, { records, rows: found.get(member) ?? 0 });
    found.delete(member);
  }
  if (found.size > 0) throw faultOfNumbers(format);
}

function summarise(
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

function takeHeaders(block: ProjectedBlock, { count, last }: { count: number; last: string | null }): void {
  block.ledger.headers = count;
  block.header = last;
}

async function createRejects(connection: DuckDBConnection, table: Table): Promise<void> {
  const columns = table.columns.map((column) => `${column.name} ${sqlType(column.type)}`);
  await connection.run(`create or replace temp table rejected (${columns.join(', ')})`);
}

type Appender = Awaited<ReturnType<DuckDBConnection['createAppender']>>;

function appendReject(
  appender: Appender,
  reject: Reject,
  { objectId, format }: { objectId: string; format: Format },
): void {
  appender.appendVarchar(objectId);
  appender.appendBigInt(BigInt(reject.recordNo));
  appender.appendVarchar(format.id);
  appender.appendBigInt(BigInt(reject.byteOffset));
  appender.appendBigInt(BigInt(reject.byteLength));
  appender.appendVarchar(reject.sha256);
  appender.appendVarchar(reject.reason);
  appender.appendVarchar(reject.raw);
  appender.endRow();
}

/** The least that zstd does: its next levels take twice the time for a twentieth of the bytes. */
const PARQUET = 'format parquet, compression zstd, compression_level 1, parquet_version v2';

async function fileSha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
