import { readBytes } from '../adapters/report-folder.ts';
import { type CaseFile, parseCaseFile } from '../case/case-file.ts';
import { caseFileOf } from '../case/investigators-hand.ts';
import { type Store, StoreError } from '../lake/store.ts';
import { CommandError } from './command-error.ts';

export const CASE_OPTION = [
  '--case <file>',
  'what you know of the case, see docs/case-file.md; without it the case.json in the lake',
] as const;

/** The case file that was named; null: none was. Throws CaseFileError, and CommandError where it is not there. */
export async function givenCase(file: string | undefined): Promise<CaseFile | null> {
  if (file === undefined) return null;
  const bytes = await readBytes(file);
  if (bytes === null)
    throw new CommandError(`${file} does not exist: --case takes a JSON file, see docs/case-file.md.`);
  return parseCaseFile(bytes, file);
}

/** The case file of a lake that may not be there yet, nor be a place to make one. */
async function ownCase(store: Store): Promise<CaseFile | null> {
  try {
    return await caseFileOf(store);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new CommandError(`${error.message} Give another place for the lake with --out or --lake.`);
  }
}

/**
 * The proxies that an ingest trusts: those of the command line, else those of the case file. Throws CommandError where
 * both name some and they differ.
 */
export async function proxiesToTrust(
  store: Store,
  { given, caseFile }: { given: readonly string[] | undefined; caseFile: CaseFile | null },
): Promise<string[] | undefined> {
  const named = given?.flatMap((text) => text.split(',')).map((text) => text.trim());
  const ofCase = (caseFile ?? (await ownCase(store)))?.trusted_proxies;
  if (!ofCase) return named;
  if (named && [...new Set(named)].sort().join(' ') !== ofCase.join(' '))
    throw new CommandError(
      `--trusted-proxies are ${[...new Set(named)].sort().join(' ')}, and those of the case file ${ofCase.join(' ') || 'none'}: give them in one of the two, or the same in both.`,
      2,
    );
  return [...ofCase];
}
