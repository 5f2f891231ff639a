/** Which log a query reads where none is named. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const flow = (account: number, source: string) =>
  `2 ${account} eni-1 ${source} 198.51.100.7 20641 443 6 20 4249 1573486920 1573486980 ACCEPT OK`;

before(async () => {
  const logs = {
    'access.log': [apacheLine(), apacheLine({ ip: '198.51.100.9' })],
    'one.log': [flow(123456789012, '192.0.2.1')],
    'other.log': [flow(210987654321, '192.0.2.2'), flow(210987654321, '192.0.2.3')],
  };
  for (const [name, lines] of Object.entries(logs)) {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    assert.equal((await ascribe(['ingest', join(folder, name), '--lake', lake])).code, 0);
  }
});

const ask = async (id: string, ...more: string[]) => {
  const { code, out, err } = await ascribe(['query', id, '--lake', lake, '--json', ...more]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
};

describe('ascribe query', () => {
  test('reads the log of requests, or of flows the one that has most', async () => {
    assert.equal((await ask('origin/sources')).length, 2);
    const [vector] = await ask('technique/flow-vectors');
    assert.deepEqual([vector.vector, vector.flows, vector.sources], ['tcp', 2, 2]);
  });

  test('reads the log that is named', async () => {
    const [vector] = await ask('technique/flow-vectors', '--source', 'aws-vpc-flow:123456789012');
    assert.equal(vector.flows, 1);
  });

  test('says that the lake has no log of what it reads', async () => {
    const { code, err } = await ascribe(['query', 'technique/random-subdomains', '--lake', lake]);
    assert.equal(code, 1);
    assert.match(err, /the lake holds no events of that time that the query reads/);
  });
});
