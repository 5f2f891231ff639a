import type { Inflated } from './inflate.ts';

/** A log with its time stamps hardly packs better than 1 in 100, and gzip at most 1 in 1,032. */
const MOST_RATIO = 500;

const GIB = 2 ** 30;

/**
 * Bytes that anything may unpack to. bzip2 and zstd pack a flood, which is one request again and again, as well as any
 * bomb: by a ratio alone, who attacks would decide whether the log can be read. Bytes go by as they are unpacked, so
 * that it is time which is bounded.
 */
const FREE_BYTES = { none: Number.POSITIVE_INFINITY, gzip: GIB / 16, bzip2: 4 * GIB, zstd: 4 * GIB };

export type Unpacking = { bytes: number; stored: number; compression: Inflated['compression'] };

/** Why what is unpacked is a bomb, with the bound that it breaks; null: it is none so far. */
export function bombIn({ bytes, stored, compression }: Unpacking): string | null {
  const free = FREE_BYTES[compression];
  if (bytes <= free || bytes <= stored * MOST_RATIO) return null;
  const beyond = free >= GIB ? `more than ${free / GIB} GiB, and to ` : '';
  return `unpacks to ${beyond}more than ${MOST_RATIO} times its stored size: a bomb. If it is a log, unpack it and give that`;
}
