import { BIGINT, BOOLEAN, type DuckDBConnection, DuckDBTableFunction, VARCHAR } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Cells } from '../formats/cells.ts';
import type { Format } from '../formats/format.ts';
import { CutBatch, MOST_RECORDS } from '../ingest/cut-batch.ts';
import { MEMBER_SHIFT, RECORD_COLUMNS } from '../ingest/parse-sql.ts';
import type { Member } from '../ingest/projection.ts';
import { isBlank, withoutHalves } from '../ingest/text.ts';
import { Kernel } from '../lake/kernel.ts';
import { BooleanColumn, NumberColumn, StringColumn, TextMemory, VECTOR_ROWS } from './duckdb-strings.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

const NAMES = Object.keys(RECORD_COLUMNS);
const [RECORD_NO, TEXT, HEADER, IS_CUT, ADJOINS] = ['record_no', 'text', 'header', 'is_cut', 'adjoins'].map(
  (name) => NAMES.indexOf(name),
) as [number, number, number, number, number];
const TYPES = { bigint: BIGINT, varchar: VARCHAR, boolean: BOOLEAN };

type Vector = Parameters<StringColumn['moveTo']>[0];

/** Rows at a time of records that are not cut: what DuckDB keeps of a JSON while it reads it is many times its text. */
const UNCUT_ROWS = 512;

/** A block, and the place of its object among those of the batch; of its records all, or those of these numbers, ascending. */
export type FedBlock = Member & { member: number; only: readonly number[] | null };

/** Blocks of one object, with the numbers of the records that are asked for, ascending; null: all. */
export function askedFor(blocks: readonly Member[], only: readonly number[] | null): FedBlock[] {
  return blocks.map((block) => {
    const end = block.firstRecord + block.records;
    const own = only?.filter((each) => each >= block.firstRecord && each < end) ?? null;
    return { ...block, member: 0, only: own };
  });
}

/**
 * The records of blocks, as the table function `records(id)` of DuckDB gives them to one statement after the other: one
 * row a record that is not blank, in order, cut into cells where it is plain.
 */
export class RecordFeed {
  readonly id: number;
  readonly cells: Cells | null;
  readonly #isJson: boolean;
  /** What cuts its records, from the first statement on. */
  #batch: CutBatch | null = null;
  #blocks: readonly FedBlock[] = [];
  #scans: Scan[] = [];

  constructor(id: number, { cells, framing }: Pick<Format, 'cells' | 'framing'>) {
    this.id = id;
    this.cells = cells;
    this.#isJson = framing === 'json';
  }

  /** What the next statements read. */
  load(blocks: readonly FedBlock[]): void {
    this.clear();
    const asked = blocks.filter(({ only }) => only?.length !== 0);
    this.#blocks = this.#isJson
      ? asked.map((block) => ({ ...block, text: withoutHalves(block.text) }))
      : asked;
  }

  /** How many records there are, blank ones too. */
  get records(): number {
    return this.#blocks.reduce((sum, block) => sum + block.records, 0);
  }

  /** Records that are asked for and not blank, of each block of which there are: as the last statement found them where it read all, else counted. */
  countFilled(): readonly number[] {
    const last = this.#scans.at(-1);
    return this.#blocks.map(
      ({ text, only }, index) => only?.length ?? (last?.isDone ? last.filled[index]! : filledIn(text)),
    );
  }

  clear(): void {
    for (const scan of this.#scans) scan.close();
    this.#scans = [];
    this.#blocks = [];
  }

  scan(columns: readonly number[]): Scan {
    this.#batch ??= this.cells && new CutBatch(new Kernel(), this.cells);
    const scan = new Scan({
      blocks: this.#blocks,
      cells: this.cells?.names.length ?? 0,
      batch: this.#batch,
      columns,
    });
    this.#scans.push(scan);
    return scan;
  }
}

type ScanOptions = {
  blocks: readonly FedBlock[];
  /** How many a record has, where the batch cuts it. */
  cells: number;
  batch: CutBatch | null;
  /** Which columns are asked for, in which order. */
  columns: readonly number[];
};

/** One reading of a feed by a statement. */
class Scan {
  readonly #options: ScanOptions;
  readonly #text = new TextMemory();
  readonly #header = new TextMemory();
  readonly #numbers = new NumberColumn();
  readonly #cut = new BooleanColumn();
  readonly #adjoining = new BooleanColumn();
  readonly #columns: readonly (NumberColumn | BooleanColumn | StringColumn | null)[];
  /** Where the text, the header and each cell go, of those that are asked for. */
  readonly #texts: StringColumn | null;
  readonly #headers: StringColumn | null;
  readonly #cells: readonly { cell: number; strings: StringColumn }[];
  readonly filled: number[];
  readonly #most: number;
  #block = 0;
  #at = 0;
  #recordNo = 0;
  /** Place among the only records of the block that are asked for. */
  #next = 0;

