import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Format } from '../formats/format.ts';
import type { Events } from '../ingest/events-sql.ts';
import { faultOfCount, faultOfNumbers, unknownWordsSql } from '../ingest/format-fault.ts';
import { carriedSql, headersSql } from '../ingest/parse-sql.ts';
import type { EncodedPart, Member, MemberPart, ProjectedBlock, Projection } from '../ingest/projection.ts';
import {
  dayMinutesSql,
  firstDaySql,
  minutesSql,
  partDaysSql,
  partRowsSql,
  partSources,
  rejectsSql,
  sourcesSql,
  summarySql,
  takenRowsSql,
} from '../ingest/projection-sql.ts';
import { httpActivity, minuteActivity, sqlText, type Table } from '../lake/tables.ts';
import {
  blankBlock,
  checkCounts,
  checkNumbers,
  checkWords,
  joined,
  numbersSql,
  takeSummary,
} from './duckdb-blocks.ts';
import type { PartMaker } from './duckdb-parts.ts';
import { askedFor, type FedBlock, type RecordFeed } from './duckdb-records.ts';
import { fillRejects } from './duckdb-rejects.ts';
import { type Taken, takenSql } from './duckdb-taken.ts';
import { takenByRecords, takenInTime } from './format-statements.ts';
import { fileSha256, PartFiles } from './part-files.ts';
import type { Straightened, StraightParts } from './straight-parts.ts';

/** The least that zstd does: its next levels take twice the time for a twentieth of the bytes. */
const PARQUET =
  'format parquet, compression zstd, compression_level 1, parquet_version v2, row_group_size 24576';

/** Records that are looked at for the day of a part. */
const FIRST_RECORDS = 32;

export type Setting = {
  connection: DuckDBConnection;
  events: Events;
  format: Format;
  feed: RecordFeed;
  taken: Taken;
  partMaker: PartMaker;
  /** Takes what is straight; null: the SELECT takes all. Asked once, by what needs it: it is memory. */
  openStraight(files: PartFiles): StraightParts | null;
  release(): void;
};

