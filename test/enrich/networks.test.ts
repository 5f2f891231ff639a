import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAddress } from '../../src/enrich/address.ts';
import { findNetwork, NetworksError, parseNetworks } from '../../src/enrich/networks.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { networksCsv } from '../../src/simulate/addresses.ts';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';

const HEADER = 'cidr,asn,as_org,country,network_type,valid_from,valid_until';
const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe('A networks file', () => {
  const text = [
    '# title: Networks of a case',
    '# version: 2019-11-13',
    '# date: 2019-11-13',
    '# synthetic: true',
    '# a remark',
    HEADER,
    '198.51.100.0/24,64500,"Example, ""Ltd""",GB,access,2019-11-01,2019-11-30',
    '198.51.100.128/25,64501,Example Two,FR,hosting,2019-11-11,2019-11-11',
    '198.51.100.128/25,64502,Example Three,DE,mobile,2019-11-12,',
    '2001:db8::/32,,,,anonymiser,,',
    '203.0.113.0/24,4294967295,,,,,',
    '',
  ].join('\r\n');
  const { dataset, networks } = parseNetworks(text, 'case.csv');
  const find = (address: string, date: string) => findNetwork(networks, parseAddress(address)!, day(date));

  test('says what it is, and its digest is that of its text', () => {
    assert.deepEqual(
      [dataset.id, dataset.name, dataset.version, dataset.date, dataset.synthetic, dataset.sha256],
      ['networks', 'Networks of a case', '2019-11-13', '2019-11-13', true, sha256(text)],
    );
    assert.equal(networks.length, 5);
  });

  test('says what is not stated where its head is bare', () => {
    const bare = parseNetworks(`${HEADER}\n`, 'bare.csv');
    assert.deepEqual(
      [
        bare.dataset.name,
        bare.dataset.version,
        bare.dataset.date,
        bare.dataset.synthetic,
        bare.networks.length,
      ],
      ['bare.csv', 'not stated', null, false, 0],
    );
  });

  test('answers with the narrowest network that is valid on the day, first and last day included', () => {
    for (const [address, date, asn] of [
      ['198.51.100.1', '2019-10-31', null],
      ['198.51.100.1', '2019-11-01', 64500],
      ['198.51.100.1', '2019-11-30', 64500],
      ['198.51.100.1', '2019-12-01', null],
      ['198.51.100.200', '2019-11-10', 64500],
      ['198.51.100.200', '2019-11-11', 64501],
      ['198.51.100.200', '2019-11-12', 64502],
      ['198.51.100.200', '2030-01-01', 64502],
      ['192.0.2.1', '2019-11-11', null],
      ['203.0.113.7', '2019-11-11', 4294967295],
    ] as const)
      assert.equal(find(address, date)?.asn ?? null, asn, `${address} on ${date}`);
    assert.deepEqual(
      [find('2001:db8::1', '1999-01-01')?.type, find('2001:db8::1', '1999-01-01')?.country],
      ['anonymiser', null],
    );
    assert.equal(find('198.51.100.1', '2019-11-11')?.asOrg, 'Example, "Ltd"');
  });

  test('of the simulator is read whole', () => {
    const made = parseNetworks(networksCsv(labour2019), 'networks.csv');
    assert.ok(made.networks.length > 20);
    assert.equal(made.dataset.synthetic, true);
  });

  for (const { what, lines, message } of [
    {
      what: 'no header',
      lines: ['198.51.100.0/24,64500,A,GB,access,,'],
      message: /^bad\.csv, line 1: expected the header cidr,asn,/,
    },
    {
      what: 'another header',
      lines: ['# title: x', 'cidr,asn'],
      message: /^bad\.csv, line 2: expected the header/,
    },
    { what: 'nothing', lines: [], message: /^bad\.csv, line 1: expected the header/ },
    {
      what: 'too few fields',
      lines: [HEADER, '198.51.100.0/24,64500'],
      message: /^bad\.csv, line 2: 2 fields instead of 7/,
    },
    {
      what: 'too many fields',
      lines: [HEADER, '198.51.100.0/24,,,,,,,'],
      message: /line 2: 8 fields instead of 7/,
    },
    {
      what: 'no network',
      lines: [HEADER, '198.51.100.0/24,,,,,,', '198.51.100.300/24,,,,,,'],
      message: /line 3: "198\.51\.100\.300\/24" is no network such as/,
    },
    {
      what: 'IPv6 finer than /64',
      lines: [HEADER, '2001:db8::/96,,,,,,'],
      message: /line 2: "2001:db8::\/96" is no network/,
    },
    {
      what: 'an AS number of words',
      lines: [HEADER, '198.51.100.0/24,AS64500,,,,,'],
      message: /line 2: "AS64500" is no AS number/,
    },
    { what: 'AS 0', lines: [HEADER, '198.51.100.0/24,0,,,,,'], message: /line 2: "0" is no AS number/ },
    {
      what: 'an AS number over 32 bits',
      lines: [HEADER, '198.51.100.0/24,4294967296,,,,,'],
      message: /is no AS number/,
    },
    {
      what: 'a country in small letters',
      lines: [HEADER, '198.51.100.0/24,,,gb,,,'],
      message: /line 2: "gb" is no ISO 3166-1 alpha-2 code/,
    },
    {
      what: 'an unknown type',
      lines: [HEADER, '198.51.100.0/24,,,,botnet,,'],
      message: /line 2: "botnet" is none of access, mobile/,
    },
    {
      what: 'a date of another form',
      lines: [HEADER, '198.51.100.0/24,,,,,11/11/2019,'],
      message: /line 2: a date is not of the form 2019-11-11/,
    },
    {
      what: 'a day that is none',
      lines: [HEADER, '198.51.100.0/24,,,,,,2019-13-45'],
      message: /line 2: a date is not of the form 2019-11-11/,
    },
    {
      what: 'a quote that is not closed',
      lines: [HEADER, '198.51.100.0/24,,,,,,', '198.51.100.0/24,,"A,,,,'],
      message: /^bad\.csv, line 3: /,
    },
    {
      what: 'a mistake after blank lines',
      lines: ['# title: x', HEADER, '', '198.51.100.0/24,,,,,,', '', 'x,,,,,,'],
      message: /^bad\.csv, line 6: "x" is no network/,
    },
    {
      what: 'a mistake after a name of two lines',
      lines: [HEADER, '198.51.100.0/24,,"A', 'B",,,,', 'x,,,,,,'],
      message: /^bad\.csv, line 4: "x" is no network/,
    },
  ]) {
    test(`with ${what} is refused, with file and line`, () => {
      assert.throws(
        () => parseNetworks(lines.join('\n'), 'bad.csv'),
        (error: Error) => {
          assert.ok(error instanceof NetworksError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
