/** A lake that is made anew and a package that is written again, where a link or a mount point is in their place. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe, assertSentence, digests } from './run.ts';

const root = temporaryFolder();
const log = join(root, 'access.log');
const out = join(root, 'case');
const lake = join(out, 'lake');
const profileOf = (folder: string): string =>
  JSON.parse(readFileSync(join(folder, 'profile.json'), 'utf8')).id;
const proxies = ['--trusted-proxies', '198.51.100.0/24'];

/** Runs a command with a folder mounted on itself, as a volume of a container is, where the system lets it. */
const mounting = (folder: string): string[] => [
  ...['unshare', '--mount', '--map-root-user', 'sh', '-c'],
  ...[`mount --bind '${folder}' '${folder}' && exec "$@"`, 'sh'],
];
const canMount = spawnSync('unshare', [...mounting(root).slice(1), 'true']).status === 0;

before(async () => {
  writeFileSync(log, `${apacheLine()}\n`);
  const ran = await ascribe(['investigate', log, '--out', out]);
  assert.equal(ran.code, 0, ran.err);
});

test('behind a link the real lake is made anew, and the real package replaced: the links stay', async () => {
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(elsewhere);
  for (const name of ['lake', 'package']) {
    renameSync(join(out, name), join(elsewhere, name));
    symlinkSync(join('..', 'elsewhere', name), join(out, name));
  }
  const [was, wasPacked] = [profileOf(lake), readFileSync(join(out, 'package', 'bag-info.txt'), 'utf8')];
  const anew = await ascribe(['reingest', log, '--lake', lake, ...proxies]);
  assert.equal(anew.code, 0, anew.err);
  const again = await ascribe(['investigate', '--lake', lake, '--out', out]);
  assert.equal(again.code, 0, again.err);
  for (const name of ['lake', 'package']) assert.ok(lstatSync(join(out, name)).isSymbolicLink());
  assert.notEqual(profileOf(join(elsewhere, 'lake')), was);
  assert.notEqual(readFileSync(join(elsewhere, 'package', 'bag-info.txt'), 'utf8'), wasPacked);
  assert.equal((await ascribe(['verify', join(out, 'package')])).code, 0);
  assert.deepEqual(readdirSync(elsewhere).sort(), ['lake', 'package']);
});

test('a mount point is refused before any work', { skip: !canMount }, async () => {
  const real = join(root, 'elsewhere');
  const was = digests(real, () => true);
  for (const { name, args } of [
    { name: 'lake', args: ['reingest', log, '--lake', join(real, 'lake')] },
    { name: 'package', args: ['investigate', log, '--out', real] },
  ]) {
    const ran = await ascribe(args, { argv0: mounting(join(real, name)) });
    assertSentence(
      ran,
      new RegExp(`^ascribe: \\S*/${name} is a mount point and cannot be replaced: give a folder below it\\.`),
    );
    assert.deepEqual(
      digests(real, () => true),
      was,
    );
  }
  assert.deepEqual(readdirSync(real).sort(), ['lake', 'package']);
});
