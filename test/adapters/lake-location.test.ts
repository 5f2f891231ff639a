import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { directoryStore } from '../../src/adapters/directory.ts';
import { readLocation, VAULT_KEY } from '../../src/adapters/lake-location.ts';
import { StoreError } from '../../src/lake/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-location-'));
after(() => rmSync(folder, { recursive: true }));

test('What belongs to a lake is read, and a damaged file of it is named with the next step', async () => {
  const lake = directoryStore(folder);
  assert.equal(await readLocation(lake), null);
  const said = { vault: 's3://vault', raw: { bucket: 'raw', mode: 'GOVERNANCE', days: 30 } };
  const text = JSON.stringify(said);
  writeFileSync(join(folder, VAULT_KEY), text);
  assert.deepEqual(await readLocation(lake), said);
  for (const damaged of [text.slice(0, 20), 'null', '[]', '{}', '']) {
    writeFileSync(join(folder, VAULT_KEY), damaged);
    await assert.rejects(
      readLocation(lake),
      (error: Error) =>
        error instanceof StoreError &&
        /vault\.json does not name a vault.*deploy the stack again/.test(error.message),
    );
  }
});
