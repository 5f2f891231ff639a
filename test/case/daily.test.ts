import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { duckDbEngine, partsOf } from '../../src/adapters/duckdb-engine.ts';
import { type Reported, reportOn } from '../../src/case/daily.ts';
import { type ExportOptions, exportEvidence, parseExportRequest } from '../../src/case/export-evidence.ts';
import { filedPackages } from '../../src/case/filed-packages.ts';
import type { Engine } from '../../src/catalogue/engine.ts';
import { verifyBag } from '../../src/evidence/verify-bag.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { logObject, type TestLake } from '../ingest/temporary-lake.ts';
import { DAYS, dayLog, intranetLake } from './intranet-lake.ts';

let lake: TestLake;
let filings = 0;

function reportDay(
  day: string,
  { history = 1, engine }: { history?: number; engine?: (of: Engine) => Engine } = {},
): Promise<Reported> {
  return reportOn(
    lake.store,
    { day, lastDay: day, history, timeZone: 'UTC' },
    {
      catalogue: openCatalogue(),
      openEngine: async ({ markers }) => {
        const opened = await duckDbEngine(partsOf(lake.store, markers));
        return engine ? engine(opened) : opened;
      },
      tool: { name: 'ascribe', version: '0.1.0' },
      tlp: 'TLP:AMBER',
      now: () => new Date(Date.parse('2019-11-16T05:00:00Z') + 1000 * filings++),
    },
  );
}

async function modelAt(prefix: string | null): Promise<ReportModel> {
  const bytes = await lake.store.read(`${prefix}/data/report.json`);
  return JSON.parse(Buffer.from(bytes!).toString('utf8')) as ReportModel;
}

const days = (model: ReportModel): string[] => model.windows.map(({ start }) => start.slice(0, 10));

before(async () => {
  lake = await intranetLake();
});

