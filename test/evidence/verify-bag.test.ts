import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { directoryStore } from '../../src/adapters/directory.ts';
import { writeBag } from '../../src/evidence/bag.ts';
import { digestsOf, readManifest, writeManifest } from '../../src/evidence/bag-manifest.ts';
import { verifyBag } from '../../src/evidence/verify-bag.ts';
import type { Store } from '../../src/lake/store.ts';
import { memoryStore } from './memory-store.ts';

async function fill<S extends Store>(store: S): Promise<S> {
  const payload = ['report.json', 'logs/a.log', 'logs/100%\nÜ.log'].map((path) => ({
    path,
    bytes: Buffer.from(path),
  }));
  const tags = [{ path: 'custody/records.txt', bytes: Buffer.from('one\n') }];
  await writeBag(store, { prefix: 'bag', payload, tags, info: [['Bagging-Date', '2019-11-13']] });
  return store;
}

const bagInMemory = () => fill(memoryStore());
const untouched = await bagInMemory();
const paths = [...untouched.objects.keys()];

async function problemOf(store: Store): Promise<{ file: string; problem: string }> {
  const verdict = await verifyBag(store, 'bag');
  assert.ok(!verdict.ok, 'the bag verifies');
  return verdict;
}

describe('a changed bag', () => {
  test('is found out by any byte of any file, and the file is named', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (key, at, flip) => {
          const store = await bagInMemory();
          const bytes = store.objects.get(key)!;
          bytes[at % bytes.length]! ^= flip;
          assert.equal(`bag/${(await problemOf(store)).file}`, key);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is found out by a missing, a cut and a grown file, each named', async () => {
    for (const key of paths) {
      const bytes = untouched.objects.get(key)!;
      for (const content of [null, bytes.slice(0, -1), Uint8Array.of(...bytes, 10)]) {
        const store = await bagInMemory();
        store.objects.delete(key);
        if (content) store.objects.set(key, content);
        assert.equal(`bag/${(await problemOf(store)).file}`, key);
      }
    }
  });

  for (const extra of ['data/extra', 'extra.txt', 'custody/extra', 'fetch.txt', 'manifest-md5.txt']) {
    test(`is found out by an extra ${extra}`, async () => {
      const store = await bagInMemory();
      store.objects.set(`bag/${extra}`, Buffer.from('x'));
      assert.deepEqual(await problemOf(store), { ok: false, file: extra, problem: 'is in no manifest' });
    });
  }

  test('names the first of several files in the order of the manifest', async () => {
    const store = await bagInMemory();
    store.objects.delete('bag/data/report.json');
    store.objects.set('bag/data/logs/a.log', Buffer.from('other'));
    assert.equal((await problemOf(store)).file, 'data/logs/a.log');
  });

  test('may gain signatures, which no manifest lists', async () => {
    const store = await bagInMemory();
    store.objects.set('bag/signatures/tagmanifest-sha256.txt.dsse.json', Buffer.from('{}'));
    assert.ok((await verifyBag(store, 'bag')).ok);
  });
});

