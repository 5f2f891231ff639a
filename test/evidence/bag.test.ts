import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type BagFile, writeBag } from '../../src/evidence/bag.ts';
import { readBagInfo, writeBagInfo } from '../../src/evidence/bag-info.ts';
import { verifyBag } from '../../src/evidence/verify-bag.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { memoryStore } from './memory-store.ts';

const info = [
  ['Source-Organization', 'Campaign Example'],
  ['Bagging-Date', '2019-11-13'],
] as const;
const file = (path: string, content = path): BagFile => ({ path, bytes: Buffer.from(content) });
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

describe('writing a bag', () => {
  test('gives the files of RFC 8493, to the byte', async () => {
    const store = memoryStore();
    const payload = [file('report.json', '{}'), file('logs/50%\r\nedge.log', 'x')];
    const receipt = await writeBag(store, { prefix: 'package', payload, info });
    const objects = store.objects;
    assert.deepEqual([...objects.keys()].sort(), [
      'package/bag-info.txt',
      'package/bagit.txt',
      'package/data/logs/50%\r\nedge.log',
      'package/data/report.json',
      'package/manifest-sha256.txt',
      'package/manifest-sha512.txt',
      'package/tagmanifest-sha256.txt',
      'package/tagmanifest-sha512.txt',
    ]);
    assert.equal(
      text(objects.get('package/manifest-sha256.txt')),
      `${sha256('x')}  data/logs/50%25%0D%0Aedge.log\n${sha256('{}')}  data/report.json\n`,
    );
    assert.equal(
      text(objects.get('package/bagit.txt')),
      'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
    );
    assert.equal(
      text(objects.get('package/bag-info.txt')),
      'Source-Organization: Campaign Example\nBagging-Date: 2019-11-13\nPayload-Oxum: 3.2\n',
    );
    const tags = text(objects.get('package/tagmanifest-sha512.txt'))!;
    assert.deepEqual(tags.match(/(?<= {2}).*/g), [
      'bag-info.txt',
      'bagit.txt',
      'manifest-sha256.txt',
      'manifest-sha512.txt',
    ]);
    const tagManifestSha256 = sha256(objects.get('package/tagmanifest-sha256.txt')!);
    assert.deepEqual(receipt, { files: 2, bytes: 3, tagManifestSha256 });
  });

  test('does not depend on the order of the payload', async () => {
    const names = ['b', 'a', 'a-c', 'é', '\u{ff5e}', '\u{1f600}'];
    const [one, two] = [memoryStore(), memoryStore()];
    await writeBag(one, { prefix: '', payload: names.map((name) => file(name)), info });
    await writeBag(two, { prefix: '', payload: names.toReversed().map((name) => file(name)), info });
    assert.deepEqual([...one.objects].sort(), [...two.objects].sort());
  });

  test('takes the payload as it comes', async () => {
    const store = memoryStore();
    async function* payload() {
      for (let i = 0; i < 3; i++) yield file(`${i}.csv`);
    }
    await writeBag(store, { prefix: 'p', payload: payload(), info });
    assert.partialDeepStrictEqual(await verifyBag(store, 'p'), { ok: true, files: 3, bytes: 15 });
  });

  test('takes up no file while 64 MB wait to be written', async () => {
    const store = memoryStore();
    const bytes = Buffer.alloc(40 << 20);
    const written: number[] = [];
    async function* payload() {
      for (let i = 0; i < 5; i += 1) {
        written.push(store.objects.size);
        yield { path: `${i}.csv`, bytes };
      }
    }
    await writeBag(store, { prefix: 'p', payload: payload(), info });
    assert.deepEqual(written, [0, 0, 2, 2, 4]);
  });

  test('is refused over another bag, which stays as it was', async () => {
    const store = memoryStore();
    await writeBag(store, { prefix: 'p', payload: [file('a')], info });
    const again = writeBag(store, { prefix: 'p', payload: [file('b')], info });
    await assert.rejects(again, /something in the way of a bag, memory:p\/bag-info\.txt: remove/);
    assert.partialDeepStrictEqual(await verifyBag(store, 'p'), { ok: true, files: 1, bytes: 1 });
    await writeBag(store, { prefix: 'p2', payload: [file('b')], info });
  });

  const hostile = [
    ...[
      '/etc/passwd',
      '../x',
      'a/../../x',
      './a',
      'a//b',
      '',
      'a/',
      'a\\b',
      'a\0b',
      'a\u{1b}[2J',
      'a\u2028b',
    ],
    ...['a ', 'a\ud800', 'a/..', 'a\u0085'],
  ];
  for (const path of hostile) {
    test(`refuses the payload path ${JSON.stringify(path)}`, async () => {
      const store = memoryStore();
      await assert.rejects(writeBag(store, { prefix: 'p', payload: [file(path)], info }), /cannot hold/);
      assert.equal(store.objects.size, 0);
    });
  }

  for (const path of [
    '~root/x',
    'C:/x',
    'fetch.txt',
    'data/x',
    'signatures/x',
    'tagmanifest-md5.txt',
    'bagit.txt',
  ]) {
    test(`refuses the tag path ${path}`, async () => {
      await assert.rejects(writeBag(memoryStore(), { prefix: 'p', payload: [], tags: [file(path)], info }));
    });
  }

  test('refuses names that some systems take for one', async () => {
    for (const [a, b] of [['A', 'a'] as const, ['\u00e9', 'e\u0301'] as const, ['a', 'a'] as const]) {
      await assert.rejects(
        writeBag(memoryStore(), { prefix: 'p', payload: [file(a), file(b)], info }),
        /take them for one/,
      );
    }
  });

  test('needs its date and counts its own octets', async () => {
    const wrong = [
      [],
      [['Bagging-Date', '13 November']],
      [...info, ['Payload-Oxum', '1.1']],
      [...info, ['a: b', 'c']],
    ];
    for (const labels of wrong as (readonly [string, string])[][]) {
      await assert.rejects(writeBag(memoryStore(), { prefix: 'p', payload: [], info: labels }));
    }
  });
});

