// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tokens of the template are written as it writes them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { environments, type FunctionName } from '../../functions/environment.ts';
import { catalogue } from '../../infra/named-queries.ts';
import { everything, ofType, type Resource, statementsOf, synthesize, textOf } from './synthesized.ts';

const { pipeline } = synthesize(everything);
const functions = ofType(pipeline, 'AWS::Lambda::Function');
const names = Object.keys(environments) as FunctionName[];
const service = ({ Properties }: Resource): string =>
  Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME.replace(/^ascribe-/, '');
const functionOf = (name: FunctionName) => functions.find((found) => service(found) === name)!;

describe('queues', () => {
  const queues = ofType(pipeline, 'AWS::SQS::Queue');
  const deadLetters = new Set(
    queues
      .map(({ Properties }) => Properties.RedrivePolicy?.deadLetterTargetArn)
      .concat(functions.map(({ Properties }) => Properties.DeadLetterConfig?.TargetArn))
      .filter((arn) => arn !== undefined)
      .map(textOf),
  );

  for (const { id, Properties } of queues) {
    test(`${id} has a dead-letter queue or is one`, () => {
      assert.notEqual(Properties.RedrivePolicy !== undefined, deadLetters.has(`\${${id}.Arn}`));
    });
    test(`${id} is encrypted, takes TLS alone, and keeps messages for 14 days`, () => {
      assert.equal(Properties.SqsManagedSseEnabled, true);
      assert.equal(Properties.MessageRetentionPeriod, 14 * 24 * 3600);
      const [tls] = statementsOf(ofType(pipeline, 'AWS::SQS::QueuePolicy')).filter(
        ({ resources, conditions }) =>
          resources[0] === `\${${id}.Arn}` && conditions.Bool?.['aws:SecureTransport'] === 'false',
      );
      assert.deepEqual([tls?.effect, tls?.principals, tls?.actions], ['Deny', ['*'], ['sqs:*']]);
    });
  }

  test('give the ingest six times its longest run, at whatever pace, and ten tries', () => {
    const visibility = (context: Record<string, unknown>) =>
      ofType(synthesize(context).pipeline, 'AWS::SQS::Queue').find(({ id }) =>
        /^QueuesIngest[0-9A-F]{8}$/.test(id),
      )!.Properties.VisibilityTimeout;
    assert.equal(visibility(everything), 6 * 300);
    assert.equal(visibility({ ...everything, ingestTimeout: 900 }), 6 * 900);
    assert.equal(visibility({ ...everything, pace: 'emulated' }), 6 * 300);
    const [, ...tries] = /"maxReceiveCount":(\d+)/.exec(
      JSON.stringify(queues.find(({ id }) => /^QueuesIngest[0-9A-F]{8}$/.test(id))),
    )!;
    assert.deepEqual(tries, ['10']);
  });

  test('that take what could not be delivered can be redriven to where it was meant for', () => {
    // EventBridge's own dead letters came from no queue: a redrive must name the queue that the rules deliver to.
    for (const { id, Properties } of ofType(pipeline, 'AWS::Events::Rule'))
      for (const { Arn, DeadLetterConfig } of Properties.Targets) {
        assert.match(textOf(Arn), /^\$\{QueuesIngest[0-9A-F]{8}\.Arn\}$/, id);
        assert.match(textOf(DeadLetterConfig.Arn), /^\$\{QueuesIngestDeadLetters\w+\.Arn\}$/, id);
      }
  });
});

