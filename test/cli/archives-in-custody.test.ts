/** An archive is a delivery too: what was handed over, what of it could not be read, and what a later report says. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type CustodyRecord, verifyCustodyRecord } from '../../src/evidence/custody.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { lines, packed, tar, zip } from '../adapters/made-archives.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { officerKey } from './officer-key.ts';
import { ascribe, assertSentence, entry } from './run.ts';

const root = temporaryFolder();
const TAR_HEADER = 512;

/** Custody of a lake by the end of its path, each record verified under its key. */
function custodyOf(lake: string): Map<string, CustodyRecord & { key: string }> {
  const records = readdirSync(join(lake, 'custody')).map((name) => {
    const verdict = verifyCustodyRecord(readFileSync(join(lake, 'custody', name)), {
      key: `custody/${name}`,
    });
    if (!verdict.ok) return assert.fail(verdict.problem);
    const { delivery } = verdict.record;
    if (delivery.kind !== 'file') return assert.fail(delivery.kind);
    const place = delivery.path.slice(delivery.path.lastIndexOf('/') + 1);
    const key = join(lake, 'custody', name);
    return [
      delivery.member === undefined ? place : `${place}!${delivery.member}`,
      { ...verdict.record, key },
    ] as const;
  });
  return new Map(records.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Records without what is of the moment. */
function timeless(lake: string) {
  return [...custodyOf(lake)].map(([name, { received_at: _at, hash: _hash, key: _key, ...rest }]) => [
    name,
    rest,
  ]);
}

describe('Custody of an archive', () => {
  const day = Array.from({ length: 4800 }, (_, index) => {
    const at = new Date(Date.UTC(2019, 10, 11, 10) + index * 6000).toISOString();
    return `${apacheLine({ ip: `81.2.69.${index % 40}`, time: `11/Nov/2019:${at.slice(11, 19)} +0000` })}\n`;
  }).join('');
  const inner = tar([{ name: 'deep.log', content: lines(1, 2) }]);
  const made = tar([
    { name: 'a.log', content: day },
    { name: '../evil.log', content: lines(2, 1) },
    { name: 'link.log', kind: 'link' },
    { name: 'inner.tar', content: readFileSync(inner.file, 'latin1') },
    { name: 'b.log', content: lines(3, 2) },
  ]);
  // Cut off behind a member, where nothing else shows it.
  writeFileSync(made.file, readFileSync(made.file).subarray(0, -8192));
  const whole = readFileSync(made.file);
  writeFileSync(made.file, whole.subarray(0, whole.indexOf('b.log') + TAR_HEADER * 2));
  const stored = readFileSync(made.file);
  const lake = join(root, 'lake');
  let ran: Awaited<ReturnType<typeof ascribe>>;

  before(async () => {
    ran = await ascribe(['ingest', made.file, '--lake', lake]);
  });

  test('names what was handed over by its digest, and what became of each member', () => {
    const custody = custodyOf(lake);
    assert.deepEqual(
      [...custody.keys()],
      ['logs.tar', 'logs.tar!a.log', 'logs.tar!b.log', 'logs.tar!inner.tar'],
    );
    const { size, mtime } = statSync(made.file);
    const { delivery, stored_sha256, stored_bytes, archive, damage, ledger, refused } =
      custody.get('logs.tar')!;
    assert.deepEqual(delivery, { kind: 'file', path: made.file, size, mtime: mtime.toISOString() });
    assert.deepEqual([stored_sha256, stored_bytes], [sha256(stored), stored.length]);
    assert.deepEqual([ledger, refused], [null, null]);
    assert.deepEqual([archive!.members, archive!.objects], [5, 3]);
    assert.deepEqual(archive!.problems, [
      { member: '../evil.log', reason: 'has a path that leads out of the archive' },
      { member: 'link.log', reason: 'is a link to /etc/passwd, which is not followed: give the file itself' },
    ]);
    assert.match(damage!, /is damaged in or after b\.log, .* it ends without the zeros that a tar ends with/);
    for (const [name, record] of custody)
      if (name !== 'logs.tar') assert.equal('archive' in record, false, 'no other record has the key');
  });

  test('counts in the closing table and in the exit code, each with its reason', () => {
    assert.equal(ran.code, 1);
    assert.match(ran.out, /^4 refused: the reasons are above\.$/m);
    assert.match(ran.err, /logs\.tar!\.\.\/evil\.log has a path that leads out of the archive\./);
    assert.match(ran.err, /^ascribe: not all that was given could be read: /m);
  });

  test('is in a later report: the archive, what was refused of it, and that it is damaged', async () => {
    const out = join(root, 'report');
    const { code, err } = await ascribe(['investigate', '--lake', lake, '--out', out]);
    assert.equal(code, 0, err);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    const { damage } = custodyOf(lake).get('logs.tar')!;
    assert.deepEqual(report.archives, [
      { archive: 'logs.tar', sha256: sha256(stored), bytes: stored.length, members: 5, objects: 3, damage },
    ]);
    assert.deepEqual(
      report.refused.map(({ object }: { object: string }) => object),
      ['logs.tar', 'logs.tar!../evil.log', 'logs.tar!inner.tar', 'logs.tar!link.log'],
    );
    assert.equal(report.finding, 'cannot-say');
    assert.match(report.sentence, /1 of the objects and archives is damaged/);
    assert.match(
      readFileSync(join(out, 'report.md'), 'utf8'),
      /Archives, as they were handed over[\s\S]*logs\.tar/,
    );
    const packedCustody = readFileSync(join(out, 'package', 'data', 'custody.jsonl'), 'utf8');
    assert.ok(packedCustody.includes(readFileSync(custodyOf(lake).get('logs.tar')!.key, 'utf8')));
    const report2 = join(root, 'day');
    assert.equal(
      (await ascribe(['investigate', '--lake', lake, '--day', '2019-11-11', '--out', report2])).code,
      0,
    );
    assert.equal(JSON.parse(readFileSync(join(report2, 'report.json'), 'utf8')).refused.length, 3);
  });

  test('is held against the custody of its members', async () => {
    const check = async (copy: string) => {
      const { code, out } = await ascribe(['custody', 'check', '--lake', copy, '--json']);
      return { code, ...JSON.parse(out) };
    };
    const same = await check(lake);
    assert.deepEqual([same.code, same.archives, same.agreeing], [0, 1, 2]);
    for (const [gone, says] of [
      ['logs.tar!inner.tar', /holds 3 objects, and custody has records of 2/],
      ['logs.tar', /has members in custody and no record of its own/],
    ] as const) {
      const copy = join(root, `without ${gone}`);
      cpSync(lake, copy, { recursive: true });
      rmSync(custodyOf(copy).get(gone)!.key);
      const { code, differences } = await check(copy);
      assert.equal(code, 1);
      assert.equal(differences.archives.length, 1);
      assert.match(differences.archives[0].problem, says);
    }
    assert.equal((await ascribe(['custody', 'delays', '--lake', lake])).code, 0);
  });

  test('goes with the evidence of a window, and the archive itself does not', async () => {
    const signing = await officerKey(root);
    const out = join(root, 'export');
    const span = ['--from', '2019-11-11 10:00', '--until', '2019-11-11 11:00'];
    const reason = ['--reason', 'Reported as incident 7'];
    const exported = await ascribe(['export', '--lake', lake, ...span, ...reason, ...signing, '--out', out]);
    assert.equal(exported.code, 0, exported.err);
    const data = join(out, readdirSync(out).find((name) => name.startsWith('export-'))!, 'data');
    const listed = readFileSync(join(data, 'originals.csv'), 'utf8').trimEnd().split('\n');
    assert.match(
      listed.find((line) => line.includes('logs.tar,'))!,
      /,,an archive: its members that hold the window/,
    );
    assert.match(listed.find((line) => line.includes('logs.tar!a.log,'))!, /,originals\/[0-9a-f]{64},$/);
    assert.match(readFileSync(join(data, 'custody.jsonl'), 'utf8'), /"archive":\{"members":5/);
  });

  test('with other bytes under the same path, size and time is told of in one more record', async () => {
    const copy = join(root, 'again');
    cpSync(lake, copy, { recursive: true });
    const { atime, mtime } = statSync(made.file);
    const changed = Buffer.from(stored);
    // What no member holds: the owner's number in a header, and its sum.
    const at = changed.indexOf('../evil.log') + 108;
    changed.write('0000001', at);
    changed.write(`${sumOf(changed.subarray(at - 108, at + 404))}\0`, at + 40);
    writeFileSync(made.file, changed);
    utimesSync(made.file, atime, mtime);
    const again = await ascribe(['ingest', made.file, '--lake', copy]);
    writeFileSync(made.file, stored);
    utimesSync(made.file, atime, mtime);
    assert.match(
      again.err,
      /^Changed: .*logs\.tar was delivered before with other bytes under the same path, size and time/m,
    );
    const before = new Set(readdirSync(join(lake, 'custody')));
    const [name = '', ...more] = readdirSync(join(copy, 'custody')).filter((each) => !before.has(each));
    assert.deepEqual(more, []);
    const verdict = verifyCustodyRecord(readFileSync(join(copy, 'custody', name)), {
      key: `custody/${name}`,
    });
    assert.ok(verdict.ok);
    assert.equal(verdict.record.stored_sha256, sha256(changed));
    assert.deepEqual(verdict.record.archive, custodyOf(lake).get('logs.tar')!.archive);
    const checked = await ascribe(['custody', 'check', '--lake', copy]);
    assert.match(checked.out, /each read as a delivery of its own/);
    assert.match(checked.out, /logs\.tar: 2 contents/);
  });
});

/** The sum that a header of a tar states of itself, in six octal digits. */
function sumOf(header: Buffer): string {
  const sum = header.reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return sum.toString(8).padStart(6, '0');
}

test('An archive of which nothing can be read is in custody all the same', async () => {
  const cut = zip([{ name: 'a.log', content: lines(1, 2000) }]);
  writeFileSync(cut.file, readFileSync(cut.file).subarray(0, 900));
  const empty = zip([]);
  for (const [{ file }, says] of [
    [cut, /its directory, which stands at its end, can't be read/],
    [empty, /is an archive that holds no file/],
  ] as const) {
    const lake = `${file}-lake`;
    const ran = await ascribe(['ingest', file, '--lake', lake]);
    assertSentence(ran, says);
    assert.match(ran.out, /^1 refused: the reasons are above\.$/m);
    const { stored_sha256, archive } = custodyOf(lake).get('logs.zip')!;
    assert.equal(stored_sha256, sha256(readFileSync(file)));
    assert.deepEqual(archive, { members: 0, objects: 0, problems: [] });
  }
});

test('The same archive under two names is two deliveries of the same objects', async () => {
  const { file, folder } = zip([{ name: 'a.log', content: lines(1, 2) }]);
  copyFileSync(file, join(folder, 'copy.zip'));
  const lake = join(root, 'twice');
  const { code, err, out } = await ascribe(['ingest', folder, '--lake', lake]);
  assert.equal(code, 0, err);
  assert.match(out, /^1 of the objects were there already/m);
  const custody = custodyOf(lake);
  assert.deepEqual([...custody.keys()], ['copy.zip', 'copy.zip!a.log', 'logs.zip', 'logs.zip!a.log']);
  for (const pair of [
    ['copy.zip', 'logs.zip'],
    ['copy.zip!a.log', 'logs.zip!a.log'],
  ] as const)
    assert.equal(custody.get(pair[0])!.stored_sha256, custody.get(pair[1])!.stored_sha256);
});

test('An archive whose ingest is killed and run again has the records of an undisturbed run', async () => {
  const many = Array.from({ length: 200 }, (_, index) => ({
    name: `${index}.log`,
    content: lines(index, 100 + index),
  }));
  const { file } = packed(gzipSync, tar([...many, { name: '../evil.log', content: 'x' }]));
  const undisturbed = join(root, 'undisturbed');
  await ascribe(['ingest', file, '--lake', undisturbed]);
  const expected = timeless(undisturbed);
  assert.equal(expected.length, 201);
  let between = 0;
  for (const tenth of [1, 4, 7]) {
    const lake = join(root, `killed-${tenth}`);
    const run = spawn(process.execPath, [entry, 'ingest', file, '--lake', lake]);
    let told = 0;
    run.stderr.on('data', (bytes) => {
      told += String(bytes).match(/^Read /gm)?.length ?? 0;
      if (told >= tenth) run.kill('SIGKILL');
    });
    await once(run, 'close');
    const seen = timeless(lake);
    if (seen.length < expected.length) between += 1;
    if (seen.length < expected.length)
      assert.ok(!seen.some(([name]) => name === 'logs.tar'), 'the archive comes last');
    await ascribe(['ingest', file, '--lake', lake]);
    assert.deepEqual(timeless(lake), expected, `killed after ${tenth} of its tenths`);
  }
  assert.ok(between > 0, 'a kill left some of the records');
});
