/** Markers that somebody changed: custody and their own numbers tell, and one that cannot be read is a sentence. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Marker } from '../../src/lake/marker.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe, assertSentence } from './run.ts';

const folder = temporaryFolder();
const whole = join(folder, 'whole');
const log = join(folder, 'access.log');

before(async () => {
  writeFileSync(log, `${`${apacheLine({})}\n`.repeat(5)}no request\n`);
  const ran = await ascribe(['ingest', log, '--lake', whole]);
  assert.equal(ran.code, 0, ran.err);
});

const markerIn = (lake: string): string => join(lake, 'objects', readdirSync(join(lake, 'objects'))[0]!);
let copies = 0;
/** A copy of the lake, whose marker has another text. */
function changed(text: (marker: Marker, lake: string) => Marker | string): string {
  copies += 1;
  const lake = join(folder, `lake-${copies}`);
  cpSync(whole, lake, { recursive: true });
  const file = markerIn(lake);
  const made = text(JSON.parse(readFileSync(file, 'utf8')), lake);
  writeFileSync(file, typeof made === 'string' ? made : `${JSON.stringify(made, null, 2)}\n`);
  return lake;
}
async function check(lake: string) {
  const ran = await ascribe(['custody', 'check', '--lake', lake, '--json']);
  return { ...ran, ...JSON.parse(ran.out) };
}
/** All that is wrong in a lake is its marker. */
async function assertNamed(lake: string, says: RegExp): Promise<void> {
  const { code, differences } = await check(lake);
  assert.equal(code, 1);
  const { broken, ...others } = differences;
  assert.equal(broken.length, 1);
  assert.match(broken[0].key, /^objects\/[0-9a-f]{64}\.json$/);
  assert.match(broken[0].problem, says);
  for (const list of Object.values(others)) assert.deepEqual(list, []);
}
/** Takes the rejects out of a marker and the lake. */
function withoutRejects(marker: Marker, lake: string): Marker {
  const isRejects = ({ table }: Marker['parts'][number]): boolean => table === 'rejects';
  for (const { key } of marker.parts.filter(isRejects)) rmSync(join(lake, key));
  return { ...marker, parts: marker.parts.filter((part) => !isRejects(part)) };
}

describe('A marker that was changed', () => {
  const changes: Record<string, [(marker: Marker, lake: string) => Marker, RegExp]> = {
    'in its ledger': [
      (marker) => ({ ...marker, ledger: { ...marker.ledger, records: 5, rows: 4 } }),
      /states 4 rows, and parts that hold 5; it states records 5, and custody 6; it states rows 4, and custody 5$/,
    ],
    'in one number of its ledger': [
      (marker) => ({ ...marker, ledger: { ...marker.ledger, headers: 3 } }),
      /states 6 records, and accounts for 9; it states headers 3, and custody 0$/,
    ],
    'in its first event': [
      (marker) => ({ ...marker, first_event: '2018-01-01T00:00:00.000Z' }),
      /states first event 2018-01-01T00:00:00\.000Z, and custody 20/,
    ],
    'in its last event': [
      (marker) => ({ ...marker, last_event: null }),
      /states last event none, and custody 20/,
    ],
    'in its format': [
      (marker) => ({ ...marker, format: 'nginx-main' }),
      /states format nginx-main, and custody apache-combined$/,
    ],
    'in its damage': [(marker) => ({ ...marker, damage: 'cut' }), /states as damage cut, and custody none$/],
    'in its bytes': [(marker) => ({ ...marker, bytes: 1 }), /states bytes 1, and custody \d+$/],
    'in its log': [(marker) => ({ ...marker, sources: ['other'] }), /states log other, and custody apache/],
    'in its profile': [
      (marker) => ({ ...marker, profile: '0'.repeat(64) }),
      /is of another ingest profile than the lake/,
    ],
    'in its parts': [withoutRejects, /states 1 rejects, and parts that hold 0$/],
  };
  for (const [where, [change, says]] of Object.entries(changes))
    test(`${where} is not as it was written`, () => assertNamed(changed(change), says));

  test('is named in the report, also where no custody tells of its object', async () => {
    const lake = changed(withoutRejects);
    rmSync(join(lake, 'custody'), { recursive: true });
    const out = join(folder, 'report');
    const ran = await ascribe(['investigate', '--lake', lake, '--out', out]);
    assert.equal(ran.code, 0, ran.err);
    const report = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((name) =>
      /report\.json$/.test(name),
    );
    const { refused, cannot_say } = JSON.parse(readFileSync(join(out, report!), 'utf8'));
    assert.match(refused[0].object, /^objects\//);
    assert.match(refused[0].reason, /parts that hold 0$/);
    assert.match(cannot_say.join(' '), /custody has no record of it/);
  });
});

describe('A marker that cannot be read', () => {
  const texts: Record<string, [string, RegExp]> = {
    empty: ['', /is empty/],
    cut: ['{ "object_id": "0', /is no JSON/],
    'without its ledger': [
      '{ "object_id": "0", "format": "x", "vantage": "edge", "bytes": 1 }',
      /has no valid ledger/,
    ],
  };
  for (const [what, [text, says]] of Object.entries(texts))
    test(`${what}, is listed by custody check and a sentence elsewhere`, async () => {
      const lake = changed(() => text);
      await assertNamed(lake, says);
      const sentence = new RegExp(
        `objects/[0-9a-f]{64}\\.json is not as it was written: it ${says.source}\\. Put it back`,
      );
      const commands = [
        ['ingest', log, '--lake', lake],
        ['investigate', '--lake', lake, '--out', join(folder, 'none')],
        ['sql', 'select 1', '--lake', lake],
      ];
      for (const command of commands) assertSentence(await ascribe(command), sentence);
    });

  test('comes back as it was where it is removed and its log is ingested again', async () => {
    const lake = changed(() => '');
    rmSync(markerIn(lake));
    assert.equal((await ascribe(['ingest', log, '--lake', lake])).code, 0);
    assert.equal((await check(lake)).code, 0);
    assert.equal(readFileSync(markerIn(lake), 'utf8'), readFileSync(markerIn(whole), 'utf8'));
  });

  test('or whose numbers contradict one another, is a sentence to an ingest', async () => {
    const lake = changed((marker) => ({ ...marker, ledger: { ...marker.ledger, rows: 4 } }));
    assertSentence(
      await ascribe(['ingest', log, '--lake', lake]),
      /is not as it was written: it states 6 records, and accounts for 5; it states 4 rows/,
    );
  });
});

test('A profile of a lake that is empty or cut is a sentence', async () => {
  for (const text of ['', '{ "id": "0', '{}']) {
    const lake = changed((marker) => marker);
    writeFileSync(join(lake, 'profile.json'), text);
    for (const command of [
      ['ingest', log],
      ['sql', 'select 1'],
      ['custody', 'check'],
    ])
      assertSentence(
        await ascribe([...command, '--lake', lake]),
        /profile\.json is not as it was written: it is no profile of a lake\. Put it back from a copy/,
      );
    rmSync(join(lake, 'profile.json'));
    assert.equal((await ascribe(['ingest', log, '--lake', lake])).code, 0);
    assert.equal((await check(lake)).code, 0);
  }
});
