import { MOST_PORT } from '../enrich/address.ts';
import type { Enricher } from '../enrich/enricher.ts';
import type { Format } from '../formats/format.ts';
import type { StraightColumn } from '../formats/straight.ts';
import { Kernel } from '../lake/kernel.ts';
import { CutBatch, type Rows } from './cut-batch.ts';
import { BOUNDED, EARLIEST_MS, latestMs, MOST } from './events-sql.ts';
import type { Member } from './projection.ts';
import { basesOf, MOST_ROWS, type Output, type RowColumn } from './row-column.ts';
import { hostOf, MadeColumn, PrecisionColumn, TargetColumn, TextColumn } from './straight-columns.ts';
import { ExampleColumn, type ExampleType } from './straight-examples.ts';
import { type Bound, NumberColumn } from './straight-numbers.ts';
import { isEmpty, NONE } from './straight-record.ts';
import { SourceColumn } from './straight-source.ts';
import { StraightTemplates } from './straight-templates.ts';
import { dayOfMs, ReadTime, readStamp } from './straight-time.ts';

export type StraightOptions = { enricher: Enricher; label: string };

/**
 * Rows of http_activity straight from the cells of plain records, of one day: a row group at a time, each column in
 * memory of its own. What is not plain, or of another day, is left.
 */
export class StraightRows {
  /** What a row is said to be of where its record names no log. */
  readonly log: string;
  /** Rows of the group. */
  rows = 0;
  /** Numbers of the records that are left, ascending, of all groups so far. */
  left: number[] = [];
  /** Records that are not blank, of all groups so far. */
  filled = 0;
  /** Days since 1970 of all rows; null before the first. */
  day: number | null = null;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  readonly recordNos = new Float64Array(MOST_ROWS);
  readonly ms = new Float64Array(MOST_ROWS);
  readonly ns = new Float64Array(MOST_ROWS);
  readonly #precisions = new Uint8Array(MOST_ROWS);
  readonly examples: readonly ExampleColumn[];
  readonly #templates: StraightTemplates;
  readonly #outputs = new Map<string, Output>();
  readonly #columns: RowColumn[] = [];
  readonly #source: SourceColumn | null = null;
  readonly #time = new ReadTime();
  readonly #readTime: (batch: CutBatch, index: number) => boolean;
  readonly #unless: readonly number[];
  #latest = 0;
  readonly #kernel = new Kernel();
  readonly #batch: CutBatch;
  /** Arrays of a value a row, of the time and of all columns. */
  readonly #times: readonly Rows[] = [this.recordNos, this.ms, this.ns, this.#precisions];
  readonly #all: readonly Rows[];
  #blocks: readonly Member[] = [];
  #groupRows = MOST_ROWS;
  #block = 0;

