import type { Command } from 'commander';
import { createLocalKey } from '../adapters/signing-key.ts';
import { PASSPHRASE_OPTION, type PassphraseOptions, passphraseFor } from './passphrase.ts';
import { tell } from './wrap.ts';

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('Make a signing key')
    .addHelpText('after', '\nExample:\n  $ ascribe keys create --out case-officer.key');
  keys
    .command('create')
    .description('Make a signing key (ECDSA P-256) in an encrypted file, its public half beside it')
    .requiredOption('--out <file>', 'the key file; <file>.pub takes the public key. Neither may exist')
    .option(...PASSPHRASE_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe keys create --out case-officer.key\n\nGive the fingerprint to those who will check your signatures, by another way than the package.',
    )
    .action(async ({ out, passphraseFile }: PassphraseOptions & { out: string }) => {
      const passphrase = await passphraseFor(out, { passphraseFile, ask: 'twice' });
      const fingerprint = createLocalKey(out, { passphrase });
      tell(`Private key, encrypted: ${out}\nPublic key: ${out}.pub\nFingerprint: ${fingerprint}`);
    });
}
