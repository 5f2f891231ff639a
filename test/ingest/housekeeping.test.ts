import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deliver } from '../../src/ingest/deliver.ts';
import { housekeepingOf } from '../../src/ingest/housekeeping.ts';
import { logObject, temporaryLake } from './temporary-lake.ts';

const root = join(import.meta.dirname, '..', 'fixtures', 'housekeeping');
const fixtures = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(root, name)).isFile(),
);

describe("A producer's housekeeping", () => {
  test('has a fixture each', () => assert.equal(fixtures.length, 4));

  for (const name of fixtures) {
    test(`is kept as no log, and nobody is called: ${name}`, async () => {
      const lake = await temporaryLake();
      const object = logObject(name, readFileSync(join(root, name)));
      const called: string[] = [];
      const call = async (_: unknown, reason: string) => void called.push(reason);
      const done = await deliver([{ messageId: 'm', object, storedBytes: 100 }], {
        ...lake.context,
        mostStoredBytes: 1 << 20,
        quarantine: call,
        setAside: call,
      });
      assert.deepEqual([done.failed, done.refused, called], [[], 0, []]);
      const { key } = (await lake.store.list('custody/'))[0]!;
      const record = JSON.parse(Buffer.from((await lake.store.read(key))!).toString());
      assert.equal(record.refused.kind, 'not-a-log');
      assert.match(record.refused.reason, /^is no log but (the|a) /);
    });
  }

  test('is not known by its name alone, nor by what it holds', () => {
    assert.equal(housekeepingOf('AWSLogs/1/ELBAccessLogTestFile', ['192.0.2.1 - - [']), null);
    assert.equal(housekeepingOf('raw/alb/access.log', ['Enable AccessLog for ELB: www']), null);
    assert.equal(housekeepingOf('ownership-challenge.txt', ['{"ClientIP":"192.0.2.1"}']), null);
  });
});