describe('bag-info.txt', () => {
  test('folds long values at 79 characters and reads them back', () => {
    const value = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ');
    const written = Buffer.from(writeBagInfo([['External-Description', value]])).toString();
    assert.ok(written.split('\n').every((line) => line.length <= 79));
    assert.deepEqual(readBagInfo(written), [['External-Description', value]]);
  });

  test('lets no value start a line of its own', () => {
    const written = Buffer.from(writeBagInfo([['Note', 'x\nPayload-Oxum: 0.0']])).toString();
    assert.equal(written, 'Note: x Payload-Oxum: 0.0\n');
    assert.throws(() => writeBagInfo([['Note', 'x\u{1b}[2J']]), /control character/);
  });

  test('reads back what it wrote', () => {
    const word = fc.stringMatching(/^[!-~]{1,90}$/);
    const values = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));
    const infos = fc.array(fc.tuple(fc.stringMatching(/^[A-Z][a-z-]{0,30}$/), values));
    fc.assert(
      fc.property(infos, (some) =>
        assert.deepEqual(readBagInfo(Buffer.from(writeBagInfo(some)).toString()), some),
      ),
    );
  });
});

test('what is written verifies, for any names and bytes', async () => {
  const part = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((name) => `${name.replaceAll(/[/\\\p{Z}\p{Cc}]/gu, '\r%\n')}.log`);
  const names = fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 2 }), {
    selector: (parts) => parts.join('/').normalize('NFC').toLowerCase(),
  });
  await fc.assert(
    fc.asyncProperty(names, fc.uint8Array(), async (paths, bytes) => {
      const store = memoryStore();
      const payload = paths.map((parts) => ({ path: parts.join('/'), bytes }));
      const { tagManifestSha256 } = await writeBag(store, { prefix: 'p', payload, info });
      const counted = { files: paths.length, bytes: paths.length * bytes.length };
      const expected = { ok: true, ...counted, tagManifestSha256 };
      assert.deepEqual(await verifyBag(store, 'p'), expected);
    }),
  );
});
