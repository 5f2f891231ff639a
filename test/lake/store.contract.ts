/** What every adapter of the Store port does. Run from the adapter's own test. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Store } from '../../src/lake/store.ts';

export type StoreUnderTest = {
  store: Store;
  /** Module source that binds `store` to the same place in another process. */
  source: string;
};

const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString();

export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of a store`, () => {
    test('reads back what it created, to the byte', async () => {
      const { store } = await make();
      const bytes = randomBytes(100_000);
      assert.equal(await store.create('a/b/c.bin', bytes), 'created');
      assert.deepEqual(Buffer.from((await store.read('a/b/c.bin'))!), bytes);
    });

    test('holds an empty object, which is not an absent one', async () => {
      const { store } = await make();
      await store.create('empty', new Uint8Array());
      assert.equal((await store.read('empty'))?.byteLength, 0);
      assert.equal(await store.read('absent'), null);
      assert.equal(await store.read('empty/below'), null);
    });

    test('leaves the first object as it was', async () => {
      const { store } = await make();
      await store.create('key', Buffer.from('first'));
      assert.equal(await store.create('key', Buffer.from('second')), 'exists');
      assert.equal(text(await store.read('key')), 'first');
    });

    test('lets one of many creators through', async () => {
      const { store } = await make();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.create('k', Buffer.from(`${i}`))),
      );
      assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
      assert.equal(text(await store.read('k')), `${outcomes.indexOf('created')}`);
    });

    test('lets one of two processes through, for every key', async () => {
      const { store, source } = await make();
      const keys = 150;
      const script = (who: string) => `${source}
        const created = [];
        for (let i = 0; i < ${keys}; i++) {
          const bytes = Buffer.alloc(20_000, '${who}');
          if (await store.create('race/' + i, bytes) === 'created') created.push(i);
        }
        console.log(JSON.stringify(created));`;
      const [a, b] = await Promise.all([created(script('a')), created(script('b'))]);
      assert.equal(a.length + b.length, keys);
      assert.equal(new Set([...a, ...b]).size, keys);
      for (const [who, won] of [['a', a] as const, ['b', b] as const]) {
        for (const i of won) assert.equal(text(await store.read(`race/${i}`)), who.repeat(20_000));
      }
    });

    test('creates many at once, each where its key is free', async () => {
      const { store } = await make();
      await store.create('a/1', Buffer.from('first'));
      // More than a store may hold open at a time.
      const objects = Array.from({ length: 300 }, (_, i) => ({ key: `a/${i}`, bytes: Buffer.from(`${i}`) }));
      const outcomes = await store.createAll(objects);
      assert.deepEqual(
        outcomes,
        objects.map((_, i) => (i === 1 ? 'exists' : 'created')),
      );
      assert.equal(text(await store.read('a/1')), 'first');
      assert.equal(text(await store.read('a/299')), '299');
      const twice = ['x', 'y'].map((content) => ({ key: 'b/twice', bytes: Buffer.from(content) }));
      const made = await store.createAll(twice);
      assert.deepEqual(made.toSorted(), ['created', 'exists']);
      assert.equal(text(await store.read('b/twice')), ['x', 'y'][made.indexOf('created')]);
      assert.deepEqual(await store.createAll([]), []);
    });

    test('puts many at once, replacing what was there', async () => {
      const { store } = await make();
      for (const content of ['one', 'two']) {
        await store.putAll(['p/1', 'p/2', 'q/3'].map((key) => ({ key, bytes: Buffer.from(content + key) })));
        assert.equal(text(await store.read('p/2')), `${content}p/2`);
      }
      assert.equal((await store.list('')).length, 3);
      await assert.rejects(store.putAll([{ key: '../x', bytes: Buffer.from('x') }]), /no key/);
      await store.putAll([]);
    });

    test('adopts a local file, replaces what was there and leaves no copy behind', async () => {
      const { store } = await make();
      const folder = await mkdtemp(join(tmpdir(), 'ascribe-adopt-'));
      for (const content of ['one', 'two']) {
        await writeFile(join(folder, 'part'), content);
        await store.adopt('t/dt=2019-11-11/part.parquet', join(folder, 'part'));
        assert.equal(text(await store.read('t/dt=2019-11-11/part.parquet')), content);
        await assert.rejects(store.adopt('other', join(folder, 'part')));
      }
    });

    test('lists keys below a prefix in code-point order, with sizes', async () => {
      const { store } = await make();
      const keys = ['p/a', 'p/a-b', 'p/a/b', 'p/B', 'p/\u{ff5e}', 'p/\u{1f600}', 'p/é', 'q/a', 'p2/a'];
      for (const key of keys) await store.create(key === 'p/a/b' ? 'p/a./b' : key, Buffer.from(key));
      const listed = await store.list('p/');
      assert.deepEqual(
        listed.map(({ key }) => key),
        ['p/B', 'p/a', 'p/a-b', 'p/a./b', 'p/é', 'p/\u{ff5e}', 'p/\u{1f600}'],
      );
      assert.equal(listed[0]?.size, 3);
      assert.equal((await store.list('')).length, keys.length);
      assert.deepEqual(await store.list('none/'), []);
      assert.deepEqual(
        (await store.list('p/a-')).map(({ key }) => key),
        ['p/a-b'],
      );
    });

    test('removes an object, and one that is not there', async () => {
      const { store } = await make();
      await store.create('gone', Buffer.from('x'));
      await store.remove('gone');
      await store.remove('gone');
      assert.equal(await store.read('gone'), null);
      assert.equal(await store.create('gone', Buffer.from('y')), 'created');
    });

    for (const key of [
      '',
      '/etc/passwd',
      '../x',
      'a/../../x',
      'a/..',
      './a',
      'a//b',
      'a/',
      'a\\b',
      'a\0b',
      'C:/x',
    ]) {
      test(`refuses the key ${JSON.stringify(key)}`, async () => {
        const { store } = await make();
        await assert.rejects(store.create(key, Buffer.from('x')), /no key/);
        await assert.rejects(store.read(key), /no key/);
        await assert.rejects(store.remove(key), /no key/);
        await assert.rejects(store.adopt(key, '/nowhere'), /no key/);
        assert.throws(() => store.locate(key), /no key/);
        assert.deepEqual(await store.list(''), []);
      });
    }
  });
}

async function created(script: string): Promise<number[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return JSON.parse(output);
}
