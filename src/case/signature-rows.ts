import type { Analyst, Row } from '../catalogue/engine.ts';
import { type Signature, signatureKey } from '../detection/signatures.ts';
import type { SourceRow } from '../detection/sources.ts';

/** Readers of what the signature queries answer. */
export const num = (value: Row[string] | undefined): number => Number(value ?? 0);
export const str = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
export const time = (value: Row[string] | undefined): number => Date.parse(String(value));

export function signatureOf(row: Row): Signature {
  return {
    fingerprint: str(row.fingerprint),
    userAgent: str(row.user_agent),
    method: str(row.http_method),
    path: str(row.path_template),
    query: str(row.query_template),
    hasReferrer: row.has_referrer === true,
  };
}

/** Rows of one log and span, as parameters say them, their signatures folded. */
export async function sourceRows(
  analyst: Analyst,
  { window, fold }: { window: Record<string, string>; fold: (signature: Signature) => Signature },
): Promise<SourceRow[]> {
  const rows = await analyst.ask('technique/source-signatures', window);
  // A signature is one object however many addresses sent it.
  const signatures = new Map<string, Pick<SourceRow, 'signature' | 'original'>>();
  const folded = (original: Signature): Pick<SourceRow, 'signature' | 'original'> => {
    const key = signatureKey(original);
    const known = signatures.get(key) ?? { signature: fold(original), original };
    signatures.set(key, known);
    return known;
  };
  return rows.map((row) => ({
    srcIp: String(row.src_ip),
    ...folded(signatureOf(row)),
    host: str(row.host),
    requests: num(row.requests),
    repeats: num(row.repeats),
    distinctQueries: num(row.distinct_queries),
    actionKnown: num(row.action_known),
    mitigated: num(row.mitigated),
    originKnown: num(row.origin_known),
    reachedOrigin: num(row.reached_origin),
    firstSeen: time(row.first_seen),
    lastSeen: time(row.last_seen),
  }));
}
