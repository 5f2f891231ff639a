/** An object that is larger than its head is parsed while it is read, once. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ChangedObjectError, type LogObject } from '../../src/ingest/pass.ts';
import { markerKey } from '../../src/lake/marker.ts';
import { apacheLine } from './lines.ts';
import { hashFiles, logObject, temporaryLake } from './temporary-lake.ts';

/** Decompressed bytes of a part here: far less than of the objects. */
const PART = 400_000;
const LINES = 21_000;

const lines = Array.from({ length: LINES }, (_, index) =>
  apacheLine({
    agent: `agent ${index}`,
    time: index % 3 === 0 ? '11/Nov/2019:15:42:00 +0000' : '12/Nov/2019:15:42:00 +0000',
  }),
);
const sound = Buffer.from(`${lines.join('\n')}\n`);
// More than the head that tells the format, and so more than is kept.
assert.ok(sound.length > 1 << 20);

type Counted = LogObject & { readings: number };

function counted(object: LogObject): Counted {
  const counting: Counted = {
    ...object,
    readings: 0,
    open() {
      counting.readings += 1;
      return object.open();
    },
  };
  return counting;
}

describe('An object that does not fit into memory', () => {
  test('is read once, whatever packs it, and all its rows and parts bear its id', async () => {
    const made: Record<string, string>[] = [];
    for (const content of [sound, gzipSync(sound)]) {
      const lake = await temporaryLake({ partBytes: PART });
      const object = counted(logObject('large', content));
      const [outcome] = await lake.ingest([object]);
      assert.ok(outcome!.status === 'ingested');
      assert.equal(object.readings, 1);
      assert.deepEqual(
        await lake.rows(
          'select object_id, count(*) as rows, count(distinct user_agent) as agents from http_activity group by object_id',
        ),
        [{ object_id: outcome!.marker.object_id, rows: LINES, agents: LINES }],
      );
      assert.deepEqual(
        await lake.rows(
          'select object_id, sum(requests) as requests from minute_activity group by object_id',
        ),
        [{ object_id: outcome!.marker.object_id, requests: LINES }],
      );
      const files = hashFiles(lake.root);
      for (const { key, sha256 } of outcome!.marker.parts) assert.equal(files[key], sha256);
      // Two days and their minutes, of several parts.
      assert.ok(outcome!.marker.parts.length >= 16, `${outcome!.marker.parts.length} parts`);
      made.push(Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith('tables/'))));
    }
    assert.deepEqual(made[0], made[1]);
  });

  test('that is there already is read once for its digest, and adds its delivery alone', async () => {
    const lake = await temporaryLake({ partBytes: PART });
    await lake.ingest([logObject('large', sound)]);
    const before = hashFiles(join(lake.root, 'tables'));
    const again = counted(logObject('large', sound));
    const copy = counted(logObject('copy.gz', gzipSync(sound)));
    const outcomes = await lake.ingest([again, copy]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['already-there', 'already-there'],
    );
    assert.deepEqual([again.readings, copy.readings], [1, 1]);
    assert.deepEqual(hashFiles(join(lake.root, 'tables')), before);
    assert.equal((await lake.store.list('custody/')).length, 2);
  });

  test('that custody knows, and that the lake loses while it is read, is read again and parsed', async () => {
    const lake = await temporaryLake({ partBytes: PART });
    const { object_id } = await lake.take(sound, 'large');
    const { store } = lake.context;
    let asked = 0;
    lake.context.store = {
      ...store,
      read: async (key) => (key === markerKey(object_id) && asked++ > 0 ? null : store.read(key)),
    };
    const object = counted(logObject('large', sound));
    const [outcome] = await lake.ingest([object]);
    assert.equal(object.readings, 2);
    assert.ok(outcome!.status !== 'refused');
    assert.equal(outcome!.marker.ledger.rows, LINES);
  });

  test('whose later bytes are a bomb is refused, and leaves nothing', async () => {
    const lake = await temporaryLake({ partBytes: PART });
    const bomb = gzipSync(
      Buffer.concat([Buffer.from(`${lines[0]}\n`.repeat(30_000)), Buffer.alloc(90 << 20)]),
    );
    const [outcome, good] = await lake.ingest([logObject('bomb.gz', bomb), logObject('good', lines[0]!)]);
    assert.ok(outcome!.status === 'refused');
    assert.match(outcome!.reason, /^unpacks to more than 500 times its stored size: a bomb/);
    assert.equal(good!.status, 'ingested');
    assert.equal((await lake.rows('select count(*) as n from http_activity'))[0]!.n, 1);
  });

  test('that is damaged far behind its head keeps what lies before, told as damage', async () => {
    const lake = await temporaryLake({ partBytes: PART });
    const packed = gzipSync(sound);
    const [outcome] = await lake.ingest([logObject('cut.gz', packed.subarray(0, packed.length * 0.9))]);
    assert.ok(outcome!.status === 'ingested');
    assert.match(outcome!.damage!, /^gzip damaged: unexpected end of file/);
    const { rows, rejects, records } = outcome!.marker.ledger;
    assert.ok(rows > LINES * 0.8 && rows < LINES, `${rows} rows`);
    assert.deepEqual([rejects, records], [1, rows + 1]);
  });

  test('that breaks off or changes is refused, and the next one has its rows alone', async () => {
    for (const error of [new Error('input/output error'), new ChangedObjectError()]) {
      const lake = await temporaryLake({ partBytes: PART });
      const broken: LogObject = {
        ...logObject('broken', sound),
        async *open() {
          yield sound;
          throw error;
        },
      };
      const [outcome, good] = await lake.ingest([broken, logObject('good', sound)]);
      assert.ok(outcome!.status === 'refused' && outcome!.kind === null);
      assert.ok(outcome!.reason.endsWith(error.message));
      assert.equal(good!.status, 'ingested');
      assert.equal((await lake.rows('select count(*) as n from http_activity'))[0]!.n, LINES);
      assert.equal(readdirSync(join(lake.root, 'objects'), { recursive: true }).length, 1);
    }
  });
});
