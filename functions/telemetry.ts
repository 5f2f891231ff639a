import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';

/** Logs, figures and traces of a function. Nothing that a log holds is written to them: names, counts and reasons only. */
export const logger = new Logger();
export const metrics = new Metrics();
const tracer = new Tracer();

/** The figures that alarms and the dashboard read, by name; docs/runbook.md says what to do about each. */
export type Figure =
  | 'Records'
  | 'Rejects'
  | 'Refused'
  | 'Deferred'
  | 'Alerts'
  | 'SilentSources'
  | 'Reports'
  | 'BytesScanned';

export function count(figure: Figure, value: number): void {
  metrics.addMetric(figure, figure === 'BytesScanned' ? MetricUnit.Bytes : MetricUnit.Count, value);
}

/** A handler with its telemetry around it. */
export function observed<Event, Answer>(handle: (event: Event, context: Context) => Promise<Answer>) {
  return middy<Event, Answer>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(logMetrics(metrics))
    .handler(handle);
}
