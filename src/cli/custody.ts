import type { Command } from 'commander';
import { awsClients } from '../adapters/aws-clients.ts';
import { directoryStore } from '../adapters/directory.ts';
import { isInS3 } from '../adapters/lake-location.ts';
import { parseS3Url, s3Store } from '../adapters/s3-store.ts';
import { readPublicKeyFile } from '../adapters/signing-key.ts';
import { type SealsVerdict, verifySeals } from '../evidence/verify-seals.ts';
import { readProfile } from '../ingest/profile.ts';
import type { Store } from '../lake/store.ts';
import { visible } from '../report/hostile-text.ts';
import { CommandError } from './command-error.ts';
import { addCustodyChecks } from './custody-check.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { tell } from './wrap.ts';

type CustodyOptions = { lake: string; key?: string[]; head?: string };

/** Problems that are shown; a lake that lost a folder has thousands. */
const MOST_SHOWN = 20;

export function addCustody(program: Command): void {
  const command = program
    .command('custody')
    .description('Check the custody records of a lake against their seals')
    .option('--key <file...>', 'public key of who seals; more than one where the key has changed')
    .option('--lake <place>', 'the lake, or the vault of a deployment: s3://bucket', DEFAULT_LAKE)
    .option('--head <sha256>', 'SHA-256 of a seal as you noted it: it must be among the seals')
    .addHelpText('after', '\nExample:\n  $ ascribe custody --lake case-7/lake --key case-officer.key.pub')
    .action(async ({ lake, key, head }: CustodyOptions) => {
      if (key === undefined)
        throw new CommandError(
          'give with --key the public key of who seals, or see "ascribe custody check".',
          2,
        );
      const { store } = await custodyStore(lake);
      const publicKeys = key.map((file) => readPublicKeyFile(file).pem);
      const verdict = await verifySeals(store, { publicKeys, noted: head?.toLowerCase() });
      tell(account(verdict));
      const { problems } = verdict;
      for (const { key: place, problem } of problems.slice(0, MOST_SHOWN))
        tell(`  ${visible(`${place} ${problem}`)}`);
      if (problems.length > 0)
        throw new CommandError(
          `the custody of ${lake} is not as it was sealed (problems: ${problems.length}, the first of them above). Compare it with a copy.`,
        );
      if (verdict.seals === 0)
        throw new CommandError(
          `${lake} has no seal: either none was made, or all were taken away. "ascribe seal" makes one.`,
        );
    });
  addCustodyChecks(command);
}

/**
 * The store of a lake or of a vault, whose custody can be read with no engine, and the profile of the lake: null for a
 * vault, which can be that of several. Throws CommandError where there is none. An auditor may read a vault's custody
 * and seals, and nothing else.
 */
export async function custodyStore(lake: string): Promise<{ store: Store; profile: string | null }> {
  if (isInS3(lake)) {
    const vault = s3Store(awsClients().s3, parseS3Url(lake));
    if ((await vault.list('custody/')).length > 0) return { store: vault, profile: null };
    throw new CommandError(`${lake} holds no custody: give the vault, an output of the deployment.`);
  }
  const store = directoryStore(lake);
  const profile = await readProfile(store);
  if (profile === null) throw new CommandError(`there is no lake at ${lake}: ascribe ingest makes one.`);
  return { store, profile: profile.id };
}

function account({ seals, sealed, unsealed, head }: SealsVerdict): string {
  const number = (value: number): string => value.toLocaleString('en-GB');
  const lines = [
    `Seals that hold: ${number(seals)}. Custody records under seal: ${number(sealed)}, waiting for a seal: ${number(unsealed)}.`,
  ];
  // Seals cut off at the end leave no hole: only a note kept elsewhere shows that they were there.
  if (head) lines.push(`Last seal: ${head.number}, SHA-256 ${head.sha256}. Compare it with your notes.`);
  return lines.join('\n');
}