describe('functions', () => {
  test('are those of functions/environment.ts', () => {
    assert.deepEqual(functions.map(service).sort(), [...names].sort());
  });

  for (const name of names)
    test(`${name} has exactly its environment, a log group, memory, timeout, and a trace`, () => {
      const { Properties } = functionOf(name);
      const variables = Object.keys(Properties.Environment.Variables);
      assert.deepEqual(
        variables.sort(),
        [
          ...Object.keys(environments[name]),
          'NODE_OPTIONS',
          'POWERTOOLS_METRICS_NAMESPACE',
          'POWERTOOLS_SERVICE_NAME',
        ].sort(),
      );
      assert.equal(Properties.Runtime, 'nodejs24.x');
      assert.deepEqual(Properties.Architectures, ['arm64']);
      assert.ok(Properties.MemorySize >= 512 && Properties.Timeout >= 60);
      assert.equal(Properties.TracingConfig.Mode, 'Active');
      assert.equal(Properties.LoggingConfig.LogFormat, 'JSON');
      const group = pipeline.find(({ id }) => `\${${id}}` === textOf(Properties.LoggingConfig.LogGroup));
      assert.equal(group?.Properties.LogGroupName, `/ascribe/${name}`);
      assert.equal(group?.Properties.RetentionInDays, 365);
      assert.ok(group?.Properties.KmsKeyId);
    });

  test('have roles of their own', () => {
    const roles = functions.map(({ Properties }) => textOf(Properties.Role));
    assert.equal(new Set(roles).size, functions.length);
  });

  test('that a schedule starts are tried again and then kept; the others answer to who asked', () => {
    for (const name of names) {
      const { id, Properties } = functionOf(name);
      const isAsked = name === 'ingest' || name === 'export-evidence';
      assert.equal(Properties.DeadLetterConfig === undefined, isAsked, name);
      const invoke = ofType(pipeline, 'AWS::Lambda::EventInvokeConfig').filter(
        (config) => textOf(config.Properties.FunctionName) === `\${${id}}`,
      );
      assert.deepEqual(
        invoke.map((config) => config.Properties.MaximumRetryAttempts),
        isAsked ? [] : [2],
      );
    }
  });

  test('tell the ingest where logs come from: partial failures, a batch of ten, a ceiling', () => {
    const [source, ...more] = ofType(pipeline, 'AWS::Lambda::EventSourceMapping');
    assert.deepEqual(more, []);
    assert.deepEqual(source?.Properties.FunctionResponseTypes, ['ReportBatchItemFailures']);
    assert.equal(source?.Properties.BatchSize, 10);
    assert.deepEqual(source?.Properties.ScalingConfig, { MaximumConcurrency: 10 });
  });

  test('sweep every place that announces, ours and theirs', () => {
    const rules = ofType(pipeline, 'AWS::Events::Rule').map(({ Properties: { EventPattern } }) => {
      assert.deepEqual(EventPattern['detail-type'], ['Object Created']);
      const { bucket, object } = EventPattern.detail;
      return `s3://${textOf(bucket.name[0])}/${object?.key[0].prefix ?? ''}`.replace(/\/$/, '');
    });
    const swept = textOf(functionOf('sweep').Properties.Environment.Variables.RAW_URLS).split(' ');
    assert.deepEqual(swept, rules);
    assert.deepEqual(swept.slice(2), ['s3://example-logs/alb', 's3://example-edge']);
  });

  test('export evidence behind a URL that takes signed requests alone', () => {
    const urls = ofType(pipeline, 'AWS::Lambda::Url');
    assert.deepEqual(
      urls.map(({ Properties }) => [textOf(Properties.TargetFunctionArn), Properties.AuthType]),
      [[`\${${functionOf('export-evidence').id}.Arn}`, 'AWS_IAM']],
    );
    assert.deepEqual(ofType(pipeline, 'AWS::Lambda::Permission'), []);
  });
});

describe('schedules', () => {
  const schedules = ofType(pipeline, 'AWS::Scheduler::Schedule');

  test('keep the time zone of the settings, the hourly one UTC, try again, and keep what failed', () => {
    assert.equal(schedules.length, 4);
    for (const { id, Properties } of schedules) {
      const zone = id.startsWith('SchedulesWatch') ? 'UTC' : 'Europe/London';
      assert.equal(Properties.ScheduleExpressionTimezone, zone, id);
      assert.ok(Properties.Target.RetryPolicy.MaximumRetryAttempts > 0, id);
      assert.ok(Properties.Target.DeadLetterConfig.Arn, id);
      // The moment that was due: a run tried again after midnight is about the same day.
      assert.deepEqual(JSON.parse(Properties.Target.Input), { at: '<aws.scheduler.scheduled-time>' });
    }
  });

  test('run the report, the seal and the sweep daily, and the watch hourly', () => {
    const times = schedules.map(({ Properties }) => [
      service(functions.find(({ id }) => textOf(Properties.Target.Arn) === `\${${id}.Arn}`)!),
      Properties.ScheduleExpression,
    ]);
    assert.deepEqual(Object.fromEntries(times), {
      sweep: 'cron(0 4 * * ? *)',
      investigate: 'cron(0 6 * * ? *)',
      seal: 'cron(30 23 * * ? *)',
      watch: 'cron(5 * * * ? *)',
    });
  });
});

