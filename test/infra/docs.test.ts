/** What the pages for the person who deploys name is there: outputs, settings, files and headings. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { declaredSettings, settingsFrom } from '../../infra/settings.ts';
import { appWith, everything } from './synthesized.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = ['docs/deploy.md', 'docs/runbook.md', 'docs/settings.md', 'docs/cost.md'];
const text = (page: string) => readFileSync(join(root, page), 'utf8');
const headings = (page: string) =>
  [...text(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    String(title)
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

describe('the pages for the person who deploys', () => {
  const { data, pipeline } = appWith(everything);
  const outputs: Record<string, string[]> = {
    data: Object.keys(Template.fromStack(data).toJSON().Outputs),
    pipeline: Object.keys(Template.fromStack(pipeline).toJSON().Outputs),
  };

  for (const page of pages) {
    test(`${page} names outputs that the stacks have`, () => {
      for (const [, stack, name] of text(page).matchAll(/\$\(output (\w+) (\w+)\)/g))
        assert.ok(outputs[String(stack)]?.includes(String(name)), `${stack} ${name}`);
    });

    test(`${page} links to what is there`, () => {
      for (const [, link] of text(page).matchAll(/\]\(([^)]+)\)/g)) {
        const [file, anchor] = String(link).split('#');
        const target = file === '' ? page : join(dirname(page), String(file));
        assert.ok(existsSync(join(root, target)), `${link}`);
        if (anchor) assert.ok(headings(target).includes(anchor), `${link}`);
      }
    });
  }

  test('have commands that a shell can read', { skip: process.platform === 'win32' }, () => {
    for (const page of pages) {
      const commands = [...text(page).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
      const { status, stderr } = spawnSync('bash', ['-n'], { input: commands, encoding: 'utf8' });
      assert.equal(status, 0, `${page}: ${stderr}`);
    }
  });

  test('docs/deploy.md shows settings that are taken as they stand', () => {
    const shown = [...text('docs/deploy.md').matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) =>
      JSON.parse(String(json)),
    );
    assert.ok(shown.length > 0);
    for (const { context } of shown) settingsFrom(context);
  });

  test('name no setting that there is not', () => {
    const known = Object.keys(declaredSettings);
    for (const page of pages)
      for (const [, name] of text(page).matchAll(/--context (\w+)=/g))
        assert.ok(known.includes(String(name)) || name === 'key', `${page}: ${name}`);
  });
});
