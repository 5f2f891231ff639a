/** The client's address is earned (decision 9). Addresses of Cloudflare's published ranges stand for a proxy. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { albLine, apacheLine, cloudflareLine } from './lines.ts';
import { temporaryLake } from './temporary-lake.ts';

const PROXY = '173.245.48.10';
const PROXY_6 = '2606:4700::1';

async function taken(lines: string[], networks?: string): Promise<Row[]> {
  const lake = await temporaryLake(networks ? { networks } : {});
  await lake.take(lines.join('\n'));
  return lake.rows(
    `select src_ip, src_ip_basis as basis, src_prefix as prefix, peer_ip as peer, country, country_basis, asn, network_type
     from http_activity order by record_no`,
  );
}

const nothing = { prefix: null, country: null, country_basis: null, asn: null, network_type: null };
const british = {
  prefix: '192.0.2.0/24',
  country: 'GB',
  country_basis: 'dataset',
  asn: 64496,
  network_type: null,
};

describe('The address of the client', () => {
  test('is not known behind a proxy, in an Apache log and in an ALB log', async () => {
    const behind = { src_ip: null, basis: 'behind-proxy', ...nothing };
    assert.deepEqual(await taken([apacheLine({ ip: PROXY }), apacheLine({ ip: PROXY_6 })]), [
      { ...behind, peer: PROXY },
      { ...behind, peer: PROXY_6 },
    ]);
    assert.deepEqual(
      await taken([albLine({ client: `${PROXY}:4711` }), albLine({ client: `[${PROXY_6}]:4711` })]),
      [
        { ...behind, peer: PROXY },
        { ...behind, peer: PROXY_6 },
      ],
    );
  });

  test('is the peer where that is no proxy', async () => {
    const peer = { src_ip: '192.0.2.1', basis: 'peer', peer: '192.0.2.1', ...british };
    assert.deepEqual(await taken([apacheLine()]), [peer]);
    assert.deepEqual(await taken([albLine()]), [peer]);
  });

  test('is what the edge names, also where that lies in the range of a proxy', async () => {
    const rows = await taken([cloudflareLine(), cloudflareLine({ ClientIP: PROXY })]);
    assert.deepEqual(rows[0], { src_ip: '192.0.2.1', basis: 'client-field', peer: '192.0.2.1', ...british });
    assert.deepEqual(
      [rows[1]!.src_ip, rows[1]!.basis, rows[1]!.prefix],
      [PROXY, 'client-field', '173.245.48.0/24'],
    );
  });

  test('is none where the text is none, and the text is kept as the peer', async () => {
    const texts = ['proxy.example.net', '198.51.100.256', '12.34.178.90.32', '010.0.0.1', 'X.X.X.X'];
    const rows = await taken(texts.map((ip) => apacheLine({ ip })));
    assert.deepEqual(
      rows,
      texts.map((peer) => ({ src_ip: null, basis: 'not-an-address', peer, ...nothing })),
    );
  });

  test('is written as RFC 5952 has it, beside the text of the log', async () => {
    const [six, mapped] = await taken([
      apacheLine({ ip: '2001:0DB8:0:0:0:0:0:00A1' }),
      apacheLine({ ip: '::ffff:192.0.2.7' }),
    ]);
    assert.deepEqual(
      [six!.src_ip, six!.prefix, six!.peer],
      ['2001:db8::a1', '2001:db8::/48', '2001:0DB8:0:0:0:0:0:00A1'],
    );
    assert.deepEqual([mapped!.src_ip, mapped!.country], ['192.0.2.7', 'GB']);
  });

  test('stands after the virtual host where a log has one', async () => {
    const lake = await temporaryLake();
    await lake.take(
      [
        apacheLine({ prefix: 'www.example.com:443 ' }),
        apacheLine({ prefix: 'WWW.example.com ', ip: '2001:db8::1' }),
        '192.0.2.1 ident.example user@example.com [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 1',
        '192.0.2.1 - John Q. Public [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 1',
      ].join('\n'),
    );
    assert.deepEqual(await lake.rows('select host, src_ip, peer_ip from http_activity order by record_no'), [
      { host: 'www.example.com', src_ip: '192.0.2.1', peer_ip: '192.0.2.1' },
      { host: 'www.example.com', src_ip: '2001:db8::1', peer_ip: '2001:db8::1' },
      { host: null, src_ip: '192.0.2.1', peer_ip: '192.0.2.1' },
      { host: null, src_ip: '192.0.2.1', peer_ip: '192.0.2.1' },
    ]);
  });

  test('follows a networks file on the day of the event, which can also name a proxy', async () => {
    const networks = [
      'cidr,asn,as_org,country,network_type,valid_from,valid_until',
      '192.0.2.0/24,64511,Example,FR,hosting,2019-11-11,2019-11-11',
      '198.51.100.0/24,64510,Example CDN,US,cdn,,',
      '2001:db8:5::/48,,,,anonymiser,,',
    ].join('\n');
    const rows = await taken(
      [
        apacheLine(),
        apacheLine({ time: '12/Nov/2019:00:00:00 +0000' }),
        apacheLine({ ip: '198.51.100.9' }),
        apacheLine({ ip: '2001:db8:5::9' }),
      ],
      networks,
    );
    const [day, nextDay, proxy, six] = rows;
    assert.deepEqual(
      [day!.country, day!.country_basis, day!.asn, day!.network_type],
      ['FR', 'networks-file', 64511, 'hosting'],
    );
    assert.deepEqual([nextDay!.country, nextDay!.country_basis, nextDay!.asn], ['GB', 'dataset', 64496]);
    assert.deepEqual(proxy, { src_ip: null, basis: 'behind-proxy', peer: '198.51.100.9', ...nothing });
    assert.deepEqual(
      [six!.country, six!.country_basis, six!.asn, six!.network_type],
      [null, null, null, 'anonymiser'],
    );
  });
});
