/** What a case gives to a question of the catalogue, and what it takes from the answer. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const visit = (ClientRequestHost: string, ClientRequestURI: string, ClientIP: string) =>
  cloudflareLine({ ClientRequestHost, ClientRequestURI, ClientIP, RayID: ClientRequestURI + ClientIP });
const OTHER = join(folder, 'other.json');

before(async () => {
  const lines = [
    visit('www.example.com', '/admin/users', '198.51.100.9'),
    visit('www.example.com', '/admin/users', '192.0.2.7'),
    visit('www.example.com', '/export/all.csv', '198.51.100.9'),
    visit('blog.example.com', '/admin/users', '198.51.100.9'),
    visit('www.example.com', '/about', '198.51.100.8'),
  ];
  writeFileSync(join(folder, 'edge.log'), `${lines.join('\n')}\n`);
  assert.equal((await ascribe(['ingest', join(folder, 'edge.log'), '--lake', lake])).code, 0);
  const surface = { host: 'www.example.com', log: 'edge' };
  const office = { networks: ['192.0.2.0/24'], role: 'office', name: 'Head office', reason: 'Staff.' };
  writeFileSync(
    join(lake, 'case.json'),
    JSON.stringify({
      known_sources: [office],
      hosts: ['www.example.com'],
      surfaces: [
        { name: 'Admin', paths: ['/admin/*', '/admin/users'], ...surface },
        { name: 'Export', paths: ['/export/*'], ...surface },
      ],
    }),
  );
  writeFileSync(OTHER, JSON.stringify({ known_sources: [{ ...office, networks: ['198.51.100.9'] }] }));
});

const ask = async (id: string, ...more: string[]) => {
  const { code, out, err } = await ascribe(['query', id, '--lake', lake, '--json', ...more]);
  assert.equal(code, 0, err);
  return { rows: JSON.parse(out) as Record<string, unknown>[], err };
};

describe('ascribe query with a case file in the lake', () => {
  test('asks for the paths of its surfaces, each row once, and says so', async () => {
    const { rows, err } = await ask('impact/surface-answers');
    assert.deepEqual(
      rows.map(({ host, path, src_ip }) => [host, path, src_ip]),
      [
        ['www.example.com', '/admin/users', '198.51.100.9'],
        ['www.example.com', '/export/all.csv', '198.51.100.9'],
      ],
    );
    assert.match(
      err,
      /By .*case\.json, the paths \/admin\/\*, .*\/export\/\* are those of its surfaces \(Admin, Export\)/,
    );
    assert.match(err, /1 row of other hosts is left out/);
    assert.match(err, /1 row of the known source Head office is left out/);
  });

  test('a parameter that was given wins', async () => {
    const { rows, err } = await ask('impact/surface-answers', '-p', 'paths=/about');
    assert.deepEqual(
      rows.map(({ path }) => path),
      ['/about'],
    );
    assert.doesNotMatch(err, /surfaces/);
  });

  test('leaves known sources out of rows that name an address, and says where it cannot', async () => {
    const { rows, err } = await ask('origin/sources');
    assert.deepEqual(rows.map(({ src_ip }) => src_ip).sort(), ['198.51.100.8', '198.51.100.9']);
    assert.match(err, /requests of all hosts are counted/);
    const paths = await ask('technique/paths');
    assert.ok(paths.rows.every(({ host }) => host === 'www.example.com'));
    assert.match(paths.err, /its known sources are counted with the others/);
  });

  test('asks without it when told so, and by another that is given', async () => {
    const without = await ask('origin/sources', '--no-case');
    assert.equal(without.rows.length, 3);
    assert.doesNotMatch(without.err, /By /);
    const { rows } = await ask('origin/sources', '--case', OTHER);
    assert.deepEqual(rows.map(({ src_ip }) => src_ip).sort(), ['192.0.2.7', '198.51.100.8']);
    const missing = await ask('impact/surface-answers', '-p', 'paths=/%', '--no-case');
    assert.equal(missing.rows.length, 5);
  });

  test('says what is missing where neither case nor command gives it', async () => {
    const { code, err } = await ascribe(['query', 'impact/surface-answers', '--lake', lake, '--no-case']);
    assert.equal(code, 2);
    assert.match(err, /parameter paths is missing/);
  });
});
