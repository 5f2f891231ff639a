import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundledAddressBook } from '../../src/adapters/datasets.ts';
import { asnOf, countryOf, MmdbError, withMmdb } from '../../src/adapters/mmdb.ts';
import { parseAddress } from '../../src/enrich/address.ts';
import { countryCode } from '../../src/enrich/country.ts';
import { ascribe } from '../cli/run.ts';

const file = fileURLToPath(
  import.meta.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'),
);
const root = mkdtempSync(join(tmpdir(), 'ascribe-mmdb-'));
after(() => rmSync(root, { recursive: true, force: true }));

test("a user's own MMDB answers for countries, IPv4 and IPv6, and agrees with the same data as CSV", () => {
  const bundled = bundledAddressBook();
  const own = withMmdb(bundled, { country: file });
  assert.equal(own.country.basis, 'mmdb');
  assert.match(own.country.dataset.sha256, /^[0-9a-f]{64}$/);
  let agreed = 0;
  const addresses = [
    '8.8.8.8',
    '193.0.6.139',
    '200.160.2.3',
    '77.88.8.8',
    '2001:4860:4860::8888',
    '2a02:6b8::feed:ff',
  ];
  for (const text of addresses) {
    const address = parseAddress(text)!;
    assert.match(countryCode(own.country.find(address)) ?? '', /^[A-Z]{2}$/, text);
    if (own.country.find(address) === bundled.country.find(address)) agreed += 1;
  }
  assert.ok(agreed >= addresses.length - 1, `${agreed} of ${addresses.length} agree`);
  assert.equal(own.country.find(parseAddress('10.1.2.3')!), 0);
});

test('records are read as MaxMind lays them out and as others do', () => {
  assert.equal(countryOf({ country: { iso_code: 'BR' } }), 'BR');
  assert.equal(countryOf({ registered_country: { iso_code: 'RU' } }), 'RU');
  assert.equal(countryOf({ country_code: 'gb' }), 'GB');
  assert.equal(countryOf(null), '');
  assert.equal(asnOf({ autonomous_system_number: 64496 }), 64496);
  assert.equal(asnOf({ asn: 'AS64497' }), 64497);
  assert.equal(asnOf({ asn: 'none' }), 0);
  assert.equal(asnOf(null), 0);
});

test('a file that is no MMDB, and one that is not there, are named', () => {
  const text = join(root, 'text.mmdb');
  writeFileSync(text, 'no database\n');
  assert.throws(() => withMmdb(bundledAddressBook(), { asn: text }), MmdbError);
  assert.throws(
    () => withMmdb(bundledAddressBook(), { country: join(root, 'none.mmdb') }),
    /none\.mmdb can't be read/,
  );
});

test('the report names the MMDB that answered, with its date', async () => {
  const log = join(root, 'access.log');
  const lines = Array.from(
    { length: 200 },
    (_, index) =>
      `203.0.113.${index} - - [11/Nov/2019:10:00:${String(index % 60).padStart(2, '0')} +0000] "GET / HTTP/1.1" 200 1 "-" "-"`,
  );
  writeFileSync(log, `${lines.join('\n')}\n`);
  const out = join(root, 'out');
  const ran = await ascribe(['investigate', log, '--out', out, '--country-mmdb', file]);
  assert.equal(ran.code, 0, ran.err);
  const dataset = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')).datasets.find(
    (each: { id: string }) => each.id === 'country',
  );
  assert.match(dataset.name, /geo-whois-asn-country\.mmdb/);
  assert.ok(dataset.distance_days > 0);
});
