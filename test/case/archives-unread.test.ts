/** What an archive holds and nobody could read can be of any log: no surface is then complete. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingOf } from '../../src/case/surfaces.ts';
import { type ArchiveAccount, custodyRecord } from '../../src/evidence/custody.ts';
import type { LogCoverage } from '../../src/report/model.ts';

const log: LogCoverage = {
  ...{ source_id: 'web', format: 'apache-combined', vantage: 'origin', host: null },
  ...{ first: '2019-11-11T00:00:00.000Z', last: '2019-11-12T00:00:00.000Z' },
  ...{ records: 9, rows: 9, rejects: 0, sampling: 'none declared', duplicates: 0, client_address: 'logged' },
};

function missing(archive: ArchiveAccount, damage: string | null): string[] {
  const record = custodyRecord({
    delivery: { kind: 'file', path: 'logs.zip', size: 9, mtime: '2019-11-12T18:00:00.000Z' },
    receivedAt: '2019-11-13T09:00:00.000Z',
    event: 'received',
    tool: { name: 'ascribe', version: '0.1.0' },
    profile: 'a'.repeat(64),
    storedSha256: 'b'.repeat(64),
    storedBytes: 9,
    archive,
    damage,
  });
  return missingOf(
    { name: 'members', log: 'web', host: null, paths: ['/members'] },
    {
      about: { from: Date.parse(log.first), until: Date.parse(log.last) },
      coverage: { logs: [log], gaps: [] },
      ledger: [],
      snapshot: { markers: [], deliveries: [record], deferred: [], broken: [] },
    },
  );
}

test('A surface needs what an archive holds and nobody could read', () => {
  assert.deepEqual(missing({ members: 2, objects: 2, problems: [] }, null), []);
  assert.deepEqual(missing({ members: 0, objects: 0, problems: [] }, null), [], 'an archive without a file');
  const problems = [{ member: '../evil.log', reason: 'leads out' }];
  assert.match(
    missing({ members: 3, objects: 2, problems }, null)[0]!,
    /What one delivery or part of the lake/,
  );
  assert.match(missing({ members: 3, objects: 2, problems }, 'cut off')[0]!, /What 2 deliveries or parts/);
});
