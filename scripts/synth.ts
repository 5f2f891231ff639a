/**
 * `npm run synth`: the templates and bundles of both stacks, into out/cdk; no account, no Docker, no network.
 * Retention is a choice that every deployment must make. To show the stacks without it, this takes that of the first
 * try in docs/deploy.md, and says so; `npx cdk deploy` takes none.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const firstTry = {
  rawRetentionMode: 'GOVERNANCE',
  rawRetentionDays: '1',
  vaultRetentionMode: 'GOVERNANCE',
  vaultRetentionDays: '1',
};

/** What CDK reads context from besides the command line, and under which key; without one the file is context. */
const contextFiles = (root: string, home: string): { file: string; below?: 'context' }[] => [
  { file: join(root, 'cdk.json'), below: 'context' },
  { file: join(root, 'cdk.context.json') },
  { file: join(home, '.cdk.json'), below: 'context' },
];

/**
 * The options for the retention of a first try; none once any of it is chosen, on the command line, which would be
 * overridden, or in a file of CDK. Half a choice is left as it is, and the synth says what is missing.
 */
export function firstTryRetention({
  given,
  root,
  home,
}: {
  given: readonly string[];
  root: string;
  home: string;
}): string[] {
  const names = Object.keys(firstTry);
  const inFiles = contextFiles(root, home).flatMap(({ file, below }) => {
    const parsed = readJson(file);
    return Object.keys((below ? parsed[below] : parsed) ?? {});
  });
  const onLine = given.flatMap((option) => /(?:^|=)(\w+)=/.exec(option)?.[1] ?? []);
  return [...inFiles, ...onLine].some((name) => names.includes(name))
    ? []
    : Object.entries(firstTry).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
}

/** Nothing where there is no file. One that is broken is for CDK to complain of. */
function readJson(file: string): Record<string, object | undefined> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, object | undefined>;
  } catch {
    return {};
  }
}

function synthesize(given: string[]): number {
  const root = join(import.meta.dirname, '..');
  const retention = firstTryRetention({ given, root, home: homedir() });
  if (retention.length > 0)
    console.log(
      'Synthesizing with the retention of a first try, GOVERNANCE for 1 day: a deployment must choose its own (docs/deploy.md).',
    );
  const cdk = fileURLToPath(new URL('bin/cdk', import.meta.resolve('aws-cdk/package.json')));
  const { status } = spawnSync(execPath, [cdk, 'synth', '--quiet', '--no-notices', ...retention, ...given], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...env,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // Region and account are looked up by nothing here.
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  if (status === 0) console.log('Synthesized into out/cdk.');
  return status ?? 1;
}

if (import.meta.main) exit(synthesize(argv.slice(2)));
