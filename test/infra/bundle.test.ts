/** What Lambda gets: one file a function, its assets beside it, and DuckDB in the ingest alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildSync } from 'esbuild';
import { environments, type FunctionName } from '../../functions/environment.ts';
import { bundle, esbuildOptions } from '../../infra/bundle.ts';
import { type Architecture, nativePackageName } from '../../infra/native-package.ts';

const root = join(import.meta.dirname, '..', '..');
const isLambdaLike = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

describe('bundles', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ascribe-bundle-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of Object.keys(environments) as FunctionName[])
    test(`${name} is one file${name === 'ingest' ? '' : ', without DuckDB'}`, () => {
      const { metafile } = buildSync({
        ...esbuildOptions(name),
        outfile: 'out.mjs',
        write: false,
        metafile: true,
      });
      const inputs = Object.keys(metafile.inputs);
      assert.ok(inputs.includes(`functions/${name}.ts`));
      const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
        imports.map(({ path }) => path).filter((path) => !path.startsWith('node:')),
      );
      const native = inputs.concat(outside).filter((path) => path.includes('@duckdb/'));
      if (name !== 'ingest') assert.deepEqual(native, []);
      // What is left outside is Node's own, DuckDB's native package, and a canvas that vega does without.
      const strange = outside.filter(
        (path) => !/^(@duckdb\/node-bindings-|canvas$)/.test(path) && !isNodes(path),
      );
      assert.deepEqual(strange, []);
    });

  test('carry formats, queries and the version, and no more than Lambda takes', {
    skip: !isLambdaLike,
  }, () => {
    const place = join(folder, 'ingest');
    const networks = join(folder, 'networks-of-example.csv');
    writeFileSync(networks, 'cidr,asn,as_org,country,network_type,valid_from,valid_until\n');
    bundle('ingest', place, { architecture: process.arch as Architecture, networksFile: networks });
    assert.deepEqual(readdirSync(place).sort(), [
      'datasets',
      'formats',
      'index.mjs',
      'index.mjs.map',
      'networks.csv',
      'node_modules',
      'package.json',
      'queries',
    ]);
    assert.deepEqual(
      readdirSync(join(place, 'node_modules', '@duckdb')).map((name) => `@duckdb/${name}`),
      [nativePackageName(process.arch as Architecture)],
    );
    assert.deepEqual(
      readdirSync(join(place, 'datasets')).map((name) => name.split('-')[0]),
      ['asn', 'country'],
    );
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    assert.ok(sizeOf(place) < 250 * 1024 * 1024, `${sizeOf(place)} bytes`);
  });

  test('refuse networks that are none, with the line', () => {
    const networks = join(folder, 'no-networks.csv');
    writeFileSync(networks, 'network,from\n');
    assert.throws(
      () =>
        bundle('ingest', join(folder, 'no'), {
          architecture: process.arch as Architecture,
          networksFile: networks,
        }),
      /networksFile: .*no-networks\.csv, line 1: expected the header cidr,asn/,
    );
  });

  test('load DuckDB in an empty place, with Node alone', { skip: !isLambdaLike }, () => {
    const place = join(folder, 'ingest');
    assert.ok(existsSync(place), 'the test before makes it');
    const { entryPoints: _, ...options } = esbuildOptions('ingest');
    buildSync({
      ...options,
      stdin: { contents: PROBE, resolveDir: root, loader: 'ts' },
      outfile: join(place, 'probe.mjs'),
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['probe.mjs'], {
      cwd: place,
      env: { HOME: folder },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
      answer: 42,
      hasCountries: true,
      hasFormats: true,
      hasCharts: true,
    });
  });
});

/** What the ingest and the report touch when they start. */
const PROBE = `
import { DuckDBInstance } from '@duckdb/node-api';
import { formatAssets } from './src/adapters/assets.ts';
import { bundledAddressBook } from './src/adapters/datasets.ts';
import { View, parse } from 'vega';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const [[answer]] = (await connection.runAndReadAll('select 42')).getRows();
const chart = await new View(parse({ width: 9, height: 9 }), { renderer: 'none' }).toSVG();
console.log(JSON.stringify({
  answer,
  hasCountries: bundledAddressBook().country.dataset.version !== '',
  hasFormats: formatAssets().length > 0,
  hasCharts: chart.startsWith('<svg'),
}));
process.exit(0);
`;

const builtin = new Set(process.getBuiltinModule('node:module').builtinModules);

function isNodes(path: string): boolean {
  return builtin.has(path);
}

function sizeOf(place: string): number {
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(place, name)))
    .filter((entry) => entry.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
