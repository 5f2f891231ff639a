/** What a killed process left, beside a lake or in the temporary folder: swept by the next one, and never what a running one works on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeFolder } from '../../src/adapters/make-folder.ts';
import { PROCESS_NAME } from '../../src/adapters/process-name.ts';
import { folderBeside, replaceFolder, sweepBeside } from '../../src/adapters/report-folder.ts';
import { stageFolder } from '../../src/adapters/staging.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(...entries: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-left-'));
  folders.push(folder);
  for (const entry of entries) mkdirSync(join(folder, entry), { recursive: true });
  return folder;
}

const [here] = PROCESS_NAME.split('-') as [string];
const elsewhere = [...here].reverse().join('');
/** Of a process that has ended, and of one that runs on: the one that runs the tests. */
const [gone, running] = [spawnSync(process.execPath, ['-e', '']).pid, process.ppid];
const UUID = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';

function age(folder: string, ...entries: string[]): void {
  const old = new Date(Date.now() - 8 * 86_400_000);
  for (const entry of entries) utimesSync(join(folder, entry), old, old);
}

describe('Parts on their way', () => {
  test('of a process that is gone are removed, those of a running one stay', () => {
    const staged = (name: string) => join('.staging', name);
    const stay = [
      `parts-${here}-${running}`,
      `${here}-${running}-${UUID}`,
      `${PROCESS_NAME}-${UUID}`,
      'note',
    ];
    const go = [`parts-${here}-${gone}`, `${here}-${gone}-${UUID}`];
    const lake = folderWith(...[...stay, ...go, `parts-${PROCESS_NAME}/of-one-with-this-number`].map(staged));
    stageFolder(lake);
    const own = `parts-${PROCESS_NAME}`;
    assert.deepEqual(readdirSync(join(lake, '.staging')).sort(), [...stay, own].sort());
    assert.deepEqual(readdirSync(join(lake, '.staging', own)), []);
  });

  test('of a process of another namespace, or named by a number alone, stay until they are old', () => {
    const names = [
      ...[`parts-${elsewhere}-${gone}`, `${elsewhere}-${running}-${UUID}`],
      ...[`parts-${gone}`, `${running}-${UUID}`],
    ];
    const lake = folderWith(...names.map((name) => join('.staging', name)));
    const own = `parts-${PROCESS_NAME}`;
    stageFolder(lake);
    assert.deepEqual(readdirSync(join(lake, '.staging')).sort(), [...names, own].sort());
    age(join(lake, '.staging'), ...names);
    stageFolder(lake);
    assert.deepEqual(readdirSync(join(lake, '.staging')), [own]);
  });
});

describe('A temporary folder', () => {
  const module = new URL('../../src/adapters/temporary-folder.ts', import.meta.url);
  const makes = (more: string) =>
    `const { temporaryFolder } = await import(${JSON.stringify(module)}); const made = temporaryFolder('archive'); ${more}`;
  const run = (folder: string, code: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, TMPDIR: folder },
      encoding: 'utf8',
    });

  test('of a process that was killed is removed by the next one, those of others stay', () => {
    const ofRunning = `ascribe-archive-${here}-${running}-abcdef`;
    const stay = ['ascribe-archive-abcdef', ofRunning, `ascribe-archive-${elsewhere}-${gone}-abcdef`].sort();
    const folder = folderWith(...stay);
    const killed = run(folder, makes("process.kill(process.pid, 'SIGKILL');"));
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    assert.equal(readdirSync(folder).length, 4);
    const next = run(folder, makes('console.log(made.path);'));
    assert.ok(next.stdout.startsWith(join(folder, `ascribe-archive-${here}-`)), next.stderr);
    assert.deepEqual(readdirSync(folder).sort(), stay, 'its own goes as it ends');
  });
});

describe('A folder that is made anew', () => {
  const nothing = (sentence: string): never => assert.fail(sentence);
  const entries = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });

  test('is swept where its process is gone, and stays where it runs', () => {
    const folder = folderWith(
      'lake',
      `lake.anew-${here}-${gone}/x`,
      `lake.tried-${here}-${gone}/full`,
      `lake.anew-${here}-${running}`,
      'lake.new',
    );
    sweepBeside(join(folder, 'lake/'), nothing);
    assert.deepEqual(entries(folder).sort(), ['lake', `lake.anew-${here}-${running}`, 'lake.new']);
    sweepBeside(join(folder, 'nowhere', 'lake'), nothing);
  });

  test('takes the place of the older one, which is put back where that was broken off between', () => {
    const folder = folderWith('lake');
    const lake = join(folder, 'lake');
    const anew = folderBeside(lake);
    mkdirSync(anew);
    writeFileSync(join(anew, 'new'), '');
    replaceFolder(anew, `${lake}/`);
    assert.deepEqual(entries(folder).sort(), ['lake', join('lake', 'new')]);
    // As a process leaves them that is killed between the two names.
    const moved = folderWith(`lake.old-${here}-${gone}/kept`, `lake.anew-${here}-${gone}`);
    sweepBeside(join(moved, 'lake'), nothing);
    assert.deepEqual(entries(moved).sort(), ['lake', join('lake', 'kept')]);
  });

  test('whose older one is beside it after all is named, and never taken for it', () => {
    const old = `lake.old-${here}-${gone}`;
    for (const { there, after } of [
      // Killed once the new one was in its place; moved away since; and made by somebody while the other lay beside.
      { there: ['lake', old], after: ['lake', old] },
      { there: [old], after: [old] },
      { there: ['lake', old, `lake.anew-${here}-${gone}`], after: ['lake', old] },
    ]) {
      const folder = folderWith(...there);
      const told: string[] = [];
      sweepBeside(join(folder, 'lake'), (sentence) => told.push(sentence));
      assert.deepEqual(entries(folder).sort(), after);
      assert.equal(told.length, 1);
      assert.ok(
        told[0]!.startsWith(`${join(folder, old)} was left by a command that was killed as it replaced `),
      );
    }
    const running = folderWith(`lake.old-${PROCESS_NAME.replace(/\d+$/, String(process.ppid))}`);
    sweepBeside(join(running, 'lake'), nothing);
    assert.equal(entries(running).length, 1);
  });

  test('that cannot take its place leaves what was there', () => {
    const folder = folderWith('lake/kept');
    const lake = join(folder, 'lake');
    assert.throws(
      () => replaceFolder(folderBeside(lake), lake),
      (error: Error) => /lake could not be replaced: ENOENT.* It is as it was\.$/.test(error.message),
    );
    assert.deepEqual(entries(folder).sort(), ['lake', join('lake', 'kept')]);
  });
});

test('a place where no folder can be is refused at once', { skip: !existsSync('/proc/self') }, () => {
  assert.throws(() => makeFolder('/proc/ascribe/lake'), { code: 'ENOENT' });
  const folder = folderWith();
  makeFolder(join(folder, 'a/b/c'));
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => makeFolder(join(folder, 'file', 'lake')), { code: 'EEXIST' });
  assert.deepEqual(readdirSync(join(folder, 'a/b')), ['c']);
});
