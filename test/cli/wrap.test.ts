/** Lines that fit a terminal, and examples that a shell still understands. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fittedHelp, hanging } from '../../src/cli/wrap.ts';

const terminal = (columns: number) => ({ isTTY: true, columns }) as NodeJS.WriteStream;
const fits = (text: string, columns: number): boolean =>
  text.split('\n').every((line) => [...line].length <= columns);

test('help is wrapped at words in a terminal, and as it is elsewhere', () => {
  const prose = `Options:\n  --from <time>  ${'of the window '.repeat(9).trim()}`;
  assert.ok(fits(fittedHelp(prose, terminal(60)), 60));
  assert.equal(fittedHelp(prose, { isTTY: false } as NodeJS.WriteStream), prose);
});

test('an example goes on in the next line as a shell reads it, with what is quoted whole', () => {
  const words = [
    '--lake',
    'case-7/lake',
    '--from',
    '2019-11-12 13:20',
    '--reason',
    'Reported to the NCSC  (7)',
  ];
  const given = words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
  const shown = fittedHelp(`  $ ascribe export ${given}`, terminal(40));
  assert.ok(fits(shown, 40), shown);
  assert.ok(shown.split('\n').length > 2);
  const code = shown.replace('$ ascribe export', `for word in`).replace(/$/, '; do echo "$word"; done');
  const { stdout } = spawnSync('sh', ['-c', code], { encoding: 'utf8' });
  assert.deepEqual(stdout.trimEnd().split('\n'), words);
});

test('a digest beside its name fits in 80 columns', () => {
  const lines = hanging('object id      ', `${'a'.repeat(64)}, as custody has it`, 80);
  assert.deepEqual(lines, [`object id      ${'a'.repeat(64)},`, `${' '.repeat(15)}as custody has it`]);
});
