import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { directoryStore } from '../../src/adapters/directory.ts';
import { createLocalKey, localSigner } from '../../src/adapters/signing-key.ts';
import { writeBag } from '../../src/evidence/bag.ts';
import { signBag } from '../../src/evidence/bag-signature.ts';
import type { Signer } from '../../src/evidence/signer.ts';
import type { PackageClaim } from '../../src/evidence/statement.ts';
import { madeSigner } from '../evidence/made-signer.ts';
import { ascribe, type Ran } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-verify-'));
after(() => rmSync(root, { recursive: true, force: true }));

const claim: PackageClaim = {
  kind: 'report',
  window: null,
  snapshot: 'a'.repeat(64),
  synthetic: true,
  tool: { name: 'ascribe', version: '0.1.0' },
};
const signedAt = '2019-11-13T09:00:00.000Z';
const passphrase = 'correct horse battery';
const keyFile = join(root, 'officer.key');
createLocalKey(keyFile, { passphrase });
const local = localSigner(keyFile, { passphrase });
const kms = madeSigner({ kind: 'kms', reference: 'arn:aws:kms:eu-west-2:123456789012:key/7' });
const kmsFile = join(root, 'kms.pem');
writeFileSync(kmsFile, kms.publicKeyPem);

async function pack(name: string, { signer, content = 'a' }: { signer?: Signer; content?: string } = {}) {
  const store = directoryStore(root);
  const payload = [{ path: 'report.json', bytes: Buffer.from(content) }];
  await writeBag(store, { prefix: name, payload, info: [['Bagging-Date', '2019-11-13']] });
  if (signer) await signBag(store, name, { signer, claim, signedAt });
  return join(root, name);
}

const unsigned = await pack('unsigned');
const byFile = await pack('by-file', { signer: local });
const byKms = await pack('by-kms', { signer: kms });

let copies = 0;
function copyOf(bag: string): string {
  copies += 1;
  const copy = join(root, `copy-${copies}`);
  cpSync(bag, copy, { recursive: true });
  return copy;
}

