/** What a case file does to a report: known sources are left out and never dropped, hosts are looked at alone. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sha256 } from '../../src/lake/digest.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';
import { type Reported, reportOf, sumOf } from './hand-lake.ts';
import { dayLog, intranetLake } from './intranet-lake.ts';

const tester = (...networks: string[]) => ({
  known_sources: [{ networks, role: 'tester', name: 'Load test', reason: 'Commissioned, order 4711.' }],
});

const effects = ({ impact }: ReportModel) =>
  impact.attack_caused.filter(({ id }) => id === 'errors').map(({ before, during }) => [before, during]);

describe('A known source', () => {
  let lake: TestLake;
  let plain: Reported;
  before(async () => {
    lake = await intranetLake();
    plain = await reportOf(lake);
  });

  test('is in no count of an attack, and both counts are shown', async () => {
    const caseFile = tester('172.16.0.0/24', '172.16.1.0/24');
    const { model, sourcesCsv, file } = await reportOf(lake, { caseFile });
    assert.equal(model.windows.length, plain.model.windows.length);
    for (const [index, window] of model.windows.entries()) {
      const whole = plain.model.windows[index]!;
      assert.ok(window.requests < whole.requests, `${window.requests} of ${whole.requests}`);
      assert.equal(window.requests_with_excluded, whole.requests);
      assert.equal(window.sources! + window.excluded_sources!, whole.sources);
      assert.ok(Math.abs(Date.parse(window.start) - Date.parse(whole.start)) < 60_000);
    }
    assert.deepEqual(effects(model), effects(plain.model), 'a tester is no usual client');
    assert.match(plain.sourcesCsv, /^172\.16\.0\./m);
    assert.doesNotMatch(sourcesCsv, /^172\.16\.[01]\./m);
    assert.equal(
      model.clusters.reduce((sum, { requests }) => sum + requests, 0),
      sumOf(model, 'requests'),
    );
    assert.ok(!('requests_with_excluded' in plain.model.windows[0]!) && plain.model.case === undefined);
    assert.equal(file('case.json'), JSON.stringify(caseFile), 'the package holds the file');
    assert.equal(model.case!.sha256, sha256(JSON.stringify(caseFile)));
  });

  test('that sent what the attack sent is named wherever a reader looks', async () => {
    const { model, file } = await reportOf(lake, { caseFile: tester('172.16.0.0/24') });
    const [known] = model.case!.known_sources;
    assert.ok(known!.attack_requests > 0);
    assert.equal(known!.reason, 'Commissioned, order 4711.');
    assert.match(
      known!.sentence,
      /Excluded, and it sent [\d,]+ requests with the attack's signatures: look at it\./,
    );
    assert.equal(
      known!.attack_requests,
      model.windows.reduce((sum, window) => sum + window.requests_with_excluded! - window.requests, 0),
    );
    const leads = model.leads.filter(({ kind }) => kind === 'excluded-source');
    assert.ok(leads.length > 0 && leads.every(({ value }) => value.startsWith('172.16.0.')));
    assert.match(model.sentence, /known sources \(Load test\): look at them\./);
    for (const path of ['report.html', 'report.md'])
      assert.match(
        file(path)!,
        /Excluded, and it sent [\d,]+ requests with the attack.{1,6}s signatures: look at it/,
      );
  });

  test('that explains the growth makes a surge of a monitor, and no attack', async () => {
    const { model } = await reportOf(lake, { caseFile: tester('172.16.0.0/16') });
    assert.equal(model.finding, 'no-attack');
    assert.deepEqual(
      model.surges.map(({ kind }) => kind),
      ['monitor', 'monitor'],
    );
    assert.match(model.surges[0]!.sentence, /Sources that the case file names explain/);
    assert.match(model.sentence, /Left out: [\d,]+ requests with the attack's signatures/);
  });

  test('that sent nothing there changes no figure, and the report another root', async () => {
    const { model } = await reportOf(lake, { caseFile: tester('203.0.113.0/24') });
    const { requests_with_excluded, excluded_sources, ...window } = model.windows[0]!;
    assert.deepEqual(window, plain.model.windows[0]);
    assert.deepEqual([requests_with_excluded, excluded_sources], [window.requests, 0]);
    assert.notEqual(model.snapshot.merkle_root, plain.model.snapshot.merkle_root);
  });

  test('gives the same bytes twice, given by the command or lying in the lake', async () => {
    const caseFile = tester('172.16.3.0/24');
    const given = await reportOf(lake, { caseFile });
    assert.deepEqual((await reportOf(lake, { caseFile })).report, given.report);
    await lake.store.create('case.json', Buffer.from(JSON.stringify(caseFile)));
    try {
      assert.deepEqual((await reportOf(lake)).report, given.report);
    } finally {
      await lake.store.remove('case.json');
    }
  });

  test('is read from a lake whose rows trust the same proxies, and from no other', async () => {
    await assert.rejects(
      reportOf(lake, { caseFile: { trusted_proxies: ['10.0.0.0/8'] } }),
      /other trusted proxies \(none there, 10\.0\.0\.0\/8 in the case file\).*ascribe reingest/,
    );
    await lake.store.create('case.json', Buffer.from('{"hosts": 1}'));
    await assert.rejects(reportOf(lake), /case\.json: hosts is 1, but expected a list/);
    await lake.store.remove('case.json');
  });
});

const rayId = (index: number): string => index.toString(16).padStart(16, '0');

/** Six hours of two hosts behind one edge; in the fourth hour one of them is flooded. */
function twoHosts(): string {
  const lines: string[] = [];
  for (let minute = 0; minute < 360; minute += 1) {
    const at = new Date(Date.parse('2019-11-11T10:00:00Z') + minute * 60_000).toISOString();
    const line = (host: string, ip: string, path: string, agent: string) =>
      lines.push(
        cloudflareLine({
          ...{ EdgeStartTimestamp: at, ClientRequestHost: host, ClientIP: ip, RayID: rayId(lines.length) },
          ...{ ClientRequestURI: path, ClientRequestUserAgent: agent, JA4: agent },
        }),
      );
    for (let visit = 0; visit < 8 + (minute % 3); visit += 1)
      for (const host of ['www.example.com', 'shop.example.com'])
        line(host, `203.0.113.${(minute + visit * 17) % 250}`, `/page/${visit % 4}`, `Browser ${visit % 3}`);
    if (minute >= 200 && minute < 215)
      for (let hit = 0; hit < 200; hit += 1)
        line('shop.example.com', `198.51.100.${hit % 50}`, `/?x=${minute}${hit}`, 'flood');
  }
  return `${lines.join('\n')}\n`;
}

