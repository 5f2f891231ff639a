import { Duration } from 'aws-cdk-lib';
import { type DeadLetterQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export type QueuesProps = { settings: Settings };

/** Longest that SQS keeps a message. */
const KEPT = Duration.days(14);

/**
 * Every queue of the pipeline. A message names an object and a reason and holds nothing of a log, so SSE-SQS serves:
 * a key of our own would have to be open to EventBridge as well.
 */
export class Queues extends Construct {
  /** Announced objects, waiting to be read. */
  readonly ingest: Queue;
  /** Objects that the ingest could not get through, after ten tries. */
  readonly ingestDeadLetters: Queue;
  /** Objects that can never be read, with the reason. */
  readonly quarantine: Queue;
  /** Objects that are too large for a function. */
  readonly oversize: Queue;
  /** What was taken from quarantine or oversize too often without being dealt with. */
  readonly asideDeadLetters: Queue;
  /** Scheduled runs that failed for good. */
  readonly failedRuns: Queue;

  constructor(scope: Construct, id: string, { settings }: QueuesProps) {
    super(scope, id);
    this.ingestDeadLetters = this.queue('IngestDeadLetters', {});
    this.asideDeadLetters = this.queue('AsideDeadLetters', {});
    this.failedRuns = this.queue('FailedRuns', {});
    this.ingest = this.queue('Ingest', {
      // Six times the longest run, as AWS advises: a batch that is throttled must not come back while it is worked on.
      visibilityTimeout: Duration.seconds(6 * settings.ingestTimeout),
      // A batch that ends at the timeout is a try for each message in it, and so is one that Lambda throttles.
      deadLetterQueue: { queue: this.ingestDeadLetters, maxReceiveCount: 10 },
    });
    // A person who looks takes a message and puts it back: many times before it counts as forgotten.
    const aside: DeadLetterQueue = { queue: this.asideDeadLetters, maxReceiveCount: 100 };
    this.quarantine = this.queue('Quarantine', { deadLetterQueue: aside });
    this.oversize = this.queue('Oversize', { deadLetterQueue: aside });
  }

  private queue(id: string, props: QueueProps): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: KEPT,
      ...props,
    });
  }
}
