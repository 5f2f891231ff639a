/**
 * Lambda's poller of queues: hands batches to a function, deletes what was done and leaves the rest to its visibility.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { account, region } from './calls.ts';
import type { Mapping } from './deployed.ts';
import { type Lambda, mostSideBySide } from './lambda.ts';
import { jsonCall, sleep } from './local-http.ts';

type Message = {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { StringValue?: string; BinaryValue?: string; DataType: string }>;
};

export type Pump = {
  /** Batches that a function has now. */
  inFlight(): number;
  /** What became of each batch, in order. */
  batches: Batch[];
  /** While paused no batch is received; those in flight go on. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

/** EventBridge and SQS deliver at least once, in any order: this makes them do so. */
export type Disorder = {
  /** How often each message comes. */
  times: number;
  /** From 0 up to 1, seeded by the test. */
  random: () => number;
};

export type Batch = {
  queue: string;
  function: string;
  received: number;
  deleted: number;
  outcome: 'done' | 'partly' | 'failed' | 'malformed';
};

export function startPump(
  mapping: Mapping,
  by: {
    endpoint: string;
    lambda: Lambda;
    /** Seconds after which a message that failed is seen again; the queue's own visibility where null. */
    failedAgainAfter: number | null;
    disorder: Disorder | null;
  },
): Pump {
  const queueName = mapping.queueArn.split(':').at(-1)!;
  const url = `${by.endpoint}/${account}/${queueName}`;
  const batches: Batch[] = [];
  let flying = 0;
  let stopped = false;
  let paused = false;

  /** As the poller does, with the function's own rights. */
  const sqs = <T>(action: string, fields: object, caller = mapping.functionName) =>
    jsonCall<T>(by.endpoint, {
      service: 'sqs',
      target: `AmazonSQS.${action}`,
      caller,
      via: 'event-source',
      fields: { QueueUrl: url, ...fields },
    });

  // moto's queues do not bear two receivers at once.
  let receiving: Promise<unknown> = Promise.resolve();
  function receive(): Promise<Message[]> {
    const turn = receiving.then(gather);
    receiving = turn.catch(() => {});
    return turn;
  }

  async function gather(): Promise<Message[]> {
    const messages: Message[] = [];
    const until = Date.now() + mapping.window * 1000;
    do {
      const most = Math.min(10, mapping.batchSize - messages.length);
      const { Messages = [] } = await sqs<{ Messages?: Message[] }>('ReceiveMessage', {
        MaxNumberOfMessages: most,
        MessageSystemAttributeNames: ['All'],
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 0,
      });
      messages.push(...Messages);
      // Taken: `drain` must not take the queue for empty while they are between it and the function.
      if (messages.length === 0 || messages.length >= mapping.batchSize) break;
      if (Messages.length === 0) await sleep(50);
    } while (Date.now() < until && !stopped);
    if (messages.length > 0) flying += 1;
    if (by.disorder !== null) await disturb(messages, by.disorder);
    return messages;
  }

  const copies = new Set<string>();

  /** Sends each message again, later and as another message, and shuffles the batch. */
  async function disturb(messages: Message[], { times, random }: Disorder): Promise<void> {
    for (const { MessageId, Body } of messages) {
      if (copies.has(MessageId)) continue;
      // Once: a message that failed and came again is no new one.
      copies.add(MessageId);
      for (let copy = 1; copy < times; copy += 1) {
        const fields = { MessageBody: Body, DelaySeconds: Math.floor(random() * 3) };
        copies.add((await sqs<{ MessageId: string }>('SendMessage', fields, 'emulation')).MessageId);
      }
    }
    for (let index = messages.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [messages[index], messages[other]] = [messages[other]!, messages[index]!];
    }
  }

  async function poll(): Promise<void> {
    while (!stopped) {
      if (paused) {
        await sleep(20);
        continue;
      }
      const messages = await receive().catch(() => [] as Message[]);
      if (messages.length === 0) {
        await sleep(50);
        continue;
      }
      await handle(messages)
        .catch(() => {
          // The emulation is stopping: the messages become visible again.
        })
        .finally(() => {
          flying -= 1;
        });
    }
  }

  async function handle(messages: Message[]): Promise<void> {
    const event = { Records: messages.map((message) => recordOf(message, mapping.queueArn)) };
    const { payload, failed } = await by.lambda.invoke(mapping.functionName, JSON.stringify(event));
    const again = failed ? null : failedItems(payload, messages, mapping.reportsItems);
    const done = again === null ? [] : messages.filter(({ MessageId }) => !again.has(MessageId));
    const left = messages.filter((message) => !done.includes(message));
    for (let first = 0; first < done.length; first += 10) {
      await sqs('DeleteMessageBatch', {
        Entries: done
          .slice(first, first + 10)
          .map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle })),
      });
    }
    // What the visibility time would do, without waiting for it: the only pace that the emulation sets itself.
    if (by.failedAgainAfter !== null)
      for (const { ReceiptHandle } of left)
        await sqs(
          'ChangeMessageVisibility',
          { ReceiptHandle, VisibilityTimeout: by.failedAgainAfter },
          'emulation',
        );
    batches.push({
      queue: queueName,
      function: mapping.functionName,
      received: messages.length,
      deleted: done.length,
      outcome: failed ? 'failed' : again === null ? 'malformed' : left.length === 0 ? 'done' : 'partly',
    });
  }

  const most = Math.min(mostSideBySide, mapping.mostConcurrent ?? mostSideBySide);
  const polls = Array.from({ length: most }, poll);
  return {
    batches,
    inFlight: () => flying,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    async stop() {
      stopped = true;
      await Promise.all(polls);
    },
  };
}

/**
 * Ids of the messages to leave; null where all are, because the answer is none that Lambda understands: no JSON
 * object, no list, an id that is empty or of no message of the batch.
 */
export function failedItems(
  payload: string,
  messages: readonly { MessageId: string }[],
  reportsItems: boolean,
): Set<string> | null {
  if (!reportsItems) return new Set();
  const answer = JSON.parse(payload || 'null') as unknown;
  // An empty answer, an empty list and no list at all are a complete success.
  if (answer === null) return new Set();
  if (typeof answer !== 'object') return null;
  const items = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(items)) return null;
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  const ids = items.map((item) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  if (ids.some((id) => typeof id !== 'string' || !known.has(id))) return null;
  return new Set(ids as string[]);
}

function recordOf(message: Message, queueArn: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    { stringValue: value.StringValue, binaryValue: value.BinaryValue, dataType: value.DataType },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
