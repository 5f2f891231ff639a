import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { Announcements } from './announcements.ts';
import { Budget } from './budget.ts';
import { PipelineDashboard } from './dashboard.ts';
import type { Data } from './data-stack.ts';
import { ExportEvidence } from './export-evidence.ts';
import { Ingest } from './ingest.ts';
import { Investigate } from './investigate.ts';
import { NamedQueries } from './named-queries.ts';
import { OperationsKey } from './operations-key.ts';
import { rawPlaces } from './places.ts';
import { Queues } from './queues.ts';
import { Roles } from './roles.ts';
import { Schedules } from './schedules.ts';
import { Seal } from './seal.ts';
import type { Settings } from './settings.ts';
import { Sweep } from './sweep.ts';
import { Topics } from './topics.ts';
import { Watch } from './watch.ts';
import { Workgroup } from './workgroup.ts';

export type PipelineStackProps = StackProps & { settings: Settings; data: Data };

/** What works on the data and keeps none of its own: it can be taken down and put up again at any time. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const places = rawPlaces(data, settings);
    const { key } = new OperationsKey(this, 'OperationsKey', { settings });
    const queues = new Queues(this, 'Queues', { settings });
    const topics = new Topics(this, 'Topics', { settings, key });
    const workgroup = new Workgroup(this, 'Workgroup', { settings, data, askedBy: 'pipeline' });
    const people = new Workgroup(this, 'PeopleWorkgroup', { settings, data, askedBy: 'people' });
    new NamedQueries(this, 'NamedQueries', { workgroup: people, database: settings.database });

    const surroundings = { settings, operationsKey: key, failedRuns: queues.failedRuns };
    new Announcements(this, 'Announcements', {
      places,
      queue: queues.ingest,
      deadLetters: queues.ingestDeadLetters,
    });
    const { lambda: ingest } = new Ingest(this, 'Ingest', { surroundings, data, places, queues }).deployed;
    const { lambda: sweep } = new Sweep(this, 'Sweep', { surroundings, data, places, queues }).deployed;
    const { lambda: seal } = new Seal(this, 'Seal', { surroundings, data }).deployed;
    const { lambda: watch } = new Watch(this, 'Watch', {
      surroundings,
      data,
      workgroup,
      alerts: topics.alerts,
      topicKey: key,
    }).deployed;
    const { lambda: investigate } = new Investigate(this, 'Investigate', {
      surroundings,
      data,
      workgroup,
      seal,
    }).deployed;
    const evidence = new ExportEvidence(this, 'ExportEvidence', { surroundings, data, places, seal });
    const { lambda: exportEvidence } = evidence.deployed;

    new Schedules(this, 'Schedules', {
      settings,
      failedRuns: queues.failedRuns,
      sweep,
      investigate,
      seal,
      watch,
    });
    new Roles(this, 'Roles', { settings, data, places, workgroup: people, exportEvidence });
    const workgroupNames = [workgroup.workgroupName, people.workgroupName];
    const { operations } = topics;
    const alarms = new Alarms(this, 'Alarms', {
      settings,
      queues,
      workgroupNames,
      investigate,
      watch,
      seal,
      operations,
    });
    new PipelineDashboard(this, 'Dashboard', {
      settings,
      queues,
      functions: { ingest, sweep, watch, investigate, exportEvidence, seal },
      workgroupNames,
      alarms: alarms.all,
    });
    new Budget(this, 'Budget', { settings, operations });

    for (const [name, value, description] of [
      ['PeopleWorkgroupName', people.workgroupName, 'For --workgroup, and to choose in the Athena console'],
      ['WorkgroupName', workgroup.workgroupName, 'Where the functions ask; of no use to people'],
      ['DatabaseName', settings.database, 'To choose in the Athena console'],
      ['ExportUrl', evidence.url, 'Takes signed requests for evidence packages'],
      ['ReportFunction', investigate.functionName, 'Writes a report when invoked'],
      ['SweepFunction', sweep.functionName, 'Finds logs that were not announced'],
      ['SealFunction', seal.functionName, 'Seals custody'],
      ['WatchFunction', watch.functionName, 'Looks for attacks'],
      ['IngestQueueUrl', queues.ingest.queueUrl, 'For a backfill'],
      ['IngestQueueArn', queues.ingest.queueArn, 'To redrive to'],
      ['IngestDeadLettersArn', queues.ingestDeadLetters.queueArn, 'To redrive from'],
      ['QuarantineUrl', queues.quarantine.queueUrl, 'Objects that can never be read'],
      ['OversizeUrl', queues.oversize.queueUrl, 'Objects for the command line'],
    ] as const)
      new CfnOutput(this, name, { value, description });
  }
}
