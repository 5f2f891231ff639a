import { Aws } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import { allow } from './statements.ts';

export type SchedulesProps = {
  settings: Settings;
  failedRuns: IQueue;
  sweep: IFunction;
  investigate: IFunction;
  seal: IFunction;
  watch: IFunction;
};

/** What runs by the clock. The sweep comes before the report, so that the report is of everything delivered. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { settings, failedRuns, ...functions }: SchedulesProps) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, 'Group', { name: settings.deployment });
    const role = new Role(this, 'Role', {
      description: 'Ascribe: what its schedules may start',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.attrArn } },
      }),
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'Ascribe: what its schedules may start',
      roles: [role],
      statements: [
        allow({
          sid: 'Start',
          actions: ['lambda:InvokeFunction'],
          resources: Object.values(functions).map((started) => started.functionArn),
        }),
        allow({ sid: 'KeepFailures', actions: ['sqs:SendMessage'], resources: [failedRuns.queueArn] }),
      ],
    });
    const [hour, minute] = settings.reportAt.split(':').map(Number);
    const { timeZone } = settings;
    // Clocks change in the night: an hour of then is not there, or there twice, and nothing daily is due in it. What
    // runs each hour keeps UTC, which has every hour once.
    const times: [id: string, started: IFunction, cron: string, zone: string, about: string][] = [
      ['Sweep', functions.sweep, 'cron(0 4 * * ? *)', timeZone, 'Daily: find logs that were not announced'],
      [
        'Report',
        functions.investigate,
        `cron(${minute} ${hour} * * ? *)`,
        timeZone,
        'Daily: the report of yesterday',
      ],
      ['Seal', functions.seal, 'cron(30 23 * * ? *)', timeZone, 'Daily: seal the custody of the day'],
      ['Watch', functions.watch, 'cron(5 * * * ? *)', 'UTC', 'Hourly: look for attacks'],
    ];
    for (const [name, started, scheduleExpression, zone, description] of times) {
      new CfnSchedule(this, name, {
        description,
        groupName: group.ref,
        scheduleExpression,
        scheduleExpressionTimezone: zone,
        flexibleTimeWindow: { mode: 'OFF' },
        state: 'ENABLED',
        target: {
          arn: started.functionArn,
          roleArn: role.roleArn,
          // The time that was meant, so that a run tried again is about the same day.
          input: JSON.stringify({ at: '<aws.scheduler.scheduled-time>' }),
          retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
          deadLetterConfig: { arn: failedRuns.queueArn },
        },
      }).node.addDependency(policy);
    }
  }
}
