/**
 * The product under faults: every AWS call of every function fails by each kind of fault, processes are killed after
 * their writes (each of them, but for the many alike in the middle of a package) and at moments left to chance, and
 * messages come three times and in any order. Nothing may be lost and nothing be there twice: the deployment ends as
 * one that nothing disturbed.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { filedPackages, packageOf } from '../../src/case/filed-packages.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { synthesize } from './assembly.ts';
import { startCloud } from './emulation/cloud.ts';
import { announce, type Estate, ingestAll, openEstate, untilDone } from './faults-estate.ts';
import { assertPackages, assertSealed, publicKeyOf } from './faults-evidence.ts';
import { assertExported, assertRefused } from './faults-export.ts';
import { killAfterEach, killAtRandom, turnsOf } from './faults-kills.ts';
import { covered, missing, printed, rulesFor } from './faults-plan.ts';
import { functions, type Reference, takeReference } from './faults-reference.ts';
import { differences, lakeFiles, lakeState, plantLosses, queueState, vaultState } from './faults-state.ts';
import * as story from './faults-story.ts';
import { intranetLogs, OVERSIZE_BYTES } from './intranet-logs.ts';
import { auditPermissions } from './permissions.ts';
import { againstNamed } from './permissions-unused.ts';

const OBJECTS = 1000;
const BATCHES = 24;
const RANDOM_KILLS = 30;

const folder = mkdtempSync(join(tmpdir(), 'ascribe-faults-'));
const logs = intranetLogs({ count: OBJECTS, batches: BATCHES });
const began = Date.now();
let assembly: string;
let reference: Reference;
let estate: Estate;
let announcements: story.Announcements;
/** What an undisturbed report and export write. */
let writes: { report: number; export: number };

const tell = (text: string) => console.log(`# ${((Date.now() - began) / 1000).toFixed(0)} s: ${text}`);

const openCloud = async (): Promise<Estate> => openEstate(await startCloud({ assembly }));

/** The rules for what a function calls, by the name of it here: another deployment calls it otherwise. */
function strike(name: string): void {
  for (const pair of reference.pairs.filter(({ of }) => of === name))
    for (const rule of rulesFor({ ...pair, function: estate.functionId(name) }))
      estate.cloud.faults.add(rule);
}

/** Faults that still wait for a call of a function to strike. */
function waiting(name: string) {
  return estate.cloud.faults.pending().filter((rule) => rule.function === estate.functionId(name));
}

function assertStruck(name: string): void {
  const named = waiting(name).map(({ service, action, kind }) => `${service}:${action} ${kind}`);
  assert.deepEqual(named, [], `${name} was not called often enough for these`);
}

before(() => {
  assembly = synthesize(folder, { mostStoredBytes: String(OVERSIZE_BYTES), historyDays: '1' });
});