function assertSays({ code, err }: Ran, { exit, says }: { exit: number; says: RegExp }): void {
  assert.equal(code, exit, err);
  assert.match(err, says);
  assert.doesNotMatch(err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
}

const spaced = (fingerprint: string): string => fingerprint.toUpperCase().match(/../g)!.join(':');
const signed = [
  {
    ...{ kind: 'a key file', bag: byFile, signer: local, named: 'local key officer.key' },
    known: [`--key=${keyFile}.pub`, `--fingerprint=${spaced(local.keyId)}`],
    other: { signer: kms, known: `--key=${kmsFile}` },
  },
  {
    ...{ kind: 'KMS', bag: byKms, signer: kms, named: 'KMS key arn:aws:kms:eu-west-2:123456789012:key/7' },
    known: [`--key=${kmsFile}`],
    other: { signer: local, known: `--fingerprint=${local.keyId}` },
  },
];
for (const { kind, bag, signer, named, known, other } of signed) {
  describe(`a package signed with ${kind}`, () => {
    test('is authenticated by the key or the fingerprint, exit code 0', async () => {
      for (const option of known) {
        const ran = await ascribe(['verify', bag, option]);
        assert.equal(ran.code, 0, ran.err);
        assert.equal(ran.err, '');
        assert.equal(
          ran.out,
          [
            `${bag} is whole: 1 files, 1 bytes, every checksum holds.`,
            'SYNTHETIC: the signer says that this package is of simulated traffic.',
            `Signed by key ${signer.keyId} (${named}), dated ${signedAt} by the signer, with ascribe 0.1.0; authenticated.\n`,
          ].join('\n'),
        );
      }
    });

    test('is intact without them, but its signer is not authenticated, exit code 3', async () => {
      const ran = await ascribe(['verify', bag]);
      assertSays(ran, {
        exit: 3,
        says: /is intact, signer not authenticated: signed by key [0-9a-f]{64} \(/,
      });
      assert.match(ran.out, /is whole: /);
      assert.doesNotMatch(ran.out, /authenticated/);
    });

    test('is told apart from one that is signed by another', async () => {
      const says = new RegExp(
        `the signature of .* does not hold: signatures/dsse\\.json was signed by another key, ${signer.keyId}, than the one you gave, ${other.signer.keyId}`,
      );
      assertSays(await ascribe(['verify', bag, other.known]), { exit: 1, says });
    });
  });
}

describe('a package that is not signed', () => {
  test('is intact, exit code 0, and says so', async () => {
    const ran = await ascribe(['verify', unsigned]);
    assert.equal(ran.code, 0);
    assert.match(ran.out, /is whole: .*\n.*is intact, not signed: checksums show damage, not forgery\.\n$/);
  });

  test('does not do where a signer is expected', async () => {
    assertSays(await ascribe(['verify', unsigned, '--key', kmsFile]), {
      exit: 1,
      says: /is intact, not signed: there/,
    });
  });
});

describe('what is wrong has a sentence of its own:', () => {
  test('the payload was changed after signing', async () => {
    const bag = copyOf(byFile);
    writeFileSync(join(bag, 'data/report.json'), 'b');
    const says = /is not as it was packed: data\/report\.json differs from its SHA-256 and its SHA-512/;
    assertSays(await ascribe(['verify', bag, '--key', `${keyFile}.pub`]), { exit: 1, says });
  });

  test('the package was packed anew, or has the signature of another', async () => {
    const bag = await pack('anew', { content: 'b' });
    cpSync(join(byFile, 'signatures'), join(bag, 'signatures'), { recursive: true });
    const says =
      /dsse\.json is the signature of another package, or this one was packed anew after it was signed/;
    for (const known of [[], ['--key', `${keyFile}.pub`]])
      assertSays(await ascribe(['verify', bag, ...known]), { exit: 1, says });
  });

  test('the signature was changed', async () => {
    const bag = copyOf(byFile);
    const file = join(bag, 'signatures/dsse.json');
    const envelope = JSON.parse(readFileSync(file, 'utf8'));
    const statement = Buffer.from(envelope.payload, 'base64').toString().replace('true', 'false');
    writeFileSync(file, JSON.stringify({ ...envelope, payload: Buffer.from(statement).toString('base64') }));
    const says =
      /dsse\.json has no signature of this key over this payload .* was changed, or another key signed/;
    assertSays(await ascribe(['verify', bag, '--key', `${keyFile}.pub`]), { exit: 1, says });
    writeFileSync(file, 'hello');
    assertSays(await ascribe(['verify', bag]), {
      exit: 1,
      says: /dsse\.json is no JSON object: it is no sig/,
    });
  });

  test('signed anew by somebody else', async () => {
    const bag = copyOf(byFile);
    rmSync(join(bag, 'signatures'), { recursive: true });
    await signBag(directoryStore(bag), '', { signer: madeSigner(), claim, signedAt });
    assertSays(await ascribe(['verify', bag]), { exit: 3, says: /signer not authenticated/ });
    const says = /was signed by another key/;
    assertSays(await ascribe(['verify', bag, '--key', `${keyFile}.pub`]), { exit: 1, says });
  });

  test('the key file is none', async () => {
    const wrong: [string, RegExp][] = [
      [keyFile, /officer\.key holds a private key: give the public key/],
      [join(byFile, 'bagit.txt'), /bagit\.txt holds no public key in PEM/],
    ];
    for (const [file, says] of wrong)
      assertSays(await ascribe(['verify', byFile, '--key', file]), { exit: 1, says });
    const says = /--fingerprint "abc" is no SHA-256 fingerprint: give the 64 hexadecimal digits/;
    assertSays(await ascribe(['verify', byFile, '--fingerprint', 'abc']), { exit: 1, says });
  });

  test('what the statement says cannot act on a terminal', async () => {
    const signer = madeSigner({ reference: 'key\u001b[2J\nforged' });
    const bag = await pack('hostile', { signer });
    const ran = await ascribe(['verify', bag, '--fingerprint', signer.keyId]);
    assert.equal(ran.code, 0);
    assert.match(ran.out, /local key key\\u001b\[2J\\u000aforged/);
  });
});

test('the help says what each exit code means', async () => {
  const { out } = await ascribe(['verify', '--help']);
  for (const code of [0, 1, 3]) assert.match(out, new RegExp(`^ {2}${code} {2}\\S`, 'm'));
});

describe('without Ascribe', { skip: !hasTools() }, () => {
  const security = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
  const [, script] = /### Check a signature without Ascribe[^#]*?```sh\n([\s\S]*?)```/.exec(security)!;
  const run = (bag: string, key: string) =>
    spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script!], {
      cwd: bag,
      env: { ...process.env, KEY: key },
      encoding: 'utf8',
    });

  test('the commands of SECURITY.md verify a package, of a key file and of KMS', () => {
    for (const [bag, key] of [[byFile, `${keyFile}.pub`] as const, [byKms, kmsFile] as const]) {
      const { status, stdout, stderr } = run(bag, key);
      assert.equal(status, 0, stderr);
      assert.equal(stdout, 'Verified OK\ntagmanifest-sha256.txt: OK\n');
    }
  });

  test('and fail for another key, another package and a changed payload', async () => {
    assert.notEqual(run(byFile, kmsFile).status, 0);
    const other = await pack('other', { content: 'b' });
    cpSync(join(byFile, 'signatures'), join(other, 'signatures'), { recursive: true });
    assert.match(run(other, `${keyFile}.pub`).stdout, /tagmanifest-sha256\.txt: FAILED/);
    const changed = copyOf(byFile);
    writeFileSync(join(changed, 'data/report.json'), 'b');
    const ran = run(changed, `${keyFile}.pub`);
    assert.notEqual(ran.status, 0);
    assert.match(ran.stdout, /data\/report\.json: FAILED/);
  });
});

function hasTools(): boolean {
  return ['openssl version', 'jq --version', 'sha256sum --version', 'bash --version'].every(
    (command) => spawnSync('sh', ['-c', command]).status === 0,
  );
}
