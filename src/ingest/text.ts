import { isUtf8 } from 'node:buffer';

/** Length of the valid UTF-8 sequence at `at`, or 0 (Unicode 16, table 3-7: no overlong form, no surrogate). */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

const HEX = Buffer.from('0123456789ABCDEF');

/**
 * The bytes as UTF-8: those that are none are written `\xHH`, and in a text of JSON with the backslash escaped, so that it
 * stays one. Newlines stay where they are.
 */
export function toUtf8(bytes: Buffer, { isJson = false }: { isJson?: boolean } = {}): Buffer {
  if (isUtf8(bytes)) return bytes;
  let broken = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) broken += 1;
    at += length || 1;
  }
  // Sized once: an object of nothing but broken bytes costs four times its bytes, not an object a byte.
  const backslashes = isJson ? 2 : 1;
  const text = Buffer.allocUnsafe(bytes.length + broken * (2 + backslashes));
  let end = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text.fill(0x5c, end, end + backslashes);
      end += backslashes;
      text[end] = 0x78;
      text[end + 1] = HEX[byte >> 4]!;
      text[end + 2] = HEX[byte & 15]!;
      end += 3;
    } else for (let index = 0; index < length; index += 1, end += 1) text[end] = bytes[at + index]!;
    at += length || 1;
  }
  return text;
}

/**
 * An escape of JSON, from its backslash on, so that none begins within another: a whole pair of surrogates, one that is
 * alone (in group 1), or any other.
 */
const ESCAPE =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/gs;

/** U+FFFD, as long as the escape that it stands for. */
const REPLACEMENT = Buffer.from('\\ufffd');

/**
 * Records of JSON with U+FFFD for each escape of a surrogate that is alone, as browsers and Go read them: half a character
 * has no UTF-8, and DuckDB refuses all of a record that names one, which a client can have a logger write.
 */
export function withoutHalves(text: Buffer): Buffer {
  if (!text.includes('\\ud') && !text.includes('\\uD')) return text;
  let whole: Buffer | null = null;
  for (const { 1: half, index } of text.toString('latin1').matchAll(ESCAPE)) {
    if (half === undefined) continue;
    whole ??= Buffer.from(text);
    REPLACEMENT.copy(whole, index);
  }
  return whole ?? text;
}

/** U+FEFF in UTF-8, which editors of Windows put before a text. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The first bytes of an object without the mark: it is of the file, and of no record. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
}

const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;

/** Whether a record is nothing but blanks. */
export function isBlank(text: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = text[at];
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
  }
  return true;
}

/** How many newline-separated records a block holds: one more than its newlines. */
export function countRecords(bytes: Buffer): number {
  let records = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) records += 1;
  return records;
}
