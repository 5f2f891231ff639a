import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBScalarFunction,
  INTEGER,
} from '@duckdb/node-api';
import { argumentBytes } from './duckdb-strings.ts';

const DAY_MS = 86_400_000;

/** What a statement over records takes into a part: the events of one day. Of all others it keeps the numbers. */
export class Taken {
  readonly id: number;
  #day = 0;
  rows = 0;
  /** First and last event, ms since 1970. */
  first = Infinity;
  last = -Infinity;
  /** Numbers of the records that are not taken, ascending. */
  left: number[] = [];
  #lastNo = 0;
  /** Records came in another order than theirs. */
  isMixed = false;

  constructor(id: number) {
    this.id = id;
  }

  /** Begins anew, for a day as YYYY-MM-DD. */
  begin(day: string): void {
    this.#day = Date.parse(day) / DAY_MS;
    this.rows = 0;
    this.first = Infinity;
    this.last = -Infinity;
    this.left = [];
    this.#lastNo = 0;
    this.isMixed = false;
  }

  /** Whether an event is taken: null for its day where a record is none. */
  take(recordNo: number, day: number | null, ms: number): boolean {
    if (recordNo <= this.#lastNo) this.isMixed = true;
    this.#lastNo = recordNo;
    if (day !== this.#day) {
      this.left.push(recordNo);
      return false;
    }
    this.rows += 1;
    if (ms < this.first) this.first = ms;
    if (ms > this.last) this.last = ms;
    return true;
  }
}

/**
 * SQL that is true for the rows that a part takes. A null day: no event of the table.
 */
export function takenSql(id: number): string {
  return `taken(${id}, record_no, case when reject is null and notice is null then cast(dt - date '1970-01-01' as integer) end, cast(epoch_ms(time) as double))`;
}

/** Registers the function `taken` over what statements take, each of which it finds by its id. */
export function registerTaken(connection: DuckDBConnection, all: ReadonlyMap<number, Taken>): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'taken',
      parameterTypes: [BIGINT, BIGINT, INTEGER, DOUBLE],
      returnType: BOOLEAN,
      // Asked once a row, in the order of the rows, wherever it stands.
      volatile: true,
      mainFunction(_info, input, output) {
        const rows = input.rowCount;
        if (rows === 0) return;
        const taken = all.get(Number(input.getColumnVector(0).getItem(0)))!;
        const numbers = argumentBytes(input, 1, 8);
        const days = argumentBytes(input, 2, 4);
        const times = argumentBytes(input, 3, 8);
        const halves = new Uint32Array(numbers.bytes.buffer, numbers.bytes.byteOffset, rows * 2);
        const day = new Int32Array(days.bytes.buffer, days.bytes.byteOffset, rows);
        const ms = new Float64Array(times.bytes.buffer, times.bytes.byteOffset, rows);
        for (let row = 0; row < rows; row += 1) {
          const recordNo = halves[row * 2]! + halves[row * 2 + 1]! * 2 ** 32;
          output.setItem(row, taken.take(recordNo, days.isValid(row) ? day[row]! : null, ms[row]!));
        }
        output.flush();
      },
    }),
  );
}
