/**
 * Tests a bag with the validator of the Library of Congress (PyPI `bagit`): whoever receives a package checks it
 * with a tool that is not ours.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryStore } from '../src/adapters/directory.ts';
import { writeBag } from '../src/evidence/bag.ts';
import { verifyBag } from '../src/evidence/verify-bag.ts';

const version = '1.9.0';
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ascribe', 'bagit');
const python = join(cache, 'bin', 'python');
const validator = join(cache, 'bin', 'bagit.py');

install();
const place = mkdtempSync(join(tmpdir(), 'ascribe-bag-'));
try {
  const store = directoryStore(place);
  const names = [
    'report.json',
    'logs/edge.log',
    'logs/Wahl – größer.log',
    'logs/two\r\nlines.log',
    'empty',
    '日本',
  ];
  const receipt = await writeBag(store, {
    prefix: 'package',
    // bagit 1.9 does not decode %25 (RFC 8493 section 2.1.3 does), so that no name here has a per cent sign.
    payload: names.map((path) => ({
      path,
      bytes: path === 'empty' ? new Uint8Array() : Buffer.from(`${path}\n`),
    })),
    tags: [{ path: 'custody/records.txt', bytes: Buffer.from('one record\n') }],
    info: [
      ['Source-Organization', 'Campaign Example'],
      ['Bagging-Date', '2019-11-13'],
      ['Bag-Software-Agent', 'ascribe'],
      [
        'External-Description',
        'An evidence package, with a description so long that it needs a fold. '.repeat(3),
      ],
    ],
  });
  const bag = join(place, 'package');
  assert.equal(receipt.files, names.length);
  assert.deepEqual(await verifyBag(store, 'package'), {
    ok: true,
    tagManifestSha256: receipt.tagManifestSha256,
    files: names.length,
    bytes: receipt.bytes,
  });
  const whole = validate(bag);
  assert.equal(whole.status, 0, `the validator refuses a whole bag:\n${whole.said}`);

  for (const path of ['data/logs/edge.log', 'bag-info.txt', 'custody/records.txt', 'manifest-sha512.txt']) {
    const bytes = readFileSync(join(bag, path));
    writeFileSync(join(bag, path), flipped(bytes));
    const changed = validate(bag);
    assert.notEqual(changed.status, 0, `the validator accepts a bag with a byte of ${path} changed`);
    const ours = await verifyBag(store, 'package');
    assert.ok(!ours.ok && ours.file === path, `ours does not name ${path}`);
    writeFileSync(join(bag, path), bytes);
  }
  assert.equal(validate(bag).status, 0);
  console.log(
    `bagit ${version} accepts the bag of ${names.length} files and refuses each of 4 changed ones.`,
  );
} finally {
  rmSync(place, { recursive: true, force: true });
}

function install(): void {
  if (existsSync(validator) && said(python, ['-c', 'import bagit; print(bagit.VERSION)']).includes(version))
    return;
  rmSync(cache, { recursive: true, force: true });
  said('python3', ['-m', 'venv', cache]);
  said(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `bagit==${version}`]);
}

function said(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stderr}`);
  return stdout;
}

function validate(bag: string): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync(python, [validator, '--validate', bag], {
    encoding: 'utf8',
  });
  if (error) throw error;
  return { status, said: `${stdout}${stderr}` };
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.length >> 1]! ^= 1;
  return changed;
}
