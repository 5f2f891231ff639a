import type { Enricher } from '../enrich/enricher.ts';
import type { Format } from '../formats/format.ts';
import type { StraightColumn } from '../formats/straight.ts';
import { readable } from '../lake/readable.ts';
import { BOUNDED, EARLIEST_MS, latestMs, MOST, MOST_PORT } from './events-sql.ts';
import type { Member } from './projection.ts';
import {
  type Bound,
  hostOf,
  MadeColumn,
  MOST_ROWS,
  NumberColumn,
  type Output,
  PrecisionColumn,
  type RowColumn,
  TargetColumn,
  TextColumn,
} from './straight-columns.ts';
import { ExampleColumn, type ExampleType } from './straight-examples.ts';
import { type CutRecord, isEmpty, NONE } from './straight-record.ts';
import { SourceColumn } from './straight-source.ts';
import { dayOfMs, ReadTime, readStamp } from './straight-time.ts';
import { isBlank } from './text.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export type StraightOptions = { enricher: Enricher; receivedAt: Date; label: string };

/**
 * Rows of http_activity straight from the cells of plain records, of one day: a row group at a time, each column in
 * memory of its own. What is not plain, or of another day, is left.
 */
export class StraightRows {
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
  readonly examples: readonly ExampleColumn[];
  readonly #outputs = new Map<string, Output>();
  readonly #columns: RowColumn[] = [];
  readonly #source: SourceColumn | null = null;
  readonly #time = new ReadTime();
  readonly #readTime: (record: CutRecord) => boolean;
  readonly #straight: NonNullable<Format['straight']>;
  readonly #latest: number;
  readonly #record: CutRecord;
  #blocks: readonly Member[] = [];
  #groupRows = MOST_ROWS;
  #block = 0;
  #at = 0;
  #recordNo = 0;

  constructor(format: Format, { enricher, receivedAt, label }: StraightOptions) {
    const straight = format.straight!;
    this.#straight = straight;
    this.#latest = latestMs(receivedAt);
    const { cutter, columns } = straight;
    const spans = () => new Int32Array(cutter.names.length);
    this.#record = { ...readable(new Uint8Array()), starts: spans(), ends: spans() };
    const time = columns.find(({ names }) => names.includes('time_ns'))!;
    this.#readTime = timeReader(time, this.#time);
    this.#outputs.set('format', { kind: 'text', text: format.id });
    this.#outputs.set('vantage', { kind: 'text', text: format.vantage });
    this.#outputs.set('source_id', { kind: 'text', text: `${format.id}:${label}` });
    const examples: ExampleColumn[] = [];
    for (const column of columns) {
      if (column === time) continue;
      if (column.kind === 'example') examples.push(this.#addExample(column, format));
      else if (column.kind === 'address') this.#source = this.#addSource(column, enricher);
      else this.#add(column, { format, label });
    }
    this.examples = examples;
    // Last, so that a record that it remembers has all else.
    this.#columns.push(...examples);
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
      const made = new MadeColumn(column, (logged) => `${format.id}:${logged ?? label}`);
      this.#columns.push(made);
      this.#outputs.set('source_id', { kind: 'words', rows: made.rows });
    } else if (kind === 'target') {
      const target = new TargetColumn(column);
      taken(target, { kind: 'nulls' });
      this.#outputs.set('path', { kind: 'words', rows: target.paths });
      this.#outputs.set('query', { kind: 'words', rows: target.queries });
    } else if (kind === 'host' || kind === 'text' || kind === 'word' || kind === 'id') {
      const made = kind === 'host' ? new MadeColumn(column, hostOf) : new TextColumn(column);
      taken(made, { kind: 'words', rows: made.rows });
    } else if (kind === 'precision') {
      const made = new PrecisionColumn(this.#time);
      taken(made, { kind: 'words', rows: made.rows });
    } else {
      const made = new NumberColumn(column, boundOf(name));
      taken(made, { kind: 'numbers', rows: made.rows });
    }
  }

  #addSource(column: StraightColumn, enricher: Enricher): SourceColumn {
    const source = new SourceColumn(column, enricher);
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
    const example = new ExampleColumn(column, types as ExampleType[]);
    for (const [index, name] of column.names.entries()) this.#outputs.set(name, example.outputs[index]!);
    return example;
  }

