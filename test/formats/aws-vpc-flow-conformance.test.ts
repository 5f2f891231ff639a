/** Flow logs of others' making. The two documents of upstream agree with Ascribe but in what the comments say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { type Conformance, conformance, sample, samples, skip } from './conformance.ts';

const OTEL = 'open-telemetry+opentelemetry-collector-contrib/vpcflow/newer';
const GUIDE = 'awsdocs+amazon-vpc-user-guide/vpcflow/derived/flow-logs-records-examples.blocks.ndjson';
const VECTOR = 'vectordotdev+vrl/vpcflow/derived';

const lines = <Line>(file: string): Line[] =>
  readFileSync(join(samples, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** Blocks of code of the guide, in order, as one log. */
const blocks =
  (...numbers: number[]) =>
  () =>
    lines<{ text: string }>(GUIDE)
      .filter((_, index) => numbers.includes(index))
      .map(({ text }) => text)
      .join('\n');

conformance('VPC flow logs', [
  {
    file: `${OTEL}/valid_vpc_flow_log.log`,
    format: 'aws-vpc-flow',
    rows: 0,
    headers: 1,
    notices: 1,
  },
  {
    file: `${OTEL}/valid_vpc_flow_log_ecs.log`,
    format: 'aws-vpc-flow',
    rows: 1,
    headers: 1,
    values: {
      2: {
        time: '2023-11-14T22:13:20.000Z',
        end_time: '2023-11-14T22:14:20.000Z',
        src_port: 49152,
        dst_port: 22,
        protocol: 6,
        packets: 15,
        bytes: 3500,
        action: 'allowed',
        account: '123456789012',
        interface: 'eni-0abc1234def567890',
      },
    },
  },
  {
    file: `${OTEL}/valid_tgw_flow_log.log`,
    format: 'aws-vpc-flow',
    rows: 1,
    headers: 1,
    values: {
      2: {
        source_id: 'aws-vpc-flow:tgw-0abc12345def67890',
        interface: 'tgw-attach-0abc12345def67890',
        src_port: 12345,
        dst_port: 443,
        packets: 10,
        bytes: 1000,
        tcp_flags: 2,
        direction: 'inbound',
        edge_location: 'us-east-1',
        action: null,
      },
    },
  },
  // The default layout: four pairs of flows and, at 3 and 4, intervals without data.
  {
    file: GUIDE,
    content: blocks(0, 1, 2, 3, 4, 5, 6),
    format: 'aws-vpc-flow',
    rows: 5,
    notices: 2,
    values: {
      1: { action: 'allowed', dst_port: 22, bytes: 4249 },
      2: { action: 'blocked', dst_port: 3389 },
      6: { action: 'blocked', protocol: 1, src_port: 0 },
      7: {
        src_ip: '2001:db8:1234:a100:8d6e:3477:df66:f105',
        dst_ip: '2001:db8:1234:a102:3304:8879:34cf:4071',
      },
    },
  },
  // Two blanks between two fields of record 9.
  {
    file: GUIDE,
    content: blocks(7, 8, 9, 10),
    format: 'aws-vpc-flow',
    rows: 8,
    headers: 1,
    values: {
      2: { tcp_flags: 2, packets: 8, bytes: 568, source_id: 'aws-vpc-flow:vpc-abcdefab012345678' },
      9: { tcp_flags: 19, packets: 14, bytes: 967, dst_port: 43638 },
    },
  },
  // A layout without times says nothing that could be put on a line of time.
  {
    file: GUIDE,
    content: blocks(11, 12, 13, 14, 15),
    format: 'aws-vpc-flow',
    rows: 0,
    headers: 1,
    rejects: Object.fromEntries([2, 3, 4, 5, 6, 7].map((record) => [record, 'time-unreadable'])),
  },
  {
    file: GUIDE,
    content: blocks(16, 17, 18, 19),
    format: 'aws-vpc-flow',
    rows: 0,
    headers: 1,
    rejects: {
      2: 'time-unreadable',
      3: 'fewer-fields-than-named',
      4: 'time-unreadable',
      5: 'time-unreadable',
      6: 'time-unreadable',
    },
  },
  {
    file: GUIDE,
    content: blocks(20, 21),
    format: 'aws-vpc-flow',
    rows: 2,
    headers: 1,
    values: {
      2: { service: 'S3', direction: 'inbound', edge_location: 'apse2-az3', tcp_flags: 19 },
      3: { service: 'S3', direction: 'outbound', dst_port: 80, src_port: 34210 },
    },
  },
] satisfies Conformance[]);

describe('Flow logs of others', { skip }, () => {
  type Case = { format: string | null; input: string };
  const timed = ({ format }: Case) => format === null || / start /.test(` ${format} `);

  test('are read where their documents say that they must be, in the layout that these name', async () => {
    const cases = lines<Case>(`${VECTOR}/must-parse.ndjson`);
    assert.equal(cases.length, 30);
    for (const { format, input } of cases.filter(timed)) {
      const lake = await temporaryLake({ now: new Date('2026-06-01T00:00:00Z') });
      const { ledger } = await lake.take(format === null ? input : `${format}\n${input}`);
      const quiet = / (NODATA|SKIPDATA)$/.test(input) ? 1 : 0;
      assert.deepEqual(
        [ledger.rows, ledger.notices, ledger.rejects],
        [1 - quiet, quiet, 0],
        input.slice(0, 20),
      );
    }
    // Without a time, upstream reads what no lake of events can hold.
    assert.equal(cases.filter((each) => !timed(each)).length, 10);
  });

  test('have the values that upstream reads', async () => {
    const cases = lines<{ input: string; args: string; expected: Record<string, string | number> }>(
      `${VECTOR}/parse_aws_vpc_flow_log.cases.ndjson`,
    );
    assert.equal(cases.length, 2);
    for (const { input, args, expected } of cases) {
      const names = /"(.*)"/.exec(args)?.[1];
      const lake = await temporaryLake({ now: new Date('2026-06-01T00:00:00Z') });
      await lake.take(names ? `${names}\n${input}` : input);
      const [row] = await lake.rows('select * from network_activity');
      const same: Row = {
        account: expected.account_id!,
        bytes: expected.bytes!,
        packets: expected.packets!,
        protocol: expected.protocol!,
        src_port: expected.srcport!,
        dst_port: expected.dstport!,
        peer_ip: expected.pkt_srcaddr ?? expected.srcaddr!,
        dst_ip: expected.pkt_dstaddr ?? expected.dstaddr!,
        interface: expected.interface_id!,
        action_detail: expected.action!,
        tcp_flags: expected.tcp_flags ?? null,
        time_ns: BigInt(expected.start!) * 1_000_000_000n,
      };
      assert.deepEqual(Object.fromEntries(Object.keys(same).map((name) => [name, row![name]!])), same);
    }
  });

  test('in the envelope of a subscription of CloudWatch are refused: it names no field of the records in it', async () => {
    const lake = await temporaryLake();
    const [outcome] = await lake.ingest([sample(`${OTEL}/valid_vpc_flow_cw_custom.json`)]);
    assert.equal(outcome!.status, 'refused');
    assert.match(
      outcome!.status === 'refused' ? outcome!.reason : '',
      /is a delivery of CloudWatch Logs, with the records of a log within/,
    );
    // Nor can records of four fields be told apart without their names.
    const [bare] = await lake.ingest([logObject('bare', '2 eni-1235b8ca123456789 192.0.2.1 192.0.2.2')]);
    assert.equal(bare!.status, 'refused');
  });
});
