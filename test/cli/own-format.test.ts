/** Formats of the user's own, given with --formats: the example of docs/own-format.md. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { INPUTS } from '../../src/formats/inputs.ts';
import { cells, example, folderOf, lines, log, mistake, page, root } from './own-format-example.ts';
import { ascribe } from './run.ts';

const good = folderOf({ 'example-gateway.sql': example });

async function rows(lake: string, sql: string): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await ascribe(['sql', sql, '--json', '--lake', lake]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

describe('The example of docs/own-format.md', () => {
  const lake = join(root, 'lake');

  test('reads its lines as the page says, under its own id', async () => {
    const ran = await ascribe([
      'ingest',
      log,
      '--formats',
      good,
      '--trusted-proxies',
      '10.0.0.0/8',
      '--lake',
      lake,
    ]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /^example-gateway +1 +3 +2 +1 +0 +0 +0$/m);
    assert.deepEqual(
      await rows(
        lake,
        'select record_no, format, vantage, source_id, src_ip, src_ip_basis, peer_ip, http_method, host, path, query, status_code, response_bytes, user_agent, time_precision from http_activity order by record_no',
      ),
      [
        {
          ...{
            record_no: 1,
            format: 'example-gateway',
            vantage: 'balancer',
            source_id: 'example-gateway:gate-1',
          },
          ...{ src_ip: '198.51.100.7', src_ip_basis: 'peer', peer_ip: '198.51.100.7', http_method: 'GET' },
          ...{
            host: 'shop.example.com',
            path: '/cart',
            query: 'id=7',
            status_code: 200,
            response_bytes: 5120,
          },
          ...{ user_agent: 'curl/8.5.0', time_precision: 'ms' },
        },
        {
          ...{
            record_no: 2,
            format: 'example-gateway',
            vantage: 'balancer',
            source_id: 'example-gateway:gate-2',
          },
          ...{ src_ip: '192.0.2.44', src_ip_basis: 'forwarded', peer_ip: '10.0.0.4', http_method: 'POST' },
          ...{ host: 'shop.example.com', path: '/pay', query: null, status_code: 503, response_bytes: 0 },
          ...{ user_agent: 'Agent | with a bar', time_precision: 'ms' },
        },
      ],
    );
    assert.deepEqual(await rows(lake, 'select record_no, format, reason from rejects'), [
      { record_no: 3, format: 'example-gateway', reason: 'too-few-fields' },
    ]);
  });

  test('reads the same with the cells of the page', async () => {
    const names = [...cells.matchAll(/<(\w+)/g)].map(([, name]) => name);
    const withCells = example
      .replace('recognise:', `${cells}recognise:`)
      .replace("string_split(text, '|')", `case when is_cut then [${names.join(', ')}] else [text] end`);
    const other = join(root, 'lake-of-cells');
    const folder = folderOf({ 'example-gateway.sql': withCells });
    const ran = await ascribe(['ingest', log, '--formats', folder, '--lake', other]);
    assert.equal(ran.code, 0, ran.err);
    const wanted =
      'select * exclude (src_ip, src_ip_basis, src_prefix, country, country_basis, asn, reserved) from http_activity order by record_no';
    assert.deepEqual(await rows(other, wanted), await rows(lake, wanted));
    assert.equal((await rows(other, 'select * from rejects')).length, 1);
  });

  test('is part of the profile of its lake, and so are the proxies', async () => {
    const profile = JSON.parse(readFileSync(join(lake, 'profile.json'), 'utf8'));
    assert.match(profile.formats['example-gateway'], /^[0-9a-f]{64}$/);
    assert.equal(profile.datasets.at(-1).id, 'trusted-proxies');
    assert.equal(profile.datasets.at(-1).version, '10.0.0.0/8');
    const without = await ascribe(['ingest', log, '--lake', lake]);
    assert.equal(without.code, 1);
    assert.match(
      without.err,
      /another ingest profile \(.*format example-gateway: [0-9a-f]{12} there, none now/,
    );
    assert.match(without.err, /data set trusted-proxies: .* there, none now/);
  });

  test('is traced to its line where its folder is given, and its absence is said', async () => {
    const [row] = await rows(lake, 'select object_id from http_activity where record_no = 2');
    const args = ['trace', String(row!.object_id), '2', '--lake', lake];
    const found = await ascribe([...args, '--formats', good, '--raw']);
    assert.equal(found.code, 0, found.err);
    assert.equal(found.out, lines.split('\n')[1]);
    assert.match(
      (await ascribe(args)).err,
      /example-gateway, a format that is not here: give its folder with --formats\. Trace it again\.$/m,
    );
  });

  test('is made anew with others by reingest', async () => {
    const changed = folderOf({ 'example-gateway.sql': example.replace("'too-few-fields'", "'cut-short'") });
    const ran = await ascribe(['reingest', log, '--formats', changed, '--lake', lake]);
    assert.equal(ran.code, 0, ran.err);
    assert.deepEqual(await rows(lake, 'select reason from rejects'), [{ reason: 'cut-short' }]);
    // Without the proxies a machine inside is what the log names, and no claim in a header is believed.
    assert.deepEqual(await rows(lake, 'select src_ip, src_ip_basis from http_activity where record_no = 2'), [
      { src_ip: '10.0.0.4', src_ip_basis: 'private-peer' },
    ]);
  });

  test('is listed and shown beside the formats of the house', async () => {
    const list = await ascribe(['formats', '--formats', good]);
    assert.match(list.out, /^ {2}example-gateway +balancer {2}Gateway log of Example Ltd \(your/m);
    assert.match(list.out, /^ {2}aws-alb +balancer/m);
    const shown = await ascribe(['formats', 'example-gateway', '--formats', good]);
    assert.match(shown.out, /^ {2}src_ip +peer, forwarded$/m);
    const bare = example.replace(/^mapped:\n( {2}.*\n)*/m, '');
    const { out } = await ascribe(['formats', 'bare', '--formats', folderOf({ 'bare.sql': bare })]);
    assert.match(out, /^ {2}src_ip +\(see its SELECT\)$/m);
    assert.doesNotMatch(out, /^ {2}ja3/m);
  });

  test('shows the mistake that the page shows', async () => {
    const folder = folderOf({ 'example-gateway.sql': example.replace('nullif(f[3]', 'nullif(g[3]') });
    const { code, err } = await ascribe(['formats', '--formats', folder]);
    assert.equal(code, 1);
    assert.equal(err.replace(folder, 'my-formats'), mistake);
  });

  test('comes with a page that names every column that the ingest takes', () => {
    for (const name of Object.keys(INPUTS)) assert.ok(page.includes(`\`${name}\``), name);
  });
});