describe('The hosts of a case', () => {
  let lake: TestLake;
  before(async () => {
    lake = await temporaryLake();
    await lake.ingest([logObject('edge.json', twoHosts())]);
  });

  test('are all hosts where the file names none', async () => {
    const { model } = await reportOf(lake);
    assert.deepEqual(
      model.windows.map(({ host }) => host),
      ['shop.example.com'],
    );
  });

  test('are judged, and others are not: their requests are counted as left aside', async () => {
    const { model } = await reportOf(lake, { caseFile: { hosts: ['WWW.example.com', 'old.example.com'] } });
    assert.deepEqual([model.windows.length, model.finding], [0, 'no-attack']);
    const { hosts } = model.case!;
    assert.equal(hosts!.requests_aside, twoHosts().split('shop.example.com').length - 1);
    assert.deepEqual(hosts!.not_seen, ['old.example.com']);
    assert.match(
      (await reportOf(lake, { caseFile: { hosts: ['old.example.com'] } })).model.sentence,
      /The case is about old\.example\.com, which no log names\./,
    );
    assert.match(hosts!.sentence, /left aside and not judged: [\d,]+ in /);
  });

  test('show the attack on one of them as it is without the others', async () => {
    const { model } = await reportOf(lake, { caseFile: { hosts: ['shop.example.com'] } });
    assert.equal(model.windows.length, 1);
    assert.equal(model.windows[0]!.requests, 15 * 200);
  });
});

test('A log that names no client cannot leave anyone out, and the report says so', async () => {
  const lake = await temporaryLake();
  // Addresses of the edge alone: Cloudflare's published ranges.
  await lake.ingest([
    logObject('origin.log', `${dayLog(0)}${dayLog(1)}`.replaceAll(/^[\d.]+/gm, '173.245.48.9')),
  ]);
  const { model } = await reportOf(lake, { caseFile: tester('173.245.48.0/24') });
  assert.ok(model.windows.length + model.surges.length > 0);
  assert.match(
    model.case!.known_sources[0]!.sentence,
    /name no client, so what it sent could not be left out/,
  );
  for (const window of model.windows) assert.ok(!('requests_with_excluded' in window));
});
