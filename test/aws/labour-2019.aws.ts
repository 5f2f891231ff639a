/**
 * The reference incident on AWS, end to end: its objects delivered as Cloudflare and the balancer would, then watch,
 * alert, report, seal, export and verify. The report is byte for byte that of a laptop on the same objects.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AthenaClient, paginateListQueryExecutions } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { athenaEngine } from '../../src/adapters/athena-engine.ts';
import { type AwsClients, paceOf } from '../../src/adapters/aws-clients.ts';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { parseS3Url, s3Store } from '../../src/adapters/s3-store.ts';
import type { Alert } from '../../src/case/watch.ts';
import type { Engine } from '../../src/catalogue/engine.ts';
import { readProfile } from '../../src/ingest/profile.ts';
import type { Store } from '../../src/lake/store.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { ascribe } from '../cli/run.ts';
import { synthesize } from './assembly.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { keepBelow, type LabourLogs, labourLogs, putAll } from './labour-logs.ts';
import { auditPermissions } from './permissions.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-labour-'));
const DAYS = { day: '2019-11-10', last_day: '2019-11-13', history: 0 };
let cloud: Cloud;
let logs: LabourLogs;
let vault: Store;
let lake: Store;

const output = (name: string): string => {
  const value = cloud.stacks.map(({ outputs }) => outputs[name]).find(Boolean);
  assert.ok(value, `the stacks have no output ${name}`);
  return value;
};

async function run<Answer>(name: string, event: unknown): Promise<Answer> {
  const { failed, value } = await cloud.invoke(name, event);
  assert.equal(failed, false, `${name} failed: ${JSON.stringify(value)}`);
  return value as Answer;
}

const credentials = (): Record<string, string> => ({
  AWS_ENDPOINT_URL: cloud.endpoint,
  AWS_REGION: cloud.region,
  AWS_ACCESS_KEY_ID: 'investigator',
  AWS_SECRET_ACCESS_KEY: 'emulated',
  AWS_EC2_METADATA_DISABLED: 'true',
});

const athenaOptions = (): string[] => [
  ...['--lake', output('LakeUrl'), '--engine', 'athena'],
  ...['--workgroup', output('PeopleWorkgroupName'), '--database', output('DatabaseName')],
];

function athena(): Engine {
  const clients = {
    ...{
      pace: paceOf('emulated'),
      athena: new AthenaClient(cloud.client()),
      s3: new S3Client(cloud.client()),
    },
  };
  const settings = { workgroup: output('PeopleWorkgroupName'), database: output('DatabaseName') };
  return athenaEngine(clients as AwsClients, { ...settings, snapshot: randomUUID() });
}

const queryText = (id: string): string => openCatalogue().find(id).text;

const json = async <T>(store: Store, key: string): Promise<T> =>
  JSON.parse(Buffer.from((await store.read(key))!).toString('utf8')) as T;

/** Byte for byte; names the first line that differs, since a report is long. */
function assertSame(text: string, { as, name }: { as: string; name: string }): void {
  const [mine, theirs] = [text.split('\n'), as.split('\n')];
  const line = mine.findIndex((each, index) => each !== theirs[index]);
  if (line >= 0) assert.equal(mine[line]!.slice(0, 500), theirs[line]?.slice(0, 500), `${name}:${line + 1}`);
  assert.ok(text === as, `${name} is longer on the laptop`);
}

