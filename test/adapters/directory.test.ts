import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { chmod, mkdtemp, open, readdir, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { directoryStore } from '../../src/adapters/directory.ts';
import { StoreError } from '../../src/lake/store.ts';
import { storeContract } from '../lake/store.contract.ts';

const module = new URL('../../src/adapters/directory.ts', import.meta.url).href;
const folder = () => mkdtemp(join(tmpdir(), 'ascribe-store-'));
const opening = (root: string) => `
  const { directoryStore } = await import(${JSON.stringify(module)});
  const store = directoryStore(${JSON.stringify(root)});`;

storeContract('A directory', async () => {
  const root = join(await folder(), 'not', 'yet', 'there');
  return { store: directoryStore(root), source: opening(root) };
});

test('an object is whole or not there when its writer is killed', async () => {
  const root = await folder();
  const size = 3_000_000;
  const script = `${opening(root)}
    for (let i = 0; ; i++) await store.create('o/' + process.pid + '-' + i, Buffer.alloc(${size}, 'x'));`;
  for (const delay of [150, 200, 260, 330]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await pause(delay);
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
  }
  const store = directoryStore(root);
  for (const { key, size: found } of await store.list('')) {
    assert.equal(found, size, key);
    assert.equal((await store.read(key))?.byteLength, size);
  }
});

test('a list does not show the staging area, and no key reaches it', async () => {
  const root = await folder();
  const store = directoryStore(root);
  await store.create('a', Buffer.from('x'));
  await writeFile(join(root, '.staging', 'left-by-a-killed-process'), 'half');
  assert.deepEqual(await store.list(''), [{ key: 'a', size: 1 }]);
  await assert.rejects(store.read('.staging/left-by-a-killed-process'), StoreError);
});

test('nothing is left in the staging area after a creation, taken or not', async () => {
  const root = await folder();
  const store = directoryStore(root);
  await Promise.all([1, 2, 3].map((n) => store.create('same', Buffer.from(`${n}`))));
  assert.deepEqual(await readdir(join(root, '.staging')), []);
});

test('a symbolic link is listed, so that it is seen, and never followed', async () => {
  const root = await folder();
  const store = directoryStore(root);
  await symlink('/etc/hostname', join(root, 'file'));
  await symlink('/etc', join(root, 'folder'));
  assert.deepEqual(
    (await store.list('')).map(({ key }) => key),
    ['file', 'folder'],
  );
  await assert.rejects(store.read('file'), /symbolic link/);
});

test('a directory in the way of an object is an error that names it', async () => {
  const root = await folder();
  const store = directoryStore(root);
  await store.create('a/b', Buffer.from('x'));
  await assert.rejects(store.create('a', Buffer.from('x')), { name: 'StoreError', path: join(root, 'a') });
  await assert.rejects(store.create('a/b/c', Buffer.from('x')), /a part of the path is a file/);
  assert.equal(await store.read('a'), null);
});

test('a refusal of the system is one sentence with the path, what to do, and the cause', async () => {
  const locked = await folder();
  await chmod(locked, 0o500);
  const store = directoryStore(locked);
  // Root may write everywhere: for this test it becomes nobody.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await assert.rejects(store.create('a', Buffer.from('x')), (error) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /^Cannot write \S+a: you have no permission; .*\.$/);
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'EACCES');
      return true;
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('a full disk is named as one', async (t) => {
  // /dev/full exists on Linux alone: every write to it fails with ENOSPC.
  if (process.platform !== 'linux') return t.skip('needs /dev/full');
  const root = await folder();
  const local = join(root, 'local');
  await symlink('/dev/full', local);
  const store = directoryStore(root);
  const full = await open(local, 'w');
  const failure = await full.writeFile('x').catch((error: unknown) => error);
  await full.close();
  assert.equal((failure as NodeJS.ErrnoException).code, 'ENOSPC');
  const broken = t.mock.method(fs, 'writeSync', () => {
    throw failure;
  });
  syncBuiltinESMExports();
  t.after(() => {
    broken.mock.restore();
    syncBuiltinESMExports();
  });
  await assert.rejects(
    store.create('a', Buffer.from('x')),
    /^StoreError: Cannot write .*: the disk is full; free some space/,
  );
  assert.deepEqual(await store.list('a'), []);
});
