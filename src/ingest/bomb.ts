/**
 * What unpacks to more than this many times its stored size, past a size that anything may have, is a bomb: gzip packs
 * at most 1 in 1,032, and a log with its time stamps hardly 1 in 100.
 */
export const MOST_RATIO = 500;
const FREE_BYTES = 64 << 20;

export function isBomb({ bytes, stored }: { bytes: number; stored: number }): boolean {
  return bytes > FREE_BYTES && bytes > stored * MOST_RATIO;
}
