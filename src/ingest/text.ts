import { isUtf8 } from 'node:buffer';

/** Length of the valid UTF-8 sequence at `at`, or 0 (Unicode 16, table 3-7: no overlong form, no surrogate). */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

/** The bytes as UTF-8: those that are none are written `\xHH`. Newlines stay where they are. */
export function toUtf8(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  const parts: Buffer[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(
      bytes.subarray(start, at),
      Buffer.from(`\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}`),
    );
    at += 1;
    start = at;
  }
  parts.push(bytes.subarray(start));
  return Buffer.concat(parts);
}

/** How many newline-separated records a block holds: one more than its newlines. */
export function countRecords(bytes: Buffer): number {
  let records = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) records += 1;
  return records;
}
