import { exit } from 'node:process';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { acknowledge } from './acknowledgements.ts';
import { ascribeApp } from './ascribe-app.ts';
import { SettingsError } from './settings.ts';

try {
  const ascribe = ascribeApp();
  acknowledge(ascribe);
  const { app } = ascribe;
  // A finding that nobody acknowledged fails the synth, and so the deployment.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
  app.synth();
} catch (error) {
  const said = sentence(error);
  if (said === null) throw error;
  console.error(said);
  exit(1);
}

/** What the one who deploys can mend. CDK wraps what a bundling throws into an error of its own. */
function sentence(error: unknown): string | null {
  if (error instanceof SettingsError) return error.message;
  const said = /NativePackageError: (.*)|SettingsError: ([\s\S]*?)(?:\n {4}|$)/.exec(String(error));
  return said?.[1] ?? said?.[2] ?? null;
}
