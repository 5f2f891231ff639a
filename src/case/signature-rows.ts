import type { Analyst, Columns, Row } from '../catalogue/engine.ts';
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
  const { count, column } = await analyst.askForColumns('technique/source-signatures', window);
  const foldedAt = signaturesIn(column, fold);
  const [srcIp, host] = [column('src_ip'), column('host')];
  const [requests, repeats] = [column('requests'), column('repeats')];
  const [actionKnown, mitigated] = [column('action_known'), column('mitigated')];
  const [originKnown, reachedOrigin] = [column('origin_known'), column('reached_origin')];
  const [firstSeen, lastSeen] = [column('first_seen'), column('last_seen')];
  // An engine may give an address that comes over and over as another text each time.
  const addresses = new Map<string, string>();
  return Array.from({ length: count }, (_, row) => {
    const { signature, original } = foldedAt(row);
    const address = String(srcIp.at(row));
    const known = addresses.get(address) ?? address;
    addresses.set(known, known);
    return {
      srcIp: known,
      signature,
      original,
      host: str(host.at(row)),
      requests: num(requests.at(row)),
      repeats: num(repeats.at(row)),
      actionKnown: num(actionKnown.at(row)),
      mitigated: num(mitigated.at(row)),
      originKnown: num(originKnown.at(row)),
      reachedOrigin: num(reachedOrigin.at(row)),
      firstSeen: firstSeen.timeAt(row),
      lastSeen: lastSeen.timeAt(row),
    };
  });
}

type Folded = Pick<SourceRow, 'signature' | 'original'>;

/** The signatures of an answer by row, each one object however many addresses sent it. Rows of one follow one another. */
export function signaturesIn(
  column: Columns['column'],
  fold: (signature: Signature) => Signature,
): (row: number) => Folded {
  const known = new Map<string, Folded>();
  const [fingerprint, userAgent, method] = [
    column('fingerprint'),
    column('user_agent'),
    column('http_method'),
  ];
  const [path, query, hasReferrer] = [
    column('path_template'),
    column('query_template'),
    column('has_referrer'),
  ];
  let last: Folded | null = null;
  const isOf = (row: number, signature: Signature): boolean =>
    path.at(row) === signature.path &&
    query.at(row) === signature.query &&
    userAgent.at(row) === signature.userAgent &&
    method.at(row) === signature.method &&
    fingerprint.at(row) === signature.fingerprint &&
    hasReferrer.at(row) === signature.hasReferrer;
  return (row) => {
    if (last && isOf(row, last.original)) return last;
    const original = {
      fingerprint: str(fingerprint.at(row)),
      userAgent: str(userAgent.at(row)),
      method: str(method.at(row)),
      path: str(path.at(row)),
      query: str(query.at(row)),
      hasReferrer: hasReferrer.at(row) === true,
    };
    const key = signatureKey(original);
    last = known.get(key) ?? { signature: fold(original), original };
    known.set(key, last);
    return last;
  };
}
