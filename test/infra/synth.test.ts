/** `npm run synth` shows the stacks with the retention of a first try, and with what was chosen where it was. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { settingsFrom } from '../../infra/settings.ts';
import { firstTryRetention } from '../../scripts/synth.ts';
import { chosen } from './synthesized.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function places(files: Record<string, string> = {}) {
  const [root, home] = ['root', 'home'].map((name) => {
    const folder = mkdtempSync(join(tmpdir(), `ascribe-synth-${name}-`));
    folders.push(folder);
    return folder;
  }) as [string, string];
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(name === '.cdk.json' ? home : root, name), text);
  return { root, home };
}

const project = { app: 'node infra/app.ts', context: { '@aws-cdk/core:x': true } };

describe('the retention of npm run synth', () => {
  test('is that of a first try where nobody chose, and is all that is needed', () => {
    const untouched = places({
      'cdk.json': JSON.stringify(project),
      'cdk.context.json': '{"hosted-zone": 1}',
    });
    for (const given of [[], ['--context', 'database=example'], ['-v']]) {
      const options = firstTryRetention({ given, ...untouched });
      assert.equal(options.length, 2 * Object.keys(chosen).length);
      const context = Object.fromEntries(
        options.filter((option) => option !== '--context').map((option) => option.split('=')),
      );
      assert.deepEqual(Object.keys(context).sort(), Object.keys(chosen).sort());
      const settings = settingsFrom(context);
      assert.deepEqual(
        [settings.rawRetentionMode, settings.rawRetentionDays, settings.vaultRetentionMode],
        ['GOVERNANCE', 1, 'GOVERNANCE'],
      );
    }
    assert.equal(firstTryRetention({ given: [], ...places() }).length, 8, 'without any file');
  });

  for (const [file, text] of [
    ['cdk.json', JSON.stringify({ ...project, context: { ...project.context, ...chosen } })],
    ['cdk.context.json', JSON.stringify(chosen)],
    ['.cdk.json', JSON.stringify({ context: chosen })],
  ] as const)
    test(`is what ${file} chose`, () => {
      assert.deepEqual(firstTryRetention({ given: [], ...places({ [file]: text }) }), []);
    });

  for (const name of Object.keys(chosen))
    test(`is left alone once ${name} is chosen, wherever that is`, () => {
      const one = { [name]: chosen[name as keyof typeof chosen] };
      const everywhere: Record<string, string>[] = [
        { 'cdk.json': JSON.stringify({ context: one }) },
        { 'cdk.context.json': JSON.stringify(one) },
        { '.cdk.json': JSON.stringify({ context: one }) },
      ];
      for (const files of everywhere)
        assert.deepEqual(firstTryRetention({ given: [], ...places(files) }), []);
      for (const given of [
        ['--context', `${name}=7`],
        ['-c', `${name}=7`],
        [`--context=${name}=7`],
        [`-c=${name}=7`],
      ])
        assert.deepEqual(firstTryRetention({ given, ...places() }), [], given.join(' '));
    });
});
