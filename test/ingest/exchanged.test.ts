/** A lake in a folder that others change while logs are read into it. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingestNext, type LogObject } from '../../src/ingest/pass.ts';
import { assertReadable, PROFILE_KEY, type Profile, ProfileError } from '../../src/ingest/profile.ts';
import { memoryStore } from '../evidence/memory-store.ts';
import { apacheLine } from './lines.ts';
import { logObject, type TestLake, temporaryLake } from './temporary-lake.ts';

/** A log during whose reading something happens. */
function whileRead(content: string, happens: () => Promise<void> | void): LogObject {
  const object = logObject('meanwhile', content);
  return {
    ...object,
    async *open() {
      await happens();
      yield* object.open();
    },
  };
}

const rows = (lake: TestLake): string[] =>
  Object.keys(lake.files()).filter((name) => /^(objects|tables\/http_activity)/.test(name));

test('one of another profile by then takes nothing more', async () => {
  // Of two blocks, each a part of its own, and of one that goes with others.
  for (const count of [1, 40]) {
    const lake = await temporaryLake({ partBytes: 2000 });
    await lake.take(apacheLine({ ip: '198.51.100.1' }));
    const was = rows(lake);
    const other = await temporaryLake({ label: 'other' });
    const object = whileRead(Array(count).fill(`${apacheLine()}\n`).join(''), () =>
      writeFileSync(join(lake.root, PROFILE_KEY), JSON.stringify(other.context.profile)),
    );
    await assert.rejects(lake.ingest([object]), (error: Error) => {
      assert.ok(error instanceof ProfileError);
      assert.match(
        error.message,
        /was exchanged while this run wrote into the lake, which stopped \(source label: other there, test now\)/,
      );
      return true;
    });
    assert.deepEqual(rows(lake), was);
    rmSync(join(lake.root, PROFILE_KEY));
    await assert.rejects(
      ingestNext(supplyOf([logObject('later', `${apacheLine()}\n`)]), lake.context, () => {}),
      /was taken away while this run wrote/,
    );
  }
});

test('an object that another process commits meanwhile keeps its parts as they are', async () => {
  const text = `${apacheLine()}\n`;
  const elsewhere = await temporaryLake();
  const marker = await elsewhere.take(text);
  const [part] = marker.parts;
  const lake = await temporaryLake();
  await lake.take(apacheLine({ ip: '198.51.100.1' }));
  const commits = whileRead(apacheLine({ ip: '198.51.100.2' }), async () => {
    await lake.store.putAll([{ key: part!.key, bytes: Buffer.from('as it was committed') }]);
    await lake.store.create(`objects/${marker.object_id}.json`, Buffer.from(JSON.stringify(marker)));
  });
  const outcomes: string[] = [];
  await ingestNext(supplyOf([logObject('first', text), commits]), lake.context, (_, { status }) =>
    outcomes.push(status),
  );
  assert.deepEqual(outcomes, ['already-there', 'ingested']);
  assert.equal(Buffer.from((await lake.store.read(part!.key))!).toString(), 'as it was committed');
});

function supplyOf(objects: readonly LogObject[]) {
  const left = objects.values();
  return { next: () => left.next().value ?? null };
}

test('rows of an earlier writer are refused with a way to make them anew where they lie', () => {
  const refusal = (place: string): string => {
    const store = { ...memoryStore(), locate: (key: string) => `${place}/${key}` };
    try {
      assertReadable(store, { parquet: 'ascribe-parquet version 5, zstd 1' } as Profile);
    } catch (error) {
      assert.ok(error instanceof ProfileError);
      return error.message;
    }
    throw new Error('it was not refused');
  };
  assert.match(refusal('/srv/lake'), /^\/srv\/lake\/profile\.json says .* with ascribe reingest/);
  assert.match(
    refusal('s3://bucket/lake'),
    /^s3:.* another lakePrefix, as docs\/runbook\.md says under "Another profile"/,
  );
});