before(async () => {
  logs = await labourLogs(1);
  const networksFile = join(folder, 'networks.csv');
  writeFileSync(networksFile, logs.networks);
  cloud = await startCloud({ assembly: synthesize(folder, { networksFile }) });
  const s3 = new S3Client(cloud.client());
  lake = s3Store(s3, parseS3Url(output('LakeUrl')));
  vault = s3Store(s3, parseS3Url(output('VaultUrl')));
  await putAll(s3, { bucket: parseS3Url(output('RawUrl')).bucket, objects: logs.objects });
  await cloud.drain();
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('The reference incident on AWS', () => {
  test('has every object read once, and every delivery in custody', async () => {
    const custody = await vault.list('custody/');
    assert.equal(custody.length, logs.objects.length);
    const contents = new Set(logs.objects.map(({ bytes }) => Buffer.from(bytes).toString('base64')));
    assert.equal((await lake.list('objects/')).length, contents.size);
    const sqs = new SQSClient(cloud.client());
    for (const name of ['QuarantineUrl', 'OversizeUrl']) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: output(name) }));
      assert.deepEqual(Messages, [], name);
    }
  });

  test('sweeps nothing that is known', async () => {
    assert.deepEqual(await run('Sweep', {}), { announced: 0 });
  });

  test('alerts while the second wave runs, and clears when it is over', async () => {
    await run('Watch', { at: '2019-11-12T13:45:00Z' });
    await run('Watch', { at: '2019-11-12T14:45:00Z' });
    const keys = (await vault.list('alerts/')).map(({ key }) => key).filter((key) => key.endsWith('.json'));
    const alerts = await Promise.all(keys.map((key) => json<Alert>(vault, key)));
    const wave = alerts.filter(({ start }) => start.startsWith('2019-11-12T13'));
    assert.deepEqual(wave.map(({ state }) => state).sort(), ['closed', 'opened']);
    assert.equal(new Set(wave.map(({ id }) => id)).size, 1);
    assert.ok(alerts.every(({ synthetic, sentence }) => synthetic && sentence.startsWith('SYNTHETIC.')));
  });

  test('is reported through Athena, byte for byte as on a laptop', async () => {
    type Answer = { reports: { prefix: string; finding: string }[] };
    const { reports } = await run<Answer>('Investigate', DAYS);
    assert.equal(reports.length, 1);
    const [{ prefix, finding }] = reports as [Answer['reports'][0]];
    assert.equal(finding, 'attack');

    const kept = join(folder, 'kept');
    keepBelow(kept, logs.objects);
    const local = join(folder, 'local');
    const networks = ['--networks', join(folder, 'networks.csv')];
    await ascribe(['ingest', join(kept, 'raw'), '--lake', join(local, 'lake'), ...networks]);
    const days = ['--day', DAYS.day, '--last-day', DAYS.last_day, '--history', '0'];
    await ascribe(['investigate', '--lake', join(local, 'lake'), '--out', local, ...days]);
    assert.deepEqual(
      await readProfile(lake),
      JSON.parse(readFileSync(join(local, 'lake', 'profile.json'), 'utf8')),
    );
    for (const name of ['report.json', 'report.md', 'report.html', 'sources.csv']) {
      const theirs = Buffer.from((await vault.read(`${prefix}/data/${name}`))!).toString('utf8');
      assertSame(theirs, { as: readFileSync(join(local, name), 'utf8'), name });
    }
  });

  test('has every figure of its report from an execution that was seen', async () => {
    const [place] = (await vault.list('reports/')).filter(({ key }) => key.endsWith('/data/engine.json'));
    const account = await json<{ engine: string; results: { query: string; execution?: { id: string } }[] }>(
      vault,
      place!.key,
    );
    const report = await json<ReportModel>(vault, place!.key.replace('engine.json', 'report.json'));
    const seen = new Set<string>();
    const athena = new AthenaClient(cloud.client());
    for await (const page of paginateListQueryExecutions(
      { client: athena },
      { WorkGroup: output('WorkgroupName') },
    ))
      for (const id of page.QueryExecutionIds ?? []) seen.add(id);
    assert.equal(account.engine, 'Athena');
    assert.deepEqual(
      account.results.map(({ query }) => query),
      report.queries.map(({ id }) => id),
    );
    assert.ok(account.results.length > 40);
    for (const { query, execution } of account.results) assert.ok(execution && seen.has(execution.id), query);
  });

  test('is sealed and signed, and the package verifies on another machine with the key alone', async () => {
    const { seals, signed } = await run<{ seals: number; signed: string[] }>('Seal', {});
    assert.ok(seals >= 1);
    assert.deepEqual(signed, [], 'the report was signed when it was filed');
    const [filed] = (await vault.list('reports/')).filter(({ key }) => key.endsWith('/signatures/dsse.json'));
    const prefix = filed!.key.replace('/signatures/dsse.json', '');
    const bag = join(folder, 'bag');
    for (const { key } of await vault.list(`${prefix}/`)) {
      const file = join(bag, key.slice(prefix.length + 1));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, (await vault.read(key))!);
    }
    const key = join(folder, 'key.pem');
    writeFileSync(key, readFileSync(join(bag, 'signatures', 'public-key.pem')));
    assert.match((await ascribe(['verify', bag, '--key', key])).out, /signed by .* authenticated/i);
    const audit = ['custody', '--lake', output('VaultUrl'), '--key', key];
    const { code, out } = await ascribe(audit, { env: credentials() });
    assert.equal(code, 0, out);
    assert.match(out, /waiting for a seal: 0\./);
    writeFileSync(join(bag, 'data', 'report.md'), 'No attack.\n');
    assert.equal((await ascribe(['verify', bag, '--key', key])).code, 1);
  });

  test('answers an investigator at the command line, in the words of Athena where it fails', async () => {
    const ask = (...args: string[]) => ascribe([...args, ...athenaOptions()], { env: credentials() });
    const wave = ['--from', '2019-11-12 13:20', '--until', '2019-11-12 14:02'];
    const countries = await ask('query', 'origin/countries', '--json', ...wave);
    assert.equal(countries.code, 0, countries.err);
    assert.match(countries.err, /SYNTHETIC/);
    assert.ok(
      JSON.parse(countries.out).some((row: Record<string, unknown>) => row.provider_country === 'RU'),
    );
    const day = "dt = date '2019-11-12'";
    const sum = await ask('sql', `select sum(requests) as n from minute_activity where ${day}`, '--csv');
    assert.match(sum.out, /^n\n\d{5,}\n$/);
    const [, source] = readFileSync(join(folder, 'local', 'sources.csv'), 'utf8').split('\n');
    const shown = await ask('show', source!.split(',')[0]!, '--rows', '3', ...wave);
    assert.match(shown.out, /^SYNTHETIC\. ip .*\n {2}[\d,]+ requests, first 2019-11-12T13/);
    const some = `select object_id, record_no, user_agent from http_activity where ${day} and vantage = 'edge'`;
    const rows = await ask('sql', `${some} order by object_id, record_no limit 1`, '--json');
    const [row] = JSON.parse(rows.out) as { object_id: string; record_no: number; user_agent: string }[];
    const place = [row!.object_id, String(row!.record_no), '--lake', output('VaultUrl')];
    const traced = await ascribe(['trace', ...place], { env: credentials() });
    assert.match(traced.out, /^delivered {6}s3:\/\/.*, version /, traced.err);
    assert.ok(traced.out.includes(row!.user_agent));
    const wrong = await ask('sql', `select nothing from minute_activity where ${day}`);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /^ascribe: Athena: query [0-9a-f-]{36} failed: .*nothing.* bytes scanned\)$/m);
  });

  test('reads no more for the watch when there are more events', async () => {
    const s3 = new S3Client(cloud.client());
    const bucket = parseS3Url(output('RawUrl')).bucket;
    const scanned: number[] = [];
    for (const [day, perMinute] of [
      ['01', 1],
      ['02', 30],
    ] as const) {
      const lines = Array.from({ length: 1440 * perMinute }, (_, index) => {
        const minute = Math.floor(index / perMinute);
        const clock = [Math.floor(minute / 60), minute % 60, index % 60].map((part) =>
          String(part).padStart(2, '0'),
        );
        return `198.51.100.${index % 250} - - [${day}/Dec/2019:${clock.join(':')} +0000] "GET /${index % 7} HTTP/1.1" 200 512 "-" "-"`;
      });
      await putAll(s3, {
        bucket,
        objects: [{ key: `raw/web/${day}.log`, bytes: Buffer.from(lines.join('\n')) }],
      });
      await cloud.drain();
      const asked = cloud.calls.length;
      const answer = await athena().run(queryText('detection/minutes'), {
        parameters: [`2019-12-${day}`, `2019-12-${day}`],
      });
      assert.equal(answer.rows.length, 1440);
      const gets = cloud.calls
        .slice(asked)
        .filter(
          ({ service, action, resource }) =>
            service === 's3' && action === 'GetObject' && resource.includes('/tables/minute_activity/'),
        );
      assert.equal(new Set(gets.map(({ resource }) => resource)).size, 1);
      console.log(`of the one part of a day the engine made ${gets.length} GETs`);
      scanned.push(answer.execution!.bytes_scanned);
    }
    const [few, many] = scanned as [number, number];
    console.log(`the watch's query read ${few} bytes of a day of 1,440 events, and ${many} of one of 43,200`);
    assert.ok(many < few * 1.5, `${few} bytes, then ${many}`);
  });

  test('is not exported as evidence, since it is simulated', async () => {
    const body = {
      from: '2019-11-12T13:20:00Z',
      until: '2019-11-12T14:02:00Z',
      recipient: 'ncsc',
      reason: 'An exercise that must not leave as evidence.',
    };
    const callerArn = `arn:aws:sts::${cloud.account}:assumed-role/ascribe-custodian/example`;
    const { status, body: answer } = await cloud.invokeUrl('ExportEvidence', { body, callerArn });
    assert.equal(status, 422, answer);
    assert.match(answer, /simulated traffic/);
  });

  test('is denied nothing by the roles as deployed', () => {
    const { denied, asCaller, judged } = auditPermissions(cloud);
    assert.equal(Object.keys(judged).length, 6);
    assert.deepEqual({ denied, asCaller: asCaller.denied }, { denied: [], asCaller: [] });
  });

  test('stays within the memory that the template gives each function', () => {
    for (const { function: name, allowed, peak } of cloud.memory())
      assert.ok(peak <= allowed, `${name} took ${peak} of ${allowed} bytes`);
  });
});
