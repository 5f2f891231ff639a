/** Archives as Python's zipfile and tarfile pack them, and as an attacker would. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { findLogs, readDelivered } from '../../src/adapters/log-files.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { temporaryFolder, temporaryLake } from '../ingest/temporary-lake.ts';
import { find, lines, type Member, packed, python, tar, zip } from './made-archives.ts';

async function contentOf(object: LogObject): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of object.open()) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

const MEMBERS: Member[] = [
  { name: 'b.log', content: lines(1, 3) },
  { name: 'logs', kind: 'folder' },
  { name: 'logs/a.log', content: lines(9, 4000) },
  { name: `${'deep/'.repeat(40)}c.log`, content: lines(3, 2) },
  { name: './d é.log', content: lines(4, 1) },
];
const FILES = MEMBERS.filter(({ kind }) => kind === undefined);

const FOLDER_IN_ZIP = MEMBERS.map((each) => (each.kind === 'folder' ? { ...each, name: 'logs/' } : each));

describe('An archive', () => {
  for (const [name, made] of [
    ['zip', () => zip(FOLDER_IN_ZIP)],
    ['zip that only stores', () => zip(FOLDER_IN_ZIP, { method: 'ZIP_STORED' })],
    ['tar of GNU', () => tar(MEMBERS)],
    ['tar of POSIX', () => tar(MEMBERS, { format: 'PAX_FORMAT' })],
    ['tar.gz, whatever its name', () => tar(MEMBERS, { mode: 'w:gz', name: 'logs.txt' })],
    ['tar.bz2', () => tar(MEMBERS, { mode: 'w:bz2', name: 'logs.tar.bz2' })],
    ['tar.zst', () => packed(zstdCompressSync, tar(MEMBERS), '.zst')],
    [
      'tar in two members of a gzip',
      () =>
        packed(
          (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 5000)), gzipSync(bytes.subarray(5000))]),
          tar(MEMBERS),
        ),
    ],
  ] as const) {
    test(`is as many objects as it has files: ${name}`, async () => {
      const archive = made();
      const { objects, problems } = await find(archive);
      assert.deepEqual(problems, []);
      const { size, mtime } = statSync(archive.file);
      assert.deepEqual(
        objects.map(({ delivery }) => delivery),
        FILES.map((each) => ({
          kind: 'file',
          path: archive.file,
          size,
          mtime: mtime.toISOString(),
          member: each.name,
        })),
      );
      assert.ok(objects.every((object, index) => object.name.endsWith(`!${FILES[index]!.name}`)));
      // In their order, again, backwards, and two at once.
      for (const object of objects)
        assert.equal(await contentOf(object), FILES[objects.indexOf(object)]!.content);
      for (const object of [...objects].reverse())
        assert.equal(await contentOf(object), FILES[objects.indexOf(object)]!.content);
      const both = await Promise.all([objects[1]!, objects[0]!].map(contentOf));
      assert.deepEqual(both, [FILES[1]!.content, FILES[0]!.content]);
      for (const object of objects)
        assert.equal(
          Buffer.from((await readDelivered(object.delivery))!).toString('utf8'),
          FILES[objects.indexOf(object)]!.content,
        );
    });
  }

  test('may be left in the middle of a member', async () => {
    const { objects } = await find(tar(MEMBERS, { mode: 'w:gz' }));
    for await (const piece of objects[1]!.open()) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.equal(await contentOf(objects[2]!), FILES[2]!.content);
  });

  test('goes through the pass, each file a delivery of its own', async () => {
    const { folder } = tar([
      ...MEMBERS,
      { name: 'note.txt', content: 'no log' },
      { name: 'empty.log', content: '' },
    ]);
    writeFileSync(join(folder, 'logs.log.gz'), gzipSync(lines(100, 7)));
    const { objects } = await findLogs([folder], { except: [] });
    assert.equal(objects.length, 7);
    const lake = await temporaryLake();
    const outcomes = await lake.ingest(objects);
    assert.deepEqual(
      outcomes.map((each) => (each.status === 'refused' ? each.kind : each.marker.ledger.rows)),
      [7, 3, 4000, 2, 1, 'unknown-format', 'empty'],
    );
    const again = await lake.ingest(objects);
    assert.ok(again.every(({ status }) => status === 'already-there' || status === 'refused'));
  });

  const TRAVERSAL = [
    ['../evil.log', /leads out of the archive/],
    ['logs/../../evil.log', /leads out of the archive/],
    ['/var/log/evil.log', /absolute/],
    ['C:/evil.log', /absolute/],
    ['..\\evil.log', /backslash/],
  ] as const;
  for (const make of [zip, tar])
    test(`of members that lead out of it gives the others, and says which: ${make.name}`, async () => {
      const { objects, problems } = await find(
        make([
          { name: 'a.log', content: lines(1, 1) },
          ...TRAVERSAL.map(([name]) => ({ name, content: lines(2, 1) })),
          { name: 'b..log', content: lines(3, 1) },
        ]),
      );
      assert.deepEqual(
        objects.map(({ delivery }) => delivery.kind === 'file' && delivery.member),
        ['a.log', 'b..log'],
      );
      for (const [index, [name, reason]] of TRAVERSAL.entries()) {
        assert.ok(problems[index]!.name.endsWith(`!${name}`), problems[index]!.name);
        assert.match(problems[index]!.reason, reason);
      }
    });

  test('may hold links and devices, which are not followed', async () => {
    const odd: Member[] = [
      { name: 'link.log', kind: 'link' },
      { name: 'device', kind: 'device' },
      { name: 'a.log', content: lines(1, 1) },
    ];
    for (const made of [zip(odd), tar([{ name: 'hard.log', kind: 'hard' }, ...odd])]) {
      const { objects, problems } = await find(made);
      assert.deepEqual(objects.length, 1);
      assert.equal(await contentOf(objects[0]!), lines(1, 1));
      assert.match(problems.map(({ name }) => name).join(' '), /!link\.log .*!device/);
      assert.match(problems.map(({ reason }) => reason).join('; '), /is a link.*; is (a device|no file)/);
    }
  });

  test('of names that would deceive on a screen shows them plainly', async () => {
    const { problems, objects } = await find(
      tar([{ name: '../\u001b[2J\u202egol', content: 'x' }, { name: 'a\nb.log' }]),
    );
    assert.match(problems[0]!.name, /!\.\.\/\\u001b\[2J\\u202egol$/);
    assert.match(objects[0]!.name, /!a\\u000ab\.log$/);
  });

  test('that is empty, or cut off before anything, is a problem', async () => {
    for (const made of [zip([]), tar([{ name: 'x', kind: 'folder' }])])
      assert.match((await find(made)).problems[0]!.reason, /holds no file/);
    const cut = zip(MEMBERS);
    writeFileSync(cut.file, readFileSync(cut.file).subarray(0, 900));
    const { objects, problems } = await find(cut);
    assert.deepEqual(objects, []);
    assert.match(problems[0]!.reason, /its directory, which stands at its end, can't be read/);
  });

  test('that is encrypted, or packed in a way that nobody reads, says so of each member', async () => {
    const locked = zip([{ name: 'a.log', content: lines(1, 1) }]);
    const bytes = readFileSync(locked.file);
    bytes[6]! |= 1;
    bytes[bytes.indexOf('PK\x01\x02') + 8]! |= 1;
    writeFileSync(locked.file, bytes);
    const found = await find(locked);
    assert.equal(found.objects.length, 0);
    assert.match(found.problems[0]!.name, /!a\.log$/);
    assert.match(found.problems[0]!.reason, /is encrypted/);
    const other = await find(zip([{ name: 'a.log', content: lines(1, 1) }], { method: 'ZIP_LZMA' }));
    assert.match(other.problems[0]!.reason, /is packed by method 14/);
  });

  test('whose directory is damaged keeps the members before the damage', async () => {
    const made = zip(MEMBERS);
    const bytes = readFileSync(made.file);
    const second = bytes.indexOf('PK\x01\x02', bytes.indexOf('PK\x01\x02') + 4);
    bytes[second] = 0;
    writeFileSync(made.file, bytes);
    const { objects, problems } = await find(made);
    assert.equal(objects.length, 1);
    assert.match(problems[0]!.reason, /is damaged after b\.log/);
  });

  test('whose member is damaged keeps it, with the damage', async () => {
    const made = zip(FILES, { method: 'ZIP_STORED' });
    const bytes = readFileSync(made.file);
    bytes[bytes.indexOf('192.0.2.1')]! ^= 1;
    writeFileSync(made.file, bytes);
    const { objects } = await find(made);
    const outcomes = await (await temporaryLake()).ingest(objects);
    assert.ok(outcomes.every(({ status }) => status === 'ingested'));
    assert.match(
      outcomes[0]!.status === 'ingested' ? String(outcomes[0]!.marker.damage) : '',
      /its checksum in the archive is another/,
    );
  });

  for (const [name, pack] of [
    ['a tar', (bytes: Buffer) => bytes],
    ['a tar.gz', gzipSync],
  ] as const)
    test(`cut off keeps the members before the cut: ${name}`, async () => {
      const made = tar(MEMBERS);
      const whole = readFileSync(made.file);
      const stored = pack(whole);
      const cut = stored.subarray(0, name === 'a tar' ? 60_000 : stored.length - 600);
      writeFileSync(made.file, cut);
      const { objects, problems } = await find(made);
      assert.ok(objects.length >= 2 && objects.length < FILES.length, `${objects.length} members`);
      const outcomes = await (await temporaryLake()).ingest(objects);
      for (const [index, outcome] of outcomes.entries()) {
        assert.equal(outcome.status, 'ingested');
        if (outcome.status !== 'ingested') return;
        const { damage, ledger } = outcome.marker;
        const all = FILES[index]!.content!.split('\n').length - 1;
        const isCut = index === outcomes.length - 1;
        assert.equal(damage !== null, isCut, String(damage));
        assert.ok(isCut ? ledger.rows > 0 && ledger.rows < all : ledger.rows === all, `${ledger.rows} rows`);
        if (!isCut) assert.equal(await contentOf(objects[index]!), FILES[index]!.content);
      }
      assert.match(problems.at(-1)!.reason, /is damaged in or after .*, and what follows can't be read: /);
    });

  test('with a header turned keeps the members before it', async () => {
    const made = tar([...FILES.slice(0, 1), ...FILES]);
    const bytes = readFileSync(made.file);
    bytes[bytes.indexOf('logs/a.log') + 1]! ^= 1;
    writeFileSync(made.file, bytes);
    const { objects, problems } = await find(made);
    assert.equal(objects.length, 2);
    assert.match(problems[0]!.reason, /is damaged in or after b\.log/);
  });

  test('of a tar that ends where a member does, and not as a tar ends, is damaged: the cut may have taken more', async () => {
    const made = tar([
      ...FILES,
      { name: 'zeros.bin', content: '\0'.repeat(2048) },
      { name: 'z.log', content: 'z' },
    ]);
    const whole = readFileSync(made.file);
    const header = whole.indexOf('z.log');
    writeFileSync(made.file, whole.subarray(0, header));
    const { objects, problems } = await find(made);
    assert.equal(objects.length, FILES.length + 1);
    assert.match(
      problems[0]!.reason,
      /is damaged in or after zeros\.bin, .* without the zeros that a tar ends with/,
    );
    writeFileSync(made.file, whole.subarray(0, header + 1024 + 512));
    assert.deepEqual((await find(made)).problems, [], 'one block of zeros is an end');
  });

  test('that is a bomb is bounded', async () => {
    const zeros = `import zipfile,tarfile,io,sys
z=zipfile.ZipFile(sys.argv[1]+'/z.zip','w',zipfile.ZIP_DEFLATED); z.writestr('z.log',bytes(100<<20)); z.close()
t=tarfile.open(sys.argv[1]+'/z.tgz','w:gz'); i=tarfile.TarInfo('z.log'); i.size=200<<20; t.addfile(i,io.BytesIO(bytes(i.size))); t.close()`;
    const folder = temporaryFolder();
    python(zeros, [folder]);
    const { objects, problems } = await find({ file: folder });
    assert.deepEqual(objects, []);
    assert.deepEqual(problems.length, 2);
    for (const { reason } of problems)
      assert.match(reason, /unpacks to more than 500 times its stored size: a bomb/);
  });

  test('is not what only starts like one', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.log'), `PK is no zip\n${lines(1, 1)}`);
    writeFileSync(join(folder, 'b.log'), lines(1, 20));
    writeFileSync(join(folder, 'c.log'), Buffer.alloc(2000));
    writeFileSync(join(folder, 'd.log'), '');
    const { objects, problems } = await findLogs([folder], { except: [] });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      objects.map(({ delivery }) => delivery.kind === 'file' && delivery.member),
      [undefined, undefined, undefined, undefined],
    );
  });
});
