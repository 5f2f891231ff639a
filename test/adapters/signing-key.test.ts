import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createLocalKey, localSigner, readPublicKeyFile } from '../../src/adapters/signing-key.ts';
import { foreignKeys, madeKey } from '../evidence/made-signer.ts';
import { signerContract } from '../evidence/signer.contract.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-key-'));
after(() => rmSync(root, { recursive: true, force: true }));
const passphrase = 'correct horse, ünd bättery';
const file = join(root, 'officer.key');
const fingerprint = createLocalKey(file, { passphrase });

signerContract('A key file', { make: async () => localSigner(file, { passphrase }), kind: 'local' });

describe('a key file', () => {
  test('is for its owner alone, and the public half for everybody', () => {
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(readPublicKeyFile(`${file}.pub`).fingerprint, fingerprint);
    assert.equal(localSigner(file, { passphrase }).keyId, fingerprint);
  });

  test('names itself in what it signs without the path', () => {
    assert.equal(localSigner(file, { passphrase }).reference, 'officer.key');
  });

  test('is encrypted: neither the key nor the passphrase lies in it', () => {
    const text = readFileSync(file, 'utf8');
    assert.match(text, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    const plain = createPrivateKey({ key: text, passphrase }).export({ type: 'pkcs8', format: 'der' });
    const stored = Buffer.from(text.replace(/-----.*-----|\n/g, ''), 'base64');
    // The scalar: 32 bytes in the middle of the PKCS#8 structure (RFC 5915).
    assert.ok(!stored.includes(plain.subarray(36, 68)));
    assert.ok(!stored.includes(Buffer.from(passphrase)));
  });

  test('is opened by OpenSSL, with scrypt', { skip: spawnSync('openssl', ['version']).status !== 0 }, () => {
    const secret = ['-passin', `pass:${passphrase}`];
    const { stdout } = spawnSync('openssl', ['pkey', '-in', file, ...secret, '-pubout'], {
      encoding: 'utf8',
    });
    assert.equal(stdout, readFileSync(`${file}.pub`, 'utf8'));
    assert.match(spawnSync('openssl', ['asn1parse', '-in', file], { encoding: 'utf8' }).stdout, /:scrypt/);
  });

  test('is never overwritten, and neither is what lies where its public half goes', () => {
    const before = readFileSync(file);
    assert.throws(() => createLocalKey(file, { passphrase }), /officer\.key\.pub is there already/);
    assert.deepEqual(readFileSync(file), before);
    const lone = join(root, 'lone.key');
    writeFileSync(lone, 'mine');
    assert.throws(
      () => createLocalKey(lone, { passphrase }),
      /lone\.key is there already, and no key is ever/,
    );
    assert.equal(readFileSync(lone, 'utf8'), 'mine');
    assert.ok(!readdirSync(root).includes('lone.key.pub'), 'nothing is left behind');
  });

  test('is not made with a short passphrase or in a folder that is not there', () => {
    assert.throws(() => createLocalKey(join(root, 'x'), { passphrase: 'short' }), /fewer than 8 characters/);
    assert.throws(() => createLocalKey(join(root, 'no', 'x'), { passphrase }), /its folder does not exist/);
    assert.ok(!readdirSync(root).includes('x'));
  });
});

describe('a key file that cannot be used', () => {
  const made = (name: string, content: string): string => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const encrypted = { ...pkcs8, cipher: 'aes-256-cbc', passphrase };
  const { privateKey, pem } = madeKey();
  mkdirSync(join(root, 'folder'));
  const damaged = readFileSync(file, 'utf8').replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  const wrong: [what: string, path: string, says: RegExp][] = [
    ['is not there', join(root, 'none.key'), /none\.key does not exist: check the path/],
    ['is a folder', join(root, 'folder'), /is a folder/],
    ['is no PEM', made('poem', 'Shall I compare thee'), /poem holds no private key: give the key file/],
    ['is the public half', made('public', pem), /holds no private key: give the key file, not the \.pub/],
    ['is not encrypted', made('open', privateKey.export(pkcs8).toString()), /is not encrypted: encrypt it/],
    [
      'is not encrypted, in the older form',
      made('sec1', privateKey.export({ type: 'sec1', format: 'pem' }).toString()),
      /is not encrypted/,
    ],
    ['is damaged', made('damaged', damaged), /cannot be opened: the passphrase is wrong, or the file is dam/],
    ...foreignKeys.map(([what, key]): [string, string, RegExp] => [
      `is of ${what}`,
      made(what, key.privateKey.export(encrypted).toString()),
      new RegExp(`holds a key of another kind \\(${what}\\), and Ascribe signs with ECDSA P-256`),
    ]),
  ];
  for (const [what, path, says] of wrong) {
    test(`says so where it ${what}`, () => {
      assert.throws(() => localSigner(path, { passphrase }), { name: 'SigningError', message: says });
    });
  }

  test('says so where the passphrase is another', () => {
    for (const other of ['', 'another', `${passphrase} `])
      assert.throws(() => localSigner(file, { passphrase: other }), /the passphrase is wrong, or the file/);
  });

  test('says so where it may not be read', { skip: process.getuid?.() !== 0 }, () => {
    chmodSync(root, 0o755);
    process.seteuid?.(65534);
    try {
      assert.throws(() => localSigner(file, { passphrase }), /may not be read by this user/);
    } finally {
      process.seteuid?.(0);
    }
  });

  test('is no public key either', () => {
    assert.throws(() => readPublicKeyFile(file), /officer\.key holds a private key: give the public key/);
    assert.throws(() => readPublicKeyFile(join(root, 'poem')), /poem holds no public key in PEM/);
    assert.throws(() => readPublicKeyFile(join(root, 'none')), /none does not exist/);
  });
});

test('a P-256 key that others encrypted is taken too', () => {
  const { privateKey, pem } = madeKey();
  const path = join(root, 'others.key');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase }));
  assert.equal(localSigner(path, { passphrase }).publicKeyPem, pem);
});
