/** A function opens no archive: it leaves one to the command line, which then has the one record of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { custodyKey } from '../../src/evidence/custody.ts';
import { deferralKey } from '../../src/evidence/deferral.ts';
import { recordArchive } from '../../src/ingest/archive.ts';
import { deliver } from '../../src/ingest/deliver.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { adoptProfile } from '../../src/ingest/profile.ts';
import { logObject, temporaryLake } from './temporary-lake.ts';

test('An archive that is announced is set aside, and done once the command line has opened it', async () => {
  const lake = await temporaryLake();
  await adoptProfile(lake.store, lake.context.profile);
  const object: LogObject = {
    ...logObject('logs.zip', 'PK\u0003\u0004'),
    delivery: { kind: 's3', bucket: 'example-raw', key: 'raw/logs.zip', version: 'v1' },
  };
  const run = async () => {
    const told: string[] = [];
    const done = await deliver([{ messageId: 'one', object, storedBytes: 4 }], {
      ...lake.context,
      mostStoredBytes: 1 << 20,
      quarantine: async (_object, reason) => void told.push(`quarantine: ${reason}`),
      setAside: async (_object, reason) => void told.push(`aside: ${reason}`),
    });
    return { told, failed: done.failed, deferred: done.deferred };
  };
  const aside = 'aside: is an archive by its name, which "ascribe ingest" on the command line opens';
  assert.deepEqual(await run(), { told: [aside], failed: [], deferred: 1 });
  assert.ok(await lake.store.read(deferralKey(object.delivery)));
  assert.equal(await lake.store.read(custodyKey(object.delivery)), null);
  const account = { members: 1, objects: 0, problems: [{ member: '../evil', reason: 'leads out' }] };
  assert.deepEqual(await recordArchive({ object, members: [], account, damage: null }, lake.context), {
    isAltered: false,
  });
  assert.deepEqual(await run(), { told: [], failed: [], deferred: 0 });
});
