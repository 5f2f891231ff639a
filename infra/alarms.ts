import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, serviceName } from './deployed-function.ts';
import type { Queues } from './queues.ts';
import type { Settings } from './settings.ts';

export type AlarmsProps = {
  settings: Settings;
  queues: Queues;
  workgroupNames: string[];
  investigate: IFunction;
  watch: IFunction;
  seal: IFunction;
  operations: ITopic;
};

type AlarmDeclaration = {
  id: string;
  /** Article of docs/runbook.md. */
  article: string;
  says: string;
  metric: IMetric;
  above: number;
};

/** Each alarm names its article in docs/runbook.md and tells the operations topic, when it goes off and when it is over. */
export class Alarms extends Construct {
  readonly all: Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(props.operations);
    this.all = declarations(props).map(({ id: name, article, says, metric, above }) => {
      const alarm = new Alarm(this, name, {
        alarmDescription: `${says} What to do: docs/runbook.md#${article}`,
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        // No data is the quiet of a pipeline with nothing to do; a silent source has an alarm of its own.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}

function declarations(props: AlarmsProps): AlarmDeclaration[] {
  const { settings, queues, workgroupNames, investigate, watch, seal } = props;
  return [
    {
      id: 'QueueAge',
      article: 'queue-age',
      says: 'Logs wait for more than 30 minutes to be read.',
      metric: queues.ingest.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      above: 30 * 60,
    },
    {
      id: 'DeadLetters',
      article: 'dead-letters',
      says: 'Logs could not be read after ten tries.',
      metric: messagesIn(queues.ingestDeadLetters),
      above: 0,
    },
    {
      id: 'Forgotten',
      article: 'forgotten',
      says: 'An object in quarantine or too large was looked at often and never dealt with.',
      metric: messagesIn(queues.asideDeadLetters),
      above: 0,
    },
    {
      id: 'Quarantine',
      article: 'quarantine',
      says: 'Logs arrived that can never be read.',
      metric: messagesIn(queues.quarantine),
      above: 0,
    },
    {
      id: 'Oversize',
      article: 'oversize',
      says: 'Logs arrived that are too large for a function, or archives, and are not read yet.',
      metric: messagesIn(queues.oversize),
      above: 0,
    },
    {
      id: 'RejectShare',
      article: 'reject-share',
      says: `More than ${settings.rejectShareAlarm} % of the records of an hour are no events of their format.`,
      metric: rejectShare(settings),
      above: settings.rejectShareAlarm,
    },
    {
      id: 'SilentSource',
      article: 'silent-source',
      says: 'A log has been silent for longer than its rhythm.',
      metric: ownMetric(settings, 'watch', { name: 'SilentSources', statistic: 'Maximum' }),
      above: 0,
    },
    {
      id: 'FailedReport',
      article: 'failed-report',
      says: 'The daily report was not written.',
      metric: investigate.metricErrors({ period: Duration.minutes(15), statistic: 'Sum' }),
      above: 0,
    },
    {
      id: 'FailedWatch',
      article: 'failed-watch',
      says: 'The hourly watch failed: an attack would go unseen.',
      metric: watch.metricErrors({ period: Duration.hours(1), statistic: 'Sum' }),
      above: 0,
    },
    {
      id: 'FailedSeal',
      article: 'failed-seal',
      says: 'Custody was not sealed, a package was not signed, or a custody record is not as it was written.',
      metric: seal.metricErrors({ period: Duration.minutes(15), statistic: 'Sum' }),
      above: 0,
    },
    {
      id: 'FailedRuns',
      article: 'failed-runs',
      says: 'A scheduled sweep, report, seal or watch failed for good.',
      metric: messagesIn(queues.failedRuns),
      above: 0,
    },
    {
      id: 'BytesScanned',
      article: 'bytes-scanned',
      says: 'The queries of a day scanned more than they should.',
      metric: bytesScanned(workgroupNames, Duration.days(1)),
      above: settings.bytesPerDayAlarm,
    },
  ];
}

export function messagesIn(queue: IQueue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({
    period: Duration.minutes(5),
    statistic: 'Maximum',
  });
}

/** What Powertools writes: one dimension, the service. */
export function ownMetric(
  settings: Settings,
  name: 'ingest' | 'watch',
  metric: { name: string; statistic: string },
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: metric.name,
    dimensionsMap: { service: serviceName(settings, name) },
    statistic: metric.statistic,
    period: Duration.hours(1),
  });
}

export function rejectShare(settings: Settings): IMetric {
  return new MathExpression({
    label: 'Rejects among records, %',
    expression: 'IF(records > 0, 100 * FILL(rejects, 0) / records, 0)',
    usingMetrics: {
      rejects: ownMetric(settings, 'ingest', { name: 'Rejects', statistic: 'Sum' }),
      records: ownMetric(settings, 'ingest', { name: 'Records', statistic: 'Sum' }),
    },
    period: Duration.hours(1),
  });
}

/** Athena writes it by work group, kind of query and outcome; a query that failed or was cancelled has scanned too. */
export function bytesScanned(workgroupNames: readonly string[], period: Duration): IMetric {
  const usingMetrics: Record<string, Metric> = {};
  for (const [index, workgroup] of workgroupNames.entries())
    for (const state of ['SUCCEEDED', 'FAILED', 'CANCELED'])
      usingMetrics[`${state.toLowerCase()}${index}`] = new Metric({
        namespace: 'AWS/Athena',
        metricName: 'ProcessedBytes',
        dimensionsMap: { WorkGroup: workgroup, QueryType: 'DML', QueryState: state },
        statistic: 'Sum',
        period,
      });
  return new MathExpression({
    label: 'Bytes scanned',
    // Not `+`: most days have no query that failed, and what is missing makes a sum with `+` missing.
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    period,
  });
}
