/** nfdump's CSV, fields and their texts as src/output/output_csv.c of nfdump 1.7 and bin/output_csv.c of 1.6 write them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const CLASSIC =
  'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr';
const NEWER = 'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows';
const SUMMARY = ['Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', '2,1960,5,15680,5,392'];

const classic = (start: string, rest = ''): string =>
  `${start},3,10,64500,64501,24,32,0,0,192.0.2.254,0.0.0.0,0,0,${'00:00:00:00:00:00,'.repeat(4)}${'0-0-0,'.repeat(10)}    0.000,    0.000,    0.000,198.51.100.254,0/0,1,2019-11-11 15:45:00.000${rest}`;

const FLOW =
  '2019-11-11 15:42:00,2019-11-11 15:42:03,3.250,192.0.2.1,198.51.100.7,51000,443,TCP,...AP.SF,64,0,3,1500,2,90';

async function rowsOf(lines: readonly string[]) {
  const lake = await temporaryLake();
  const marker = await lake.take(lines.join('\n'));
  assert.equal(marker.format, 'nfdump-csv');
  return {
    ledger: marker.ledger,
    rows: await lake.rows('select * from network_activity order by record_no'),
    rejects: await lake.rows('select record_no, reason from rejects order by record_no'),
    notices: await lake.rows('select record_no, notice from notices order by record_no'),
  };
}

function assertRow(row: Row | undefined, expected: Row): void {
  assert.ok(row);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]!])), expected);
}

const BOTH: Row = {
  vantage: 'network',
  time: '2019-11-11T15:42:00.000Z',
  time_ns: 1573486920000000000n,
  src_ip: '192.0.2.1',
  src_ip_basis: 'packet',
  peer_ip: '192.0.2.1',
  src_port: 51000,
  dst_ip: '198.51.100.7',
  dst_port: 443,
  protocol: 6,
  packets: 3,
  bytes: 1500,
  response_bytes: null,
  duration_us: 3_250_000,
  sample_interval: null,
  direction: null,
};

describe('The CSV of nfdump', () => {
  test('of 1.6 has its 48 fields, and a summary that is no flow', async () => {
    assert.equal(CLASSIC.split(',').length, 48);
    assert.equal(classic(FLOW).split(',').length, 48);
    const { rows, notices, ledger } = await rowsOf([CLASSIC, classic(FLOW), ...SUMMARY]);
    assertRow(rows[0], {
      ...BOTH,
      source_id: 'nfdump-csv:198.51.100.254',
      time_precision: 's',
      end_time: '2019-11-11T15:42:03.000Z',
      tcp_flags: 27,
      action: 'allowed',
      action_detail: '64',
      interface: '3',
      icmp_type: null,
    });
    assert.deepEqual(notices, [
      { record_no: 3, notice: 'summary' },
      { record_no: 4, notice: 'summary' },
      { record_no: 5, notice: 'summary' },
    ]);
    assert.deepEqual(ledger, { records: 5, rows: 1, rejects: 0, headers: 1, blanks: 0, notices: 3 });
  });

  test('of 1.7 has ten fields, and no end but a duration', async () => {
    const { rows, notices } = await rowsOf([
      `${NEWER},`,
      '2019-11-11 15:42:00.000,3.250,6,192.0.2.1,51000,198.51.100.7,443,3,1500,1',
      'No matching flows',
    ]);
    assertRow(rows[0], {
      ...BOTH,
      source_id: 'nfdump-csv:test',
      time_precision: 'ms',
      end_time: '2019-11-11T15:42:03.250Z',
      tcp_flags: null,
      action: null,
      action_detail: null,
      interface: null,
    });
    assert.equal(notices.length, 1);
  });

  test('of 1.7 has the fields that its user chose, in his order', async () => {
    const { rows } = await rowsOf([
      'dstAddr,srcAddr,firstSeen,lastSeen,proto,flags,inBytes,inPackets,icmpTYpe,icmpCode,routerIP,sniName,tlsVersion,pfAction',
      '2001:db8::2,2001:db8::1,1573486920.125,1573486921.000,58,........,64,1,128,0,0.0.0.0,0,0,pass',
      '198.51.100.7,192.0.2.1,1573486920.125,1573486921.000,6,......S.,64,1,0,0,192.0.2.254,www.Example.com,TLS-1.2,block',
    ]);
    assertRow(rows[0], {
      time_ns: 1573486920125000000n,
      time_precision: 'ms',
      end_time: '2019-11-11T15:42:01.000Z',
      src_ip: '2001:db8::1',
      dst_ip: '2001:db8::2',
      protocol: 58,
      tcp_flags: null,
      bytes: 64,
      packets: 1,
      icmp_type: 128,
      icmp_code: 0,
      dst_port: null,
      host: null,
      tls_version: null,
      action: 'allowed',
    });
    assertRow(rows[1], {
      source_id: 'nfdump-csv:192.0.2.254',
      tcp_flags: 2,
      host: 'www.example.com',
      tls_version: 'TLS-1.2',
      action: 'blocked',
      action_detail: 'block',
    });
  });

  test('of -q has no names: the layouts that nfdump writes by itself', async () => {
    const { rows } = await rowsOf([classic(FLOW)]);
    assertRow(rows[0], { ...BOTH, tcp_flags: 27 });
    const newer = await rowsOf(['2019-11-11 15:42:00.000,3.250,6,192.0.2.1,51000,198.51.100.7,443,3,1500,1']);
    assertRow(newer.rows[0], BOTH);
  });

  test('writes type and code of ICMP as a port', async () => {
    const { rows } = await rowsOf([
      CLASSIC,
      classic(FLOW.replace('51000,443,TCP', '0,2048,ICMP ')),
      classic(FLOW.replace('51000,443,TCP', '0,3.13,ICMP')),
      classic(FLOW.replace('51000,443,TCP', '0,32769,ICMP6')),
    ]);
    assert.deepEqual(
      rows.map((row) => [
        row.protocol,
        row.icmp_type,
        row.icmp_code,
        row.src_port,
        row.dst_port,
        row.tcp_flags,
      ]),
      [
        [1, 8, 0, null, null, null],
        [1, 3, 13, null, null, null],
        [58, 128, 1, null, null, null],
      ],
    );
  });

  test('says what the exporter did with the packets', async () => {
    const { rows } = await rowsOf([
      CLASSIC,
      ...[0, 64, 66, 128, 129, 130, 131, 138, 192].map((status) =>
        classic(FLOW.replace(',64,0,3,', `,${status},0,3,`)),
      ),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.action_detail, row.action]),
      [
        [null, null],
        ['64', 'allowed'],
        ['66', 'allowed'],
        ['128', null],
        ['129', 'blocked'],
        ['130', 'blocked'],
        ['131', null],
        ['138', 'rate-limited'],
        ['192', null],
      ],
    );
  });

  test('rejects what is no flow, with the reason', async () => {
    const { rows, rejects } = await rowsOf([
      NEWER,
      '2019-11-11 15:42:00.000,3.250,6,192.0.2.1,51000,198.51.100.7,443,3,1500',
      '0000-00-00 00:00:00.000,0.000,6,192.0.2.1,51000,198.51.100.7,443,3,1500,1',
      'a,b,c,d,e,f,g,h,1,2',
      '\'"\t,\u0000,,,,,,,,',
      'ERROR',
      '2019-11-11 15:42:00.000,-1,300,999.0.0.1,65536,198.51.100.7,-1,1e30,9223372036854775808,1',
      '2019-11-11 15:42:00.000,99999999999,6,192.0.2.1,1,198.51.100.7,2,1,1,1',
    ]);
    assert.deepEqual(rejects, [
      { record_no: 2, reason: 'fewer-fields-than-named' },
      { record_no: 3, reason: 'time-unreadable' },
      { record_no: 4, reason: 'not-a-flow' },
      { record_no: 5, reason: 'not-a-flow' },
      { record_no: 6, reason: 'fewer-fields-than-named' },
    ]);
    assert.equal(rows[1]!.duration_us, null);
    assertRow(rows[0], {
      src_ip: null,
      src_ip_basis: 'not-an-address',
      src_port: null,
      dst_port: null,
      protocol: null,
      duration_us: null,
      packets: null,
      bytes: null,
      end_time: null,
    });
  });

  test('is not taken for another CSV', async () => {
    const lake = await temporaryLake();
    await assert.rejects(lake.take('ts,te,td,pr,val,fl,flP\n1,2,3'), /nfdump-csv: record 1 lacks a header/);
    await assert.rejects(lake.take('DateFirstSeen,Duration,Proto,SrcIpAddr\n1,2,3,4'), /of no known format/);
    assert.equal((await lake.take(apacheLine())).format, 'apache-combined');
  });
});
