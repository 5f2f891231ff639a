/** `ascribe cluster` as an analyst uses it: the word is recorded once, and the next report follows it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PROCESS_NAME } from '../../src/adapters/process-name.ts';
import { clusterTable } from '../../src/cli/cluster-table.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { dayLog } from '../case/intranet-lake.ts';
import { ascribe } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-cluster-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const out = join(folder, 'case');
const lake = join(out, 'lake');
const WHO = ['--by', 'A. Analyst', '--reason', 'Our own load test.', '--lake', lake];

const report = () => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as ReportModel;
const recorded = () => {
  try {
    return readdirSync(join(lake, 'judgements'));
  } catch {
    return [];
  }
};

let id = '';
/** One that the report does not name. */
let usual = '';
const log = join(folder, 'logs', '0.log');

before(async () => {
  mkdirSync(join(folder, 'logs'));
  for (const day of [0, 1]) writeFileSync(join(folder, 'logs', `${day}.log`), dayLog(day));
  const ran = await ascribe(['investigate', join(folder, 'logs'), '--out', out]);
  assert.equal(ran.code, 0, ran.err);
  id = report().clusters[0]!.id;
});

describe('ascribe cluster', () => {
  test('lists the clusters of the report beside the lake', async () => {
    const { code, out: text } = await ascribe(['cluster', 'list', '--lake', lake]);
    assert.equal(code, 0);
    assert.match(text, new RegExp(`^${id} +W1 +attack +[\\d,]+ +GET /search`, 'm'));
  });

  test('records nothing in a lake that is being made anew', async () => {
    const mark = join(lake, '.staging', `anew-${PROCESS_NAME}`);
    writeFileSync(mark, '');
    const { code, err } = await ascribe(['cluster', 'accept', id, ...WHO]);
    assert.equal(code, 1);
    assert.match(err, /is being made anew by process \d+: wait until that has ended/);
    assert.deepEqual(recorded(), []);
    rmSync(mark);
  });

  test('lists all of them, also what did not grow, in lines of 80 columns', async () => {
    const named = await ascribe(['cluster', 'list', '--lake', lake]);
    const { code, out: text } = await ascribe(['cluster', 'list', '--lake', lake, '--all']);
    assert.equal(code, 0);
    assert.match(text, /^[0-9a-f]{8} +W1 +usual +\d+ +GET \/news/m);
    assert.ok(text.split('\n').length > named.out.split('\n').length);
    for (const line of [...text.split('\n'), ...named.out.split('\n')])
      assert.ok([...line].length <= 80, line);
    usual = /^([0-9a-f]{8}) +W1 +usual/m.exec(text)![1]!;
    const { code: other, err } = await ascribe(['cluster', 'list', '--lake', lake, '--all', '--report', log]);
    assert.equal(other, 1);
    assert.match(err, /is no report\.json/);
  });

  for (const [what, args, message] of [
    [
      'no name',
      () => ['reject', id, '--reason', 'x', '--lake', lake],
      /required option '--by <name>' not specified/,
    ],
    [
      'no reason',
      () => ['reject', id, '--by', 'x', '--lake', lake],
      /required option '--reason <text>' not specified/,
    ],
    [
      'a blank name',
      () => ['reject', id, '--by', ' ', '--reason', 'x', '--lake', lake],
      /--by must be a text of 1 to/,
    ],
    [
      'an unknown cluster',
      () => ['reject', '00000000', ...WHO],
      /has no cluster 00000000: ascribe cluster list --all shows/,
    ],
    [
      'an unknown window',
      () => ['reject', id, ...WHO, '--window', 'W9'],
      /has no window or surge W9: it has W1\./,
    ],
    [
      'an unknown field',
      () => ['split', id, ...WHO, '--by-field', 'colour'],
      /--by-field colour is none of user_agent, path/,
    ],
  ] as const)
    test(`records nothing with ${what}`, async () => {
      const { code, err } = await ascribe(['cluster', ...args()]);
      assert.equal(code, 2);
      assert.match(err, message);
      assert.deepEqual(recorded(), []);
    });

  test('records nothing without a report of the lake', async () => {
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...report(), snapshot: { ...report().snapshot, profile: '0' } }));
    for (const [file, message] of [
      [join(folder, 'none.json'), /none\.json is not there: ascribe investigate writes it/],
      [other, /other\.json is no report of the lake/],
    ] as const) {
      const { code, err } = await ascribe(['cluster', 'reject', id, ...WHO, '--report', file]);
      assert.equal(code, 1);
      assert.match(err, message);
    }
    assert.deepEqual(recorded(), []);
  });

  test('records a word with name and reason, and the next report follows it', async () => {
    const ran = await ascribe(['cluster', 'reject', id, ...WHO, '--window', 'W1']);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /reject, recorded for A\. Analyst\. The next report of this lake follows it/);
    const [name] = recorded();
    const judgement = JSON.parse(readFileSync(join(lake, 'judgements', name!), 'utf8'));
    assert.deepEqual(
      [judgement.cluster, judgement.judgement, judgement.by, judgement.reason, judgement.window.from],
      [id, 'reject', 'A. Analyst', 'Our own load test.', report().windows[0]!.start],
    );
    const before = await ascribe(['cluster', 'list', '--lake', lake]);
    assert.match(before.out, /1 of these is younger than the report/);
    const again = await ascribe(['investigate', '--lake', lake, '--out', out]);
    assert.equal(again.code, 0, again.err);
    assert.equal(report().windows.length, 0);
    assert.deepEqual(
      report().rejected_clusters!.map((each) => [each.id, each.by]),
      [[id, 'A. Analyst']],
    );
    const listed = await ascribe(['cluster', 'list', '--lake', lake]);
    assert.match(listed.out, new RegExp(`^${id} +S1 +rejected by A\\. Analyst`, 'm'));
    assert.match(listed.out, /: reject, from [^:]+.*by A\. Analyst at .*: Our own load test\./);
  });

  test('takes a word on a cluster that the report does not name', async () => {
    assert.ok(report().clusters.every((each) => each.id !== usual));
    const { code, err } = await ascribe(['cluster', 'tag', usual, 'ours', ...WHO]);
    assert.equal(code, 0, err);
    assert.equal(recorded().length, 2);
    const shown = await ascribe(['show', usual, '--lake', lake]);
    assert.match(shown.out, new RegExp(`^cluster ${usual} in S1: usual, [\\d,]+ requests`, 'm'));
  });

  test('shows a cluster where ascribe show is asked for it', async () => {
    const shown = await ascribe(['show', id, '--lake', lake]);
    assert.equal(shown.code, 0, shown.err);
    assert.match(
      shown.out,
      new RegExp(`^cluster ${id} in S1: rejected by A\\. Analyst, [\\d,]+ requests, GET /search`, 'm'),
    );
  });

  test('refuses a split that would undo the word on a part, and the acceptance of one', async () => {
    assert.equal((await ascribe(['cluster', 'accept', id, ...WHO])).code, 0);
    assert.equal((await ascribe(['cluster', 'split', id, ...WHO, '--by-field', 'network'])).code, 0);
    assert.equal((await ascribe(['cluster', 'tag', id, 'booter A', ...WHO])).code, 0);
    assert.equal((await ascribe(['investigate', '--lake', lake, '--out', out])).code, 0);
    const parts = report().clusters.filter(({ part }) => part?.of === id);
    assert.ok(parts.length > 1 && parts.every(({ tag }) => tag === 'booter A'));
    const accepted = await ascribe(['cluster', 'accept', parts[0]!.id, ...WHO]);
    assert.match(accepted.err, /is a part, and the attack's unless it is rejected/);
    assert.equal((await ascribe(['cluster', 'reject', parts[0]!.id, ...WHO])).code, 0);
    const split = await ascribe(['cluster', 'split', id, ...WHO, '--by-field', 'path']);
    assert.equal(split.code, 2);
    assert.match(split.err, /accept the part first, since another split has other parts/);
  });
});

test('a table of clusters is no wider than the terminal, however long its texts are', () => {
  const cluster = {
    ...{ id: '1a2b3c4d.5e6f70', window_id: 'W12', state: `rejected by ${'A. '.repeat(20)}`, tag: 'booter' },
    ...{
      requests: 123_456_789,
      template: `GET /${'x'.repeat(200)}`,
      user_agent: 'y'.repeat(200),
      part: null,
    },
  };
  const short = {
    ...cluster,
    id: '1a2b3c4d',
    state: 'attack',
    tag: null,
    template: 'GET /',
    user_agent: 'z',
  };
  for (const clusters of [[cluster], [short], [cluster, short], []]) {
    for (const line of clusterTable(clusters, { width: 80 }).split('\n'))
      assert.ok([...line].length <= 80, line);
  }
  assert.match(clusterTable([short], { width: 80 }), /^1a2b3c4d {2}W12 +attack +123,456,789 {2}GET \/ +z$/m);
});
