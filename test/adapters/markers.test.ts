/** What is committed is what has a marker now, whoever wrote it. */
import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { directoryStore } from '../../src/adapters/directory.ts';
import { readMarkers } from '../../src/adapters/markers.ts';
import { type Marker, markerKey } from '../../src/lake/marker.ts';
import { StoreError } from '../../src/lake/store.ts';
import { albLine } from '../ingest/lines.ts';
import { type TestLake, temporaryFolder, temporaryLake } from '../ingest/temporary-lake.ts';

let lake: TestLake;
const taken: Marker[] = [];
const path = ({ object_id }: Marker): string => join(lake.root, markerKey(object_id));

before(async () => {
  lake = await temporaryLake();
  for (const sent of ['1', '2', '3']) taken.push(await lake.take(albLine({ sent })));
  taken.sort((a, b) => (a.object_id < b.object_id ? -1 : 1));
});

test('All markers are read, in order of their objects, and nothing else that lies there', async () => {
  writeFileSync(join(lake.root, 'objects', 'notes.json'), '{}');
  writeFileSync(`${path(taken[0]!)}.part`, '{');
  assert.deepEqual(await readMarkers(lake.store), taken);
});

test('A marker that comes or goes is seen the next time', async () => {
  const away = join(lake.root, 'away.json');
  renameSync(path(taken[1]!), away);
  assert.deepEqual(await readMarkers(lake.store), [taken[0], taken[2]]);
  renameSync(away, path(taken[1]!));
  assert.deepEqual(await readMarkers(lake.store), taken);
});

test('A marker that is a symbolic link is refused as the store refuses it', {
  skip: process.platform === 'win32',
}, async () => {
  const away = join(lake.root, 'away.json');
  renameSync(path(taken[1]!), away);
  symlinkSync(away, path(taken[1]!));
  await assert.rejects(readMarkers(lake.store), StoreError);
  rmSync(path(taken[1]!));
  renameSync(away, path(taken[1]!));
});

test('A folder without objects has none', async () => {
  assert.deepEqual(await readMarkers(directoryStore(temporaryFolder())), []);
});