describe('A format of the user', () => {
  test('comes before one of the house where both fit equally', async () => {
    const apache = readFileSync(
      join(import.meta.dirname, '..', '..', 'formats', 'apache-combined.sql'),
      'utf8',
    );
    const folder = folderOf({ 'zz-mine.sql': apache });
    const access = join(root, 'access.log');
    writeFileSync(access, '198.51.100.7 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 5\n');
    const lake = join(root, 'lake-of-two');
    const ran = await ascribe(['ingest', access, '--formats', folder, '--lake', lake]);
    assert.equal(ran.code, 0, ran.err);
    assert.deepEqual(await rows(lake, 'select format, source_id from http_activity'), [
      { format: 'zz-mine', source_id: 'zz-mine:web' },
    ]);
  });

  test('is for lakes in a folder', async () => {
    const { code, err } = await ascribe(['ingest', log, '--formats', good, '--lake', 's3://example-lake'], {
      env: { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-west-2' },
    });
    assert.equal(code, 2);
    assert.match(err, /^ascribe: formats of your own are for a lake in a folder/m);
  });
});

test('Trusted proxies that are no networks are named, and a path that was taken for one', async () => {
  const lake = join(root, 'lake-of-no-proxies');
  for (const given of ['10.0.0.1', '10.0.0.0/33', 'inside'])
    assert.match(
      (await ascribe(['ingest', log, '--lake', lake, '--trusted-proxies', given])).err,
      new RegExp(`^ascribe: "${given}" is no network: trusted proxies are given as address/bits`, 'm'),
    );
  const several = await ascribe([
    'ingest',
    log,
    '--formats',
    good,
    '--lake',
    lake,
    '--trusted-proxies',
    '192.0.2.0/24,10.0.0.0/8',
    '203.0.113.0/24',
  ]);
  assert.equal(several.code, 0, several.err);
  // All of the chain is trusted: nobody outside is named.
  assert.deepEqual(await rows(lake, 'select src_ip, src_ip_basis from http_activity where record_no = 2'), [
    { src_ip: null, src_ip_basis: 'behind-proxy' },
  ]);
});
