import { graded, percent } from './grading.ts';
import type { Signature } from './signatures.ts';
import type { SourceRow } from './sources.ts';
import type { VerdictTest } from './verdict.ts';

/** Of an address, by request template, its requests for queries that it had asked before. */
export type AskedAgain = ReadonlyMap<string, ReadonlyMap<string, number>>;

type Template = Pick<Signature, 'method' | 'path' | 'query'> & { host: string | null };

export const templateOfHost = ({ host, method, path, query }: Template): string =>
  JSON.stringify([host, method, path, query]);

/** Of less than this share of the requests a token says nothing. */
const LEAST_WEIGHT = 0.2;

/** Whether queries with a token were other ones each time, or the same again. */
export function tokenTest(
  rows: readonly SourceRow[],
  { grown, askedAgain }: { grown: boolean; askedAgain: AskedAgain },
): VerdictTest {
  // Who asked once cannot have repeated a query.
  const random = rows.filter(
    (row) => row.requests > 1 && (row.signature.query?.includes('{t}') || row.signature.query === '{rare}'),
  );
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

/** Requests of the rows for queries that their address had asked before: at most all but its first of a template. */
function countAgain(rows: readonly SourceRow[], askedAgain: AskedAgain): number {
  const sent = new Map<string, { again: number; requests: number }>();
  for (const { srcIp, host, original, requests } of rows) {
    const ofSource = askedAgain.get(srcIp);
    if (!ofSource) continue;
    const template = templateOfHost({ ...original, host });
    const again = ofSource.get(template);
    if (again === undefined) continue;
    const key = `${srcIp} ${template}`;
    sent.set(key, { again, requests: requests + (sent.get(key)?.requests ?? 0) });
  }
  return [...sent.values()].reduce((total, { again, requests }) => total + Math.min(again, requests - 1), 0);
}