  constructor(options: ScanOptions) {
    this.#options = options;
    const { cells } = options;
    // A statement that only counts asks for a column that there is not.
    this.#columns = options.columns.map((column) => {
      if (column === RECORD_NO) return this.#numbers;
      if (column === IS_CUT) return this.#cut;
      if (column === ADJOINS) return this.#adjoining;
      return column < NAMES.length + cells ? new StringColumn() : null;
    });
    const stringsOf = (column: number): StringColumn | null => {
      const found = this.#columns[options.columns.indexOf(column)];
      return found instanceof StringColumn ? found : null;
    };
    this.#texts = stringsOf(TEXT);
    this.#headers = stringsOf(HEADER);
    this.#cells = Array.from({ length: cells }, (_, cell) => {
      const strings = stringsOf(NAMES.length + cell);
      return strings ? [{ cell, strings }] : [];
    }).flat();
    this.filled = options.blocks.map(() => 0);
    this.#most = options.batch ? VECTOR_ROWS : UNCUT_ROWS;
    this.#enter(0);
  }

  get isDone(): boolean {
    return this.#block >= this.#options.blocks.length;
  }

  close(): void {
    this.#text.clear();
    this.#header.clear();
  }

  #enter(index: number): void {
    const block = this.#options.blocks[index];
    this.#block = index;
    this.#at = 0;
    this.#next = 0;
    if (!block) {
      this.close();
      return;
    }
    this.#recordNo = block.firstRecord;
    this.#text.take(block.text);
    if (block.header !== null) this.#header.take(Buffer.from(block.header));
  }

  /** Fills vectors with the next rows, of one block, and gives their count: 0 at the end. */
  fill(vectorOf: (index: number) => Vector): number {
    const { blocks } = this.#options;
    let rows = 0;
    while (rows === 0 && !this.isDone) {
      rows = this.#rows(blocks[this.#block]!);
      if (rows === 0) this.#enter(this.#block + 1);
    }
    for (const [index, column] of this.#columns.entries()) column?.moveTo(vectorOf(index), rows);
    return rows;
  }

  #rows(block: FedBlock): number {
    const { text, only } = block;
    let rows = 0;
    let filled = 0;
    // After the last record that is asked for, none is looked at.
    while (rows < this.#most && this.#at <= text.length && this.#next !== only?.length) {
      const start = this.#at;
      // What follows the last newline is a record as well.
      const newline = start < text.length ? text.indexOf(NEWLINE, start) : -1;
      let end = newline < 0 ? text.length : newline;
      this.#at = end + 1;
      const recordNo = this.#recordNo;
      this.#recordNo += 1;
      if (isBlank(text, start, end)) continue;
      filled += 1;
      if (only) {
        while (only[this.#next]! < recordNo) this.#next += 1;
        if (only[this.#next] !== recordNo) continue;
      }
      while (text[end - 1] === RETURN) end -= 1;
      this.#put(rows, { block, recordNo, start, end });
      rows += 1;
    }
    this.filled[this.#block]! += filled;
    return rows;
  }

  #put(
    row: number,
    { block, recordNo, start, end }: { block: FedBlock; recordNo: number; start: number; end: number },
  ): void {
    const { text } = block;
    const { batch } = this.#options;
    const { words } = this.#numbers;
    words[row * 2] = recordNo % 2 ** 32;
    words[row * 2 + 1] = block.member * 2 ** (MEMBER_SHIFT - 32) + Math.floor(recordNo / 2 ** 32);
    const isCut = batch?.cutOne(text, start, end) ?? false;
    this.#cut.bytes[row] = isCut ? 1 : 0;
    this.#adjoining.bytes[row] = block.adjoining?.[recordNo - block.firstRecord] ?? 0;
    if (this.#texts) this.#text.slice(this.#texts, row, start, end);
    if (this.#headers) this.#putHeader(this.#headers, row, block);
    for (let index = 0; index < this.#cells.length; index += 1) {
      const { cell, strings } = this.#cells[index]!;
      const span = cell * MOST_RECORDS;
      const from = isCut ? batch!.starts[span]! : -1;
      if (from < 0) strings.setNull(row);
      else this.#text.slice(strings, row, start + from, start + batch!.ends[span]!);
    }
  }

  #putHeader(strings: StringColumn, row: number, { header }: FedBlock): void {
    if (header === null) strings.setNull(row);
    else this.#header.slice(strings, row, 0, Buffer.byteLength(header));
  }
}

function filledIn(text: Uint8Array): number {
  let filled = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(NEWLINE, start);
    const end = newline < 0 ? text.length : newline;
    if (!isBlank(text, start, end)) filled += 1;
    start = end + 1;
  }
  return filled;
}

/** Registers the table function `records(id)` over feeds, each of which it finds by its id. */
export function registerRecords(connection: DuckDBConnection, feeds: ReadonlyMap<number, RecordFeed>): void {
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name: 'records',
      parameterTypes: [BIGINT],
      supportsProjectionPushdown: true,
      bindFunction(info) {
        const feed = feeds.get(Number(info.getParameter(0)))!;
        for (const [name, type] of Object.entries(RECORD_COLUMNS)) info.addResultColumn(name, TYPES[type]);
        for (const name of feed.cells?.names ?? []) info.addResultColumn(name, VARCHAR);
        // Taken for few, records would be what DuckDB builds tables of, and then come out in another order.
        info.setCardinality(feed.records, true);
        info.setBindData(feed);
      },
      initFunction(info) {
        // A part is written in the order of its records.
        info.setMaxThreads(1);
        info.setInitData((info.bindData as RecordFeed).scan(info.getColumnIndexes()));
      },
      mainFunction(info, output) {
        const vectorOf = (index: number) => duckdb.data_chunk_get_vector(output.chunk, index);
        output.rowCount = (info.initData as Scan).fill(vectorOf);
      },
    }),
  );
}