describe('schedules and clocks', () => {
  test('no daily run is due between midnight and four, when clocks change', () => {
    const daily = ofType(pipeline, 'AWS::Scheduler::Schedule').flatMap(({ Properties }) => {
      const [, hour] = /^cron\(\d+ (\d+) /.exec(Properties.ScheduleExpression) ?? [];
      return hour === undefined ? [] : [Number(hour)];
    });
    assert.equal(daily.length, 3);
    for (const hour of daily) assert.ok(hour >= 4, `${hour}`);
  });
});

describe('Athena', () => {
  const groups = ofType(pipeline, 'AWS::Athena::WorkGroup').map(({ Properties }) => Properties);

  test('has a work group for the functions and one for people, each with results of its own', () => {
    assert.deepEqual(
      groups.map(({ Name, WorkGroupConfiguration: { ResultConfiguration } }) => [
        Name,
        textOf(ResultConfiguration.OutputLocation).replace(/\$\{LakeResults\w+\}/, 'RESULTS'),
      ]),
      [
        ['ascribe', 's3://RESULTS/results/pipeline/'],
        ['ascribe-people', 's3://RESULTS/results/people/'],
      ],
    );
    for (const name of ['watch', 'investigate'] as const)
      assert.equal(textOf(functionOf(name).Properties.Environment.Variables.WORKGROUP), 'ascribe');
  });

  test('enforces the settings of each work group', () => {
    for (const { WorkGroupConfiguration: configuration } of groups) {
      assert.equal(configuration.EnforceWorkGroupConfiguration, true);
      assert.equal(configuration.PublishCloudWatchMetricsEnabled, true);
      assert.equal(configuration.BytesScannedCutoffPerQuery, 107_374_182_400);
      assert.equal(configuration.ResultConfiguration.EncryptionConfiguration.EncryptionOption, 'SSE_KMS');
    }
  });

  test('has the whole catalogue, each query with what it asks and what it takes', () => {
    const saved = ofType(pipeline, 'AWS::Athena::NamedQuery').map(({ Properties }) => Properties);
    const queries = catalogue();
    assert.ok(queries.length > 20);
    assert.equal(saved.length, queries.length);
    for (const [index, query] of queries.entries()) {
      const { Name, Description, QueryString, Database, WorkGroup } = saved[index]!;
      assert.ok(Name.startsWith(`${query.id}: `) && Name.length <= 128);
      assert.ok(Description.length <= 1024);
      assert.ok(Description.includes(query.question.replace(/\s+/g, ' ').slice(0, 80)), query.id);
      for (const { name } of query.params) assert.ok(Description.includes(name), `${query.id}: ${name}`);
      assert.deepEqual([QueryString, Database, WorkGroup], [query.text, 'ascribe', 'ascribe-people']);
    }
  });
});

describe('alarms', () => {
  const alarms = ofType(pipeline, 'AWS::CloudWatch::Alarm');
  const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
  const articles = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) =>
    String(title)
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

  for (const { id, Properties } of alarms)
    test(`${id} names an article of the runbook, and tells the operations topic`, () => {
      const [, article] = /docs\/runbook\.md#([\w-]+)$/.exec(Properties.AlarmDescription) ?? [];
      assert.ok(articles.includes(String(article)), `${article} is none of ${articles.join(', ')}`);
      for (const actions of [Properties.AlarmActions, Properties.OKActions])
        assert.match(textOf(actions[0]), /^\$\{TopicsOperations\w+\}$/);
    });

  test('are the articles of the runbook; the budget is one, and what the watch tells people', () => {
    const named = alarms.map(({ Properties }) => /#([\w-]+)$/.exec(Properties.AlarmDescription)?.[1]);
    assert.deepEqual([...named, 'budget', 'attack'].sort(), articles.sort());
    const [budget] = ofType(pipeline, 'AWS::Budgets::Budget');
    assert.match(budget?.Properties.Budget.BudgetName, /runbook budget$/);
  });

  test('read the metrics that ingest and watch write', () => {
    const own = JSON.stringify(alarms);
    for (const metric of ['Rejects', 'Records', 'SilentSources'])
      assert.ok(own.includes(`"MetricName":"${metric}"`));
    assert.ok(own.includes('"Namespace":"Ascribe"'));
    for (const name of ['ascribe-ingest', 'ascribe-watch']) assert.ok(own.includes(`"Value":"${name}"`));
  });

  test('count the bytes of both work groups, whatever became of a query', () => {
    const { Metrics } = alarms.find(({ id }) => id.startsWith('AlarmsBytesScanned'))!.Properties;
    const counted = Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat).map(
      ({ MetricStat }: { MetricStat: { Metric: { Dimensions: { Name: string; Value: string }[] } } }) =>
        MetricStat.Metric.Dimensions.filter(({ Name }) => Name !== 'QueryType')
          .map(({ Value }) => Value)
          .sort()
          .join(' '),
    );
    assert.deepEqual(counted.sort(), [
      'CANCELED ascribe',
      'CANCELED ascribe-people',
      'FAILED ascribe',
      'FAILED ascribe-people',
      'SUCCEEDED ascribe',
      'SUCCEEDED ascribe-people',
    ]);
  });

  test('tell of a run of each scheduled function that failed, but of the sweep when it failed for good', () => {
    const watched = alarms.flatMap(({ Properties: { Namespace, MetricName, Dimensions } }) =>
      Namespace === 'AWS/Lambda' && MetricName === 'Errors' ? [textOf(Dimensions[0].Value)] : [],
    );
    const expected = (['investigate', 'seal', 'watch'] as const).map((name) => `\${${functionOf(name).id}}`);
    assert.deepEqual(watched.sort(), expected.sort());
  });

  test('say nothing in the clear: topics are encrypted and take TLS alone', () => {
    const topics = ofType(pipeline, 'AWS::SNS::Topic');
    assert.equal(topics.length, 2);
    for (const { id, Properties } of topics) {
      assert.ok(Properties.KmsMasterKeyId, id);
      const [tls] = statementsOf(ofType(pipeline, 'AWS::SNS::TopicPolicy')).filter(
        ({ resources, effect }) => effect === 'Deny' && resources[0] === `\${${id}}`,
      );
      assert.deepEqual(tls?.conditions, { Bool: { 'aws:SecureTransport': 'false' } });
    }
  });
});