describe('The report of a day', () => {
  test('names the attack of its day, and is packed whole', async () => {
    const { prefix, finding } = await reportDay(DAYS[1]);
    assert.equal(finding, 'attack');
    const model = await modelAt(prefix);
    assert.deepEqual(days(model), [DAYS[1]]);
    assert.deepEqual(model.focus, { from: '2019-11-12T00:00:00.000Z', until: '2019-11-13T00:00:00.000Z' });
    assert.ok((await verifyBag(lake.store, prefix!)).ok);
  });

  test('reads what lies before it to know what is usual, and does not judge it', async () => {
    const { prefix } = await reportDay(DAYS[3], { history: 3 });
    assert.deepEqual(days(await modelAt(prefix)), [DAYS[3]]);
  });

  test('of a quiet day is a report too', async () => {
    const { prefix, finding } = await reportDay(DAYS[2], { history: 2 });
    assert.equal(finding, 'no-attack');
    assert.match((await modelAt(prefix)).sentence, /^No attack was observed/);
  });

  test('of a day without a record says that it cannot say', async () => {
    const { prefix, finding } = await reportDay('2019-11-15', { history: 2 });
    assert.equal(finding, 'cannot-say');
    assert.match((await modelAt(prefix)).sentence, /hold no events/);
  });

  test('is filed once for one snapshot', async () => {
    assert.equal((await reportDay(DAYS[1])).finding, null);
  });

  test('waits while an engine that reads all would read what is not committed', async () => {
    const [part] = (await lake.markers())[0]!.parts;
    const orphan = part!.key.replace(/\/[0-9a-f]{64}-/, `/${'f'.repeat(64)}-`);
    await lake.store.create(orphan, (await lake.store.read(part!.key))!);
    const day = part!.day;
    const engine = (of: Engine): Engine => ({ ...of, name: 'Athena', committedOnly: false });
    await assert.rejects(reportDay(day, { history: 0, engine }), /not committed, the first of them tables\//);
    await lake.store.remove(orphan);
    assert.notEqual((await reportDay(day, { history: 0, engine })).finding, null);
  });

  test('takes the place of the last one when objects came late, and names it', async () => {
    const [earlier] = (await filedPackages(lake.store, `reports/${DAYS[1]}/`)).slice(-1);
    await lake.ingest([logObject('late.log', dayLog(1, { from: 60, until: 61 }))]);
    const { prefix } = await reportDay(DAYS[1]);
    assert.equal((await modelAt(prefix)).supersedes, earlier!.root);
    assert.equal((await reportDay(DAYS[1])).finding, null, 'and not again');
  });
});

describe('An export', () => {
  const asked = {
    from: '2019-11-12T13:00:00Z',
    until: '2019-11-12T14:00:00Z',
    recipient: 'ncsc',
    reason: 'Reported as incident 7',
  };
  const options = (body: object = asked): ExportOptions => ({
    request: parseExportRequest(body),
    requestedBy: 'arn:aws:sts::123456789012:assumed-role/custodian/example',
    now: new Date('2019-11-16T09:00:00Z'),
    tool: { name: 'ascribe', version: '0.1.0' },
    readOriginal: async (delivery) =>
      delivery.kind === 'file' && delivery.path.endsWith('2019-11-12.log') ? Buffer.from(dayLog(1)) : null,
    mostOriginalBytes: 100_000_000,
  });

  test('holds reports, custody and the logs as they were stored, and who asked', async () => {
    const { payload, filed } = await exportEvidence(lake.store, options());
    const paths = payload.map(({ path }) => path);
    assert.equal(
      paths.filter((path) => /^reports\/2019-11-12\/[0-9a-f]{64}\/data\/report\.json$/.test(path)).length,
      1,
    );
    assert.equal(paths.filter((path) => path === 'custody.jsonl').length, 1);
    assert.equal(paths.filter((path) => path.startsWith('originals/')).length, 1);
    const request = JSON.parse(
      Buffer.from(payload.find(({ path }) => path === 'request.json')!.bytes).toString(),
    );
    assert.equal(request.requested_by, options().requestedBy);
    assert.equal(request.reason, asked.reason);
    assert.equal(filed.kind, 'export');
  });

  test('holds the case file and the judgements of the lake', async () => {
    await lake.store.create('case.json', Buffer.from('{"hosts": []}'));
    const { payload } = await exportEvidence(lake.store, options());
    await lake.store.remove('case.json');
    const held = payload.find(({ path }) => path === 'case.json');
    assert.equal(Buffer.from(held!.bytes).toString('utf8'), '{"hosts": []}');
  });

  test('lists the logs that it does not hold', async () => {
    const { payload } = await exportEvidence(lake.store, { ...options(), mostOriginalBytes: 10 });
    assert.ok(payload.every(({ path }) => !path.startsWith('originals/')));
    const list = Buffer.from(payload.find(({ path }) => path === 'originals.csv')!.bytes).toString();
    assert.match(list, /\n\/logs\/2019-11-12\.log,[^\n]+,[0-9a-f]{64},\d+,,over the limit of this package\n/);
  });

  test('is refused without a report of its window', async () => {
    const body = { ...asked, from: '2019-10-01T00:00:00Z', until: '2019-10-02T00:00:00Z' };
    await assert.rejects(exportEvidence(lake.store, options(body)), /no report is about 2019-10-01/);
  });

  for (const [what, body, reason] of [
    ['no body', null, /"from" must be a time/],
    ['a time that is none', { ...asked, from: 'yesterday' }, /"from" must be a time such as/],
    ['a time of another zone', { ...asked, until: '2019-11-12T14:00:00+01:00' }, /"until" must be a time/],
    ['a window of nothing', { ...asked, until: asked.from }, /before "until"/],
    ['another recipient', { ...asked, recipient: 'press' }, /must be one of ncsc/],
    ['no reason', { ...asked, reason: ' because ' }, /"reason" must say/],
  ] as const) {
    test(`is not made of ${what}`, () => assert.throws(() => parseExportRequest(body), reason));
  }
});