  /** Rows of a column of the group. */
  output(name: string): Output {
    return this.#outputs.get(name) ?? { kind: 'nulls' };
  }

  /** Begins a part, of blocks whose records follow one another. */
  open(blocks: readonly Member[]): void {
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

  #enter(index: number): void {
    this.#block = index;
    this.#at = 0;
    const block = this.#blocks[index];
    if (!block) return;
    this.#recordNo = block.firstRecord;
    Object.assign(this.#record, readable(block.text));
  }

  /** Takes the next group of rows, and gives their count: 0 after the last. */
  fill(): number {
    for (const column of this.#columns) column.clear();
    this.rows = 0;
    for (let block = this.#blocks[this.#block]; block; block = this.#blocks[this.#block]) {
      this.#takeFrom(block.text);
      if (this.rows === this.#groupRows) break;
      this.#enter(this.#block + 1);
    }
    this.#clearPorts();
    return this.rows;
  }

  #takeFrom(text: Buffer): void {
    while (this.rows < this.#groupRows && this.#at <= text.length) {
      const start = this.#at;
      // What follows the last newline is a record as well.
      const newline = start < text.length ? text.indexOf(NEWLINE, start) : -1;
      let end = newline < 0 ? text.length : newline;
      this.#at = end + 1;
      const recordNo = this.#recordNo;
      this.#recordNo += 1;
      if (isBlank(text, start, end)) continue;
      this.filled += 1;
      while (text[end - 1] === RETURN) end -= 1;
      if (this.#take(recordNo, start, end)) this.rows += 1;
      else this.left.push(recordNo);
    }
  }

  #take(recordNo: number, start: number, end: number): boolean {
    const record = this.#record;
    const { cutter, unless } = this.#straight;
    if (!cutter.cut(record, start, end, record)) return false;
    for (let index = 0; index < unless.length; index += 1) if (!isEmpty(record, unless[index]!)) return false;
    if (!this.#readTime(record)) return false;
    const { ms, ns } = this.#time;
    if (ms < EARLIEST_MS || ms > this.#latest || (ms === this.#latest && ns > 0)) return false;
    const day = dayOfMs(ms);
    if (day !== (this.day ?? day)) return false;
    // What an address was said to be on a day before the first row's is not so on this one.
    if (this.#source && this.#source.day !== day) this.#source.begin(day);
    for (let index = 0; index < this.examples.length; index += 1) this.examples[index]!.recordNo = recordNo;
    for (let index = 0; index < this.#columns.length; index += 1)
      if (!this.#columns[index]!.take(record, this.rows)) return false;
    this.day = day;
    this.recordNos[this.rows] = recordNo;
    this.ms[this.rows] = ms;
    this.ns[this.rows] = ns;
    if (ms < this.first) this.first = ms;
    if (ms > this.last) this.last = ms;
    return true;
  }

  /** The port of a proxy's connection is not the client's. */
  #clearPorts(): void {
    const ports = this.output('src_port');
    if (!this.#source || ports.kind !== 'numbers') return;
    for (let row = 0; row < this.rows; row += 1) if (this.#source.isProxy[row] === 1) ports.rows[row] = NONE;
  }
}

function timeReader({ kind, cells }: StraightColumn, time: ReadTime): (record: CutRecord) => boolean {
  const [cell] = cells as [number];
  if (kind === 'stamp') return (record) => readStamp(time, record, cells);
  return kind === 'clf'
    ? ({ bytes, starts, ends }) => starts[cell]! >= 0 && time.clf(bytes, starts[cell]!, ends[cell]!)
    : ({ bytes, starts, ends }) => starts[cell]! >= 0 && time.rfc3339(bytes, starts[cell]!, ends[cell]!);
}

function boundOf(name: string): Bound {
  if (name === 'src_port') return { least: 0, most: MOST_PORT, isNegativeNull: true };
  if (BOUNDED.includes(name)) return { least: 0, most: MOST, isNegativeNull: true };
  return { least: name === 'status_code' ? 1 : 0, most: Number.MAX_SAFE_INTEGER, isNegativeNull: false };
}
