import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Events } from '../ingest/events-sql.ts';
import type { EncodedPart, Member, MemberPart, ProjectedBlock } from '../ingest/projection.ts';
import { MOST_ROWS, type Output } from '../ingest/row-column.ts';
import type { Example } from '../ingest/straight-examples.ts';
import { countOf, type Minute, StraightMinutes } from '../ingest/straight-minutes.ts';
import type { StraightRows } from '../ingest/straight-rows.ts';
import type { Column } from '../lake/column.ts';
import { sha256 } from '../lake/digest.ts';
import { ParquetWriter } from '../lake/parquet.ts';
import { SNAPPY, ZSTD } from '../lake/parquet-chunk.ts';
import { Chosen, Flags, Numbers, type PartValues } from '../lake/part-columns.ts';
import { httpActivity, minuteActivity, type Table } from '../lake/tables.ts';
import { NULL_WORD, TextWords } from '../lake/words.ts';
import { blankBlock } from './duckdb-blocks.ts';
import { askedFor, type RecordFeed } from './duckdb-records.ts';
import type { PartFiles } from './part-files.ts';

const DAY_MS = 86_400_000;

/** Columns of the events and of their minutes, of an object that has its id, and of one that has none yet. */
type Columns = { events: readonly Column[]; minutes: readonly Column[] };
const NAMED: Columns = { events: httpActivity.columns, minutes: minuteActivity.columns };
const UNNAMED: Columns = {
  events: NAMED.events.filter(({ name }) => name !== 'object_id'),
  minutes: NAMED.minutes.filter(({ name }) => name !== 'object_id'),
};

/** What a column is written from, all at once: each in turn, whoever's it is. */
const numbers = new Numbers();
const flags = new Flags();
const chosen = new Chosen();
const constant = new TextWords();
let scaled = new Float64Array(MOST_ROWS);
let rests = new Float64Array(MOST_ROWS);

/** Rows that are straight: what they are of, their parts, and the numbers of the records that are left. */
export type Straightened<Part> = { block: ProjectedBlock; parts: Part[]; left: readonly number[] };

/** A part as it was made. */
type Made = { table: Table; member: 0; day: string; rows: number; bytes: Uint8Array };

/** By the number of a record, values by the names of their columns. */
type Examples = Map<number, Map<string, Example[number]>>;

type From = {
  connection: DuckDBConnection;
  events: Events;
  feed: RecordFeed;
  files: PartFiles;
  receivedAt: Date;
};

/** Writes parts of the records that are straight, and asks the SELECT for examples. */
export class StraightParts {
  readonly rows: StraightRows;
  readonly #minutes = new StraightMinutes();
  readonly #writer = new ParquetWriter();
  readonly #from: From;
  /** A part of it failed: what it holds is nothing that another part may begin with. */
  hasFailed = false;

  constructor(rows: StraightRows, from: From) {
    this.rows = rows;
    this.#from = from;
  }

  /**
   * Writes the rows of blocks and their minutes into files below a local folder; null where no record is straight, or the
   * SELECT takes one for no event that looked like one.
   */
  async write(blocks: readonly Member[], folder: string): Promise<Straightened<MemberPart> | null> {
    const made = await this.#make(blocks, null);
    if (!made) return null;
    await mkdir(folder, { recursive: true });
    const parts: MemberPart[] = [];
    for (const { bytes, ...part } of made.parts) {
      const file = join(folder, `${part.table.name}-straight.parquet`);
      await this.#from.files.write(file, bytes);
      parts.push({ ...part, file });
    }
    return { ...made, parts };
  }

  /** The same in memory, of a small object that has its id. */
  async encode(object: Member, objectId: string): Promise<Straightened<EncodedPart> | null> {
    const made = await this.#make([object], objectId);
    if (!made) return null;
    const parts = made.parts.map((part) => ({ ...part, sha256: sha256(part.bytes), isStraight: true }));
    return { ...made, parts };
  }

