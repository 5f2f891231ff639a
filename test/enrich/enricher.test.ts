/** Facts of an address, packed in TypeScript and unpacked by DuckDB. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { registerAddressFunctions } from '../../src/adapters/duckdb-functions.ts';
import { parseAddress } from '../../src/enrich/address.ts';
import { CLAIMS, SOURCE_BASES } from '../../src/enrich/client-address.ts';
import { countryNumber } from '../../src/enrich/country.ts';
import { createEnricher, packFacts, unpackSql } from '../../src/enrich/enricher.ts';
import { NETWORK_TYPES, parseNetworks } from '../../src/enrich/networks.ts';
import { knownProxies, withTrusted } from '../../src/enrich/proxies.ts';
import { isReserved, RESERVED_NETWORKS } from '../../src/enrich/reserved.ts';
import { smallBook } from './small-book.ts';

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
after(() => {
  connection.closeSync();
  instance.closeSync();
});

const networks = parseNetworks(
  [
    'cidr,asn,as_org,country,network_type,valid_from,valid_until',
    '198.51.100.0/25,64510,Example Relay,NL,anonymiser,2019-11-11,',
    '203.0.113.0/24,64496,Another Name,,cdn,,',
  ].join('\n'),
  'networks.csv',
);
const enricher = createEnricher(smallBook(), networks);
registerAddressFunctions(connection, enricher);

const PEER = CLAIMS.indexOf('peer');
const COLUMNS = ['asn', 'country', 'type', 'countryBasis', 'basis', 'reserved', 'isAsLogged'] as const;

async function unpacked(from: string): Promise<Record<string, unknown>[]> {
  const sql = unpackSql('facts');
  const list = COLUMNS.map((name) => `${sql[name]} as ${name}`).join(', ');
  const reader = await connection.runAndReadAll(`select ${list} from (${from})`);
  return reader.getRowObjects().map((row) => ({ ...row, asn: row.asn === null ? null : Number(row.asn) }));
}

describe('Facts of an address', () => {
  test('come out of DuckDB as they were packed', async () => {
    const facts = fc.record({
      asn: fc.oneof(fc.constantFrom(0, 1, 2 ** 32 - 1), fc.nat({ max: 2 ** 32 - 1 })),
      country: fc.oneof(fc.constantFrom(0, 1, 676), fc.nat({ max: 676 })),
      type: fc.nat({ max: NETWORK_TYPES.length }),
      countryBasis: fc.nat({ max: 3 }),
      basis: fc.nat({ max: SOURCE_BASES.length }),
      reserved: fc.boolean(),
      isAsLogged: fc.boolean(),
    });
    const samples = fc.sample(facts, { numRuns: 500, seed: 7 });
    const values = samples.map(
      (each, index) => `(${index}, cast(cast(${packFacts(each)} as double) as bigint))`,
    );
    const rows = await unpacked(`select facts from (values ${values.join(', ')}) t(n, facts) order by n`);
    const letters = (number: number) =>
      number === 0 ? null : String.fromCharCode(65 + Math.floor((number - 1) / 26), 65 + ((number - 1) % 26));
    assert.deepEqual(
      rows,
      samples.map((each) => ({
        asn: each.asn || null,
        country: letters(each.country),
        type: NETWORK_TYPES[each.type - 1] ?? null,
        countryBasis: [null, 'dataset', 'mmdb', 'networks-file'][each.countryBasis],
        basis: SOURCE_BASES[each.basis - 1] ?? null,
        reserved: each.reserved,
        isAsLogged: each.isAsLogged,
      })),
    );
  });

  test('are those of the networks file first, on the day, and of the data sets else', async () => {
    const cases = [
      ['198.51.100.1', '2019-11-10'],
      ['198.51.100.1', '2019-11-11'],
      ['198.51.100.200', '2019-11-11'],
      ['203.0.113.9', '2019-11-11'],
      ['2001:db8::1', '2019-11-11'],
      ['173.245.48.1', '2019-11-11'],
      ['100.64.0.1', '2019-11-11'],
      ['no address', '2019-11-11'],
    ];
    const values = cases.map(
      ([text, day], index) =>
        `(${index}, '${text}', ${Date.parse(`${day}T00:00:00Z`) / 86_400_000}::integer)`,
    );
    const rows = await unpacked(
      `select cast(source_facts(ip, ${PEER}, '', day) as bigint) as facts from (values ${values.join(', ')}) t(n, ip, day) order by n`,
    );
    const none = {
      asn: null,
      country: null,
      type: null,
      countryBasis: null,
      reserved: false,
      isAsLogged: true,
    };
    const peer = { ...none, basis: 'peer', reserved: true };
    assert.deepEqual(rows, [
      { ...peer, asn: 64497, country: 'BR', countryBasis: 'dataset' },
      { ...peer, asn: 64510, country: 'NL', type: 'anonymiser', countryBasis: 'networks-file' },
      { ...peer, asn: 64497, country: 'BR', countryBasis: 'dataset' },
      // Of the network of a proxy only this is known: it is not the client's.
      { ...none, basis: 'behind-proxy', reserved: true, isAsLogged: false },
      { ...peer, asn: 64499, country: 'FR', countryBasis: 'dataset' },
      { ...none, basis: 'behind-proxy', isAsLogged: false },
      { ...none, basis: 'private-peer' },
      { ...none, basis: 'not-an-address', isAsLogged: false },
    ]);
  });

  test('name no client that a CDN of the networks file forwarded, until it is trusted', () => {
    const record = { logged: '203.0.113.9', claim: 'peer' as const, forwarded: '198.51.100.200' };
    assert.equal(enricher.source(record, 18000).basis, 'behind-proxy');
    const trusting = createEnricher(smallBook(), networks, withTrusted(['203.0.113.0/24']));
    assert.equal(trusting.source(record, 18000).basis, 'forwarded');
  });

  test('are the same of an IPv4 address in pieces and as a text, and null of any other text', async () => {
    const addresses = fc.sample(fc.ipV4(), { numRuns: 3000, seed: 3 });
    const others = [
      ...['', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '256.1.1.1', '01.2.3.4', '1.2.3.04'],
      ...['1.2.3.4 ', ' 1.2.3.4', '1.2.3.4:80', '::1', '2001:db8::1', '1.2.3.a', '1٣.2.3.4', 'a'.repeat(300)],
    ];
    const list = [
      ...addresses,
      ...addresses.slice(0, 50),
      ...others,
      '0.0.0.0',
      '255.255.255.255',
      '10.0.0.0',
    ];
    const reader = await connection.runAndReadAll(
      `select ip, source_facts(ip, ${PEER}, '', 18000), source_facts4(left(ip, 12), substr(ip, 13), ${PEER}, 18000)
       from (values ${list.map((ip) => `('${ip}')`).join(', ')}, (cast(null as varchar))) t(ip)`,
    );
    const rows = reader.getRows();
    assert.equal(rows.length, list.length + 1);
    for (const [ip, facts, facts4] of rows)
      assert.equal(facts4, ip === null || others.includes(String(ip)) ? null : facts, String(ip));
  });

  test('name their basis where the country comes from the user’s own MMDB', () => {
    const own = createEnricher(smallBook({ basis: 'mmdb' }), null);
    assert.equal(
      own.facts({ logged: '192.0.2.1', claim: 'peer', forwarded: '' }, 0),
      packFacts({
        asn: 64496,
        country: countryNumber('GB'),
        type: 0,
        countryBasis: 2,
        basis: SOURCE_BASES.indexOf('peer') + 1,
        reserved: true,
        isAsLogged: true,
      }),
    );
  });
});

describe('Text of an address in SQL', () => {
  test('is RFC 5952’s, and null where there is none, over more than one vector', async () => {
    const reader = await connection.runAndReadAll(
      `select n, address_text(t) as ip, address_prefix(t) as prefix from (
         select n, case n % 4 when 0 then '2001:DB8::0:' || n when 1 then null when 2 then 'x' || n else '192.0.2.' || (n % 256) end as t from range(5000) r(n)
       ) order by n`,
    );
    for (const [n, ip, prefix] of reader.getRows().map((row) => [Number(row[0]), row[1], row[2]] as const)) {
      const expected =
        n % 4 === 0
          ? [`2001:db8::${n}`.replace(/::0$/, '::'), '2001:db8::/48']
          : n % 4 === 3
            ? [`192.0.2.${n % 256}`, '192.0.2.0/24']
            : [null, null];
      assert.deepEqual([ip, prefix], expected, String(n));
    }
  });
});

describe('An enricher', () => {
  test('lists its data sets, and says that synthetic ones are', () => {
    assert.deepEqual(
      enricher.datasets.map(({ id }) => id),
      ['networks', 'country', 'asn', 'cloudflare-proxies', 'cloudfront-proxies'],
    );
    assert.equal(enricher.synthetic, false);
    assert.deepEqual(
      createEnricher(smallBook(), null).datasets.map(({ id }) => id),
      ['country', 'asn', 'cloudflare-proxies', 'cloudfront-proxies'],
    );
  });

  test('names organisations by number, those of the networks file before those of the data set', () => {
    const named = [...enricher.organisations()].sort((a, b) => a.asn - b.asn);
    assert.deepEqual(
      named.map(({ asn }) => asn),
      [64496, 64497, 64498, 64499, 64510],
    );
    assert.deepEqual(named[0], { asn: 64496, organisation: 'Another Name', dataset: 'networks.csv' });
    assert.deepEqual(named[1], { asn: 64497, organisation: 'Example Mobile', dataset: 'by-hand-asn' });
  });

  test('knows the ranges of a proxy and the reserved ones, and their edges', () => {
    const proxies = [
      '173.245.48.0',
      '173.245.63.255',
      '104.16.0.0',
      '104.27.255.255',
      '2a06:98c7:ffff::',
      '2606:4700::',
    ];
    const others = [
      '173.245.47.255',
      '173.245.64.0',
      '104.15.255.255',
      '104.28.0.0',
      '2a06:98c8::',
      '2606:4701::',
      '192.0.2.1',
    ];
    for (const text of proxies) assert.ok(knownProxies.has(parseAddress(text)!), text);
    for (const text of others) assert.ok(!knownProxies.has(parseAddress(text)!), text);
    for (const cidr of RESERVED_NETWORKS) assert.ok(isReserved(parseAddress(cidr.split('/')[0]!)!), cidr);
    for (const text of [
      '198.20.0.0',
      '198.17.255.255',
      '239.255.255.255',
      '192.0.3.0',
      '2001:db9::',
      '8.8.8.8',
    ])
      assert.ok(!isReserved(parseAddress(text)!), text);
  });
});
