import type { Command } from 'commander';
import { TOOL } from '../adapters/assets.ts';
import { writeInto } from '../adapters/at-work.ts';
import { localSigner, readPublicKeyFile } from '../adapters/signing-key.ts';
import { sealCustody } from '../evidence/seal.ts';
import { CommandError } from './command-error.ts';
import { custodyStore } from './custody.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { PASSPHRASE_OPTION, type PassphraseOptions, passphraseFor } from './passphrase.ts';
import { tell } from './wrap.ts';

type SealOptions = PassphraseOptions & { lake: string; key: string; earlierKey: string[] };

export function addSeal(program: Command): void {
  program
    .command('seal')
    .description('Seal the custody records of a lake that no seal holds yet')
    .requiredOption('--key <file>', 'your key file, from "ascribe keys create"')
    .option('--lake <folder>', 'the lake', DEFAULT_LAKE)
    .option('--earlier-key <file...>', 'public keys that earlier seals are signed with, if not yours', [])
    .option(...PASSPHRASE_OPTION)
    .addHelpText('after', '\nExample:\n  $ ascribe seal --lake case-7/lake --key case-officer.key')
    .action(async ({ lake, key, earlierKey, passphraseFile }: SealOptions) => {
      const { store } = await custodyStore(lake);
      const earlierKeys = earlierKey.map((file) => readPublicKeyFile(file).pem);
      const signer = localSigner(key, { passphrase: await passphraseFor(key, { passphraseFile }) });
      const now = () => new Date();
      const leave = writeInto(lake);
      const { made, leftOut } = await sealCustody(store, {
        ...{ signer, tool: TOOL, now, earlierKeys },
      }).finally(leave);
      for (const { number, leaves, sha256 } of made)
        tell(
          `Seal ${number}: ${leaves.toLocaleString('en-GB')} custody records. SHA-256 of the seal: ${sha256}`,
        );
      if (made.length === 0) tell(`${lake} has no custody record that waits for a seal.`);
      if (leftOut[0])
        throw new CommandError(
          `${leftOut.length} custody records of ${lake} are not as they were written and are under no seal, the first of them ${leftOut[0].key}: it ${leftOut[0].problem}. Put it back from a copy, and seal again.`,
        );
    });
}
