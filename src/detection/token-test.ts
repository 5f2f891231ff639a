import { graded, percent } from './grading.ts';
import { keyAtHost, RARE_VALUE, type Signature } from './signatures.ts';
import type { SourceRow } from './sources.ts';
import type { VerdictTest } from './verdict.ts';

/** By host and signature before it was folded (`keyAtHost`), of each address: its requests for what it had asked before. */
export type AskedAgain = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Of less than this share of the requests a token says nothing. */
const LEAST_WEIGHT = 0.2;

/** Whether the query of a folded signature has a value that may be another one each time. */
export const hasToken = ({ query }: Signature): boolean =>
  query !== null && (query.includes('{t}') || query === RARE_VALUE);

/** Whether queries with a token were other ones each time, or the same again. */
export function tokenTest(
  rows: readonly SourceRow[],
  { grown, askedAgain }: { grown: boolean; askedAgain: AskedAgain },
): VerdictTest {
  // Who asked once cannot have repeated a query.
  const random = rows.filter(({ requests, signature }) => requests > 1 && hasToken(signature));
  const requests = sum(random);
  const share = requests > 0 ? (requests - countAgain(random, askedAgain)) / requests : 0;
  const weight = requests / Math.max(sum(rows), 1);
  return {
    id: 'random-tokens',
    // An app whose every query is another one has them in its usual traffic, too.
    result:
      weight < LEAST_WEIGHT ? 'neither' : graded(share, { benignTo: 0.3, ...(grown && { attackFrom: 0.9 }) }),
    observation: `${percent(weight)} of the requests are of sources that sent several queries with a token; ${percent(share)} of those are asked once only by their source`,
  };
}

const sum = (rows: readonly SourceRow[]): number => rows.reduce((total, { requests }) => total + requests, 0);

function countAgain(rows: readonly SourceRow[], askedAgain: AskedAgain): number {
  if (askedAgain.size === 0) return 0;
  return rows.reduce((total, { srcIp, host, original }) => {
    return total + (askedAgain.get(keyAtHost({ host, signature: original }))?.get(srcIp) ?? 0);
  }, 0);
}
