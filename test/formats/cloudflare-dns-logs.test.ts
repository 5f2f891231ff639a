import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';
import { cloudflareQuery } from './valid-objects.ts';

const FORMAT = 'cloudflare-dns-logs';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);

function query(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...cloudflareQuery, QueryName: 'WWW.example.com.', ...fields });
}

describe('A DNS query at Cloudflare', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: `${FORMAT}:test`,
      vantage: 'dns',
      time: '2019-11-11T15:42:00.000Z',
      time_precision: 's',
      src_ip: '192.0.2.53',
      src_ip_basis: 'resolver',
      peer_ip: '192.0.2.53',
      client_subnet: '198.51.100.0/24',
      query_name: 'www.example.com',
      query_type: 'AAAA',
      query_class: null,
      response_code: 'NXDOMAIN',
      answers: null,
      transport: null,
      cached: false,
      zone: null,
      edge_location: 'MRS',
    };
    const { rows } = await take([query()]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('has its type by the name that IANA gave the number', async () => {
    const types: [unknown, string | null][] = [
      [1, 'A'],
      ['1', 'A'],
      [2, 'NS'],
      [5, 'CNAME'],
      [6, 'SOA'],
      [12, 'PTR'],
      [15, 'MX'],
      [16, 'TXT'],
      [33, 'SRV'],
      [43, 'DS'],
      [48, 'DNSKEY'],
      [52, 'TLSA'],
      [64, 'SVCB'],
      [65, 'HTTPS'],
      [252, 'AXFR'],
      [255, 'ANY'],
      [257, 'CAA'],
      [0, 'TYPE0'],
      [65535, 'TYPE65535'],
      ['aaaa', 'AAAA'],
      ['', null],
      [null, null],
    ];
    const { rows } = await take(types.map(([QueryType]) => query({ QueryType })));
    assert.deepEqual(
      rows.map((row, index) => [types[index]![0], row.query_type]),
      types,
    );
  });

  test('has the code of its answer by its name', async () => {
    const codes: [unknown, string | null][] = [
      [0, 'NOERROR'],
      [1, 'FORMERR'],
      [2, 'SERVFAIL'],
      [3, 'NXDOMAIN'],
      [4, 'NOTIMP'],
      ['5', 'REFUSED'],
      [9, 'NOTAUTH'],
      [16, 'BADVERS'],
      [23, 'BADCOOKIE'],
      [4000, 'RCODE4000'],
      ['nxdomain', 'NXDOMAIN'],
      [null, null],
    ];
    const { rows } = await take(codes.map(([ResponseCode]) => query({ ResponseCode })));
    assert.deepEqual(
      rows.map((row, index) => [codes[index]![0], row.response_code]),
      codes,
    );
  });

  test('names the network of a client only where the resolver did', async () => {
    const subnets: [unknown, unknown, string | null][] = [
      ['', 0, null],
      [undefined, undefined, null],
      ['2001:db8::', 56, '2001:db8::/56'],
      ['198.51.100.0/24', 24, '198.51.100.0/24'],
      ['198.51.100.0', undefined, '198.51.100.0'],
      ['198.51.100.0', '24', '198.51.100.0/24'],
    ];
    const { rows } = await take(
      subnets.map(([EDNSSubnet, EDNSSubnetLength]) => query({ EDNSSubnet, EDNSSubnetLength })),
    );
    assert.deepEqual(
      rows.map((row) => row.client_subnet),
      subnets.map(([, , expected]) => expected),
    );
  });

  test('has its time in seconds, nanoseconds or as text; the root and odd names stay', async () => {
    const { rows } = await take([
      query({ Timestamp: '1573486920', QueryName: '.', ResponseCached: 'true' }),
      query({ Timestamp: 1573486920123456789n.toString(), QueryName: 'a b\t"\u0000.example.com' }),
      query({ SourceIP: 'unknown', ResponseCached: 'perhaps' }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.time_ns, row.time_precision, row.query_name, row.cached, row.src_ip_basis]),
      [
        [1573486920000000000n, 's', '.', true, 'resolver'],
        [1573486920123456789n, 'ns', 'a b\t"\u0000.example.com', false, 'resolver'],
        [1573486920000000000n, 's', 'www.example.com', null, 'not-an-address'],
      ],
    );
  });

  test('that is none is a reject with its reason', async () => {
    const { rows, rejects } = await take([
      query(),
      '{"QueryName":"www.example.com","SourceIP":"192.0.2.53"}',
      '{"Timestamp":1573486920,"SourceIP":"192.0.2.53"}',
      query().slice(0, 50),
      '[]',
      query({ Timestamp: 'now' }),
      query(),
      query(),
      query(),
      query(),
    ]);
    assert.equal(rows.length, 5);
    assert.deepEqual(rejects, {
      2: 'no-timestamp',
      3: 'no-query-name',
      4: 'not-a-json-object',
      5: 'not-a-json-object',
      6: 'time-unreadable',
    });
  });

  test('is not taken for one of Cloudflare’s other DNS logs', () => {
    assert.deepEqual(patternsThatMatch(query()), [FORMAT]);
    const firewall = {
      ...JSON.parse(query()),
      ClusterID: 'a',
      UpstreamIP: '192.0.2.1',
      ResponseReason: 'success',
    };
    assert.deepEqual(patternsThatMatch(JSON.stringify(firewall)), []);
    const gateway = { Datetime: 1, QueryName: 'example.com', SrcIP: '192.0.2.1', ColoCode: 'MRS' };
    assert.deepEqual(patternsThatMatch(JSON.stringify(gateway)), []);
  });
});
