/** The bundled data sets, as installed. The one test that loads them: seconds, not milliseconds. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bundledAddressBook } from '../../src/adapters/datasets.ts';
import { parseAddress } from '../../src/enrich/address.ts';
import { countryCode } from '../../src/enrich/country.ts';
import type { AddressBook } from '../../src/enrich/enricher.ts';

const cache = mkdtempSync(join(tmpdir(), 'ascribe-cache-'));
const outerCache = process.env.XDG_CACHE_HOME;
const files = () => readdirSync(join(cache, 'ascribe')).sort();
const path = (name: string) => join(cache, 'ascribe', name);

let made: AddressBook;

function answers({ country, asn }: AddressBook) {
  return [
    '8.8.8.8',
    '2001:4860:4860::8888',
    '1.1.1.1',
    '131.111.8.46',
    '193.0.6.139',
    '192.0.2.1',
    '2001:db8::1',
  ].map((text) => {
    const address = parseAddress(text)!;
    return [text, asn.find(address), countryCode(country.find(address))];
  });
}

before(() => {
  process.env.XDG_CACHE_HOME = cache;
  made = bundledAddressBook();
});

after(() => {
  if (outerCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = outerCache;
  rmSync(cache, { recursive: true, force: true });
});

describe('The bundled data sets', () => {
  test('know what the world has known for years', () => {
    const known = new Map(answers(made).map(([text, asn, country]) => [text, { asn, country }]));
    assert.equal(known.get('8.8.8.8')!.asn, 15169);
    assert.equal(known.get('2001:4860:4860::8888')!.asn, 15169);
    assert.equal(known.get('1.1.1.1')!.asn, 13335);
    assert.deepEqual(known.get('131.111.8.46'), { asn: 786, country: 'GB' });
    assert.deepEqual(known.get('193.0.6.139'), { asn: 3333, country: 'NL' });
    // The country of reserved space is whatever a registry wrote: no test says which.
    assert.equal(known.get('192.0.2.1')!.asn, 0);
    assert.equal(known.get('2001:db8::1')!.asn, 0);
    const names = new Map(made.asn.names());
    assert.match(names.get(15169) ?? '', /google/i);
    assert.match(names.get(786) ?? '', /jisc|janet/i);
  });

  test('say where they are from, of which day, and how to name their source', () => {
    for (const { dataset } of [made.country, made.asn]) {
      assert.match(dataset.date ?? '', /^20\d\d-\d\d-\d\d$/);
      assert.match(dataset.sha256, /^[0-9a-f]{64}$/);
      assert.match(dataset.licence, /^CC/);
      assert.equal(dataset.synthetic, false);
    }
    assert.notEqual(made.country.dataset.sha256, made.asn.dataset.sha256);
  });

  test('are kept in the cache, and the next process reads them from there', () => {
    const names = files();
    assert.equal(names.length, 2);
    const written = names.map((name) => statSync(path(name)).mtimeMs);
    const started = performance.now();
    const again = bundledAddressBook();
    const took = performance.now() - started;
    assert.deepEqual(answers(again), answers(made));
    assert.deepEqual([again.country.dataset, again.asn.dataset], [made.country.dataset, made.asn.dataset]);
    assert.deepEqual([...again.asn.names()].slice(0, 50), [...made.asn.names()].slice(0, 50));
    assert.deepEqual(
      names.map((name) => statSync(path(name)).mtimeMs),
      written,
      'not written again',
    );
    assert.ok(took < 2000, `${took} ms`);
  });

  test('are made anew where the cache is damaged, empty or of another layout', () => {
    const name = files().find((each) => each.startsWith('country'))!;
    const whole = readFileSync(path(name));
    const flipped = Buffer.from(whole);
    flipped[whole.length - 1000]! ^= 1;
    const damages = {
      flipped,
      empty: Buffer.alloc(0),
      layout: Buffer.from(whole.toString('latin1').replace('{"layout":', '{"layout":9'), 'latin1'),
    };
    for (const [damage, bytes] of Object.entries(damages)) {
      writeFileSync(path(name), bytes);
      const again = bundledAddressBook();
      assert.deepEqual(answers(again), answers(made), damage);
      assert.ok(readFileSync(path(name)).equals(whole), `${damage}: the cache is whole again`);
    }
    assert.equal(files().length, 2, 'no temporary file is left');
  });

  test('serve without a cache where it can not be written', () => {
    const blocked = join(cache, 'a-file');
    writeFileSync(blocked, '');
    process.env.XDG_CACHE_HOME = blocked;
    try {
      assert.deepEqual(answers(bundledAddressBook()), answers(made));
    } finally {
      process.env.XDG_CACHE_HOME = cache;
    }
  });
});
