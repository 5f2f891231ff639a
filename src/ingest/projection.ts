import type { Format } from '../formats/format.ts';
import type { Ledger } from '../lake/marker.ts';
import type { Table } from '../lake/tables.ts';

/**
 * The Projector port: blocks of whole records and a format give rows, rejects and parts.
 * Small objects are projected together, since a statement costs more than a hundred records.
 */
export type Projector = {
  open(options: { format: Format; receivedAt: Date; label: string }): Promise<Projection>;
};

/** A block of one object: UTF-8 text whose records are numbered from `firstRecord`. */
export type Member = {
  /** Its object's; null: not known yet. */
  objectId: string | null;
  text: Buffer;
  firstRecord: number;
  records: number;
  /** The last header record before the block, or what stands for it. */
  header: string | null;
  /** Of JSON, a byte a record, 1 where it adjoins another; null: none does. */
  adjoining: Uint8Array | null;
};

export type ProjectedBlock = {
  ledger: Ledger;
  /** First and last event of the rows, ms since 1970; null without rows. */
  first: number | null;
  last: number | null;
  /** Days of the rows and notices, YYYY-MM-DD, ascending. */
  days: string[];
  sources: string[];
  rejects: { recordNo: number; reason: string }[];
  /** The last header record in the block; null: none. */
  header: string | null;
};

export type Reject = {
  recordNo: number;
  byteOffset: number;
  byteLength: number;
  sha256: string;
  reason: string;
  raw: string;
};

export type Projection = {
  /** Whether `stream` can be asked. */
  streams: boolean;
  /**
   * Projects blocks of one object, whose records follow one another, and writes the events of the day that they are of
   * straight into files below a local folder. What is left, as `project` would, waits to be written.
   */
  stream(blocks: readonly Member[], folder: string): Promise<Streamed>;
  /**
   * Projects blocks, of one object each, and gives what each became, in their order. Adds to what was projected since
   * parts were last written: then of one member, the same.
   */
  project(members: readonly Member[]): Promise<ProjectedBlock[]>;
  /** Writes all rows, one Parquet file a table, member and day, below an empty local folder, and begins anew. */
  writeParts(folder: string): Promise<MemberPart[]>;
  /** Gives files of parts the id of their object, which is known once its last byte is read; and their digests. */
  nameParts(parts: readonly UnnamedPart[], objectId: string): Promise<string[]>;
  /** The same as `writeParts` in memory, of members that are small and have their ids. */
  encodeParts(): Promise<EncodedPart[]>;
  /** Begins anew without writing. */
  clear(): Promise<void>;
  /** Writes rejects as a Parquet file. */
  writeRejects(rejects: readonly Reject[], options: { objectId: string; file: string }): Promise<WrittenPart>;
  close(): Promise<void>;
};

/** `straight`: parts of the rows that need no SELECT, beside the others. */
export type Streamed = { block: ProjectedBlock; straight: MemberPart[]; parts: MemberPart[] };

export type WrittenPart = { rows: number; sha256: string };

/** A file that lacks the column `object_id` of its table. */
export type UnnamedPart = { table: Table; file: string };

export type MemberPart = UnnamedPart & { rows: number; member: number; day: string };

/** `isStraight`: of rows that need no SELECT. */
export type EncodedPart = WrittenPart & {
  table: Table;
  member: number;
  day: string;
  bytes: Uint8Array;
  isStraight: boolean;
};
