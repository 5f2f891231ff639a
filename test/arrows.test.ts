/**
 * Arrows point one way. To add a folder, add it to `below`; to go against an arrow, move the code or pass the
 * thing in as an argument: a port in `lake`, `ingest`, `catalogue` or `evidence`, an adapter in `adapters`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { filesBelow, type Import, type Reading, readFile, readSource } from './read-imports.ts';

const readers = ['lake', 'formats', 'enrich', 'catalogue', 'detection', 'evidence'];
const judges = [...readers, 'ingest'];

/** What each folder of `src/` may import besides itself. */
const below: Record<string, readonly string[]> = {
  lake: [],
  formats: ['lake'],
  enrich: ['lake'],
  catalogue: ['lake'],
  detection: ['lake'],
  evidence: ['lake'],
  simulate: ['lake'],
  ingest: readers,
  attribution: judges,
  report: [...judges, 'attribution'],
  exchange: [...judges, 'attribution', 'report'],
  case: [...judges, 'attribution', 'report', 'exchange'],
  // The ports and their types.
  adapters: ['lake', 'formats', 'enrich', 'catalogue', 'evidence', 'ingest'],
  cli: [...judges, 'attribution', 'report', 'exchange', 'case', 'simulate', 'adapters'],
};
const belowFunctions = [...judges, 'attribution', 'report', 'exchange', 'case', 'adapters'];
const belowInfra = ['lake', 'catalogue'];

const pure = ['attribution', 'report', 'exchange'];
/** Packages and modules that touch the world. */
const world =
  /^(node:(fs|child_process|net|http|https|http2|dns|tls|dgram|cluster|worker_threads|sqlite|inspector)(\/.*)?|@duckdb\/.*|@aws-sdk\/.*|@smithy\/.*)$/;

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const shipped = Object.keys(manifest.dependencies);

/** Why an import goes against an arrow; null for one that does not. */
function violation({ file, specifier, isType }: Import): string | null {
  const [top = '', folder = ''] = file.split('/');
  if (top === 'src' && file.split('/').length < 3) return 'lies in no folder of src/';
  if (top === 'src' && below[folder] === undefined) return `lies in src/${folder}, which has no arrows yet`;
  if (specifier === null)
    return top === 'bin' ? null : 'computes what it imports, so that nobody can check it';
  if (specifier.startsWith('.') || specifier.startsWith('/')) return localViolation(file, specifier);
  if (builtinModules.includes(specifier)) return 'names a module of Node without node:';
  if (top === 'src' && folder !== 'adapters' && world.test(specifier))
    return 'touches the world outside src/adapters';
  if (top === 'src' && pure.includes(folder) && specifier.startsWith('node:'))
    return `is pure, but asks Node`;
  const isPackage = !specifier.startsWith('node:');
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (top === 'src' && isPackage && !isType && !shipped.includes(name))
    return 'is shipped, but its package is not';
  return null;
}

function localViolation(file: string, specifier: string): string | null {
  const [top = '', folder = ''] = file.split('/');
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  const [targetTop = '', targetFolder = ''] = target.split('/');
  if (top !== 'bin' && !/\.(ts|json)$/.test(target)) return 'names a file without .ts';
  if (top === 'bin') return null;
  if (target === 'functions/environment.ts' && top === 'infra') return null;
  if (targetTop !== 'src') return targetTop === top ? null : `reaches ${targetTop}/`;
  if (top === 'src' && folder === targetFolder) return null;
  const allowed = top === 'functions' ? belowFunctions : top === 'infra' ? belowInfra : below[folder];
  return allowed?.includes(targetFolder) ? null : `goes up an arrow to ${targetFolder}`;
}

function violationsIn(readings: Iterable<Reading>): string[] {
  return [...readings].flatMap(({ imports, reaches }) => [
    ...imports.flatMap((found) => {
      const why = violation(found);
      return why === null ? [] : [`${found.file}:${found.line} ${found.specifier}: ${why}`];
    }),
    ...reaches
      .filter(({ file }) => pure.some((folder) => file.startsWith(`src/${folder}/`)))
      .map(({ file, line, name }) => `${file}:${line} ${name}: is pure, but asks the world`),
  ]);
}

describe('the tree', () => {
  const files = filesBelow(root, ['src', 'functions', 'infra', 'bin'], /\.[jt]s$/);
  const readings = files.map((file) => readFile(root, file));

  test('has no arrow that runs back', () => {
    assert.deepEqual(violationsIn(readings), []);
  });

  test('was read: all its files, and as many imports as a coarse search sees', () => {
    const count = readings.reduce((sum, { imports }) => sum + imports.length, 0);
    const coarse = files.reduce((sum, file) => {
      const lines = readFileSync(join(root, file), 'utf8').match(/^(import|export|\}) .*from '[^']+';$/gm);
      return sum + (lines?.length ?? 0);
    }, 0);
    assert.ok(files.length >= 45, `read ${files.length} files`);
    assert.ok(count >= 80, `read ${count} imports`);
    assert.ok(count >= coarse, `read ${count} imports, a search for lines found ${coarse}`);
  });
});

