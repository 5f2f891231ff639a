/** Which logs to preserve, and until when: with a lake and without. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import type { Checklist } from '../../src/case/checklist.ts';
import { KEPT_LOGS } from '../../src/case/kept-logs.ts';
import { apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const INCIDENT = ['--from', '2019-11-11T15:00', '--until', '2019-11-11T18:00'];

const listed = async (...args: string[]): Promise<Checklist> => {
  const { code, out, err } = await ascribe(['checklist', '--json', ...args], { cwd: folder });
  assert.equal(code, 0, err);
  return JSON.parse(out);
};
const entry = ({ entries }: Checklist, id: string) => entries.find((each) => each.id === id)!;

before(async () => {
  const edge = ['2019-11-11T14:30:00Z', '2019-11-11T18:30:00Z'];
  writeFileSync(
    join(folder, 'edge.json'),
    edge.map((EdgeStartTimestamp) => cloudflareLine({ EdgeStartTimestamp })).join('\n'),
  );
  writeFileSync(join(folder, 'access.log'), `${apacheLine()}\n`);
  const ran = await ascribe([
    'ingest',
    join(folder, 'edge.json'),
    join(folder, 'access.log'),
    '--lake',
    lake,
  ]);
  assert.equal(ran.code, 0, ran.err);
});

describe('ascribe checklist', () => {
  test('counts retention from the end of the incident, or from the time that is given', async () => {
    const from = await listed(...INCIDENT);
    assert.equal(entry(from, 'aws-waf-sampled').expires, '2019-11-11T21:00:00.000Z');
    assert.equal(entry(from, 'cloudflare-http-requests').expires, '2019-11-14T18:00:00.000Z');
    assert.equal(entry(from, 'web-servers').expires, null);
    const since = await listed(...INCIDENT, '--since', '2019-11-10');
    assert.equal(entry(since, 'aws-cloudtrail-history').expires, '2020-02-08T00:00:00.000Z');
    const none = await listed();
    assert.deepEqual(
      [
        none.period,
        none.since,
        none.entries.every(({ expires, in_lake }) => expires === null && in_lake === null),
      ],
      [null, null, true],
    );
  });

  test('says what a lake has of the incident', async () => {
    const here = await listed(...INCIDENT, '--lake', lake);
    assert.deepEqual(
      ['cloudflare-http-requests', 'web-servers', 'flows', 'application'].map(
        (id) => entry(here, id).in_lake,
      ),
      ['whole', 'part', 'none', null],
    );
    assert.equal(entry(here, 'web-servers').held_from, '2019-11-11T15:42:00.000Z');
    const later = await listed('--from', '2019-11-12', '--until', '2019-11-13', '--lake', lake);
    assert.equal(entry(later, 'web-servers').in_lake, 'none');
    const whole = await listed('--lake', lake);
    assert.deepEqual(whole.period, { from: '2019-11-11T14:30:00.000Z', until: '2019-11-11T18:30:00.001Z' });
  });

  test('takes the incident from the windows of the report beside the lake', async () => {
    const windows = [
      { id: 'W1', start: '2019-11-11T15:42:00.000Z', end: '2019-11-11T16:00:00.000Z' },
      { id: 'W2', start: '2019-11-11T15:30:00.000Z', end: '2019-11-11T15:50:00.000Z' },
    ];
    writeFileSync(join(folder, 'report.json'), JSON.stringify({ windows }));
    const { period } = await listed('--lake', lake);
    rmSync(join(folder, 'report.json'));
    assert.deepEqual(period, { from: '2019-11-11T15:30:00.000Z', until: '2019-11-11T16:00:00.000Z' });
  });

  test('fits a terminal of 80 columns, addresses of sources apart', async () => {
    const { out } = await ascribe(['checklist', ...INCIDENT, '--lake', lake]);
    const wide = out.split('\n').filter((line) => line.length > 80 && !line.includes('https://'));
    assert.deepEqual(wide, []);
    assert.match(out, /^2019-11-14 18:00 3 to 7 days {3}yes {5}Cloudflare/m);
    assert.match(out, /The lake has 2019-11-11 15:42 to 2019-11-11 15:42/);
  });

  test('says that a lake is not there where one was named', async () => {
    const ran = await ascribe(['checklist', '--lake', join(folder, 'nowhere')]);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /there is no lake at .*nowhere: leave --lake out/);
  });
});

describe('The list of logs', () => {
  test('has every format that can be read once, and begins with what is gone first', () => {
    const named = KEPT_LOGS.flatMap(({ formats }) => formats);
    assert.deepEqual(
      [...named].sort(),
      formatAssets()
        .map(({ id }) => id)
        .sort(),
    );
    const hours = KEPT_LOGS.map((each) => each.hours ?? Number.POSITIVE_INFINITY);
    assert.deepEqual(
      hours,
      hours.toSorted((a, b) => a - b),
    );
  });

  test('states no retention without its source', () => {
    assert.deepEqual(
      KEPT_LOGS.filter(({ hours, source }) => hours !== null && source === null),
      [],
    );
  });
});
