import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { directoryStore } from '../adapters/directory.ts';
import { readText } from '../adapters/report-folder.ts';
import { verifyBag } from '../evidence/verify-bag.ts';
import { CommandError } from './command-error.ts';

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Check a package: every file against its manifests')
    .argument('<bag>', 'the folder of a BagIt package')
    .addHelpText('after', '\nExample:\n  $ ascribe verify ascribe-demo/package')
    .action(async (bag: string) => {
      const folder = resolve(bag);
      if ((await readText(join(folder, 'bagit.txt'))) === null) {
        throw new CommandError(
          `${bag} is no BagIt package: there is no bagit.txt in it. Give the folder of a package.`,
        );
      }
      const verdict = await verifyBag(directoryStore(dirname(folder)), basename(folder));
      if (!verdict.ok)
        throw new CommandError(`${bag} is not as it was packed: ${verdict.file} ${verdict.problem}.`);
      process.stdout.write(
        `${bag} is whole: ${verdict.files.toLocaleString('en-GB')} files, ${verdict.bytes.toLocaleString('en-GB')} bytes, every checksum holds.\n`,
      );
    });
}
