import type { Address } from './address.ts';
import { parseAddress } from './address.ts';

/**
 * A data set of address ranges as compact sorted arrays: 12 bytes an IPv4 range, 20 an IPv6 range.
 * Values are numbers that fit 32 bits: a country code (see country.ts) or an AS number; 0 means none.
 */
export type RangeTable = {
  starts4: Uint32Array;
  ends4: Uint32Array;
  values4: Uint32Array;
  /** Upper 64 bits of the first and last address. */
  starts6: BigUint64Array;
  ends6: BigUint64Array;
  values6: Uint32Array;
};

export type RangeRow = { first: string; last: string; value: number };

/** Builds the arrays from rows sorted by address, as the CSV files are. Where two ranges overlap, the first stands. */
export function buildRangeTable(rows: Iterable<RangeRow>): RangeTable {
  const four = { starts: [] as number[], ends: [] as number[], values: [] as number[] };
  const six = { starts: [] as bigint[], ends: [] as bigint[], values: [] as number[] };
  for (const row of rows) {
    const first = parseAddress(row.first);
    const last = parseAddress(row.last);
    if (first?.version === 4 && last?.version === 4) {
      const start = Math.max(first.value, (four.ends.at(-1) ?? -1) + 1);
      if (start > last.value) continue;
      four.starts.push(start);
      four.ends.push(last.value);
      four.values.push(row.value);
    } else if (first?.version === 6 && last?.version === 6) {
      // Ranges finer than /64 share their upper half, as if they overlapped.
      const start =
        six.ends.length > 0 && first.upper <= six.ends.at(-1)! ? six.ends.at(-1)! + 1n : first.upper;
      if (start > last.upper) continue;
      six.starts.push(start);
      six.ends.push(last.upper);
      six.values.push(row.value);
    }
  }
  return {
    starts4: Uint32Array.from(four.starts),
    ends4: Uint32Array.from(four.ends),
    values4: Uint32Array.from(four.values),
    starts6: BigUint64Array.from(six.starts),
    ends6: BigUint64Array.from(six.ends),
    values6: Uint32Array.from(six.values),
  };
}

/** Index of the last start that is not after the key, or -1. */
function floorIndex<T extends number | bigint>(starts: ArrayLike<T>, key: T): number {
  let low = 0;
  let high = starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= key) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** The value of the range that holds the address; 0: none does. */
export function lookUp(table: RangeTable, address: Address): number {
  if (address.version === 4) {
    const index = floorIndex(table.starts4, address.value);
    return index >= 0 && address.value <= table.ends4[index]! ? table.values4[index]! : 0;
  }
  const index = floorIndex(table.starts6, address.upper);
  return index >= 0 && address.upper <= table.ends6[index]! ? table.values6[index]! : 0;
}

const PARTS = ['starts6', 'ends6', 'starts4', 'ends4', 'values4', 'values6'] as const;

/** Bytes of the arrays, one after the other, and how long each is (in elements). The 64-bit ones lead, for alignment. */
export function encodeRangeTable(table: RangeTable): { lengths: number[]; bytes: Uint8Array } {
  const views = PARTS.map(
    (part) => new Uint8Array(table[part].buffer, table[part].byteOffset, table[part].byteLength),
  );
  return { lengths: PARTS.map((part) => table[part].length), bytes: Buffer.concat(views) };
}

/** The arrays over their bytes, or over a copy where no number of 64 bits can begin. */
export function decodeRangeTable(lengths: readonly number[], bytes: Uint8Array): RangeTable {
  const isAligned = bytes.byteOffset % 8 === 0;
  const { buffer, byteOffset } = isAligned ? bytes : new Uint8Array(bytes);
  let offset = byteOffset;
  const take32 = (length: number): Uint32Array => {
    const view = new Uint32Array(buffer, offset, length);
    offset += view.byteLength;
    return view;
  };
  const take64 = (length: number): BigUint64Array => {
    const view = new BigUint64Array(buffer, offset, length);
    offset += view.byteLength;
    return view;
  };
  const [a, b, c, d, e, f] = lengths as [number, number, number, number, number, number];
  return {
    starts6: take64(a),
    ends6: take64(b),
    starts4: take32(c),
    ends4: take32(d),
    values4: take32(e),
    values6: take32(f),
  };
}
