/** Log objects hold five minutes each; here are the cuts, and the gzip that both logs share. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export const sliceMs = 300_000;

/** Puts each item in its slice; slices without any are left out. */
export function slices<T>(items: readonly T[], timeOf: (item: T) => number): Map<number, T[]> {
  const cut = new Map<number, T[]>();
  for (const item of items) {
    const time = timeOf(item);
    const start = time - (time % sliceMs);
    const slice = cut.get(start);
    if (slice) slice.push(item);
    else cut.set(start, [item]);
  }
  return new Map([...cut].sort(([a], [b]) => a - b));
}

/** `20191111T154000Z`. */
export function compactTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

const compress = promisify(gzip);
const unknownSystem = 255;

/**
 * The header names no operating system (RFC 1952, section 2.3.1), as zlib otherwise writes the one it runs on.
 * Another build of zlib may still cut the same text into other deflate blocks; what is inside is the same.
 */
export async function pack(text: string): Promise<Uint8Array> {
  const bytes = await compress(text, { level: 3 });
  bytes[9] = unknownSystem;
  return bytes;
}
