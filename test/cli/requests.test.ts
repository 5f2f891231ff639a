/** What an operator is given: rows, ports, precision, and what goes with them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { clusterId } from '../../src/case/judgements.ts';
import { preciseTime } from '../../src/case/operator-requests.ts';
import { apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const brazil = { ClientIP: '198.51.100.5', ClientCountry: 'br', ClientASN: 64_497 };
const records = [
  { ...brazil, EdgeStartTimestamp: '2019-11-11T15:42:00.123456789Z', ClientSrcPort: 40_001, RayID: 'r1' },
  // Delivered again: the same request.
  { ...brazil, EdgeStartTimestamp: '2019-11-11T15:42:00.123456789Z', ClientSrcPort: 40_001, RayID: 'r1' },
  // The client chose an id that another had: another request.
  { ...brazil, EdgeStartTimestamp: '2019-11-11T15:42:01Z', ClientSrcPort: 40_002, RayID: 'r1' },
  {
    ...brazil,
    EdgeStartTimestamp: '2019-11-11T15:43:00Z',
    ClientIP: '198.51.100.6',
    ClientSrcPort: undefined,
    RayID: 'r2',
    ClientRequestMethod: '=1+1',
  },
  { EdgeStartTimestamp: '2019-11-11T15:43:00Z', ClientIP: '192.0.2.1', RayID: 'r3' },
];
const flow = `2 123456789012 eni-1 198.51.100.9 192.0.2.80 20641 443 6 20 4249 1573486920 1573486980 ACCEPT OK`;

const requests = (...args: string[]) => ascribe(['requests', '--lake', lake, ...args]);
const rowsOf = (out: string, asn: number): Record<string, string>[] =>
  parse(readFileSync(join(out, `AS${asn}.csv`)), { columns: true });

before(async () => {
  writeFileSync(join(folder, 'edge.json'), records.map((each) => cloudflareLine(each)).join('\n'));
  writeFileSync(join(folder, 'access.log'), `${apacheLine({ ip: '198.51.100.5' })}\n`);
  writeFileSync(join(folder, 'flow.log'), `${flow}\n`);
  const networks = join(folder, 'networks.csv');
  writeFileSync(
    networks,
    '# title: By hand\n# version: 1\n# date: 2019-11-01\ncidr,asn,as_org,country,network_type,valid_from,valid_until\n198.51.100.0/24,64497,Example Mobile,BR,mobile,,\n192.0.2.0/24,64496,Example Access,GB,access,,\n',
  );
  const logs = ['edge.json', 'access.log', 'flow.log'].map((name) => join(folder, name));
  const ran = await ascribe(['ingest', ...logs, '--lake', lake, '--networks', networks]);
  assert.equal(ran.code, 0, ran.err);
});

describe('ascribe requests', () => {
  test('writes each request once, at the precision of its source, with its port', async () => {
    const out = join(folder, 'edge');
    const { code, out: told, err } = await requests('--network', 'AS64497', '--out', out);
    assert.equal(code, 0, err);
    assert.match(told, /AS64497\.csv: 3 rows/);
    assert.match(err, /AS64497: 1 of 3 rows have no source port: behind a carrier NAT/);
    const rows = rowsOf(out, 64_497);
    assert.deepEqual(
      rows.map((row) => [row.time, row.src_ip, row.src_port, row.destination_host, row.request_id]),
      [
        ['2019-11-11T15:42:00.123456789Z', '198.51.100.5', '40001', 'www.example.com', 'r1'],
        ['2019-11-11T15:42:01Z', '198.51.100.5', '40002', 'www.example.com', 'r1'],
        ['2019-11-11T15:43:00Z', '198.51.100.6', '', 'www.example.com', 'r2'],
      ],
    );
    assert.equal(rows[2]!.method, "'=1+1");
    assert.match(rows[0]!.object_id!, /^[0-9a-f]{64}$/);
    const note = readFileSync(join(out, 'AS64497.txt'), 'utf8');
    assert.match(note, /^Requests from AS64497 \(Example Mobile\)/);
    assert.match(note, /1 of 3 rows have no source port, because the log has none: behind a carrier NAT/);
    assert.match(note, /Nothing says that a single one of them is of an attack/);
  });

  test('reads the log that is named, and flows with their destination', async () => {
    const out = join(folder, 'flows');
    const ran = await requests('--network', '64497', '--source', 'aws-vpc-flow:123456789012', '--out', out);
    assert.equal(ran.code, 0, ran.err);
    const [row] = rowsOf(out, 64_497);
    assert.deepEqual(
      [row!.time, row!.src_port, row!.destination_ip, row!.destination_port, row!.protocol],
      ['2019-11-11T15:42:00Z', '20641', '192.0.2.80', '443', 'tcp'],
    );
    assert.match(readFileSync(join(out, 'AS64497.txt'), 'utf8'), /Every row has its source port/);
  });

  test('writes of a report a file for each attacking network, of its addresses in its windows', async () => {
    const window = { id: 'W1', source_id: 'cloudflare-http-requests:example.com' };
    const report = {
      windows: [{ ...window, start: '2019-11-11T15:42:01.000Z', end: '2019-11-11T15:44:00.000Z' }],
      sources: 'sources.csv',
    };
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
    const sources = ['src_ip,asn,window_ids', '198.51.100.5,64497,W1', '192.0.2.1,64496,W1', '192.0.2.9,,W1'];
    writeFileSync(join(folder, 'sources.csv'), sources.join('\n'));
    const out = join(folder, 'operators');
    const { code, err } = await requests('--report', join(folder, 'report.json'), '--out', out);
    assert.equal(code, 0, err);
    assert.match(err, /1 attacking addresses have no known network/);
    assert.match(err, /clusters\.csv names no group of requests, so that in_attack stays empty/);
    assert.deepEqual(
      rowsOf(out, 64_497).map(({ in_attack }) => in_attack),
      [''],
    );
    const both = [64_496, 64_497].map((asn) =>
      rowsOf(out, asn).map((row) => [row.src_ip, row.time, row.window_ids]),
    );
    assert.deepEqual(both, [
      [['192.0.2.1', '2019-11-11T15:43:00Z', 'W1']],
      [['198.51.100.5', '2019-11-11T15:42:01Z', 'W1']],
    ]);
    const beside = await requests('--window', 'W1', '--network', '64496', '--out', join(folder, 'beside'));
    assert.equal(beside.code, 0, beside.err);
    assert.ok(!existsSync(join(folder, 'beside', 'AS64497.csv')));
  });

  test('says of each request whether it is of the attack, by the clusters beside the report', async () => {
    const [fingerprint, query] = [null, null];
    const cluster = clusterId({
      ...{ fingerprint, query, userAgent: 'Mozilla/5.0', method: 'GET', path: '/', hasReferrer: false },
    });
    const report = join(folder, 'report.json');
    const out = join(folder, 'told');
    const answers: [string, string, RegExp][] = [
      ['attack', 'true', /sources\.csv counts them: 1 true, 0 false/],
      ['accepted by A. Analyst', 'true', /1 true, 0 false/],
      ['usual', 'false', /0 true, 1 false\. What is false is what else came .* accuses nobody/],
    ];
    for (const [state, inAttack, note] of answers) {
      writeFileSync(
        join(folder, 'clusters.csv'),
        `cluster,window_id,state,requests,template,user_agent,part,tag\n${cluster},W1,${state},1,GET /,Mozilla/5.0,,\n`,
      );
      const ran = await requests('--report', report, '--network', '64497', '--out', out);
      assert.equal(ran.code, 0, ran.err);
      assert.doesNotMatch(ran.err, /in_attack/);
      assert.deepEqual(
        rowsOf(out, 64_497).map(({ in_attack }) => in_attack),
        [inAttack],
      );
      assert.match(readFileSync(join(out, 'AS64497.txt'), 'utf8'), note);
    }
  });

  test('says what is wrong', async () => {
    const cases: [string[], number, RegExp][] = [
      [[], 2, /give --network ASN, or --report/],
      [['--network', 'Vodafone'], 2, /--network Vodafone is no number of an autonomous system/],
      [['--window', 'W9'], 1, /has no window W9: it has W1/],
      [['--window', 'W1', '--from', '2019-11-11', '--until', '2019-11-12'], 2, /not both/],
      [['--network', '64510', '--out', join(folder, 'none')], 1, /nothing was written/],
      [['--report', join(folder, 'edge.json')], 1, /is no report of ascribe/],
    ];
    for (const [args, code, message] of cases) {
      const ran = await requests(...args);
      assert.equal(ran.code, code, ran.err);
      assert.match(ran.err, message);
    }
    assert.ok(!existsSync(join(folder, 'none')));
  });
});

test('a time has as many digits as its source', () => {
  const ns = 1_573_486_920_000_450_000n;
  assert.deepEqual(
    ['s', 'ms', 'us', 'ns'].map((precision) => preciseTime(ns, precision)),
    ['', '.000', '.000450', '.000450000'].map((digits) => `2019-11-11T15:42:00${digits}Z`),
  );
});
