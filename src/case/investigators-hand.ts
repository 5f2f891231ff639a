import type { Dataset } from '../enrich/dataset.ts';
import type { BagFile } from '../evidence/bag.ts';
import type { Store } from '../lake/store.ts';
import { CASE_KEY, type CaseFile, CaseFileError, parseCaseFile } from './case-file.ts';
import { encodeJudgement, type Judgement, readJudgements } from './judgements.ts';

/** What people say of a case: the file about it, and their judgements on clusters. */
export type InvestigatorsHand = { caseFile: CaseFile | null; judgements: Judgement[] };

export const NO_HAND: InvestigatorsHand = { caseFile: null, judgements: [] };

/**
 * Reads what people say of a lake: the file that was given, else the `case.json` in it, and its judgements.
 * Throws CaseFileError for a file that cannot be used.
 */
export async function readHand(
  store: Store,
  given: CaseFile | null,
): Promise<InvestigatorsHand & { broken: { key: string; problem: string }[] }> {
  return { caseFile: given ?? (await caseFileOf(store)), ...(await readJudgements(store)) };
}

/** The case file that lies in a lake; null: there is none. Throws CaseFileError. */
export async function caseFileOf(store: Store): Promise<CaseFile | null> {
  const bytes = await store.read(CASE_KEY);
  return bytes && parseCaseFile(bytes, store.locate(CASE_KEY));
}

/** A lake whose rows were made with other trusted proxies than the case's names other clients. Throws CaseFileError. */
export function refuseOtherProxies({
  hand: { caseFile },
  profile,
}: {
  hand: InvestigatorsHand;
  profile: { datasets: readonly Dataset[] };
}): void {
  if (!caseFile?.trusted_proxies) return;
  const [wanted, there] = [
    caseFile.trusted_proxies.join(' '),
    profile.datasets.find(({ id }) => id === 'trusted-proxies')?.version ?? '',
  ];
  if (wanted === there) return;
  throw new CaseFileError(
    `the lake was made with other trusted proxies (${there || 'none'} there, ${wanted || 'none'} in the case file): its rows name other clients. ` +
      'Make the lake anew with ascribe reingest, which reads the case file, or leave trusted_proxies out of it.',
  );
}

/** What a snapshot's root covers of it: another word of a person makes another report. */
export function handLeaves({ caseFile, judgements }: InvestigatorsHand): string[] {
  return [
    ...(caseFile ? [`${CASE_KEY} ${caseFile.sha256}`] : []),
    ...judgements.map(({ hash }) => `judgement ${hash}`).sort(),
  ];
}

/** What the package holds of it: the case file as it was given, and the judgements byte for byte, one a line. */
export function handFiles({ caseFile, judgements }: InvestigatorsHand): BagFile[] {
  return [
    ...(caseFile ? [{ path: CASE_KEY, bytes: Buffer.from(caseFile.text) }] : []),
    ...(judgements.length > 0
      ? [{ path: 'judgements.jsonl', bytes: Buffer.concat(judgements.map(encodeJudgement)) }]
      : []),
  ];
}
