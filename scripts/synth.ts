/**
 * `npm run synth`: the templates and bundles of both stacks, into out/cdk; no account, no Docker, no network.
 * Retention is a choice that every deployment must make. To show the stacks without it, this takes that of the first
 * try in docs/deploy.md, and says so; `npx cdk deploy` takes none.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const firstTry = {
  rawRetentionMode: 'GOVERNANCE',
  rawRetentionDays: '1',
  vaultRetentionMode: 'GOVERNANCE',
  vaultRetentionDays: '1',
};

const given = argv.slice(2);
const isChosen = given.some((option) => option.includes('RetentionMode='));
if (!isChosen)
  console.log(
    'Synthesizing with the retention of a first try, GOVERNANCE for 1 day: a deployment must choose its own (docs/deploy.md).',
  );
const retention = isChosen
  ? []
  : Object.entries(firstTry).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
const cdk = fileURLToPath(new URL('bin/cdk', import.meta.resolve('aws-cdk/package.json')));
const { status } = spawnSync(execPath, [cdk, 'synth', '--quiet', '--no-notices', ...retention, ...given], {
  cwd: join(import.meta.dirname, '..'),
  stdio: 'inherit',
  env: {
    ...env,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // Region and account are looked up by nothing here.
    AWS_EC2_METADATA_DISABLED: 'true',
  },
});
if (status === 0) console.log('Synthesized into out/cdk.');
exit(status ?? 1);
