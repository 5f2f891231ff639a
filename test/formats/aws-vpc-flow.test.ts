import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

/** 2019-11-11T15:42:00Z and a minute later. */
const [START, END] = [1573486920, 1573486980];

const DEFAULT_NAMES =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

const flow = (fields: Record<string, string> = {}): string => {
  const values: Record<string, string> = {
    version: '2',
    'account-id': '123456789012',
    'interface-id': 'eni-0123456789abcdef0',
    srcaddr: '192.0.2.1',
    dstaddr: '198.51.100.7',
    srcport: '20641',
    dstport: '443',
    protocol: '6',
    packets: '20',
    bytes: '4249',
    start: `${START}`,
    end: `${END}`,
    action: 'ACCEPT',
    'log-status': 'OK',
    ...fields,
  };
  return Object.values(values).join(' ');
};

async function rowsOf(content: string): Promise<{ rows: Row[]; rejects: Row[]; notices: Row[] }> {
  const lake = await temporaryLake();
  const marker = await lake.take(content);
  assert.equal(marker.format, 'aws-vpc-flow');
  return {
    rows: await lake.rows('select * from network_activity order by record_no'),
    rejects: await lake.rows('select record_no, reason from rejects order by record_no'),
    notices: await lake.rows('select * from notices order by record_no'),
  };
}

const pick = (row: Row | undefined, expected: Row): Row =>
  Object.fromEntries(Object.keys(expected).map((name) => [name, row![name]!]));

function assertRow(row: Row | undefined, expected: Row): void {
  assert.deepEqual(pick(row, expected), expected);
}

