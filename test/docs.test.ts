/** The documents against the product: generated pages are fresh, and what a reader is told to type or open is there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { pages, stalePages } from '../scripts/write-docs.ts';
import { NETWORK_TYPES, parseNetworks } from '../src/enrich/networks.ts';
import { ascribe } from './cli/run.ts';

const root = join(import.meta.dirname, '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = text('README.md');
const decisions = readdirSync(join(root, 'docs/decisions')).sort();
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  'docs/own-format.md',
  'docs/case-file.md',
  'docs/judgements.md',
  ...pages().map(({ path }) => path),
  ...decisions.map((name) => `docs/decisions/${name}`),
];

/** Lines inside fenced blocks. */
function fencedLines(markdown: string): string[] {
  return [...markdown.matchAll(/^```[^\n]*\n([\s\S]*?)^```$/gm)].flatMap(([, body]) => body!.split('\n'));
}

/** Targets of links and pictures that lie in the clone. */
function localLinks(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

/** Files and folders of the clone that a text names in code. */
function namedFiles(markdown: string): string[] {
  return [...markdown.matchAll(/`((?:src|test|docs|scripts|formats|queries|bin|bench)\/[\w./-]*)`/g)].map(
    ([, path]) => path!,
  );
}

/** Names of the commands, as the help lists them. */
async function commandNames(): Promise<string[]> {
  const { out } = await ascribe(['--help']);
  return [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name!);
}

describe('The documents', () => {
  test('have generated pages that are as the code says', () => {
    assert.deepEqual(stalePages(), [], 'run "node scripts/write-docs.ts"');
  });

  test('link and name only what is there', () => {
    const missing = documents.flatMap((document) => {
      const markdown = text(document);
      const linked = localLinks(markdown).map((target) => normalize(join(dirname(document), target)));
      const paths = [...linked, ...namedFiles(markdown)];
      return paths.filter((path) => !existsSync(join(root, path))).map((path) => `${document}: ${path}`);
    });
    assert.deepEqual(missing, []);
  });

  test('have decisions numbered without a hole, each with its parts', () => {
    for (const [index, name] of decisions.entries()) {
      const number = String(index + 1).padStart(4, '0');
      assert.match(name, new RegExp(`^${number}-[a-z0-9-]+\\.md$`));
      const decision = text(`docs/decisions/${name}`);
      assert.match(decision, new RegExp(`^# ${index + 1}\\. \\S`), name);
      for (const part of ['Context', 'Choice', 'Consequences'])
        assert.ok(decision.includes(`\n## ${part}\n`), `${name} has no ${part}`);
    }
    assert.ok(decisions.length >= 18);
  });

  test('run only npm scripts that there are', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const known = new Set(Object.keys(scripts));
    for (const document of ['README.md', 'CONTRIBUTING.md'])
      for (const [, name] of text(document).matchAll(/npm run (?:-s )?([a-z]+(?::[a-z-]+)?)/g))
        assert.ok(known.has(name!), `${document}: npm run ${name}`);
  });
});

describe('The README', () => {
  test('names every command of the help, and no other', async () => {
    const names = await commandNames();
    assert.ok(names.length >= 9, names.join(' '));
    for (const name of names) assert.match(readme, new RegExp(`\`ascribe ${name}\\b`), name);
    for (const [, name] of readme.matchAll(/`ascribe ([a-z]+)\b/g)) assert.ok(names.includes(name!), name);
  });

  test('has the two commands on lines of their own', () => {
    const lines = fencedLines(readme);
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test'])
      assert.ok(lines.includes(command), command);
  });

  test('names every format, and the picture is a small one', () => {
    for (const file of readdirSync(join(root, 'formats')))
      assert.ok(readme.includes(`formats/${file}`), file);
    const picture = readFileSync(join(root, 'docs/report.png'));
    assert.equal(picture.toString('latin1', 1, 4), 'PNG');
    assert.ok(picture.length < 400_000, `${picture.length} bytes`);
  });

  test('shows a networks file that can be read, and every type of network', () => {
    const csv = /^```csv\n([\s\S]*?)^```$/m.exec(readme)![1]!;
    const { dataset, networks } = parseNetworks(csv, 'README.md');
    assert.equal(networks.length, 2);
    assert.equal(dataset.name, 'Networks of case 7, from the RIPE database');
    assert.equal(dataset.date, '2019-11-12');
    for (const type of NETWORK_TYPES) assert.ok(readme.includes(`\`${type}\``), type);
  });

  test('has every folder of the tree on its map', () => {
    const map = readme.slice(readme.indexOf('## The tree'));
    for (const entry of readdirSync(join(root, 'src'))) assert.ok(map.includes(`  ${entry}/ `), entry);
  });
});
