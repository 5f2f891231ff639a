/** Custody of a lake that is made anew: what was refused before and is read now, and what a killed run leaves. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { directoryStore } from '../../src/adapters/directory.ts';
import { ledgerOf } from '../../src/case/coverage.ts';
import { takeSnapshot } from '../../src/case/snapshot.ts';
import { verifyCustodyRecord } from '../../src/evidence/custody.ts';
import { apacheLine } from '../ingest/lines.ts';
import { example, folderOf, log as gateway, root } from './own-format-example.ts';
import { ascribe, digests, entry } from './run.ts';

const formats = folderOf({ 'example-gateway.sql': example });
const access = join(root, 'access.log');
const place = join(root, 'case');
const lake = join(place, 'lake');
const logs = [gateway, access];
const env = { ASCRIBE_KEY_PASSPHRASE: 'a long passphrase' };
const key = join(root, 'officer.key');
const reingest = (...more: string[]) => ascribe(['reingest', ...logs, '--lake', lake, ...more]);
const kept = (): Map<string, string> => digests(lake, (path) => /^(custody|seals)/.test(path));

before(async () => {
  writeFileSync(access, `${apacheLine()}\n`);
  const ran = await ascribe(['ingest', ...logs, '--lake', lake]);
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.err, /Refused: .*gateway\.log is of no known format/);
  assert.equal((await ascribe(['keys', 'create', '--out', key], { env })).code, 0);
  assert.equal((await ascribe(['seal', '--key', key, '--lake', lake], { env })).code, 0);
});

describe('A lake that is made anew', () => {
  test('with a format that reads what was refused has a second record of each, and no refusal', async () => {
    const sealed = kept();
    const ran = await reingest('--formats', formats);
    assert.equal(ran.code, 0, ran.err);
    const checked = await ascribe(['custody', 'check', '--lake', lake]);
    assert.equal(
      checked.out,
      'Objects in custody and in the lake: 2. Deliveries refused, which have no object: 0.\n',
    );
    assert.equal(checked.code, 0, checked.err);
    const now = kept();
    for (const [path, digest] of sealed)
      assert.equal(now.get(path), digest, `${path} stays as it was sealed`);
    const store = directoryStore(lake);
    const events: string[] = [];
    for (const each of await store.list('custody/')) {
      const verdict = verifyCustodyRecord((await store.read(each.key))!, { key: each.key });
      assert.ok(verdict.ok, each.key);
      events.push(`${verdict.record.event}, ${verdict.record.refused ? 'refused' : 'read'}`);
    }
    const [readAgain, asBefore] = ['reingested, read', 'received, read'];
    assert.deepEqual(events.sort(), [asBefore, 'received, refused', readAgain, readAgain]);
    const snapshot = await takeSnapshot(store);
    assert.equal(snapshot.custody.length, 4, 'a package has all');
    const { ledger, refused } = ledgerOf(snapshot, []);
    assert.deepEqual([refused, ledger.map(({ deliveries }) => deliveries)], [[], [1, 1]]);
    const again = await reingest('--formats', formats);
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(kept(), now, 'the same profile reads nothing that custody does not know');
  });

  test('has its new records sealed behind those that were', async () => {
    const ran = await ascribe(['seal', '--key', key, '--lake', lake], { env });
    assert.match(ran.out, /^Seal 2: 2 custody records\./, ran.err);
    const verified = await ascribe(['custody', '--key', `${key}.pub`, '--lake', lake]);
    assert.equal(verified.code, 0, verified.err);
    assert.match(verified.out, /Custody records under seal: 4, waiting for a seal: 0/);
  });

  test('shows of a row when its log was first received, once', async () => {
    const sql = "select object_id from http_activity where format = 'example-gateway' limit 1";
    const [row] = JSON.parse((await ascribe(['sql', sql, '--json', '--lake', lake])).out);
    const traced = await ascribe(['trace', row.object_id, '1', '--formats', formats, '--lake', lake]);
    assert.equal(traced.code, 0, traced.err);
    const records = (await takeSnapshot(directoryStore(lake))).custody;
    const first = records.find(({ refused }) => refused)!;
    assert.match(traced.out, new RegExp(`^received {7}${first.received_at}$`, 'm'));
  });

  test('without the formats that read its logs is refused with their names, and stays', async () => {
    const before = kept();
    const ran = await reingest();
    assert.equal(ran.code, 1);
    assert.match(
      ran.err,
      /1 of 2 objects of .* were read with formats that are not here \(example-gateway\), the first of them .*gateway\.log: give the folder of these with --formats\. The lake is as it was\./,
    );
    assert.deepEqual(kept(), before);
    assert.deepEqual(readdirSync(place), ['lake']);
  });

  test('loses nothing of what others write into its custody meanwhile, to the last moment', async () => {
    let isOver = false;
    const running = reingest('--formats', formats, '--label', 'web').finally(() => {
      isOver = true;
    });
    const store = directoryStore(lake);
    const written: string[] = [];
    for (let number = 0; !isOver; number += 1) {
      const name = `custody/note-${number}.txt`;
      // A file that is on its way while the folders change names is refused, which its writer is told.
      await store.create(name, Buffer.from(name)).then(
        () => written.push(name),
        () => {},
      );
      await pause(2);
    }
    const ran = await running;
    assert.equal(ran.code, 0, ran.err);
    assert.ok(written.length > 50, `${written.length} files were written meanwhile`);
    const there = new Set((await store.list('custody/')).map(({ key }) => key));
    assert.deepEqual(
      written.filter((name) => !there.has(name)),
      [],
    );
    for (const name of written) await store.remove(name);
  });

  test('is swept of what a killed run left beside it', async () => {
    const child = spawn(
      process.execPath,
      [entry, 'reingest', ...logs, '--lake', lake, '--formats', formats],
      {
        stdio: 'ignore',
      },
    );
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    while (!readdirSync(place).some((name) => name.startsWith('lake.anew-')) && child.exitCode === null)
      await pause(1);
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    assert.equal(readdirSync(place).length, 2, 'it left something');
    const ran = await reingest('--formats', formats);
    assert.equal(ran.code, 0, ran.err);
    assert.deepEqual(readdirSync(place), ['lake']);
  });
});