describe('the reader', () => {
  const specifiers = (source: string) =>
    readSource('src/lake/x.ts', source).imports.map(({ specifier }) => specifier);

  const forms: [source: string, specifier: string | null][] = [
    ["import { a } from './a.ts';", './a.ts'],
    ["import a, {\n  b,\n} from './a.ts';", './a.ts'],
    ["import type { A } from './a.ts';", './a.ts'],
    ["import './a.ts';", './a.ts'],
    ["import data from './a.json' with { type: 'json' };", './a.json'],
    ["export * from './a.ts';", './a.ts'],
    ["export type { A } from './a.ts';", './a.ts'],
    ["const a = await import('./a.ts');", './a.ts'],
    ['const a = await import(`./a.ts`);', './a.ts'],
    ['const a = await import(name);', null],
    [`const text = \`\${await import('./a.ts')}\`;`, './a.ts'],
    ["type A = import('./a.ts').A;", './a.ts'],
    ["let a: typeof import('./a.ts');", './a.ts'],
    ["const a = require('./a.ts');", './a.ts'],
    ["import a = require('./a.ts');", './a.ts'],
  ];
  for (const [source, specifier] of forms) {
    test(`sees ${source.replaceAll('\n', ' ')}`, () => assert.deepEqual(specifiers(source), [specifier]));
  }

  test('sees no import in a string, a comment or a regular expression', () => {
    const source = [
      "// import a from 'a';",
      "/* import('b') */",
      'const s = "import c from \'c\'";',
      "const t = `import d from 'd'`;",
      "const r = /import('e')/;",
      'const m = import.meta.url;',
    ];
    assert.deepEqual(specifiers(source.join('\n')), []);
  });

  test('fails on a file that it cannot parse', () => {
    assert.throws(() => readSource('src/lake/x.ts', 'import { from'), /does not parse/);
  });
});

describe('the checker fails on', () => {
  const bad: [file: string, source: string, why: RegExp][] = [
    ['src/lake/x.ts', "import { y } from '../ingest/y.ts';", /goes up an arrow to ingest/],
    ['src/lake/x.ts', "import type { Y } from '../formats/y.ts';", /goes up an arrow to formats/],
    ['src/formats/x.ts', "import { y } from '../enrich/y.ts';", /goes up an arrow/],
    ['src/evidence/x.ts', "export * from '../adapters/y.ts';", /goes up an arrow/],
    ['src/detection/x.ts', "type A = import('../report/model.ts').Finding;", /goes up an arrow/],
    ['src/simulate/x.ts', "import { y } from '../ingest/y.ts';", /goes up an arrow/],
    ['src/attribution/x.ts', "import { y } from '../report/y.ts';", /goes up an arrow/],
    ['src/case/x.ts', "import { y } from '../adapters/y.ts';", /goes up an arrow/],
    ['src/case/deep/x.ts', "await import('../../cli/y.ts');", /goes up an arrow to cli/],
    ['src/adapters/x.ts', "import { y } from '../case/y.ts';", /goes up an arrow/],
    ['infra/x.ts', "import { y } from '../src/ingest/y.ts';", /goes up an arrow/],
    ['infra/x.ts', "import { y } from '../functions/ingest.ts';", /reaches functions/],
    ['functions/x.ts', "import { y } from '../src/cli/y.ts';", /goes up an arrow/],
    ['src/lake/x.ts', "import { y } from '../../test/y.ts';", /reaches test/],
    ['src/new/x.ts', "import { y } from './y.ts';", /has no arrows yet/],
    ['src/x.ts', "import { y } from './lake/y.ts';", /lies in no folder/],
    ['src/lake/x.ts', "import { y } from './y.js';", /without .ts/],
    ['src/case/x.ts', 'await import(name);', /computes what it imports/],
    ['src/cli/x.ts', "import { readFile } from 'node:fs/promises';", /outside src\/adapters/],
    ['src/case/x.ts', "await import('node:child_process');", /outside src\/adapters/],
    ['src/catalogue/x.ts', "import type { X } from '@duckdb/node-api';", /outside src\/adapters/],
    ['src/exchange/x.ts', "import { S3Client } from '@aws-sdk/client-s3';", /outside src\/adapters/],
    ['src/report/x.ts', "import { join } from 'node:path';", /is pure/],
    ['src/lake/x.ts', "import { join } from 'path';", /without node:/],
    ['src/lake/x.ts', "import fc from 'fast-check';", /is shipped, but its package is not/],
    ['src/report/x.ts', 'export const now = () => Date.now();', /asks the world/],
    ['src/attribution/x.ts', 'export const now = new Date();', /asks the world/],
    ['src/exchange/x.ts', "export const page = fetch('https://example.org');", /asks the world/],
    ['src/report/x.ts', 'export const home = process.env.HOME;', /asks the world/],
  ];
  for (const [file, source, why] of bad) {
    test(`${file}: ${source}`, () => {
      const [found, ...more] = violationsIn([readSource(file, source)]);
      assert.match(found ?? 'nothing', why);
      assert.deepEqual(more, []);
    });
  }

  test('nothing that is allowed', () => {
    const good = [
      readSource(
        'src/cli/x.ts',
        "import { argv } from 'node:process'; import { y } from '../adapters/y.ts';",
      ),
      readSource(
        'src/adapters/x.ts',
        "import { readFile } from 'node:fs/promises'; import '@duckdb/node-api';",
      ),
      readSource('src/report/sections/x.ts', "import { y } from '../y.ts'; export const day = new Date(0);"),
      readSource('infra/x.ts', "import { names } from '../functions/environment.ts';"),
      readSource('src/lake/x.ts', "import { createHash } from 'node:crypto';"),
      readSource('bin/x.js', 'await import(here);'),
    ];
    assert.deepEqual(violationsIn(good), []);
  });
});
