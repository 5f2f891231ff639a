import { DOUBLE, type DuckDBConnection, DuckDBScalarFunction, INTEGER, VARCHAR } from '@duckdb/node-api';
import { CLAIMS } from '../enrich/client-address.ts';
import type { Enricher } from '../enrich/enricher.ts';
import { rememberFacts4 } from '../enrich/remembered.ts';
import { argumentBytes, INLINE_BYTES, STRING_BYTES } from './duckdb-strings.ts';

const POINT = 0x2e;
const ZERO = 0x30;

/**
 * Registers `source_facts4(head, tail, claim, day)`: a DOUBLE of the packed facts of an IPv4 address, as it is usually
 * written, in two pieces of up to twelve bytes; null for any other text. Pieces of that length lie in their vectors, so
 * that no string is made of them.
 */
export function registerFacts4(connection: DuckDBConnection, enricher: Enricher): void {
  const remembered = rememberFacts4(enricher);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: 'source_facts4',
      parameterTypes: [VARCHAR, VARCHAR, INTEGER, INTEGER],
      returnType: DOUBLE,
      mainFunction(_info, input, output) {
        const rows = input.rowCount;
        if (rows === 0) return;
        const heads = argumentBytes(input, 0, STRING_BYTES);
        const tails = argumentBytes(input, 1, STRING_BYTES);
        const claims = argumentBytes(input, 2, 4);
        const days = argumentBytes(input, 3, 4);
        const claimOf = new Int32Array(claims.bytes.buffer, claims.bytes.byteOffset, rows);
        const dayOf = new Int32Array(days.bytes.buffer, days.bytes.byteOffset, rows);
        for (let row = 0; row < rows; row += 1) {
          const isThere = heads.isValid(row) && tails.isValid(row);
          const value = isThere ? numberOf(heads.bytes, tails.bytes, row * STRING_BYTES) : NO_ADDRESS;
          const day = days.isValid(row) ? dayOf[row]! : 0;
          const claim = CLAIMS[claimOf[row]!] ?? 'peer';
          output.setItem(row, value < 0 ? null : remembered(value, claim, day));
        }
        output.flush();
      },
    }),
  );
}

const NO_ADDRESS = -1;

/** The number of an IPv4 address, of which head and tail are strings in their vectors at an offset. */
function numberOf(head: Uint8Array, tail: Uint8Array, offset: number): number {
  const headLength = lengthAt(head, offset);
  const tailLength = lengthAt(tail, offset);
  if (headLength >>> 0 > INLINE_BYTES || tailLength >>> 0 > INLINE_BYTES) return NO_ADDRESS;
  let value = 0;
  let quad = 0;
  let digits = 0;
  let points = 0;
  const bytes = headLength + tailLength;
  for (let index = 0; index < bytes; index += 1) {
    const byte = index < headLength ? head[offset + 4 + index]! : tail[offset + 4 + index - headLength]!;
    if (byte === POINT) {
      if (digits === 0) return NO_ADDRESS;
      value = value * 256 + quad;
      quad = 0;
      digits = 0;
      points += 1;
      continue;
    }
    const digit = byte - ZERO;
    // A zero that leads is none: some readers take 010 for eight.
    if (digit < 0 || digit > 9 || (digits > 0 && quad === 0)) return NO_ADDRESS;
    quad = quad * 10 + digit;
    digits += 1;
    if (quad > 255) return NO_ADDRESS;
  }
  return points === 3 && digits > 0 ? value * 256 + quad : NO_ADDRESS;
}

/** The length of a string in its vector, in its first four bytes. */
function lengthAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
}
