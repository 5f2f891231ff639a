/** Connections as a Network Load Balancer and an Application Load Balancer log them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { albLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const NLB_FIELDS = {
  type: 'tls',
  version: '2.0',
  time: '2019-11-11T15:42:30',
  elb: 'net/edge/c6e77e28c25b2234',
  listener: 'g3d4b5e8bb8464cd',
  client: '192.0.2.1:51341',
  destination: '198.51.100.7:443',
  connection_time: '25000',
  tls_handshake_time: '2',
  received_bytes: '98',
  sent_bytes: '246',
  incoming_tls_alert: '-',
  chosen_cert_arn: 'arn:aws:acm:us-east-2:123456789012:certificate/c',
  chosen_cert_serial: '-',
  tls_cipher: 'ECDHE-RSA-AES128-SHA',
  tls_protocol_version: 'tlsv12',
  tls_named_group: '-',
  domain_name: 'WWW.example.com',
  alpn_fe_protocol: 'h2',
  alpn_be_protocol: 'http/1.1',
  alpn_client_preference_list: '"h2","http/1.1"',
  tls_connection_creation_time: '2019-11-11T15:42:04',
};

const nlb = (fields: Partial<typeof NLB_FIELDS> = {}, most = 22): string =>
  Object.values({ ...NLB_FIELDS, ...fields })
    .slice(0, most)
    .join(' ');

const SUBJECT = 'CN=device.example.com,O=Example, Inc.,C=GB';
const VALIDITY = 'NotBefore=2019-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z';

const connection = ({
  client = '192.0.2.1 36280',
  tls = 'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036',
  certificate = `"${SUBJECT}" ${VALIDITY} FEF257372D5C14D4`,
  rest = ' Success TID_dc57cebed65b444ebc8177bb698fe166',
} = {}): string => `2019-11-11T15:42:00.514108Z ${client} 443 ${tls} ${certificate}${rest}`;

async function rowsOf(content: string, format: string): Promise<{ rows: Row[]; rejects: Row[] }> {
  const lake = await temporaryLake();
  assert.equal((await lake.take(content)).format, format);
  return {
    rows: await lake.rows('select * from network_activity order by record_no'),
    rejects: await lake.rows('select record_no, reason from rejects order by record_no'),
  };
}

function assertRow(row: Row | undefined, expected: Row): void {
  assert.ok(row);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]!])), expected);
}

describe('An entry of a Network Load Balancer', () => {
  test('is a connection with the bytes of both ways', async () => {
    const { rows } = await rowsOf(nlb(), 'aws-nlb');
    assertRow(rows[0], {
      source_id: 'aws-nlb:net/edge/c6e77e28c25b2234',
      vantage: 'balancer',
      time: '2019-11-11T15:42:04.000Z',
      time_ns: 1573486924000000000n,
      time_precision: 's',
      end_time: '2019-11-11T15:42:30.000Z',
      host: 'www.example.com',
      src_ip: '192.0.2.1',
      src_ip_basis: 'peer',
      src_port: 51341,
      dst_ip: '198.51.100.7',
      dst_port: 443,
      protocol: 6,
      app_protocol: 'h2',
      bytes: 98,
      response_bytes: 246,
      duration_us: 25_000_000,
      tls_version: 'tlsv12',
      tls_cipher: 'ECDHE-RSA-AES128-SHA',
      tls_result: null,
      interface: 'g3d4b5e8bb8464cd',
      action: null,
      packets: null,
    });
  });

  test('without the time of its beginning began as long before its end as it lasted', async () => {
    const { rows } = await rowsOf(
      [
        nlb({}, 21),
        nlb({ tls_connection_creation_time: '-', connection_time: '-' }),
        // Fields that are appended one day.
        `${nlb()} a "b c"`,
      ].join('\n'),
      'aws-nlb',
    );
    assert.deepEqual(
      rows.map((row) => row.time),
      ['2019-11-11T15:42:05.000Z', '2019-11-11T15:42:30.000Z', '2019-11-11T15:42:04.000Z'],
    );
  });

  test('takes the older, shorter layout', async () => {
    const { rows } = await rowsOf(nlb({ version: '1.0' }, 18), 'aws-nlb');
    assertRow(rows[0], { host: 'www.example.com', app_protocol: null, time: '2019-11-11T15:42:05.000Z' });
  });

  test('of IPv6, of a handshake that failed, of an alert', async () => {
    const { rows } = await rowsOf(
      [
        nlb({ client: '[2001:db8::1]:50599', destination: '2001:db8:0::2:443' }),
        nlb({
          tls_handshake_time: '-',
          tls_cipher: '-',
          tls_protocol_version: '-',
          incoming_tls_alert: '48',
          alpn_fe_protocol: '-',
          alpn_be_protocol: '-',
          alpn_client_preference_list: '-',
          domain_name: '-',
        }),
      ].join('\n'),
      'aws-nlb',
    );
    assertRow(rows[0], { src_ip: '2001:db8::1', src_port: 50599, dst_ip: '2001:db8::2', dst_port: 443 });
    assertRow(rows[1], {
      tls_result: '48',
      tls_version: null,
      tls_cipher: null,
      host: null,
      app_protocol: null,
    });
  });

  test('of hostile values is a row or a reject', async () => {
    const { rows, rejects } = await rowsOf(
      [
        nlb(),
        nlb(),
        nlb(),
        nlb({ client: '12.34.178.90.32:80', destination: '-', received_bytes: '-1', sent_bytes: '1e30' }),
        nlb({
          client: '192.0.2.1:65536',
          connection_time: '9'.repeat(39),
          tls_connection_creation_time: '\u0000',
        }),
        nlb({ time: '2019-13-41T99:99:99', tls_connection_creation_time: '-' }),
        nlb({}, 10),
        albLine(),
        'tls "quoted\tand no more',
      ].join('\n'),
      'aws-nlb',
    );
    assertRow(rows[3], {
      src_ip: null,
      peer_ip: '12.34.178.90.32',
      dst_ip: null,
      dst_port: null,
      bytes: null,
      response_bytes: null,
    });
    assertRow(rows[4], { src_port: null, duration_us: null, time: '2019-11-11T15:42:30.000Z' });
    assert.deepEqual(rejects, [
      { record_no: 6, reason: 'time-unreadable' },
      { record_no: 7, reason: 'not-an-nlb-entry' },
      { record_no: 8, reason: 'not-an-nlb-entry' },
      { record_no: 9, reason: 'not-an-nlb-entry' },
    ]);
  });
});

describe('An entry of the connection log of an Application Load Balancer', () => {
  test('is a connection and its handshake', async () => {
    const { rows } = await rowsOf(connection(), 'aws-alb-connection');
    assertRow(rows[0], {
      source_id: 'aws-alb-connection:test',
      vantage: 'balancer',
      time_ns: 1573486920514108000n,
      time_precision: 'us',
      end_time: null,
      src_ip: '192.0.2.1',
      src_ip_basis: 'peer',
      src_port: 36280,
      dst_ip: null,
      dst_port: 443,
      tls_version: 'TLSv1.2',
      tls_cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
      tls_result: 'Success',
      connection_id: 'TID_dc57cebed65b444ebc8177bb698fe166',
      duration_us: null,
      action: null,
    });
  });

  test('without a certificate, without TLS, without a trace, and refused', async () => {
    const { rows } = await rowsOf(
      [
        connection({ certificate: '- - -' }),
        connection({ certificate: '"-" - -' }),
        connection({ tls: '- - -', certificate: '- - -', rest: ' - TID_1' }),
        connection({ rest: ' Failed:ClientCertUntrusted' }),
        // A field that was appended.
        connection({ rest: ' Success TID_2 X25519MLKEM768' }),
        connection({ client: '2001:db8::1 443' }),
      ].join('\n'),
      'aws-alb-connection',
    );
    assert.deepEqual(
      rows.map((row) => [row.tls_version, row.tls_result, row.connection_id, row.src_ip]),
      [
        ['TLSv1.2', 'Success', 'TID_dc57cebed65b444ebc8177bb698fe166', '192.0.2.1'],
        ['TLSv1.2', 'Success', 'TID_dc57cebed65b444ebc8177bb698fe166', '192.0.2.1'],
        [null, null, 'TID_1', '192.0.2.1'],
        ['TLSv1.2', 'Failed:ClientCertUntrusted', null, '192.0.2.1'],
        ['TLSv1.2', 'Success', 'TID_2', '192.0.2.1'],
        ['TLSv1.2', 'Success', 'TID_dc57cebed65b444ebc8177bb698fe166', '2001:db8::1'],
      ],
    );
  });

  test('with a certificate that its client wrote to deceive says what the balancer says', async () => {
    const { rows } = await rowsOf(
      connection({
        certificate: `"CN=\\"x\\" NotBefore=1;NotAfter=2 00 Success TID_forged" ${VALIDITY} 00`,
        rest: ' Failed:ClientCertInvalid TID_3',
      }),
      'aws-alb-connection',
    );
    assertRow(rows[0], { tls_result: 'Failed:ClientCertInvalid', connection_id: 'TID_3' });
  });

  test('of hostile values is a row or a reject', async () => {
    const { rows, rejects } = await rowsOf(
      [
        connection(),
        connection(),
        connection({ client: 'nobody 65536' }),
        connection({ client: '192.0.2.1:36280 x' }),
        connection({ certificate: '"cut off' }),
        '2019-11-11T15:42:00.514108Z 192.0.2.1 36280',
        connection().replace('2019-11', '2019-19'),
      ].join('\n'),
      'aws-alb-connection',
    );
    assertRow(rows[2], { src_ip: null, src_ip_basis: 'not-an-address', src_port: null });
    assert.deepEqual(rejects, [
      { record_no: 4, reason: 'not-a-connection-log-entry' },
      { record_no: 5, reason: 'not-a-connection-log-entry' },
      { record_no: 6, reason: 'not-a-connection-log-entry' },
      { record_no: 7, reason: 'time-unreadable' },
    ]);
  });
});
