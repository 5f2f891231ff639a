import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bytesScanned, messagesIn, ownMetric, rejectShare } from './alarms.ts';
import type { Queues } from './queues.ts';
import type { Settings } from './settings.ts';

export type PipelineDashboardProps = {
  settings: Settings;
  queues: Queues;
  functions: Record<string, IFunction>;
  workgroupNames: string[];
  alarms: IAlarm[];
};

/** One page that answers: does everything that arrives get read, and does everything that is due run? */
export class PipelineDashboard extends Construct {
  constructor(scope: Construct, id: string, props: PipelineDashboardProps) {
    super(scope, id);
    const { settings, queues, functions, workgroupNames, alarms } = props;
    const half = { width: 12, height: 6 };
    const period = Duration.minutes(5);
    const board = new Dashboard(this, 'Board', { dashboardName: settings.deployment });
    board.addWidgets(
      new TextWidget({
        markdown: '# Ascribe\nEach alarm names its article in `docs/runbook.md`.',
        width: 24,
        height: 2,
      }),
    );
    board.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
    board.addWidgets(
      new GraphWidget({
        ...half,
        title: 'Records read, and those that are no event',
        left: [
          ownMetric(settings, 'ingest', { name: 'Records', statistic: 'Sum' }),
          ownMetric(settings, 'ingest', { name: 'Rejects', statistic: 'Sum' }),
        ],
        right: [rejectShare(settings)],
      }),
      new GraphWidget({
        ...half,
        title: 'Logs that wait, and for how long',
        left: [queues.ingest.metricApproximateNumberOfMessagesVisible({ period })],
        right: [queues.ingest.metricApproximateAgeOfOldestMessage({ period })],
      }),
    );
    board.addWidgets(
      new GraphWidget({
        ...half,
        title: 'Set aside: quarantine, oversize, dead letters, failed runs',
        left: [queues.quarantine, queues.oversize, queues.ingestDeadLetters, queues.failedRuns].map(
          messagesIn,
        ),
      }),
      new GraphWidget({
        ...half,
        title: 'Bytes that queries scanned',
        left: [bytesScanned(workgroupNames, Duration.hours(1))],
      }),
    );
    board.addWidgets(
      new GraphWidget({
        ...half,
        title: 'Errors',
        left: Object.values(functions).map((deployed) => deployed.metricErrors({ period })),
      }),
      new GraphWidget({
        ...half,
        title: 'Longest runs',
        left: Object.values(functions).map((deployed) =>
          deployed.metricDuration({ period, statistic: 'Maximum' }),
        ),
      }),
    );
  }
}