  async #make(blocks: readonly Member[], objectId: string | null): Promise<Straightened<Made> | null> {
    try {
      return await this.#made(blocks, objectId);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }

  async #made(blocks: readonly Member[], objectId: string | null): Promise<Straightened<Made> | null> {
    const { rows } = this;
    const writer = this.#writer;
    const [columns, codec] = objectId === null ? [UNNAMED, ZSTD] : [NAMED, SNAPPY];
    rows.open(blocks, this.#from.receivedAt);
    this.#minutes.clear();
    writer.begin(columns.events);
    let count = 0;
    while (rows.fill() > 0) {
      if (!(await this.#learn(blocks))) return null;
      rows.makeTemplates();
      writer.group((place) => valuesOf(rows, columns.events[place]!, objectId), codec);
      this.#minutes.add(rows);
      count += rows.rows;
    }
    if (rows.filled !== count + rows.left.length)
      throw new Error(`of ${rows.filled} records, ${count} became rows and ${rows.left.length} were left`);
    if (count === 0) return null;
    const events = writer.end();
    const minutes = this.#minutes.sorted();
    writer.begin(columns.minutes);
    writer.group(
      (place) => minuteValues(minutes, { column: columns.minutes[place]!, rows, objectId }),
      codec,
    );
    const day = new Date(rows.day! * DAY_MS).toISOString().slice(0, 10);
    const records = blocks.reduce((sum, block) => sum + block.records, 0) - rows.left.length;
    const block = blankBlock(records, count);
    block.ledger.rows = count;
    block.first = rows.first;
    block.last = rows.last;
    block.days = [day];
    block.sources = [...new Set(minutes.map(({ source }) => source))].sort();
    const parts: Made[] = [
      { table: httpActivity, member: 0, day, rows: count, bytes: events },
      { table: minuteActivity, member: 0, day, rows: minutes.length, bytes: writer.end() },
    ];
    return { block, parts, left: rows.left };
  }

  /** Has the SELECT say what columns of an example are, of one record for each that is new. False where one is no event. */
  async #learn(blocks: readonly Member[]): Promise<boolean> {
    const { examples, rows } = this.rows;
    const asked = [...new Set(examples.flatMap((each) => each.unknown()))].sort((a, b) => a - b);
    const found: Examples = asked.length > 0 ? await this.#ask(blocks, asked) : new Map();
    if (found.size < asked.length) return false;
    for (const example of examples) {
      const own = [...found].map(([recordNo, values]): [number, Example] => [
        recordNo,
        example.names.map((name) => values.get(name)!),
      ]);
      example.learn(new Map(own), rows);
    }
    return true;
  }

  async #ask(blocks: readonly Member[], recordNos: readonly number[]): Promise<Examples> {
    const { connection, events, feed } = this.#from;
    const names = this.rows.examples.flatMap((each) => each.names);
    feed.load(askedFor(blocks, recordNos));
    const select = `select record_no, ${names.join(', ')} from (${events.rowsOf(`(${events.select})`)}) where reject is null and notice is null`;
    const reader = await connection.runAndReadAll(select);
    feed.clear();
    return new Map(
      reader
        .getRows()
        .map(([recordNo, ...values]) => [
          Number(recordNo),
          new Map(names.map((name, index) => [name, exampleOf(values[index])])),
        ]),
    );
  }
}

function exampleOf(value: unknown): Example[number] {
  return typeof value === 'bigint' ? Number(value) : (value as Example[number]);
}

function valuesOf(group: StraightRows, { name, type }: Column, objectId: string | null): PartValues {
  const { rows } = group;
  if (name === 'object_id') return textValues(objectId!, rows);
  if (name === 'record_no') return numbersFrom(group.recordNos, rows);
  if (name === 'time') {
    for (let row = 0; row < rows; row += 1) scaled[row] = group.ms[row]! * 1000;
    return numbersFrom(scaled, rows);
  }
  if (name === 'time_ns') {
    numbers.takeMillions(group.ms, group.ns, rows);
    return numbers;
  }
  return outputValues(group.output(name), { type, rows });
}

function outputValues(output: Output, { type, rows }: Pick<Column, 'type'> & { rows: number }): PartValues {
  switch (output.kind) {
    case 'numbers':
      return numbersFrom(output.rows, rows);
    case 'flags':
      flags.take(output.rows, rows);
      return flags;
    case 'words':
      chosen.take(output.rows.words, output.rows.places, rows);
      return chosen;
    case 'text':
      return textValues(output.text, rows);
    case 'nulls': {
      const none = type === 'varchar' ? chosen : type === 'boolean' ? flags : numbers;
      none.takeNulls(rows);
      return none;
    }
  }
}

/** One text, over and over. */
function textValues(text: string, rows: number): Chosen {
  constant.clear();
  constant.numberOf(text);
  chosen.takeOnly(constant, rows);
  return chosen;
}

function numbersFrom(values: Float64Array, rows: number): Numbers {
  numbers.take(values, rows);
  return numbers;
}

function minuteValues(
  minutes: readonly Minute[],
  { column, rows, objectId }: { column: Column; rows: StraightRows; objectId: string | null },
): PartValues {
  const { name, type } = column;
  const count = minutes.length;
  if (name === 'object_id') return textValues(objectId!, count);
  if (count > scaled.length) [scaled, rests] = [new Float64Array(count), new Float64Array(count)];
  if (name === 'minute') {
    for (let row = 0; row < count; row += 1) scaled[row] = minutes[row]!.ms * 1000;
    return numbersFrom(scaled, count);
  }
  if (type === 'bigint') {
    for (let row = 0; row < count; row += 1) {
      const { millions, rest } = countOf(minutes[row]!, name);
      scaled[row] = millions;
      rests[row] = rest;
    }
    numbers.takeMillions(scaled, rests, count);
    return numbers;
  }
  const textOf = ({ source, host }: Minute) =>
    name === 'host' ? host : name === 'source_id' ? source : null;
  const output = rows.output(name);
  if (output.kind === 'text') return outputValues(output, { type, rows: count });
  // Words of their own: of those that grew before, another part could come out in other bytes.
  const words = new TextWords();
  const places = Uint32Array.from(minutes, (minute) => {
    const text = textOf(minute);
    return text === null ? NULL_WORD : words.numberOf(text);
  });
  chosen.take(words, places, count);
  return chosen;
}
