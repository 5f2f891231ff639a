import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Address, formatAddress, parseAddress } from '../../src/enrich/address.ts';
import { countryCode, countryNumber } from '../../src/enrich/country.ts';
import {
  buildRangeTable,
  decodeRangeTable,
  encodeRangeTable,
  lookUp,
  type RangeRow,
} from '../../src/enrich/ranges.ts';

const four = (value: number): Address => ({ version: 4, value });
const six = (upper: bigint): Address => ({ version: 6, upper, lower: 0n });

/** Sorted ranges, apart or touching, of one version. */
const rows4 = fc
  .uniqueArray(fc.nat({ max: 2 ** 32 - 1 }), { minLength: 2, maxLength: 60 })
  .map((edges) => edges.sort((a, b) => a - b))
  .map((edges): RangeRow[] =>
    edges.slice(1).flatMap((edge, index) =>
      index % 3 === 2
        ? []
        : [
            {
              first: formatAddress(four(edges[index]!)),
              last: formatAddress(four(edge - 1)),
              value: index + 1,
            },
          ],
    ),
  );
const rows6 = fc
  .uniqueArray(fc.bigInt({ min: 1n << 60n, max: 2n ** 64n - 1n }), { minLength: 2, maxLength: 40 })
  .map((edges) => edges.sort((a, b) => (a < b ? -1 : 1)))
  .map((edges): RangeRow[] =>
    edges.slice(1).map((edge, index) => ({
      first: formatAddress(six(edges[index]!)),
      last: formatAddress({ version: 6, upper: edge - 1n, lower: 2n ** 64n - 1n }),
      value: index + 1,
    })),
  );

function scan(rows: readonly RangeRow[], address: Address): number {
  const key = (each: Address): bigint => (each.version === 4 ? BigInt(each.value) : each.upper);
  for (const row of rows) {
    const [first, last] = [parseAddress(row.first)!, parseAddress(row.last)!];
    if (first.version === address.version && key(first) <= key(address) && key(address) <= key(last))
      return row.value;
  }
  return 0;
}

describe('A table of ranges', () => {
  test('finds what a scan from the first row finds, at the edges and anywhere', () => {
    fc.assert(
      fc.property(
        rows4,
        rows6,
        fc.array(fc.nat({ max: 2 ** 32 - 1 }), { maxLength: 20 }),
        (fours, sixes, others) => {
          const rows = [...fours, ...sixes];
          const table = buildRangeTable(rows);
          const edges = rows.flatMap(({ first, last }) => [parseAddress(first)!, parseAddress(last)!]);
          const beside = edges.flatMap((edge): Address[] =>
            edge.version === 4
              ? [four((edge.value + 1) % 2 ** 32), four((edge.value + 2 ** 32 - 1) % 2 ** 32)]
              : [six((edge.upper + 1n) % 2n ** 64n), six(edge.upper - 1n)],
          );
          for (const address of [
            ...edges,
            ...beside,
            ...others.map(four),
            four(0),
            four(2 ** 32 - 1),
            six(0n),
            six(2n ** 64n - 1n),
          ])
            assert.equal(lookUp(table, address), scan(rows, address), formatAddress(address));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('lets the first of two overlapping ranges stand', () => {
    const table = buildRangeTable([
      { first: '192.0.2.0', last: '192.0.2.99', value: 1 },
      { first: '192.0.2.50', last: '192.0.2.149', value: 2 },
      { first: '192.0.2.60', last: '192.0.2.70', value: 3 },
      { first: '2001:db8::', last: '2001:db8::ff', value: 4 },
      { first: '2001:db8::100', last: '2001:db8:0:1::', value: 5 },
      { first: 'no address', last: '192.0.2.255', value: 6 },
    ]);
    const find = (text: string) => lookUp(table, parseAddress(text)!);
    assert.deepEqual(
      ['192.0.2.49', '192.0.2.99', '192.0.2.100', '192.0.2.149', '192.0.2.150'].map(find),
      [1, 1, 2, 2, 0],
    );
    assert.deepEqual(['2001:db8::1', '2001:db8:0:1::', '2001:db8:0:2::'].map(find), [4, 5, 0]);
  });

  test('is the same after it was written and read', () => {
    fc.assert(
      fc.property(rows4, rows6, (fours, sixes) => {
        const table = buildRangeTable([...fours, ...sixes]);
        const { lengths, bytes } = encodeRangeTable(table);
        // A view that starts at an odd byte, as a slice of a file does.
        const shifted = Buffer.concat([Buffer.from('x'), bytes]).subarray(1);
        assert.deepEqual(decodeRangeTable(lengths, shifted), table);
      }),
      { numRuns: 100 },
    );
  });

  test('of no row finds nothing', () => {
    const table = buildRangeTable([]);
    assert.equal(lookUp(table, four(1)), 0);
    assert.equal(lookUp(table, six(1n)), 0);
  });
});

test('a country is a number and back, and anything else is none', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const numbers = letters.flatMap((a) => letters.map((b) => countryNumber(a + b)));
  assert.deepEqual(
    numbers,
    Array.from({ length: 676 }, (_, index) => index + 1),
  );
  for (const code of ['AA', 'GB', 'ZZ']) assert.equal(countryCode(countryNumber(code)), code);
  for (const code of ['', 'gb', 'GBR', 'G1', 'ÄÖ', 'T1']) assert.equal(countryNumber(code), 0);
  for (const number of [0, 677, -1]) assert.equal(countryCode(number), null);
});
