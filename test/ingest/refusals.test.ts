import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ChangedObjectError } from '../../src/ingest/pass.ts';
import { apacheLine } from './lines.ts';
import { logObject, temporaryLake } from './temporary-lake.ts';

const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 2_654_435_761) % 251));

describe('An object that can not be read', () => {
  for (const { name, content, reason } of [
    { name: 'empty', content: Buffer.alloc(0), reason: /^is empty: there is no record in it$/ },
    { name: 'empty.gz', content: gzipSync(''), reason: /^is empty/ },
    {
      name: 'blank',
      content: Buffer.from('\n\r\n  \n'),
      reason: /^is of no known format. Tried none: it holds blank lines only$/,
    },
    {
      name: 'binary',
      content: noise,
      reason: /^is of no known format\. Tried [\w-]+: record 1 lacks .*; [\w-]+: record 1 lacks /,
    },
    {
      name: 'prose',
      content: Buffer.from('Dear Sir,\nplease find enclosed\n'),
      reason: /aws-alb: record 1 lacks a type \(http/,
    },
    {
      name: 'head.gz',
      content: gzipSync(apacheLine()).subarray(0, 9),
      reason: /^nothing could be read: gzip damaged: unexpected end of file$/,
    },
    {
      name: 'mostly-other',
      content: Buffer.from([apacheLine(), 'no', 'log', 'at all'].join('\n')),
      reason:
        /^is of no known format\. Nearest: apache-combined: record 2 lacks an address, a time in brackets/,
    },
  ]) {
    test(`is refused with its reason: ${name}`, async () => {
      const lake = await temporaryLake();
      const [outcome, good] = await lake.ingest([logObject(name, content), logObject('good', apacheLine())]);
      assert.equal(outcome!.status, 'refused');
      if (outcome!.status === 'refused') assert.match(outcome!.reason, reason);
      assert.equal(good!.status, 'ingested');
      assert.equal((await lake.markers()).length, 1, 'the other alone');
      const custody = await Promise.all(
        (await lake.store.list('custody/')).map(async ({ key }) =>
          JSON.parse(Buffer.from((await lake.store.read(key))!).toString()),
        ),
      );
      const refused = custody.find((record) => record.refused !== null);
      assert.match(refused.refused.reason, reason);
      assert.equal(refused.stored_bytes, content.length);
    });
  }

  test('is refused with what the reader said, and the others are read', async () => {
    const lake = await temporaryLake();
    const broken = {
      ...logObject('broken', ''),
      async *open(): AsyncGenerator<Buffer> {
        yield Buffer.from(`${apacheLine()}\n`);
        throw new Error('input/output error');
      },
    };
    const outcomes = await lake.ingest([broken, logObject('good', apacheLine())]);
    assert.deepEqual(outcomes[0], {
      status: 'refused',
      name: 'broken',
      reason: 'could not be read: input/output error',
      kind: null,
    });
    assert.equal(outcomes[1]!.status, 'ingested');
    assert.deepEqual(await lake.rows('select count(*) as n from http_activity'), [{ n: 1 }]);
  });

  test('that says it changed while it was read is refused, and the others are read', async () => {
    const lake = await temporaryLake();
    const restless = {
      ...logObject('restless', ''),
      async *open(): AsyncGenerator<Buffer> {
        yield Buffer.from(`${apacheLine()}\n`.repeat(20_000));
        throw new ChangedObjectError();
      },
    };
    const [outcome, other] = await lake.ingest([restless, logObject('good', apacheLine())]);
    assert.deepEqual(outcome, {
      status: 'refused',
      name: 'restless',
      reason: 'changed while it was read: give it again once it is at rest',
      kind: null,
    });
    assert.equal(other!.status, 'ingested');
    assert.equal((await lake.markers()).length, 1);
  });
});
