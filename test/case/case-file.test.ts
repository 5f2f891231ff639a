/** The case file: what is read of it, and what each fault is called. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CaseFileError, parseCaseFile } from '../../src/case/case-file.ts';
import { knownSources } from '../../src/case/known-sources.ts';
import { isOn, likePattern } from '../../src/case/surfaces.ts';

const parse = (value: unknown) => parseCaseFile(Buffer.from(JSON.stringify(value)), 'case.json');
const source = {
  networks: ['192.0.2.0/24'],
  role: 'office',
  name: 'Head office',
  reason: 'Staff work from here.',
};
const surface = { name: 'Export', paths: ['/Admin/*'], log: 'origin' };

describe('A case file', () => {
  test('is read as the page that documents it shows it', () => {
    const page = readFileSync(new URL('../../docs/case-file.md', import.meta.url), 'utf8');
    const shown = /^```json\n([\s\S]*?)^```$/m.exec(page)![1]!;
    const caseFile = parseCaseFile(Buffer.from(shown), 'docs/case-file.md');
    assert.deepEqual(
      caseFile.known_sources.map(({ role }) => role),
      ['office', 'tester'],
    );
    assert.deepEqual(caseFile.hosts, ['www.example.org', 'join.example.org']);
    assert.equal(caseFile.surfaces[0]!.log, 'origin');
    assert.deepEqual(caseFile.trusted_proxies, ['10.0.0.0/8']);
    assert.equal(caseFile.text, shown);
  });

  test('can leave out every key', () => {
    const { known_sources, hosts, surfaces, trusted_proxies } = parse({});
    assert.deepEqual([known_sources, hosts, surfaces, trusted_proxies], [[], [], [], null]);
  });

  for (const [what, value, message] of [
    [
      'a list',
      [],
      /^case\.json: the whole is \[\], but expected an object with the keys known_sources, hosts/,
    ],
    [
      'an unknown key',
      { host: [] },
      /^case\.json: host is no key that is read there: expected known_sources/,
    ],
    ['a text for a list', { hosts: 'a' }, /^case\.json: hosts is "a", but expected a list/],
    [
      'a number among hosts',
      { hosts: ['a', 7] },
      /^case\.json: hosts\[1\] is 7, but expected a host such as/,
    ],
    [
      'an unknown role',
      { known_sources: [{ ...source, role: 'friend' }] },
      /known_sources\[0\]\.role is "friend", but expected one of office, monitor, tester, partner/,
    ],
    [
      'no reason',
      { known_sources: [{ ...source, reason: undefined }] },
      /known_sources\[0\]\.reason is missing, but expected the reason why/,
    ],
    [
      'no networks',
      { known_sources: [{ ...source, networks: [] }] },
      /known_sources\[0\]\.networks is \[\], but expected a list of networks/,
    ],
    [
      'a network that is none',
      { known_sources: [source, { ...source, name: 'B', networks: ['192.0.2.0/33'] }] },
      /known_sources\[1\]\.networks\[0\] is "192\.0\.2\.0\/33", but expected an address or a network such as/,
    ],
    [
      'a name twice',
      { known_sources: [source, source] },
      /known_sources\[1\]\.name is "Head office", but expected a name that no other has/,
    ],
    ['an unknown key inside', { surfaces: [{ ...surface, path: '/' }] }, /surfaces\[0\]\.path is no key/],
    [
      'a path without a slash',
      { surfaces: [{ ...surface, paths: ['admin'] }] },
      /surfaces\[0\]\.paths\[0\] is "admin", but expected a path that begins with/,
    ],
    [
      'a proxy that is none',
      { trusted_proxies: ['10.0.0.0'] },
      /trusted_proxies\[0\] is "10\.0\.0\.0", but expected a network of proxies/,
    ],
  ] as const) {
    test(`is refused with ${what}`, () => {
      assert.throws(
        () => parse(value),
        (error: Error) => {
          assert.ok(error instanceof CaseFileError);
          assert.match(error.message, message);
          assert.match(error.message, /docs\/case-file\.md/);
          return true;
        },
      );
    });
  }

  test('is refused where it is no JSON', () => {
    assert.throws(
      () => parseCaseFile(Buffer.from('{"hosts": ['), 'case.json'),
      /^CaseFileError: case\.json is no JSON: /,
    );
  });
});

describe('Known sources', () => {
  test('hold addresses of both kinds, and the first that holds one answers', () => {
    const known = knownSources(
      parse({
        known_sources: [
          source,
          { ...source, name: 'B', networks: ['192.0.2.7', '2001:db8:10::/48', '2001:db8:20::5'] },
        ],
      }),
    );
    const of = (ip: string) => known.of(ip)?.name ?? null;
    assert.deepEqual(
      ['192.0.2.7', '192.0.3.7', '2001:db8:10:1::9', '2001:db8:20::5', '2001:db8:20::6'].map(of),
      ['Head office', null, 'B', 'B', null],
    );
  });
});

describe('Paths of a surface', () => {
  const [admin] = parse({ surfaces: [{ ...surface, host: 'WWW.example.org' }] }).surfaces;

  test('are of one host, of any case, and end where they end', () => {
    const on = (host: string | null, path: string) => isOn(admin!, { host, path });
    assert.ok(on('www.example.org', '/ADMIN/export') && on(null, '/admin/'));
    assert.ok(!on('www.example.org', '/administrator') && !on('join.example.org', '/admin/'));
  });

  test('are of LIKE what they are here', () => {
    assert.equal(likePattern('/a_b%c\\/*'), '/a\\_b\\%c\\\\/%');
  });
});
