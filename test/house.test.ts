/** The rules of the house that a count can see. The others are for reviewers: see CONTRIBUTING.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { filesBelow } from './read-imports.ts';

const root = join(import.meta.dirname, '..');
const code = filesBelow(
  root,
  ['src', 'test', 'scripts', 'bench', 'evaluation', 'functions', 'infra'],
  /\.ts$/,
);
const queries = filesBelow(root, ['queries'], /\.sql$/);
const formats = filesBelow(root, ['formats'], /\.sql$/);
const text = (file: string) => readFileSync(join(root, file), 'utf8');

const forbiddenNames = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'manager'];
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function lines(content: string): number {
  return content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
}

function nameProblem(file: string): string | null {
  for (const part of file.split('/')) {
    // Words of a name stand between hyphens; what follows a dot says its kind (`store.contract.ts`).
    const stem = part.split('.')[0]!;
    if (!kebab.test(stem)) return `${file}: ${part} is not kebab-case`;
    const bad = stem.split('-').find((word) => forbiddenNames.includes(word));
    if (bad !== undefined) return `${file}: ${bad} says nothing about what is in it`;
  }
  return null;
}

/** Line by line, which holds because Biome formats every file: a declaration starts its line. */
function forbiddenSyntax(content: string): string | null {
  if (/^export default\b/m.test(content)) return 'has a default export';
  if (/^\s*(export )?(declare )?(const )?enum \w/m.test(content)) return 'has an enum';
  if (/^\s*(export )?(declare )?namespace \w/m.test(content)) return 'has a namespace';
  return null;
}

describe('the house', () => {
  test('was read', () => {
    assert.ok(code.length >= 60, `${code.length} files of code`);
    assert.ok(code.some((file) => file.startsWith('src/')) && code.some((file) => file.startsWith('test/')));
  });

  test('has no source file over 300 lines', () => {
    const long = code
      .map((file) => `${file}: ${lines(text(file))}`)
      .filter((entry) => Number(entry.split(': ')[1]) > 300);
    assert.deepEqual(long, []);
  });

  test('has no query over 80 lines', () => {
    assert.deepEqual(
      queries.filter((file) => lines(text(file)) > 80),
      [],
    );
  });

  test('names its files in kebab-case, by what is in them', () => {
    const problems = [...code, ...queries, ...formats].map(nameProblem).filter((problem) => problem !== null);
    assert.deepEqual(problems, []);
  });

  test('exports by name, and has no syntax that does not erase', () => {
    const inSource = code.filter((file) => !file.startsWith('test/') && !file.startsWith('infra/'));
    const problems = inSource.flatMap((file) => {
      const problem = forbiddenSyntax(text(file));
      return problem === null ? [] : [`${file} ${problem}`];
    });
    assert.deepEqual(problems, []);
  });

  test('locks its packages by digest, not by the registry they came from', () => {
    const lock = JSON.parse(text('package-lock.json'));
    const packages = Object.entries<{ resolved?: string; integrity?: string; inBundle?: boolean }>(
      lock.packages,
    );
    assert.ok(packages.length > 20);
    for (const [name, { resolved, integrity, inBundle }] of packages) {
      assert.equal(resolved, undefined, `${name} names a registry`);
      // What a package carries within itself has the digest of that package.
      assert.ok(name === '' || integrity || inBundle, `${name} has no digest`);
    }
  });
});

describe('the count', () => {
  test('sees a long file, with or without a last line end', () => {
    assert.equal(lines('a\nb\n'), 2);
    assert.equal(lines('a\nb'), 2);
  });

  test('sees names that say nothing or are not kebab-case', () => {
    assert.equal(nameProblem('src/lake/store.ts'), null);
    assert.equal(nameProblem('test/lake/store.contract.ts'), null);
    for (const file of [
      'src/utils/x.ts',
      'src/lake/date-helpers.ts',
      'src/Lake/x.ts',
      'src/lake/some_file.ts',
    ]) {
      assert.ok(nameProblem(file), file);
    }
  });

  test('sees an enum, a namespace and a default export, and not the words', () => {
    for (const content of [
      'export default 1;',
      'enum A {}',
      'export const enum A {}',
      '  declare namespace N {}',
    ]) {
      assert.ok(forbiddenSyntax(content), content);
    }
    assert.equal(forbiddenSyntax("const enumerated = 1; // no enum here\nconst s = 'export default';"), null);
  });
});
