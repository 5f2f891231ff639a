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
  const rows = await analyst.askForMany('technique/source-signatures', window);
  const foldedOf = folder(fold);
  // An answer in order of signatures has an address over and over, as another text each time.
  const addresses = new Map<string, string>();
  return Array.from(rows, (row) => {
    const address = String(row.src_ip);
    const srcIp = addresses.get(address) ?? address;
    addresses.set(srcIp, srcIp);
    const { signature, original } = foldedOf(row);
    return {
      srcIp,
      signature,
      original,
      host: str(row.host),
      requests: num(row.requests),
      repeats: num(row.repeats),
      actionKnown: num(row.action_known),
      mitigated: num(row.mitigated),
      originKnown: num(row.origin_known),
      reachedOrigin: num(row.reached_origin),
      firstSeen: time(row.first_seen),
      lastSeen: time(row.last_seen),
    };
  });
}

type Folded = Pick<SourceRow, 'signature' | 'original'>;

/** Folds signatures, of which each is one object however many addresses sent it. Rows of one follow one another. */
function folder(fold: (signature: Signature) => Signature): (row: Row) => Folded {
  const known = new Map<string, Folded>();
  let last: Folded | null = null;
  return (row) => {
    if (last && isOf(row, last.original)) return last;
    const original = signatureOf(row);
    const key = signatureKey(original);
    last = known.get(key) ?? { signature: fold(original), original };
    known.set(key, last);
    return last;
  };
}

function isOf(row: Row, signature: Signature): boolean {
  return (
    row.path_template === signature.path &&
    row.query_template === signature.query &&
    row.user_agent === signature.userAgent &&
    row.http_method === signature.method &&
    row.fingerprint === signature.fingerprint &&
    row.has_referrer === signature.hasReferrer
  );
}
