import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { findLogs } from '../../src/adapters/log-files.ts';
import { ChangedObjectError } from '../../src/ingest/pass.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-files-'));
after(() => rmSync(folder, { recursive: true }));

/** Larger than what is read at once. */
const BYTES = 3 << 20;

describe('A large file', () => {
  const changes = {
    'is read to its end where it is at rest': () => {},
    'that grows while it is read says so': (file: string) => appendFileSync(file, 'more\n'),
    'that is written to while it is read says so': (file: string) => utimesSync(file, 1, 1),
  };
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const file = join(folder, name);
      writeFileSync(file, 'a line\n'.repeat(BYTES / 7));
      const { objects } = await findLogs([file], { except: [] });
      let bytes = 0;
      const read = async (): Promise<number> => {
        for await (const chunk of objects[0]!.open()) {
          if (bytes === 0) change(file);
          bytes += chunk.length;
        }
        return bytes;
      };
      if (name.endsWith('at rest')) assert.equal(await read(), Math.floor(BYTES / 7) * 7);
      else await assert.rejects(read(), ChangedObjectError);
    });
  }
});

test('A file or a folder whose name is not in UTF-8 is not passed over in silence', async () => {
  const logs = join(folder, 'logs');
  const named = (end: string): Buffer => Buffer.concat([Buffer.from(`${logs}/`), Buffer.from(end, 'latin1')]);
  mkdirSync(logs);
  writeFileSync(join(logs, 'whole.log'), 'a line\n');
  writeFileSync(named('caf\xe9.log'), 'a line\n');
  mkdirSync(named('\xe9t\xe9'));
  const { objects, problems } = await findLogs([logs], { except: [] });
  assert.equal(objects.length, 1);
  assert.deepEqual(
    problems.map(({ reason }) => /not in UTF-8.*give it another name/.test(reason)),
    [true, true],
  );
});
