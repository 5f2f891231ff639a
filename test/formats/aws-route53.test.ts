/** Queries that Route 53 Resolver takes from a VPC, and those that a public zone of Route 53 answers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';
import { resolverQuery } from './valid-objects.ts';

const RESOLVER = 'aws-route53-resolver';
const PUBLIC = 'aws-route53-public';

function query(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...resolverQuery, query_name: 'WWW.example.com.', ...fields });
}

describe('A query to the resolver of a VPC', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: `${RESOLVER}:vpc-0a1b2c3d`,
      vantage: 'dns',
      time: '2019-11-11T15:42:00.000Z',
      time_precision: 's',
      src_ip: '10.0.0.5',
      src_ip_basis: 'client-field',
      src_port: 56067,
      client_subnet: null,
      query_name: 'www.example.com',
      query_type: 'A',
      query_class: 'IN',
      response_code: 'NOERROR',
      answers: '[{"Rdata":"203.0.113.9","Type":"A","Class":"IN"}]',
      transport: 'udp',
      cached: null,
      action: 'blocked',
      action_detail: 'BLOCK',
      action_rule: 'rslvr-frg-1/rslvr-fdl-1',
      account: '123456789012',
      resource: 'i-0d15cd0d3',
    };
    const firewall = {
      firewall_rule_action: 'BLOCK',
      firewall_rule_group_id: 'rslvr-frg-1',
      firewall_domain_list_id: 'rslvr-fdl-1',
    };
    const { rows } = await takeLog(RESOLVER, [query(firewall)]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('was allowed or blocked only where a rule met it', async () => {
    const { rows } = await takeLog(
      RESOLVER,
      ['ALERT', 'ALLOW', 'BLOCK', '', undefined].map((firewall_rule_action) =>
        query({ firewall_rule_action }),
      ),
    );
    assert.deepEqual(
      rows.map((row) => [row.action, row.action_detail, row.action_rule]),
      [
        ['allowed', 'ALERT', null],
        ['allowed', 'ALLOW', null],
        ['blocked', 'BLOCK', null],
        [null, null, null],
        [null, null, null],
      ],
    );
  });

  test('that came through an endpoint is of a resolver that asks for others', async () => {
    const { rows } = await takeLog(RESOLVER, [
      query({
        srcaddr: '192.0.2.53',
        srcids: { resolver_endpoint: 'rslvr-in-1', resolver_network_interface: 'rni-1' },
      }),
      query({ srcids: {}, transport: 'DoH', answers: [], srcport: 70000 }),
      query({
        srcids: 'none',
        srcaddr: 'x',
        answers: null,
        transport: 'TCP',
        query_timestamp: '2019-11-11T15:42:00.123456Z',
      }),
      query({ query_name: '.', query_type: 'aaaa', rcode: 'NoError', answers: 'a"\u0000' }),
    ]);
    const columns = [
      'src_ip',
      'src_ip_basis',
      'resource',
      'transport',
      'answers',
      'src_port',
      'time_precision',
    ] as const;
    assert.deepEqual(
      rows.map((row) => columns.map((name) => row[name])),
      [
        ['192.0.2.53', 'resolver', 'vpc-0a1b2c3d', 'udp', rows[0]!.answers, 56067, 's'],
        ['10.0.0.5', 'client-field', 'vpc-0a1b2c3d', 'https', null, null, 's'],
        [null, 'not-an-address', 'vpc-0a1b2c3d', 'tcp', null, 56067, 'us'],
        ['10.0.0.5', 'client-field', 'i-0d15cd0d3', 'udp', 'a"\u0000', 56067, 's'],
      ],
    );
    assert.deepEqual(
      [rows[3]!.query_name, rows[3]!.query_type, rows[3]!.response_code],
      ['.', 'AAAA', 'NOERROR'],
    );
  });

  test('that is none is a reject with its reason; over many lines it is one', async () => {
    const { rows, rejects } = await takeLog(RESOLVER, [
      query(),
      '{"query_name":"example.com","vpc_id":"vpc-1"}',
      '{"query_timestamp":"2019-11-11T15:42:00Z","vpc_id":"vpc-1"}',
      query().slice(2),
      query({ query_timestamp: '2017-03-16T19:20:177Z' }),
      query(),
      query(),
      query(),
    ]);
    assert.equal(rows.length, 4);
    assert.deepEqual(rejects, {
      2: 'no-query-timestamp',
      3: 'no-query-name',
      4: 'not-a-json-object',
      5: 'time-unreadable',
    });
    const pretty = await takeLog(RESOLVER, JSON.stringify(JSON.parse(query()), null, 8));
    assert.equal(pretty.rows.length, 1);
    assert.deepEqual(patternsThatMatch(query()), [RESOLVER]);
  });
});

const LINE = '1.0 2019-11-11T15:42:00.130Z Z123412341234 www.Example.com AAAA NOERROR UDP FRA6 192.0.2.53 -';

describe('A query to a public zone', () => {
  test('becomes the columns of its table, place by place', async () => {
    const expected = {
      source_id: `${PUBLIC}:Z123412341234`,
      vantage: 'dns',
      time: '2019-11-11T15:42:00.130Z',
      time_precision: 'ms',
      src_ip: '192.0.2.53',
      src_ip_basis: 'resolver',
      src_port: null,
      client_subnet: null,
      query_name: 'www.example.com',
      query_type: 'AAAA',
      query_class: null,
      response_code: 'NOERROR',
      transport: 'udp',
      zone: 'Z123412341234',
      edge_location: 'FRA6',
      action: null,
      account: null,
    };
    const { rows } = await takeLog(PUBLIC, [LINE]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('may bear the stamp of an export, a client’s network, and fields of a later version', async () => {
    const { rows, rejects } = await takeLog(PUBLIC, [
      `2019-11-11T15:42:01.000Z ${LINE}`,
      '1.0 2019-11-11T15:42:00Z Z1 bad.example.com A NXDOMAIN TCP LHR5-C1 2001:db8::1234 2001:db8:abcd::/48',
      '1.1 2019-11-11T15:42:00.130Z Z1 txt\\040x.example.com TXT NOERROR UDP FRA6 192.0.2.53 198.51.100.0/24 more fields',
    ]);
    assert.deepEqual(rejects, {});
    assert.deepEqual(
      rows.map((row) => [row.time, row.query_name, row.transport, row.src_ip, row.client_subnet]),
      [
        ['2019-11-11T15:42:00.130Z', 'www.example.com', 'udp', '192.0.2.53', null],
        ['2019-11-11T15:42:00.000Z', 'bad.example.com', 'tcp', '2001:db8::1234', '2001:db8:abcd::/48'],
        ['2019-11-11T15:42:00.130Z', 'txt\\040x.example.com', 'udp', '192.0.2.53', '198.51.100.0/24'],
      ],
    );
  });

  test('that is none is a reject with its reason', async () => {
    const { rows, rejects } = await takeLog(PUBLIC, [
      LINE,
      '1.0 2019-11-11T15:42:00.130Z Z1 example.com A NOERROR UDP FRA6 192.0.2.53',
      LINE.replace('UDP', 'SCTP'),
      LINE.replace('2019-11-11T', '2019-99-99T'),
      LINE.replace('1.0 ', ''),
      'a "b\tc \u0000',
      LINE.replace('192.0.2.53', '-'),
      LINE.replace('192.0.2.53', '999.1.1.1'),
      LINE,
      LINE,
      LINE,
    ]);
    assert.deepEqual(
      rows.map((row) => row.src_ip_basis),
      ['resolver', null, 'not-an-address', 'resolver', 'resolver', 'resolver'],
    );
    assert.deepEqual(rejects, {
      2: 'not-a-query-log-entry',
      3: 'not-a-query-log-entry',
      4: 'time-unreadable',
      5: 'not-a-query-log-entry',
      6: 'not-a-query-log-entry',
    });
    assert.deepEqual(patternsThatMatch(LINE), [PUBLIC]);
  });
});
