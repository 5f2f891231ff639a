import { Annotations, App, type AppProps, Tags } from 'aws-cdk-lib';
import { COST_TAG } from './budget.ts';
import { DataStack } from './data-stack.ts';
import { PipelineStack } from './pipeline-stack.ts';
import { readSettings, type Settings } from './settings.ts';

export type AscribeApp = { app: App; data: DataStack; pipeline: PipelineStack };

/** The app with its two stacks, for no account in particular: they are the same wherever they are deployed. */
export function ascribeApp(props: AppProps = {}): AscribeApp {
  const app = new App({ analyticsReporting: false, ...props });
  const settings = readSettings(app);
  const { deployment } = settings;
  const data = new DataStack(app, 'Data', {
    stackName: `${deployment}-data`,
    description: 'Ascribe: logs, lake, evidence and keys. Must survive.',
    settings,
  });
  const pipeline = new PipelineStack(app, 'Pipeline', {
    stackName: `${deployment}-pipeline`,
    description: 'Ascribe: ingest, watch, reports, evidence. Can be replaced.',
    settings,
    data: data.data,
  });
  warn(pipeline, settings);
  Tags.of(app).add(COST_TAG, deployment);
  return { app, data, pipeline };
}

/** Says what a deployment can be and should hardly be. */
function warn(pipeline: PipelineStack, { operationsEmails, alertEmails, pace }: Settings): void {
  const say = (id: string, text: string): void =>
    Annotations.of(pipeline).addWarningV2(`ascribe:${id}`, text);
  if (alertEmails.length === 0) say('alertEmails', 'nobody hears of an attack: alertEmails is empty.');
  if (operationsEmails.length === 0)
    say('operationsEmails', 'nobody hears of an alarm: operationsEmails is empty.');
  if (pace === 'emulated')
    say('pace', 'pace is "emulated", which is for tests: leave it out of a deployment.');
}
