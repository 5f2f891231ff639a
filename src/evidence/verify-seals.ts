/** Checks custody as a whole: numbers, chain, signatures and roots of the seals, and every record against them. */
import type { Store } from '../lake/store.ts';
import { verifyCustodyRecord } from './custody.ts';
import { custodyUnder } from './read-custody.ts';
import { type CustodyProblem, readSealChain } from './seal-chain.ts';
import type { SealHead } from './statement.ts';

export type SealsVerdict = {
  /** Seals that hold, by themselves. */
  seals: number;
  /** Records under them, and records that wait for the next. */
  sealed: number;
  unsealed: number;
  /** The last seal that holds. Seals cut off behind it leave no trace here: hold it against one noted elsewhere. */
  head: SealHead | null;
  /** All that is wrong; none: custody is as it was sealed. */
  problems: CustodyProblem[];
};

export type SealsCheck = {
  /** The PEM of every key that may have signed a seal, got by another way than the store. */
  publicKeys: readonly string[];
  /** SHA-256 of a seal as it was noted elsewhere: the chain must hold it. */
  noted?: string | undefined;
};

export async function verifySeals(store: Store, { publicKeys, noted }: SealsCheck): Promise<SealsVerdict> {
  const chain = await readSealChain(store, { keys: publicKeys });
  const problems: CustodyProblem[] = [];
  const onProblem = (problem: CustodyProblem) => problems.push(problem);
  let sealed = 0;
  let unsealed = 0;
  for await (const { key, bytes, seal } of custodyUnder(store, {
    ...chain,
    compare: 'originals',
    onProblem,
  })) {
    const verdict = verifyCustodyRecord(bytes, { key });
    if (!verdict.ok) problems.push({ key, problem: verdict.problem });
    if (seal === null) unsealed += 1;
    else sealed += 1;
  }
  if (noted !== undefined && !chain.seals.some((seal) => seal.sha256 === noted))
    problems.push({
      key: 'seals/',
      problem: `has no seal with the SHA-256 ${noted} that was noted: it was taken away or made anew`,
    });
  const last = chain.seals.at(-1);
  const head = last ? { number: last.number, sha256: last.sha256 } : null;
  return { seals: chain.seals.length, sealed, unsealed, head, problems };
}