export function createProjection(setting: Setting): Projection {
  const { connection, events, format, feed, taken, partMaker, release } = setting;
  const headers = headersSql(format, feed.id);
  const rows = events.rowsOf('events');
  const unknownWords = unknownWordsSql(format.table, rows);
  const sources = partSources(format, { rows, hasNotices: events.hasNotices });
  const minutes = format.table === httpActivity ? minutesSql(rows) : null;
  const buffer = Buffer.allocUnsafeSlow(1 << 18);
  const files = new PartFiles(buffer);
  let opened: StraightParts | null = null;
  const openStraight = (): StraightParts | null => (opened ??= setting.openStraight(files));
  /** Of small objects: parts that wait to be written, and the ids of all. */
  let straightParts: EncodedPart[] = [];
  let objectIds: readonly string[] = [];
  /** Nothing lies in `events` that is not written yet. */
  let isFresh = true;
  const rowsOf = async (sql: string): Promise<DuckDBValue[][]> =>
    (await connection.runAndReadAll(sql)).getRows();
  const runOwn = async (statement: string, records: number): Promise<void> => {
    if (format.isOwn) await takenInTime(format, statement, { connection, records });
    else await connection.run(statement);
  };

  async function addEvents(records: number): Promise<void> {
    const into = isFresh ? 'create or replace temp table events as' : 'insert into events';
    await runOwn(`${into}\n${events.select}`, records);
    isFresh = false;
  }

  async function begin(): Promise<void> {
    straightParts = [];
    if (isFresh) return;
    for (const table of ['events', 'minutes']) await connection.run(`drop table if exists ${table}`);
    isFresh = true;
  }

  async function writeFile(
    select: string,
    { folder, table, member, day }: { folder: string; table: Table; member: number; day: string },
  ): Promise<MemberPart> {
    const file = join(folder, `${table.name}-${member}-${day}.parquet`);
    const written = await connection.run(`copy (${select}) to ${sqlText(file)} (${PARQUET})`);
    return { member, day, table, file, rows: written.rowsChanged };
  }

  /** The day that the first records are of; null where none is an event. */
  async function firstDay(blocks: readonly Member[], only: readonly number[] | null): Promise<string | null> {
    const [{ firstRecord }] = blocks as [Member];
    const first = Array.from({ length: FIRST_RECORDS }, (_, index) => firstRecord + index);
    feed.load(askedFor(blocks, only?.slice(0, FIRST_RECORDS) ?? first));
    const [[day] = []] = await rowsOf(firstDaySql(events.rowsOf(`(${events.select})`)));
    return day === undefined ? null : String(day);
  }

  /** Writes the events of a day from the records that are loaded, with their minutes; none where there is no event. */
  async function writeDay(day: string, folder: string): Promise<MemberPart[]> {
    await mkdir(folder, { recursive: true });
    taken.begin(day);
    const from = { rows: events.rowsOf(`(${events.select})`), taken: takenSql(taken.id) };
    const select = takenRowsSql(format.table, from);
    const part = await writeFile(select, { folder, table: format.table, member: 0, day });
    if (taken.isMixed) throw faultOfNumbers(format);
    if (part.rows !== taken.rows) throw faultOfCount(format, { records: taken.rows, rows: part.rows });
    const records = sum(feed.countFilled());
    const found = taken.rows + taken.left.length;
    if (found !== records) throw faultOfCount(format, { records, rows: found });
    if (part.rows === 0) return [];
    if (!minutes) return [part];
    const counted = dayMinutesSql({ file: part.file, day });
    return [part, await writeFile(counted, { folder, table: minuteActivity, member: 0, day })];
  }

  /** Adds the part of a day to what became of a block. */
  async function addDay(block: ProjectedBlock, { day, rows: count, file }: MemberPart): Promise<void> {
    const sources = (await rowsOf(sourcesSql(file))).map(([source]) => String(source));
    block.ledger.rows += count;
    block.first = Math.min(block.first ?? taken.first, taken.first);
    block.last = Math.max(block.last ?? taken.last, taken.last);
    block.days = [...new Set([...block.days, day])].sort();
    block.sources = [...new Set([...block.sources, ...sources])].sort();
  }

  /** What the rows of `events` from a record on became, a block a member. */
  async function summarise(blocks: ProjectedBlock[], firstRecord: number): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    for (const row of await rowsOf(summarySql(rows, firstRecord))) {
      const member = row[0] === null ? -1 : Number(row[0]);
      found.set(member, Number(row[1]));
      if (blocks[member]) takeSummary(blocks[member], row);
    }
    if (blocks.some((block) => block.ledger.rejects > 0)) {
      for (const [member, recordNo, reason] of await rowsOf(rejectsSql(firstRecord)))
        blocks[Number(member)]!.rejects.push({ recordNo: Number(recordNo), reason: String(reason) });
    }
    return found;
  }

  /** Has the SELECT take all records, or those that are left, and adds what they became to a block. */
  async function streamLeft(
    block: ProjectedBlock,
    { blocks, folder, only }: { blocks: readonly Member[]; folder: string; only: readonly number[] | null },
  ): Promise<MemberPart[]> {
    const day = await firstDay(blocks, only);
    feed.load(askedFor(blocks, only));
    const parts = day === null ? [] : await writeDay(day, folder);
    const filled = sum(feed.countFilled());
    const [part] = parts;
    const left = filled - (part?.rows ?? 0);
    if (left > 0) {
      // Without a part nothing is taken, and all records are loaded still.
      if (part) feed.load(askedFor(blocks, taken.left));
      await addEvents(left);
      checkCounts(await summarise([block], 0), { format, expected: [left] });
    }
    feed.clear();
    block.ledger.blanks = block.ledger.records - filled;
    if (part) await addDay(block, part);
    return parts;
  }

  /** What is straight of each small object, whose parts then wait to be written; null where nothing is. */
  async function straightOf(members: readonly Member[]): Promise<(Straightened<EncodedPart> | null)[]> {
    const made: (Straightened<EncodedPart> | null)[] = [];
    for (const [member, block] of members.entries()) {
      const { objectId } = block;
      const straight = objectId === null ? null : ((await openStraight()?.encode(block, objectId)) ?? null);
      for (const part of straight?.parts ?? []) straightParts.push({ ...part, member });
      made.push(straight);
    }
    return made;
  }

  /** Has the SELECT take records, and gives what they became, by the places of their members among so many. */
  async function select(fed: readonly FedBlock[], members: number): Promise<ProjectedBlock[]> {
    const take = async (records: number): Promise<void> => {
      if (headers) await runOwn(headers, records);
      await addEvents(records);
    };
    feed.load(fed);
    if (format.isOwn) await takenByRecords(fed, { feed, take });
    else await take(feed.records);
    const blocks = Array.from({ length: members }, () => blankBlock(0, 0));
    const expected = blocks.map(() => 0);
    for (const [index, filled] of feed.countFilled().entries()) {
      const { member, records, only } = fed[index]!;
      blocks[member] = blankBlock(only?.length ?? records, filled);
      expected[member] = filled;
    }
    feed.clear();
    if (headers) {
      for (const [place, count, last] of await rowsOf(carriedSql(format))) {
        const member = Number(place);
        blocks[member]!.ledger.headers = Number(count);
        blocks[member]!.header = last as string | null;
        expected[member]! -= Number(count);
      }
    }
    const firstRecord = Math.min(...fed.map((block) => block.firstRecord));
    if (format.isOwn) {
      checkNumbers(await rowsOf(numbersSql(firstRecord)), { format, members: fed });
      checkWords(unknownWords ? await rowsOf(unknownWords) : [], format);
    }
    checkCounts(await summarise(blocks, firstRecord), { format, expected });
    return blocks;
  }

  return {
    streams: !format.isOwn && format.headers === null,
    async project(members) {
      objectIds = members.flatMap(({ objectId }) => objectId ?? []);
      const straight = await straightOf(members);
      const asked = members.map((block, member) => ({
        ...block,
        member,
        only: straight[member]?.left ?? null,
      }));
      const fed = asked.filter(({ only }) => only?.length !== 0);
      const selected = fed.length > 0 ? await select(fed, members.length) : [];
      return members.map((_, member) => {
        const [made, block] = [straight[member], selected[member]];
        return made && block ? joined(made.block, block) : (made?.block ?? block!);
      });
    },
    async stream(blocks, folder) {
      const straight = (await openStraight()?.write(blocks, folder)) ?? null;
      const only = straight?.left ?? null;
      const records = only?.length ?? sum(blocks.map((block) => block.records));
      const left = blankBlock(records, records);
      const parts = records === 0 ? [] : await streamLeft(left, { blocks, folder, only });
      return {
        block: straight ? joined(straight.block, left) : left,
        straight: straight?.parts ?? [],
        parts,
      };
    },
    async writeParts(folder) {
      if (isFresh) return [];
      const parts: MemberPart[] = [];
      await mkdir(folder, { recursive: true });
      if (minutes) await connection.run(minutes);
      for (const source of sources) {
        for (const [place, date] of await rowsOf(partDaysSql(source))) {
          const [member, day] = [Number(place), String(date)];
          const select = partRowsSql(source, { member, day });
          parts.push(await writeFile(select, { folder, table: source.table, member, day }));
        }
      }
      await begin();
      return parts;
    },
    async nameParts(parts, objectId) {
      const digests: string[] = [];
      for (const part of parts) digests.push(await files.name(part, objectId));
      return digests;
    },
    async encodeParts() {
      const parts = straightParts;
      if (!isFresh) {
        if (minutes) await connection.run(minutes);
        parts.push(...(await partMaker.make(connection, sources, objectIds)));
      }
      await begin();
      return parts;
    },
    clear: begin,
    async writeRejects(rejects, { objectId, file }) {
      await fillRejects(connection, rejects, { objectId, format });
      await connection.run(
        `copy (select * from rejected order by record_no) to ${sqlText(file)} (${PARQUET})`,
      );
      return { rows: rejects.length, sha256: await fileSha256(file, buffer) };
    },
    async close() {
      feed.clear();
      for (const table of ['numbered', 'events', 'minutes', 'rejected'])
        await connection.run(`drop table if exists ${table}`);
      release();
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