describe('A VPC flow log', () => {
  test('without names is of the default layout, each field at its place', async () => {
    const { rows } = await rowsOf(flow());
    assertRow(rows[0], {
      source_id: 'aws-vpc-flow:123456789012',
      vantage: 'network',
      time: '2019-11-11T15:42:00.000Z',
      time_ns: 1573486920000000000n,
      time_precision: 's',
      end_time: '2019-11-11T15:43:00.000Z',
      src_ip: '192.0.2.1',
      src_ip_basis: 'packet',
      peer_ip: '192.0.2.1',
      src_port: 20641,
      dst_ip: '198.51.100.7',
      dst_port: 443,
      protocol: 6,
      packets: 20,
      bytes: 4249,
      tcp_flags: null,
      direction: null,
      action: 'allowed',
      action_detail: 'ACCEPT',
      interface: 'eni-0123456789abcdef0',
      account: '123456789012',
      edge_location: null,
      service: null,
    });
  });

  test('of IPv6, of ICMP and of a refused flow', async () => {
    const { rows } = await rowsOf(
      [
        flow({ srcaddr: '2001:db8::1', dstaddr: '2001:0DB8:0:0::2' }),
        flow({ srcport: '0', dstport: '0', protocol: '1', action: 'REJECT' }),
      ].join('\n'),
    );
    assertRow(rows[0], { src_ip: '2001:db8::1', dst_ip: '2001:db8::2' });
    assertRow(rows[1], { src_port: 0, dst_port: 0, protocol: 1, action: 'blocked', action_detail: 'REJECT' });
  });

  test('without data, or with data skipped, is a notice of its interface and interval', async () => {
    const none = {
      srcaddr: '-',
      dstaddr: '-',
      srcport: '-',
      dstport: '-',
      protocol: '-',
      packets: '-',
      bytes: '-',
    };
    const { rows, rejects, notices } = await rowsOf(
      [
        flow({ ...none, action: '-', 'log-status': 'NODATA' }),
        flow({ ...none, action: '-', 'log-status': 'SKIPDATA' }),
        // Addresses on such a line are of no flow.
        flow({ action: '-', 'log-status': 'NODATA' }),
      ].join('\n'),
    );
    assert.deepEqual([rows, rejects], [[], []]);
    assert.deepEqual(
      notices.map((row) => [row.notice, row.subject, row.time, row.end_time]),
      ['no-data', 'skipped-data', 'no-data'].map((notice) => [
        notice,
        'eni-0123456789abcdef0',
        '2019-11-11T15:42:00.000Z',
        '2019-11-11T15:43:00.000Z',
      ]),
    );
  });

  test('follows the names of its first line, in any order, with - or _', async () => {
    for (const names of [
      'action bytes dstaddr end flow-direction pkt-dst-aws-service pkt-srcaddr srcaddr start tcp-flags vpc-id pkt-dstaddr az-id region',
      'action bytes dstaddr end flow_direction pkt_dst_aws_service pkt_srcaddr srcaddr start tcp_flags vpc_id pkt_dstaddr az_id region ',
    ]) {
      const { rows } = await rowsOf(
        `${names}\r\nREJECT 77 10.0.0.9 ${END} egress S3 203.0.113.5 10.0.0.8 ${START} 19 vpc-0a 198.51.100.9 use1-az2 us-east-1\r\n`,
      );
      assertRow(rows[0], {
        record_no: 2,
        source_id: 'aws-vpc-flow:vpc-0a',
        time_ns: 1573486920000000000n,
        src_ip: '203.0.113.5',
        dst_ip: '198.51.100.9',
        src_port: null,
        bytes: 77,
        packets: null,
        tcp_flags: 19,
        direction: 'outbound',
        action: 'blocked',
        edge_location: 'use1-az2',
        service: 'S3',
        account: null,
        interface: null,
      });
    }
  });

  test('takes the addresses of the interface where those of the packets are not there', async () => {
    const { rows } = await rowsOf(
      `srcaddr dstaddr pkt-srcaddr pkt-dstaddr start flow-direction region pkt-src-aws-service\n192.0.2.4 192.0.2.5 - - ${START} ingress us-east-1 EC2`,
    );
    assertRow(rows[0], {
      src_ip: '192.0.2.4',
      dst_ip: '192.0.2.5',
      direction: 'inbound',
      edge_location: 'us-east-1',
      service: 'EC2',
      end_time: null,
      action: null,
      action_detail: null,
    });
  });

  test('may name its fields anew in the middle', async () => {
    const lake = await temporaryLake();
    const other = 'start srcaddr dstaddr log-status';
    const { ledger } = await lake.take(
      [
        DEFAULT_NAMES,
        flow(),
        DEFAULT_NAMES,
        flow({ srcaddr: '192.0.2.2' }),
        '',
        other,
        `${START} 192.0.2.3 192.0.2.9 OK`,
      ].join('\n'),
    );
    assert.deepEqual(ledger, { records: 7, rows: 3, rejects: 0, headers: 3, blanks: 1, notices: 0 });
    assert.deepEqual(
      await lake.rows('select record_no, src_ip, dst_ip from network_activity order by record_no'),
      [
        { record_no: 2, src_ip: '192.0.2.1', dst_ip: '198.51.100.7' },
        { record_no: 4, src_ip: '192.0.2.2', dst_ip: '198.51.100.7' },
        { record_no: 7, src_ip: '192.0.2.3', dst_ip: '192.0.2.9' },
      ],
    );
  });

  test('has all fields of version 8 while the version says 3, and one that is not named yet', async () => {
    const names = `${DEFAULT_NAMES} vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason`;
    const rest = `vpc-0a subnet-0a i-0a 2 IPv4 192.0.2.77 10.0.0.62 us-east-1 use1-az1 - - - - ingress - ${'- '.repeat(10)}BPA`;
    const { rows } = await rowsOf(
      `${names}\n${flow({ version: '3', action: 'REJECT' })} ${rest}\n${flow({ version: '3' })} ${rest} more`,
    );
    assert.equal(names.split(' ').length, 40);
    assert.equal(rows.length, 2);
    assertRow(rows[0], {
      src_ip: '192.0.2.77',
      dst_ip: '10.0.0.62',
      tcp_flags: 2,
      action: 'blocked',
      action_rule: 'BPA',
      direction: 'inbound',
      edge_location: 'use1-az1',
    });
  });

  test('of a transit gateway, with names and without', async () => {
    const names =
      'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service';
    const line = `6 TransitGateway 123456789012 tgw-0a tgw-attach-0a 123456789012 123456789012 vpc-0a vpc-0b subnet-0a subnet-0b eni-0a eni-0b use1-az1 use1-az2 tgw-attach-0b 192.0.2.1 192.0.2.2 40000 53 17 4 320 ${START} ${END} OK IPv4 0 0 0 0 0 us-east-1 ingress - -`;
    for (const content of [`${names}\n${line}`, line]) {
      const { rows } = await rowsOf(content);
      assertRow(rows[0], {
        source_id: 'aws-vpc-flow:tgw-0a',
        src_ip: '192.0.2.1',
        dst_ip: '192.0.2.2',
        protocol: 17,
        interface: 'tgw-attach-0a',
        account: '123456789012',
        edge_location: 'us-east-1',
        tcp_flags: 0,
        direction: 'inbound',
        action: null,
      });
    }
  });

  test('exported from CloudWatch has the time of its delivery before each line', async () => {
    const { rows } = await rowsOf(`2019-11-11T15:44:12.000Z ${flow()}`);
    assertRow(rows[0], { time: '2019-11-11T15:42:00.000Z', src_ip: '192.0.2.1' });
  });

  test('rejects what it cannot read, with the reason', async () => {
    const { rows, rejects } = await rowsOf(
      [
        flow(),
        flow({ bytes: '4249 17' }),
        '2 123456789012 eni-0123456789abcdef0',
        'no flow at all but a sentence of a good many words in one row',
        flow({ start: 'soon' }),
        `srcaddr dstaddr srcport start`,
        '192.0.2.1 192.0.2.2 80',
        `192.0.2.1 192.0.2.2 80 soon`,
        `- - - ${START}`,
        `192.0.2.1 192.0.2.2 80 ${'9'.repeat(38)}`,
        'log-status start',
        `FINE ${START}`,
      ].join('\n'),
    );
    assert.equal(rows.length, 1);
    assert.deepEqual(
      rejects.map((row) => [row.record_no, row.reason]),
      [
        [2, 'not-a-flow-record'],
        [3, 'fewer-fields-than-named'],
        [4, 'not-a-flow-record'],
        [5, 'not-a-flow-record'],
        [7, 'fewer-fields-than-named'],
        [8, 'time-unreadable'],
        [9, 'no-status-and-no-address'],
        [10, 'time-unreadable'],
        [12, 'unknown-log-status'],
      ],
    );
  });

  test('of hostile values is still a row, without what is no value', async () => {
    const { rows, rejects } = await rowsOf(
      [
        DEFAULT_NAMES,
        flow({ srcaddr: `'";drop`, dstaddr: '999.1.1.1', srcport: '65536', dstport: '-7', protocol: '300' }),
        flow({ packets: '9223372036854775808', bytes: '1e999', 'account-id': '\u0000', action: 'MAYBE' }),
        flow({ 'interface-id': '\t', 'account-id': '-' }),
      ].join('\n'),
    );
    assert.deepEqual(rejects, []);
    assertRow(rows[0], {
      src_ip: null,
      src_ip_basis: 'not-an-address',
      peer_ip: `'";drop`,
      dst_ip: '999.1.1.1',
      src_port: null,
      dst_port: null,
      protocol: null,
    });
    assertRow(rows[1], { packets: null, bytes: null, action: null, action_detail: 'MAYBE' });
    assertRow(rows[2], { source_id: 'aws-vpc-flow:test', interface: '\t', account: null });
  });

  test('is not taken for another log, nor another for it', async () => {
    const lake = await temporaryLake();
    assert.equal((await lake.take(apacheLine())).format, 'apache-combined');
    await assert.rejects(lake.take('version of the start\nbytes, action'), /is of no known format/);
    await assert.rejects(lake.take('version'), /aws-vpc-flow: record 1 lacks a header of field names/);
  });
});
