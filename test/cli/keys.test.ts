import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readPublicKeyFile } from '../../src/adapters/signing-key.ts';
import { ascribe } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-keys-'));
after(() => rmSync(root, { recursive: true, force: true }));
const passphrase = 'correct horse battery';
const passphraseFile = join(root, 'passphrase');
writeFileSync(passphraseFile, `${passphrase}\nthis line is not read\n`);

/** No passphrase from whoever runs the tests. */
const withoutPassphrase = { ASCRIBE_KEY_PASSPHRASE: undefined };

test('a key is made, its fingerprint shown, and the passphrase opens it', async () => {
  const out = join(root, 'a.key');
  const ran = await ascribe(['keys', 'create', '--out', out, '--passphrase-file', passphraseFile]);
  assert.equal(ran.code, 0, ran.err);
  const { fingerprint } = readPublicKeyFile(`${out}.pub`);
  assert.equal(
    ran.out,
    `Private key, encrypted: ${out}\nPublic key: ${out}.pub\nFingerprint: ${fingerprint}\n`,
  );
  assert.equal(statSync(out).mode & 0o777, 0o600);
  createPrivateKey({ key: readFileSync(out), passphrase });
  const again = await ascribe(['keys', 'create', '--out', out, '--passphrase-file', passphraseFile]);
  assert.equal(again.code, 1);
  assert.match(again.err, /^ascribe: .*a\.key\.pub is there already, and no key is ever overwritten: /);
});

test('the passphrase may come from the environment', async () => {
  const out = join(root, 'b.key');
  const env = { ASCRIBE_KEY_PASSPHRASE: passphrase };
  assert.equal((await ascribe(['keys', 'create', '--out', out], { env })).code, 0);
  createPrivateKey({ key: readFileSync(out), passphrase });
});

test('no passphrase, an empty one, a short one and a file that is none are named', async () => {
  const out = join(root, 'c.key');
  const empty = join(root, 'empty');
  writeFileSync(empty, '\nsecond line');
  const wrong: [string[], NodeJS.ProcessEnv, RegExp][] = [
    [
      [],
      withoutPassphrase,
      /there is no terminal to ask on: give --passphrase-file, or set ASCRIBE_KEY_PASS/,
    ],
    [[], { ASCRIBE_KEY_PASSPHRASE: '' }, /the passphrase is empty \(ASCRIBE_KEY_PASSPHRASE\)/],
    [[], { ASCRIBE_KEY_PASSPHRASE: 'short' }, /fewer than 8 characters/],
    [['--passphrase-file', join(root, 'none')], {}, /none does not exist: check the path/],
    [['--passphrase-file', root], {}, /is a folder: give the file in it/],
    [['--passphrase-file', empty], {}, /the passphrase is empty \(the first line of .*empty\)/],
  ];
  for (const [options, env, says] of wrong) {
    const ran = await ascribe(['keys', 'create', '--out', out, ...options], { env });
    assert.equal(ran.code, 1);
    assert.match(ran.err, says);
    assert.doesNotMatch(ran.err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
  }
});

test('a key without a place, and keys alone, are wrong commands', async () => {
  for (const args of [
    ['keys'],
    ['keys', 'create'],
    ['keys', 'burn'],
    ['keys', 'create', '--passphrase', 'x'],
  ])
    assert.equal((await ascribe(args)).code, 2, args.join(' '));
});

describe('on a terminal', { skip: spawnSync('script', ['--version']).status !== 0 }, () => {
  const entry = fileURLToPath(new URL('../../bin/ascribe.js', import.meta.url));

  /** Answers each question with a line, on a terminal of util-linux's `script`; gives all that the terminal showed. */
  function typed(out: string, lines: string[]): Promise<{ code: number | null; shown: string }> {
    const command = `${process.execPath} ${entry} keys create --out ${out}`;
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      env: { ...process.env, ...withoutPassphrase },
    });
    let shown = '';
    let answered = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      const questions = shown.match(/(Passphrase of \S+|The same again): /g) ?? [];
      if (questions.length > answered) child.stdin.write(lines[answered++] ?? '');
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, shown })));
  }

  test('the passphrase is asked for twice and not shown, and a typing error can be taken back', async () => {
    const out = join(root, 'typed.key');
    const { code, shown } = await typed(out, ['correct horse batteryx\u007f\r', 'correct horse battery\r']);
    assert.equal(code, 0, shown);
    assert.match(shown, /Passphrase of .*typed\.key: \r?\n.*The same again: \r?\n/);
    assert.doesNotMatch(shown, /horse/);
    createPrivateKey({ key: readFileSync(out), passphrase });
  });

  test('two that differ, and Ctrl-C, write nothing', async () => {
    const differing = await typed(join(root, 'd.key'), ['correct horse\r', 'correct house\r']);
    assert.equal(differing.code, 1);
    assert.match(differing.shown, /the two passphrases differ: .*Nothing was written/);
    const stopped = await typed(join(root, 'd.key'), ['correct\u0003']);
    assert.equal(stopped.code, 1);
    assert.match(stopped.shown, /stopped at the passphrase/);
    assert.throws(() => statSync(join(root, 'd.key.pub')));
  });
});
