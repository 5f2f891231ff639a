import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
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
