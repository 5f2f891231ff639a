/** The command line at a terminal of so many columns, through script(1) of util-linux. */
import { spawnSync } from 'node:child_process';
import { entry } from './run.ts';

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Why a test that needs a terminal can't be run here; false: it can. */
export const NO_TERMINAL =
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
    ? false
    : 'script(1) of util-linux is not here';

/** All lines that a terminal shows of a command, of both outputs. */
export function atTerminal(args: readonly string[], columns = 80): string[] {
  const command = `stty cols ${columns}; ${[process.execPath, entry, ...args].map(quoted).join(' ')}`;
  const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    encoding: 'utf8',
  });
  return stdout.trimEnd().split(/\r?\n/);
}

/** Lines but those that a bar of progress is redrawn in. */
export const withoutBar = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.includes('\u001b'));
