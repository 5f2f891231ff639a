import type { Analyst } from '../catalogue/engine.ts';
import { type Counted, keyAtHost } from '../detection/signatures.ts';
import { num, signatureOf, str, time } from './signature-rows.ts';
import { type Span, windowOf } from './span.ts';

/** A signature as one host was asked with it. */
export type CountedAtHost = Counted & { host: string | null };

/** A minute of a signature: requests once each, and rows with those that repeat a request id. */
export type SignatureMinute = CountedAtHost & { minute: number; rows: number };

type Log = { sourceId: string; repeats: string };

export async function signatureMinutes(
  analyst: Analyst,
  { log, around }: { log: Log; around: Span },
): Promise<SignatureMinute[]> {
  const rows = await analyst.ask('technique/signature-minutes', windowOf(log, around));
  return rows.map((row) => ({
    minute: time(row.minute),
    host: str(row.host),
    signature: signatureOf(row),
    requests: num(row.requests) - num(row.repeats),
    rows: num(row.requests),
  }));
}

/** Signatures of the whole log less those around its candidates, which are given by minute. */
export async function usualSignatures(
  analyst: Analyst,
  { log, whole, minutes }: { log: Log; whole: Span; minutes: readonly SignatureMinute[] },
): Promise<CountedAtHost[]> {
  // Rows on both sides: an id that stands within a candidate and outside would be taken from what it was not in.
  const rows = await analyst.ask('technique/signatures', { ...windowOf(log, whole), repeats: '0' });
  const left = new Map<string, CountedAtHost>();
  for (const row of rows) {
    const counted = { host: str(row.host), signature: signatureOf(row), requests: num(row.requests) };
    left.set(keyAtHost(counted), counted);
  }
  for (const minute of minutes) left.get(keyAtHost(minute))!.requests -= minute.rows;
  return [...left.values()].filter(({ requests }) => requests > 0);
}

/** Those of one host; all where none is given. */
export function ofHost<Of extends { host: string | null }>(
  all: readonly Of[],
  host: string | null,
): readonly Of[] {
  return host === null ? all : all.filter((each) => each.host === host);
}
