import type { Format } from '../formats/format.ts';
import { DERIVED, INPUTS, REQUIRED, typeOfColumn } from '../formats/inputs.ts';
import { HeaderError } from '../lake/header.ts';
import { sqlText, type Table } from '../lake/tables.ts';

/** A column of a format's SELECT, with its type as DuckDB names it. */
export type Described = { name: string; type: string };

/** A record of a projection: of its members the object, and its number in that. */
export type RecordPlace = { member: number; recordNo: number };

/** A fault of a format's file that shows at a record of a log. */
export class RecordFault extends HeaderError {
  readonly place: RecordPlace;

  constructor({ file, problem }: Pick<HeaderError, 'file' | 'problem'>, place: RecordPlace) {
    super(file, problem);
    this.place = place;
  }

  /** The same, once it is known what a person calls the object. */
  in(object: string): HeaderError {
    return new HeaderError(this.file, `${this.problem}\n  at record ${this.place.recordNo} of ${object}`);
  }
}

/** What DuckDB says of a statement that holds a format's SELECT, as a fault of the format's file at its line. */
export function faultOfSql(
  format: Format,
  { statement, message }: { statement: string; message: string },
): HeaderError {
  const at = /\n\nLINE (\d+): /.exec(message);
  const problem = (at ? message.slice(0, at.index) : message).replaceAll(/\s*\n\s*/g, ' ').trim();
  const place = statement.indexOf(format.sql);
  // A statement without the SELECT is the one that tells header records apart.
  if (place < 0) return new HeaderError(format.file, `line ${format.lines.headers}: headers: ${problem}`);
  const lines = format.sql.split('\n');
  const before = statement.slice(0, place).split('\n').length - 1;
  // What is only wrong after its end, such as a bracket that is still open, is wrong in its last line.
  const index = at ? Math.min(Number(at[1]) - before, lines.length) - 1 : -1;
  if (index < 0) return new HeaderError(format.file, `line ${format.lines.sql}: the SELECT: ${problem}`);
  return new HeaderError(
    format.file,
    `line ${format.lines.sql + index}: ${problem}\n  ${lines[index]!.trim().slice(0, 200)}`,
  );
}

/** Widths of whole numbers that 64 bits with a sign hold. */
const WHOLE = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER'];

/** Refuses columns that are not a format's to give, or of a type that the ingest could not take. Throws HeaderError. */
export function checkColumns(format: Format, columns: readonly Described[]): void {
  const { file, lines, source, table } = format;
  const names = columns.map(({ name }) => name);
  const fail = (line: number, problem: string): never => {
    throw new HeaderError(file, `line ${line}: ${problem}`);
  };
  if (source !== null && !names.includes(source))
    fail(lines.source, `source is ${source}, but the SELECT gives no such column`);
  const unknown = names.filter((name) => typeOfColumn(name, table) === null && name !== source);
  if (unknown.length > 0) {
    const derived = unknown.filter((name) => (DERIVED as readonly string[]).includes(name));
    const why = derived.length > 0 ? ` (the ingest makes ${derived.join(', ')} itself)` : '';
    fail(lineOfColumn(format, unknown[0]!), `no column of ${table.name}: ${unknown.join(', ')}${why}`);
  }
  checkMapped(format, fail);
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0) fail(lines.sql, `the SELECT gives no ${missing.join(', no ')}`);
  for (const { name, type } of columns) {
    const wanted = typeOfColumn(name, table) ?? 'varchar';
    if (wanted === 'bigint' ? !WHOLE.includes(type) : type !== wanted.toUpperCase())
      fail(
        lineOfColumn(format, name),
        `the column ${name} is ${type} and must be ${wanted.toUpperCase()}, as from try_cast(… as ${wanted})`,
      );
  }
}

/** Refuses a field that is mapped to what is no column: of the table, of what the SELECT gives the ingest, or the producer. */
function checkMapped(
  { mapped, lines, source, table }: Format,
  fail: (line: number, problem: string) => never,
): void {
  const known = new Set([...table.columns.map(({ name }) => name), ...Object.keys(INPUTS), source]);
  for (const [field, columns] of Object.entries(mapped)) {
    const unknown = columns.find((name) => !known.has(name));
    if (unknown !== undefined)
      fail(lines.mapped[field]!, `${field} is mapped to "${unknown}", which is no column of ${table.name}`);
  }
}

/** The line that names a column last: it is where the SELECT gives it. */
function lineOfColumn({ sql, lines }: Format, name: string): number {
  const named = (pattern: string): number =>
    sql.split('\n').findLastIndex((line) => new RegExp(pattern, 'i').test(line.replace(/--.*$/, '')));
  const word = name.replaceAll(/[^\w]/g, '\\$&');
  const given = named(`\\bas\\s+"?${word}\\b`);
  return lines.sql + Math.max(0, given >= 0 ? given : named(`\\b${word}\\b`));
}

/** A SELECT of the first event that has another word in a column than its table knows; null: none can. */
export function unknownWordsSql({ columns }: Table, rows: string): string | null {
  const found = columns.flatMap(({ name, words }) => {
    const known = words?.map(sqlText).join(', ');
    return known
      ? [`select member, record_no, '${name}', ${name} from given where ${name} not in (${known})`]
      : [];
  });
  if (found.length === 0) return null;
  return `with given as (${rows} where reject is null)
select * from (${found.join(' union all ')}) order by member, record_no limit 1`;
}

/** A format that gives a word which its table does not know, and no query asks for. */
export function faultOfWord(
  format: Format,
  { column, word, place }: { column: string; word: string; place: RecordPlace },
): RecordFault {
  const { words = [] } = format.table.columns.find(({ name }) => name === column)!;
  const problem = `line ${lineOfColumn(format, column)}: ${column} is "${word.slice(0, 100)}", which is none of ${words.join(', ')}`;
  return new RecordFault({ file: format.file, problem }, place);
}

/** A SELECT that was stopped. */
export class TimeFault extends HeaderError {}

/** A format whose SELECT was stopped, since it took too long for so many records. */
export function faultOfTime(
  { file, lines }: Format,
  { seconds, records }: { seconds: number; records: number },
): TimeFault {
  return new TimeFault(
    file,
    `line ${lines.sql}: the SELECT was stopped after ${seconds} s on ${records.toLocaleString('en-GB')} records: it may have no end (a recursion that never ends?)`,
  );
}

/** A format whose SELECT does not give one row a record. */
export function faultOfCount(format: Format, { records, rows }: { records: number; rows: number }): Error {
  return faultOfRows(format, `gave ${rows} rows for ${records} records`);
}

/** A format whose SELECT numbers its rows in another way than the records are. */
export function faultOfNumbers(format: Format): Error {
  return faultOfRows(format, 'gave rows with a record_no that is no record, or that two rows have');
}

function faultOfRows({ file, lines, isOwn }: Format, what: string): Error {
  const problem = `line ${lines.sql}: the SELECT ${what}: it must give one row a record, with its record_no`;
  return isOwn ? new HeaderError(file, problem) : new Error(`${file}: ${problem}`);
}
