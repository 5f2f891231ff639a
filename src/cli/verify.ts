import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { directoryStore } from '../adapters/directory.ts';
import { readText } from '../adapters/report-folder.ts';
import { readPublicKeyFile } from '../adapters/signing-key.ts';
import { type SignatureVerdict, verifyBagSignature } from '../evidence/bag-signature.ts';
import { verifyBag } from '../evidence/verify-bag.ts';
import { visible } from '../report/hostile-text.ts';
import { CommandError } from './command-error.ts';
import { tell } from './wrap.ts';

type VerifyOptions = { key?: string; fingerprint?: string };

/** A whole package whose signer nobody vouched for: neither good, 0, nor wrong, 1. */
const NOT_AUTHENTICATED = 3;

const after = `
Example:
  $ ascribe verify ascribe-demo/package
  $ ascribe verify case-7/package --key case-officer.key.pub

Whoever made a package can have put any key into it: get the key or its fingerprint from the signer, by another way.

Exit code:
  0  intact, and signed with the key or fingerprint that you gave; or intact and not signed, and you gave none
  1  not intact, not signed though you gave a key, or signed by another
  3  intact and signed, but you gave neither key nor fingerprint: the signer is not authenticated`;

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Check a package: every file against its manifests, and the signature')
    .argument('<bag>', 'the folder of a BagIt package')
    .option('--key <file>', 'public key of the signer (PEM), got by another way than the package')
    .option('--fingerprint <hex>', 'its SHA-256 fingerprint instead, got by another way than the package')
    .addHelpText('after', after)
    .action(async (bag: string, options: VerifyOptions) => {
      const keyPem = options.key === undefined ? undefined : readPublicKeyFile(options.key).pem;
      const fingerprint = options.fingerprint === undefined ? undefined : fingerprintIn(options.fingerprint);
      const folder = resolve(bag);
      if ((await readText(join(folder, 'bagit.txt'))) === null) {
        throw new CommandError(
          `${bag} is no BagIt package: there is no bagit.txt in it. Give the folder of a package.`,
        );
      }
      const store = directoryStore(dirname(folder));
      const verdict = await verifyBag(store, basename(folder));
      if (!verdict.ok)
        throw new CommandError(`${bag} is not as it was packed: ${verdict.file} ${verdict.problem}.`);
      tell(
        `${bag} is whole: ${verdict.files.toLocaleString('en-GB')} files, ${verdict.bytes.toLocaleString('en-GB')} bytes, every checksum holds.`,
      );
      const { tagManifestSha256 } = verdict;
      const signature = await verifyBagSignature(store, basename(folder), {
        ...{ tagManifestSha256, keyPem, fingerprint },
      });
      tellSignature(bag, { signature, isAsked: keyPem !== undefined || fingerprint !== undefined });
    });
}

function tellSignature(
  bag: string,
  { signature, isAsked }: { signature: SignatureVerdict; isAsked: boolean },
): void {
  if (signature.state === 'wrong')
    throw new CommandError(
      `the signature of ${bag} does not hold: ${visible(`${signature.file} ${signature.problem}`)}.`,
    );
  if (signature.state === 'unsigned') {
    if (isAsked)
      throw new CommandError(
        `${bag} is intact, not signed: there is no signatures/dsse.json to hold against what you gave. Ask the sender for the signed package.`,
      );
    tell(`${bag} is intact, not signed: checksums show damage, not forgery.`);
    return;
  }
  const { fingerprint, predicate, isAuthenticated } = signature;
  const { key, signed_at: signedAt, tool, synthetic } = predicate;
  const words = `by key ${fingerprint} (${key.kind} ${key.reference}), dated ${signedAt} by the signer, with ${tool.name} ${tool.version}`;
  if (synthetic) tell('SYNTHETIC: the signer says that this package is of simulated traffic.');
  if (!isAuthenticated)
    throw new CommandError(
      `${bag} is intact, signer not authenticated: signed ${visible(words)}. The key lies in the package itself, where anybody can put one: give --key or --fingerprint, got from the signer by another way.`,
      NOT_AUTHENTICATED,
    );
  tell(`Signed ${visible(words)}; authenticated.`);
}

/** 64 hexadecimal digits as people pass them on: in capitals, with colons or spaces. */
function fingerprintIn(text: string): string {
  const hex = text
    .replace(/^sha-?256:/i, '')
    .replace(/[\s:]/g, '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  throw new CommandError(
    `--fingerprint ${JSON.stringify(text)} is no SHA-256 fingerprint: give the 64 hexadecimal digits that "ascribe keys create" showed.`,
  );
}