describe('a bag forged with manifests to match', () => {
  const manifest = 'bag/manifest-sha256.txt';

  /** Writes both tag manifests anew, as who can write the bag can. */
  async function forge(change: (objects: Map<string, Uint8Array>) => void) {
    const store = await bagInMemory();
    change(store.objects);
    const tags = [...store.objects].filter(([key]) => !/^bag\/(data\/|tagmanifest)/.test(key));
    const digests = new Map(tags.map(([key, bytes]) => [key.slice('bag/'.length), digestsOf(bytes)]));
    for (const algorithm of ['sha256', 'sha512'] as const) {
      store.objects.set(`bag/tagmanifest-${algorithm}.txt`, writeManifest(digests, algorithm));
    }
    return problemOf(store);
  }

  const hex = '0'.repeat(64);
  const lines: [what: string, line: string, problem: RegExp][] = [
    ['no path', `${hex}\n`, /line 1 is not a sha256 digest/],
    ['a short digest', `${hex.slice(1)}  data/a\n`, /line 1 is not a sha256 digest/],
    ['upper-case hex', `${hex.slice(1)}A  data/a\n`, /line 1 is not a sha256 digest/],
    ['a tab', `${hex}\tdata/a\n`, /line 1 is not a sha256 digest/],
    ['a CR', `${hex}  data/a\r\n`, /line 1 is not a sha256 digest/],
    ['an absolute path', `${hex}  /etc/passwd\n`, /line 1 names a path that is absolute/],
    ['a path up', `${hex}  data/../../x\n`, /line 1 names a path that holds . or ../],
    ['an encoded path up', `${hex}  data/..%2F..%2Fx\n`, /stands for no LF/],
    ['a home directory', `${hex}  ~root/x\n`, /line 1 names a path that starts with ~/],
    ['a drive letter', `${hex}  C:/x\n`, /line 1 names a path that starts with a drive letter/],
    ['a backslash', `${hex}  data\\x\n`, /line 1 names a path that holds a backslash/],
    ['a repeated path', `${hex}  data/a\n${hex}  data/a\n`, /line 2 is out of order or a repetition/],
    ['paths out of order', `${hex}  data/b\n${hex}  data/a\n`, /line 2 is out of order/],
    ['an open last line', `${hex}  data/a`, /does not end in a line end/],
    ['a lower-case escape', `${hex}  data/a%0a\n`, /stands for no LF/],
    ['no UTF-8', '\ud800', /./],
  ];
  for (const [what, content, problem] of lines) {
    test(`is found out by ${what} in a manifest`, async () => {
      const found = await forge((objects) => objects.set(manifest, Buffer.from(content)));
      assert.equal(`bag/${found.file}`, manifest);
      assert.match(found.problem, problem);
    });
  }

  test('is found out by a file that one manifest leaves out', async () => {
    const found = await forge((objects) => {
      const all = Buffer.from(objects.get(manifest)!).toString();
      objects.set(manifest, Buffer.from(all.replace(/.*report\.json\n/, '')));
    });
    assert.deepEqual([found.file, found.problem], ['manifest-sha256.txt', 'does not list data/report.json']);
  });

  const infos: [what: string, info: string, problem: RegExp][] = [
    ['wrong octets', 'Payload-Oxum: 1.3\n', /states Payload-Oxum 1\.3, the payload has/],
    ['no octets', 'Bagging-Date: 2019-11-13\n', /does not state Payload-Oxum once/],
    ['octets twice', 'Payload-Oxum: 1.3\nPayload-Oxum: 1.3\n', /does not state Payload-Oxum once/],
    ['a line without label', 'hello\n', /no "Label: value"/],
  ];
  for (const [what, info, problem] of infos) {
    test(`is found out by ${what} in bag-info.txt`, async () => {
      const found = await forge((objects) => objects.set('bag/bag-info.txt', Buffer.from(info)));
      assert.equal(found.file, 'bag-info.txt');
      assert.match(found.problem, problem);
    });
  }

  for (const declaration of [
    'BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n',
    '\ufeffBagIt-Version: 1.0\n',
  ]) {
    test(`is found out by the declaration ${JSON.stringify(declaration)}`, async () => {
      const found = await forge((objects) => objects.set('bag/bagit.txt', Buffer.from(declaration)));
      assert.deepEqual([found.file, found.problem], ['bagit.txt', 'does not declare BagIt 1.0 in UTF-8']);
    });
  }

  test('is found out by a name in the store that no bag may hold', async () => {
    const store = await bagInMemory();
    store.objects.set('bag/data/../../x', Buffer.from('x'));
    assert.match((await problemOf(store)).problem, /holds \. or \.\./);
  });
});

describe('a bag in a directory', () => {
  const place = async () => {
    const root = await mkdtemp(join(tmpdir(), 'ascribe-bag-'));
    return { root, store: await fill(directoryStore(root)) };
  };

  test('verifies', async () => {
    const { store } = await place();
    assert.partialDeepStrictEqual(await verifyBag(store, 'bag'), { ok: true, files: 3, bytes: 37 });
    assert.partialDeepStrictEqual(await verifyBag(store, 'bag/'), { ok: true, files: 3, bytes: 37 });
  });

  test('is refused with a symbolic link for a file, though the bytes are the same', async () => {
    const { root, store } = await place();
    await writeFile(join(root, 'aside'), 'logs/a.log');
    await rm(join(root, 'bag/data/logs/a.log'));
    await symlink(join(root, 'aside'), join(root, 'bag/data/logs/a.log'));
    const { file, problem } = await problemOf(store);
    assert.equal(file, 'data/logs/a.log');
    assert.match(problem, /symbolic link/);
  });

  test('is refused with a symbolic link for a folder, and with one more', async () => {
    const { root, store } = await place();
    await symlink('/etc', join(root, 'bag/data/etc'));
    assert.deepEqual(await problemOf(store), { ok: false, file: 'data/etc', problem: 'is in no manifest' });
  });
});

test('an empty place is no bag, and its first missing file is named', async () => {
  assert.equal((await problemOf(memoryStore())).file, 'tagmanifest-sha256.txt');
});

test('a manifest reads back as it was written', () => {
  const digests = new Map([['data/a%0A\n', digestsOf(Buffer.from('x'))]]);
  const read = readManifest(writeManifest(digests, 'sha512'), 'sha512');
  assert.deepEqual(read, new Map([['data/a%0A\n', digests.get('data/a%0A\n')!.sha512]]));
});