  constructor(format: Format, { enricher, label }: StraightOptions) {
    const { cells, columns, unless } = format.straight!;
    this.#unless = basesOf(unless);
    this.#batch = new CutBatch(this.#kernel, cells);
    const time = columns.find(({ names }) => names.includes('time_ns'))!;
    this.#readTime = timeReader(time, this.#time);
    this.#outputs.set('format', { kind: 'text', text: format.id });
    this.#outputs.set('vantage', { kind: 'text', text: format.vantage });
    this.log = `${format.id}:${label}`;
    this.#outputs.set('source_id', { kind: 'text', text: this.log });
    const examples: ExampleColumn[] = [];
    for (const column of columns) {
      if (column === time) continue;
      if (column.kind === 'example') examples.push(this.#addExample(column, format));
      else if (column.kind === 'address') this.#source = this.#addSource(column, enricher);
      else this.#add(column, { format, label });
    }
    this.examples = examples;
    this.#templates = new StraightTemplates(this.#kernel);
    this.#outputs.set('path_template', { kind: 'words', rows: this.#templates.paths });
    this.#outputs.set('query_template', { kind: 'words', rows: this.#templates.queries });
    this.#all = [...this.#times, ...[...this.#columns, ...examples].flatMap(({ rows }) => rows)];
  }

  #add(column: StraightColumn, { format, label }: { format: Format; label: string }): void {
    const { kind, names, text } = column;
    const [name] = names as [string];
    const taken = (made: RowColumn, output: Output): void => {
      this.#columns.push(made);
      for (const each of names) this.#outputs.set(each, output);
    };
    if (kind === 'always') {
      this.#outputs.set(name, { kind: 'text', text });
    } else if (name === format.source) {
      const made = new MadeColumn(column, this.#kernel, (logged) => `${format.id}:${logged ?? label}`);
      this.#columns.push(made);
      this.#outputs.set('source_id', { kind: 'words', rows: made.texts });
    } else if (kind === 'target') {
      const target = new TargetColumn(column, this.#kernel);
      taken(target, { kind: 'nulls' });
      this.#outputs.set('path', { kind: 'words', rows: target.paths });
      this.#outputs.set('query', { kind: 'words', rows: target.queries });
    } else if (kind === 'host' || kind === 'text' || kind === 'word' || kind === 'id') {
      const made =
        kind === 'host' ? new MadeColumn(column, this.#kernel, hostOf) : new TextColumn(column, this.#kernel);
      taken(made, { kind: 'words', rows: made.texts });
    } else if (kind === 'precision') {
      const made = new PrecisionColumn(this.#precisions);
      taken(made, { kind: 'words', rows: made.texts });
    } else {
      const made = new NumberColumn(column, boundOf(name), this.#kernel);
      taken(made, { kind: 'numbers', rows: made.numbers });
    }
  }

  #addSource(column: StraightColumn, enricher: Enricher): SourceColumn {
    const source = new SourceColumn(column, enricher, this.#kernel);
    this.#columns.push(source);
    if (column.names.includes('peer_ip'))
      this.#outputs.set('peer_ip', { kind: 'words', rows: source.logged });
    const texts = { src_ip: source.source, src_prefix: source.prefix, ...source.facts };
    for (const [name, rows] of Object.entries(texts)) this.#outputs.set(name, { kind: 'words', rows });
    this.#outputs.set('asn', { kind: 'numbers', rows: source.asn });
    this.#outputs.set('reserved', { kind: 'flags', rows: source.reserved });
    return source;
  }

  #addExample(column: StraightColumn, { table }: Format): ExampleColumn {
    const types = column.names.map((name) => table.columns.find((each) => each.name === name)!.type);
    const example = new ExampleColumn(column, {
      types: types as ExampleType[],
      kernel: this.#kernel,
      recordNos: this.recordNos,
    });
    for (const [index, name] of column.names.entries()) this.#outputs.set(name, example.outputs[index]!);
    return example;
  }

  /** Rows of a column of the group. */
  output(name: string): Output {
    return this.#outputs.get(name) ?? { kind: 'nulls' };
  }

  /** Makes of the group's rows, once their examples are learned, what is made of others. */
  makeTemplates(): void {
    this.#templates.fill((name) => this.output(name), this.rows);
  }

  /** Begins a part, of blocks whose records follow one another. No event is later than when they came. */
  open(blocks: readonly Member[], receivedAt: Date): void {
    this.#latest = latestMs(receivedAt);
    const records = blocks.reduce((sum, block) => sum + block.records, 0);
    // Groups of a part are of one size.
    this.#groupRows = Math.ceil(records / Math.ceil(records / MOST_ROWS));
    this.#blocks = blocks;
    this.left = [];
    this.filled = 0;
    this.day = null;
    this.first = Number.POSITIVE_INFINITY;
    this.last = Number.NEGATIVE_INFINITY;
    this.#enter(0);
  }

  /** Lets go of the blocks of the last part. */
  close(): void {
    this.#blocks = [];
    this.#batch.open(Buffer.alloc(0));
  }

  #enter(index: number): void {
    this.#block = index;
    const block = this.#blocks[index];
    if (block) this.#batch.open(block.text);
  }

  /** Takes the next group of rows, and gives their count: 0 after the last. */
  fill(): number {
    for (const column of [...this.#columns, ...this.examples]) column.clear();
    this.rows = 0;
    while (this.#block < this.#blocks.length && this.rows < this.#groupRows) {
      if (this.#batch.next(this.#groupRows - this.rows)) this.#take();
      else this.#enter(this.#block + 1);
    }
    this.#clearPorts();
    return this.rows;
  }

  /** Makes rows of the batch. */
  #take(): void {
    const batch = this.#batch;
    const { firstRecord } = this.#blocks[this.#block]!;
    batch.row = this.rows;
    this.filled += batch.filled;
    this.#takeTimes(firstRecord);
    batch.keepFit(this.#times);
    for (const column of this.#columns) column.take(batch);
    batch.keepFit(this.#all);
    // Last, so that a record that they remember has all else; and one after the other, each of what the others took.
    for (const example of this.examples) {
      example.take(batch);
      batch.keepFit(this.#all);
    }
    for (const ordinal of batch.lefts.sort((a, b) => a - b)) this.left.push(firstRecord + ordinal);
    this.rows += batch.count;
    for (let row = batch.row; row < this.rows; row += 1) {
      const ms = this.ms[row]!;
      if (ms < this.first) this.first = ms;
      if (ms > this.last) this.last = ms;
    }
    // A day that only records had that are left is none of the rows.
    if (this.first > this.last) this.day = null;
  }

  /** Takes numbers and times of the batch's records, and refuses those of no time, or of another day, and those that the SELECT must have. */
  #takeTimes(firstRecord: number): void {
    const batch = this.#batch;
    for (let index = 0; index < batch.count; index += 1) {
      if (!this.#isTaken(batch, index)) {
        batch.refuse(index);
        continue;
      }
      const row = batch.row + index;
      this.recordNos[row] = firstRecord + batch.ordinals[index]!;
      this.ms[row] = this.#time.ms;
      this.ns[row] = this.#time.ns;
      this.#precisions[row] = this.#time.precision;
    }
  }

  #isTaken(batch: CutBatch, index: number): boolean {
    for (let place = 0; place < this.#unless.length; place += 1)
      if (!isEmpty(batch, this.#unless[place]! + index)) return false;
    if (!this.#readTime(batch, index)) return false;
    const { ms, ns } = this.#time;
    if (ms < EARLIEST_MS || ms > this.#latest || (ms === this.#latest && ns > 0)) return false;
    const day = dayOfMs(ms);
    if (day !== (this.day ?? day)) return false;
    if (this.day === null) {
      this.day = day;
      // What an address was said to be on another day is not so on this one.
      if (this.#source && this.#source.day !== day) this.#source.begin(day);
    }
    return true;
  }

  /** The port of a proxy's connection is not the client's. */
  #clearPorts(): void {
    const ports = this.output('src_port');
    if (!this.#source || ports.kind !== 'numbers') return;
    for (let row = 0; row < this.rows; row += 1) if (this.#source.isProxy[row] === 1) ports.rows[row] = NONE;
  }
}

function timeReader(
  { kind, cells }: StraightColumn,
  time: ReadTime,
): (batch: CutBatch, index: number) => boolean {
  const bases = basesOf(cells);
  const [base] = bases as [number];
  if (kind === 'stamp') return (batch, index) => readStamp(time, batch, { bases, index });
  const read = kind === 'clf' ? 'clf' : 'rfc3339';
  return ({ bytes, starts, ends }, index) =>
    starts[base + index]! >= 0 && time[read](bytes, starts[base + index]!, ends[base + index]!);
}

function boundOf(name: string): Bound {
  if (name === 'src_port') return { least: 0, most: MOST_PORT, isNegativeNull: true };
  if (BOUNDED.includes(name)) return { least: 0, most: MOST, isNegativeNull: true };
  return { least: name === 'status_code' ? 1 : 0, most: Number.MAX_SAFE_INTEGER, isNegativeNull: false };
}
