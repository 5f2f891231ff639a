import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';

const FORMAT = 'cloudflare-spectrum-events';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);

function event(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    Application: '7ef659a2f8ef4810a9bade96fdad7c75',
    ClientAsn: 64496,
    ClientBytes: 0,
    ClientCountry: 'bg',
    ClientIP: '192.0.2.1',
    ClientMatchedIpFirewall: 'UNKNOWN',
    ClientPort: 40456,
    ClientProto: 'tcp',
    ClientTcpRtt: 0,
    ClientTlsCipher: 'UNK',
    ClientTlsClientHelloServerName: '',
    ClientTlsProtocol: 'unknown',
    ClientTlsStatus: 'UNKNOWN',
    ColoCode: 'SOF',
    ConnectTimestamp: '2019-11-11T15:42:00Z',
    DisconnectTimestamp: '1970-01-01T00:00:00Z',
    Event: 'connect',
    IpFirewall: false,
    OriginBytes: 0,
    OriginIP: '198.51.100.7',
    OriginPort: 3389,
    OriginProto: 'tcp',
    ProxyProtocol: 'off',
    Status: 0,
    Timestamp: '2019-11-11T15:42:00Z',
    ...fields,
  });
}

const CLOSED = {
  Event: 'disconnect',
  ClientBytes: 5000,
  OriginBytes: 70000,
  DisconnectTimestamp: '2019-11-11T15:42:02.5Z',
  Timestamp: '2019-11-11T15:42:02.5Z',
};

describe('A connection through Spectrum', () => {
  test('that opened becomes the columns of its table', async () => {
    const expected = {
      source_id: `${FORMAT}:7ef659a2f8ef4810a9bade96fdad7c75`,
      vantage: 'edge',
      time: '2019-11-11T15:42:00.000Z',
      end_time: null,
      src_ip: '192.0.2.1',
      src_ip_basis: 'client-field',
      src_port: 40456,
      provider_country: 'BG',
      provider_asn: 64496,
      dst_ip: null,
      host: null,
      protocol: 6,
      packets: null,
      bytes: null,
      response_bytes: null,
      duration_us: null,
      action: null,
      action_detail: 'connect',
      tls_version: null,
      tls_cipher: null,
      tls_result: null,
      interface: '7ef659a2f8ef4810a9bade96fdad7c75',
      service: '198.51.100.7:3389',
      edge_location: 'SOF',
    };
    const { rows } = await take([event()]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('that closed has start, end, bytes and what TLS agreed on', async () => {
    const expected = {
      time: '2019-11-11T15:42:00.000Z',
      end_time: '2019-11-11T15:42:02.500Z',
      duration_us: 2500000,
      bytes: 5000,
      response_bytes: 70000,
      action: 'allowed',
      action_detail: 'disconnect',
      host: 'game.example.com',
      tls_version: 'TLSv1.3',
      tls_cipher: 'AEAD-AES128-GCM-SHA256',
      tls_result: 'OK',
      service: '[2001:db8::7]:3389',
    };
    const { rows } = await take([
      event({
        ...CLOSED,
        IpFirewall: true,
        ClientTlsClientHelloServerName: 'Game.example.com',
        ClientTlsProtocol: 'TLSv1.3',
        ClientTlsCipher: 'AEAD-AES128-GCM-SHA256',
        ClientTlsStatus: 'OK',
        OriginIP: '2001:db8::7',
      }),
    ]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('has times of any unit, and the moment where nothing opened', async () => {
    const { rows } = await take([
      event({ ...CLOSED, ConnectTimestamp: 1573486920000000000, DisconnectTimestamp: '1573486920000001500' }),
      event({ ...CLOSED, ConnectTimestamp: 0, DisconnectTimestamp: 0, Timestamp: 1573486922 }),
      event({ Event: 'clientFiltered', ConnectTimestamp: '0', Timestamp: '1573486921' }),
      event({ ...CLOSED, ConnectTimestamp: 1573486925, DisconnectTimestamp: 1573486924 }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.time_ns, row.time_precision, row.end_time, row.duration_us]),
      [
        [1573486920000000000n, 'ns', '2019-11-11T15:42:00.000Z', 1],
        [1573486922000000000n, 's', '2019-11-11T15:42:02.000Z', 0],
        [1573486921000000000n, 's', null, null],
        [1573486925000000000n, 's', '2019-11-11T15:42:04.000Z', null],
      ],
    );
  });

  test('was allowed or blocked where a firewall was asked', async () => {
    const cases: [Record<string, unknown>, (string | null)[]][] = [
      [
        { Event: 'clientFiltered', ClientMatchedIpFirewall: 'BLOCK_ASN' },
        ['blocked', 'clientFiltered BLOCK_ASN'],
      ],
      [{ Event: 'clientFiltered' }, ['blocked', 'clientFiltered']],
      [{ ClientMatchedIpFirewall: 'WHITELIST_IP' }, ['allowed', 'connect WHITELIST_IP']],
      [{ ClientMatchedIpFirewall: 'ALLOW' }, ['allowed', 'connect ALLOW']],
      [{ IpFirewall: true }, ['allowed', 'connect']],
      [{ IpFirewall: true, Event: 'tlsError' }, [null, 'tlsError']],
      [{ Event: 'originError' }, [null, 'originError']],
    ];
    const { rows } = await take(cases.map(([fields]) => event(fields)));
    assert.deepEqual(
      rows.map((row) => [row.action, row.action_detail]),
      cases.map(([, expected]) => expected),
    );
  });

  test('of datagrams has a source that may be forged', async () => {
    const { rows } = await take([
      event({ ClientProto: 'udp' }),
      event({ ClientProto: 'unix', ClientIP: '' }),
      event({ ClientProto: undefined, ClientAsn: '64497', OriginIP: '' }),
      event({ ClientIP: 'a"\u0000b', ClientPort: 70000, OriginPort: 0 }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.src_ip_basis, row.protocol, row.provider_asn, row.service, row.src_port]),
      [
        ['packet', 17, 64496, '198.51.100.7:3389', 40456],
        [null, null, 64496, '198.51.100.7:3389', null],
        ['client-field', null, 64497, null, 40456],
        ['not-an-address', 6, 64496, '198.51.100.7', null],
      ],
    );
  });

  test('that is none is a reject with its reason', async () => {
    const { rows, rejects } = await take([
      event(),
      '{"Event":"connect","ClientProto":"tcp"}',
      '{"Timestamp":1573486920,"ProxyProtocol":"off"}',
      'Event',
      event({ Timestamp: 'never', ConnectTimestamp: '' }),
      event(),
      event(),
      event(),
    ]);
    assert.equal(rows.length, 4);
    assert.deepEqual(rejects, {
      2: 'no-timestamp',
      3: 'not-a-spectrum-event',
      4: 'not-a-json-object',
      5: 'time-unreadable',
    });
  });

  test('matches no other pattern', () => assert.deepEqual(patternsThatMatch(event()), [FORMAT]));
});