after(async () => {
  await estate?.cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('Undisturbed', () => {
  let calm: Estate;
  let exported: { status: number; body: string };

  before(async () => {
    calm = await openCloud();
    tell('the undisturbed deployment is up');
    ({ exported, writes } = await story.workUndisturbed(calm, logs));
    tell('it has done its work');
  });

  after(async () => {
    await calm?.cloud.stop();
  });

  test('the work is done: rows, refusals, alerts, reports, an export', async () => {
    const key = await publicKeyOf(calm);
    assert.ok(logs.objects.length >= 1000);
    reference = await takeReference(calm, logs.objects.length);
    for (const below of ['reports/', 'exports/'] as const)
      assert.equal(await assertPackages(calm, { folder: join(folder, 'calm'), key, below }), 2);
    await assertSealed(calm, key);
  });

  test('evidence is exported for the NCSC in the name of who asked, and other requests are answered', async () => {
    await assertExported(calm, exported);
    await assertRefused(calm);
  });

  test('its roles allow what it does, and nothing without need', () => {
    const { denied, asCaller, unused, judged } = auditPermissions(calm.cloud);
    assert.equal(Object.keys(judged).length, functions.length);
    assert.ok(asCaller.judged > 0);
    assert.deepEqual(
      { denied, asCaller: asCaller.denied, ...againstNamed(unused) },
      { denied: [], asCaller: [], unnamed: [], stale: [] },
    );
  });

  test('a loss, an addition and a change would be seen', async () => {
    const files = await lakeFiles(calm);
    const planted = await plantLosses(calm);
    const found = differences(files, await lakeFiles(calm)).join('\n');
    for (const each of planted) assert.ok(found.includes(each), `${each} is not in ${found}`);
  });
});

describe('Disturbed', () => {
  before(async () => {
    estate = await openCloud();
    announcements = await story.putLogs(estate, logs);
    tell('the disturbed deployment is up');
  });

  test('the ingest is killed after each write, from the first start of all', async () => {
    const batches = announcements.batches.values();
    const run = async () => {
      const batch = batches.next();
      assert.ok(!batch.done, 'more batches are needed: the ingest writes more often');
      await announce(estate, batch.value);
      await ingestAll(estate);
      return { failed: false };
    };
    // The first start alone writes profile and names of networks.
    const ingest = estate.functionId('Ingest');
    for (const writes of [1, 2, 3, 4]) {
      estate.cloud.lambda.killProcesses(ingest);
      estate.cloud.faults.killAfterWrites({ function: ingest, writes });
      await run();
    }
    const kills = await killAfterEach(estate, { name: 'Ingest', run });
    const all = estate.cloud.faults.kills.map(({ after }) => after.replace(/ .*/, ''));
    tell(`${all.length} kills of the ingest, ${kills} within a batch`);
    assert.ok(kills >= 12, `${kills} kills in a batch of three objects`);
    assert.ok(all.includes('s3:PutObjectRetention') && all.includes('sqs:SendMessage'));
    await announce(estate, [...batches].flat());
    await ingestAll(estate);
  });

  test('every call of the ingest fails, and messages come three times and in any order', async () => {
    estate.cloud.lambda.killProcesses(estate.functionId('Ingest'));
    strike('Ingest');
    const half = Math.ceil(announcements.rest.length * 0.6);
    const odd = announcements.rest.slice(-4);
    await announce(estate, story.thrice([...announcements.rest.slice(0, half), ...odd], 'faults'));
    await ingestAll(estate);
    assertStruck('Ingest');
    tell('the ingest went through its faults');
  });

  test('the ingest is killed at moments left to chance', async () => {
    const half = Math.ceil(announcements.rest.length * 0.6);
    await announce(estate, story.thrice(announcements.rest.slice(half), 'kills'));
    let isOver = false;
    const killing = killAtRandom(estate, {
      ...{ name: 'Ingest', random: createRandom(1, 'moments'), kills: RANDOM_KILLS },
      isOver: () => isOver,
    });
    await ingestAll(estate);
    isOver = true;
    const kills = await killing;
    tell(`${kills} kills at random`);
    assert.equal(kills, RANDOM_KILLS);
  });

  test('the sweep finds what was never announced, and sends it once more when it is killed', async () => {
    const run = () => estate.cloud.invoke('Sweep', {});
    strike('Sweep');
    await untilDone(estate, { name: 'Sweep', event: {} });
    assertStruck('Sweep');
    await ingestAll(estate);
    await killAfterEach(estate, { name: 'Sweep', run });
    await ingestAll(estate);
    // What was set aside is announced every day, so that nobody forgets it.
    assert.deepEqual((await run()).value, { announced: 1 });
    await ingestAll(estate);
    tell('the sweep is through');
  });

  test('lake, custody and queues are as if nothing had been', async () => {
    assert.deepEqual(differences(reference.lake, await lakeState(estate)), []);
    assert.deepEqual(differences(reference.queues, await queueState(estate)), []);
    tell('lake, custody and queues were compared');
  });

  test('alerts and the report are written whatever fails', async () => {
    strike('Watch');
    strike('Investigate');
    const [watch, investigate] = await Promise.all([
      untilDone(estate, { name: 'Watch', event: story.watches[0] }),
      untilDone(estate, { name: 'Investigate', event: story.floodReport, most: 12 }),
    ]);
    assertStruck('Watch');
    assertStruck('Investigate');
    tell(`watch took ${watch.runs} runs, the report of the flood ${investigate.runs}`);
  });

  test('watch says each thing wherever it is killed', async () => {
    const [, second, third] = story.watches;
    const run = () => estate.cloud.invoke('Watch', second);
    const kills = await killAfterEach(estate, { name: 'Watch', run });
    assert.ok(kills >= 4, `${kills} kills`);
    await untilDone(estate, { name: 'Watch', event: third, most: 1 });
    tell(`watch is through, ${kills} kills`);
  });

  test('custody is sealed wherever the seal is killed', async () => {
    const kills = await killAfterEach(estate, { name: 'Seal', run: () => estate.cloud.invoke('Seal', {}) });
    assert.ok(kills >= 2, `${kills} kills`);
    tell(`custody is sealed, ${kills} kills`);
  });

  test('evidence is exported and signed whatever fails', async () => {
    strike('ExportEvidence');
    strike('Seal');
    const statuses: number[] = [];
    const exporting = async () => {
      do statuses.push((await story.askForExport(estate, story.exportBody)).status);
      while (statuses.at(-1) !== 201 && statuses.length < 16);
    };
    await Promise.all([exporting(), untilDone(estate, { name: 'Seal', event: {}, most: 12 })]);
    assert.equal(statuses.at(-1), 201, statuses.join(' '));
    // What is done needs few calls: it is asked again until each fault has had one to strike.
    for (let more = 0; more < 8 && waiting('Seal').length > 0; more += 1)
      await untilDone(estate, { name: 'Seal', event: {}, most: 12 });
    assertStruck('ExportEvidence');
    assertStruck('Seal');
    tell(`evidence was exported: ${statuses.join(' ')}`);
  });

  test('a report is filed and signed and evidence is exported wherever they and the signer are killed', async () => {
    const investigate = () => estate.cloud.invoke('Investigate', story.quietReport);
    // Side by side: they write to other places.
    const [kills, exporting] = await Promise.all([
      killAfterEach(estate, { name: 'Investigate', run: investigate, turns: turnsOf(writes.report) }),
      killAfterEach(estate, {
        name: 'ExportEvidence',
        run: story.exportRequest(estate, story.morningExportBody),
        turns: turnsOf(writes.export),
      }),
    ]);
    const [filed] = await filedPackages(estate.store, `reports/${story.quietReport.day}/`);
    const sign = (await packageOf(estate.store, filed!))!;
    const run = () => estate.cloud.invoke('Seal', { sign });
    const signing = await killAfterEach(estate, { name: 'Seal', run });
    tell(`a report is signed and evidence exported, ${kills}, ${signing} and ${exporting} kills`);
    tell(`of ${writes.report} writes of a report and ${writes.export} of an export`);
    assert.ok(kills >= 24 && signing >= 2 && exporting >= 24, `${kills}, ${signing} and ${exporting} kills`);
    await untilDone(estate, { name: 'Investigate', event: story.quietReport, most: 1 });
  });

  test('reports and alerts are as if nothing had been, byte for byte', async () => {
    assert.deepEqual(differences(reference.vault, await vaultState(estate)), []);
    tell('reports and alerts were compared');
  });

  test('all that was sealed and signed verifies with the key alone', async () => {
    // The next daily seal signs a package whose run ended before its signature.
    await untilDone(estate, { name: 'Seal', event: {}, most: 1 });
    const key = await publicKeyOf(estate);
    await assertSealed(estate, key);
    for (const below of ['reports/', 'exports/'] as const)
      assert.ok((await assertPackages(estate, { folder: join(folder, 'disturbed'), key, below })) >= 2);
  });

  test('every pair of function and call was struck by every kind of fault', () => {
    const { faults } = estate.cloud;
    const here = reference.pairs.map((pair) => ({ ...pair, function: estate.functionId(pair.of) }));
    const table = covered(here, faults.struck);
    const name = new Map(functions.map((each) => [estate.functionId(each), each]));
    console.log(printed(table, (id) => name.get(id) ?? id));
    const strikes = [...faults.struck.values()].reduce((sum, each) => sum + each, 0);
    tell(`${table.length} pairs, ${strikes} strikes, ${faults.kills.length} kills after a write`);
    assert.deepEqual(missing(table), []);
  });

  test('no role was denied a call', () => {
    const { denied, asCaller } = auditPermissions(estate.cloud);
    assert.deepEqual([...denied, ...asCaller.denied], []);
  });
});
