/**
 * Tests what a user installs: packs the clone, installs the tarball where no clone is near, runs the demo there.
 * The Node is that of the npm package `node`: the machine's own may be older than Ascribe needs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
// The real path: npm would take a link in /tmp for another place than the one it installs to.
const place = realpathSync(mkdtempSync(join(tmpdir(), 'ascribe-pack-')));
const prefix = join(place, 'prefix');
const env = outsideEnvironment();

try {
  run('npm', ['pack', '--pack-destination', place], root);
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'));
  assert.ok(tarball, 'npm pack left no tarball');
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
  run('npm', ['install', '--global', '--prefix', prefix, ...quiet, join(place, tarball)], place);
  checkContents(join(prefix, 'lib', 'node_modules', 'ascribe'));

  const ascribe = join(prefix, 'bin', 'ascribe');
  assert.match(run(ascribe, ['--help'], place), /ascribe/i);
  run(ascribe, ['demo', '--out', join(place, 'out')], place);
  const report = JSON.parse(readFileSync(join(place, 'out', 'report.json'), 'utf8'));
  assert.equal(report.synthetic, true, 'the demo does not say that it is synthetic');
  assert.equal(report.windows.length, 2, 'the demo has two attacks');
  console.log(`${tarball} installs, and its demo finds both attacks.`);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Without what npm and the clone put there for their own scripts. */
function outsideEnvironment(): NodeJS.ProcessEnv {
  const paths = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.startsWith(root));
  const outside: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(process.execPath), ...paths].join(delimiter),
  };
  for (const name of [
    'INIT_CWD',
    'NODE_PATH',
    'npm_config_prefix',
    'npm_config_global_prefix',
    'npm_config_local_prefix',
  ]) {
    delete outside[name];
  }
  return outside;
}

function checkContents(installed: string): void {
  for (const path of ['LICENSE', 'NOTICE', 'dist/cli/main.js', 'formats', 'queries']) {
    assert.ok(existsSync(join(installed, path)), `the package holds no ${path}`);
  }
  const own = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.startsWith('node_modules'),
  );
  assert.deepEqual(
    own.filter((path) => path.endsWith('.ts') || path.startsWith('test')),
    [],
    'the package holds sources or tests',
  );
}

function run(command: string, args: string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 100_000_000 });
  if (result.error) throw result.error;
  assert.equal(result.status, 0, `${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}
