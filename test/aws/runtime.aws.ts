/** The small Lambda runtime, the record of every call, and the faults. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AthenaClient, ListQueryExecutionsCommand } from '@aws-sdk/client-athena';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { failedItems } from './emulation/queue-pump.ts';
import { smallResources, writeAssembly } from './emulation/small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-runtime-'));
let cloud: Cloud;
let s3: S3Client;
let sqs: SQSClient;
let bucket: string;
let dead: string;

before(async () => {
  cloud = await startCloud({ assembly: writeAssembly(folder, smallResources()), athena: false });
  s3 = new S3Client(cloud.client());
  sqs = new SQSClient(cloud.client());
  bucket = cloud.find('AWS::S3::Bucket', 'Bucket').id;
  dead = cloud.find('AWS::SQS::Queue', 'Dead').id;
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.map(({ Key }) => Key!);
}

describe('the runtime', () => {
  test('keeps an environment warm and gives it what the template says', async () => {
    const one = (await cloud.invoke('Function', { a: 1 })).value as Record<string, unknown>;
    const two = (await cloud.invoke('Function', { a: 2 })).value as Record<string, number>;
    assert.equal(one.environment, 'hello');
    assert.deepEqual(one.event, { a: 1 });
    assert.ok(two.invocations! > 1);
    assert.ok(two.left! > 3000 && two.left! <= 5000);
  });

  test('reports an error as Lambda does', async () => {
    const { failed, value } = await cloud.invoke('Function', { ask: 'throw' });
    assert.ok(failed);
    const { errorType, errorMessage } = value as Record<string, string>;
    assert.deepEqual([errorType, errorMessage], ['TypeError', 'asked to']);
  });

  test('kills what takes more memory, /tmp or time than the template gives', async () => {
    const fits = await cloud.invoke('Function', { ask: 'memory', megabytes: 50 });
    assert.equal(fits.failed, false);
    for (const [event, type] of [
      [{ ask: 'memory', megabytes: 300 }, 'Runtime.ExitError'],
      [{ ask: 'storage', megabytes: 600 }, 'Runtime.ExitError'],
      [{ ask: 'sleep' }, 'Sandbox.Timedout'],
    ] as const) {
      const { failed, value } = await cloud.invoke('Function', event);
      assert.ok(failed);
      assert.equal((value as Record<string, string>).errorType, type, event.ask);
    }
    assert.deepEqual(
      cloud.lambda.violations.map(({ limit }) => limit),
      ['memory', 'storage', 'time'],
    );
    const memory = cloud.memory().find(({ function: name }) => name.includes('Function'))!;
    assert.ok(memory.peak > memory.allowed);
  });

  test('tries an event that nobody waits for three times, then keeps it as a dead letter', async () => {
    const client = new LambdaClient(cloud.client());
    const FunctionName = cloud.find('AWS::Lambda::Function', 'Function').id;
    const Payload = JSON.stringify({ ask: 'throw', mark: 'asynchronous' });
    const { StatusCode } = await client.send(
      new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }),
    );
    assert.equal(StatusCode, 202);
    await cloud.drain();
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }),
    );
    const kept = Messages.find(({ Body }) => Body === Payload);
    assert.equal(kept?.MessageAttributes?.ErrorMessage?.StringValue, 'asked to');
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
    assert.equal(answer.FunctionError, 'Unhandled');
  });

  test('takes no answer that Lambda would not understand for a success', () => {
    const messages = [{ MessageId: 'a' }, { MessageId: 'b' }];
    const items = (answer: unknown) => failedItems(JSON.stringify(answer), messages, true);
    assert.deepEqual(items(null), new Set());
    assert.deepEqual(items({ batchItemFailures: [] }), new Set());
    assert.deepEqual(items({ batchItemFailures: [{ itemIdentifier: 'b' }] }), new Set(['b']));
    for (const answer of [
      'done',
      { batchItemFailures: 'b' },
      { batchItemFailures: [{ itemIdentifier: 'unknown' }] },
      { batchItemFailures: [{ itemIdentifier: '' }] },
      { batchItemFailures: [{ id: 'b' }] },
    ])
      assert.equal(items(answer), null, JSON.stringify(answer));
  });

  test('answers its URL with who called, and a schedule with its input', async () => {
    const callerArn = `arn:aws:sts::${cloud.account}:assumed-role/Custodian/ada`;
    const { status, body } = await cloud.invokeUrl('Function', { body: { window: 'w1' }, callerArn });
    assert.equal(status, 200);
    const { event } = JSON.parse(body);
    assert.equal(event.requestContext.authorizer.iam.userArn, callerArn);
    assert.equal(event.body, '{"window":"w1"}');
    const { value } = await cloud.fire('Daily');
    assert.match((value as { event: { at: string } }).event.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

describe('the record and the faults', () => {
  test('every call of a function is recorded with what it is about', async () => {
    for (const Key of ['raw/one', 'raw/two'])
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
    await cloud.drain();
    const name = cloud.find('AWS::Lambda::Function', 'Function').id;
    const puts = cloud.calls.filter(({ caller, action }) => caller === name && action === 'PutObject');
    assert.ok(puts.length >= 2);
    assert.match(puts[0]!.resource, new RegExp(`^arn:aws:s3:::${bucket}/done/raw/`));
    assert.ok(puts.every(({ status, service }) => status === 200 && service === 's3'));
    const polled = cloud.calls.filter(({ caller, via }) => caller === name && via === 'event-source');
    assert.ok(polled.some(({ action }) => action === 'DeleteMessageBatch'));
  });

  for (const kind of ['throttle', '500', 'reset'] as const)
    test(`a call is struck by ${kind} once, and the client tries again`, async () => {
      const name = cloud.find('AWS::Lambda::Function', 'Function').id;
      cloud.faults.add({ function: name, action: 'PutObject', kind, times: 1 });
      const { failed } = await cloud.invoke('Function', { ask: 'write', key: `struck/${kind}` });
      assert.equal(failed, false);
      assert.deepEqual(cloud.faults.pending(), []);
      assert.equal(cloud.faults.struck.get(`${name} s3:PutObject ${kind}`), 1);
      assert.deepEqual(await keys(`struck/${kind}`), [`struck/${kind}-0`]);
    });

  test('the client of each service takes each fault for what it is, and tries again', async () => {
    const as = cloud.client('probe');
    const name = cloud.find('AWS::Lambda::Function', 'Function').id;
    const sns = new SNSClient(as);
    const kms = new KMSClient(as);
    const athena = new AthenaClient(as);
    const lambda = new LambdaClient(as);
    const queue = new SQSClient(as);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'probe' }));
    const KeyId = cloud.find('AWS::KMS::Key', 'Key').id;
    const actions: Record<string, () => Promise<unknown>> = {
      ListObjectsV2: () => new S3Client(as).send(new ListObjectsV2Command({ Bucket: bucket })),
      SendMessage: () => queue.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: 'probe' })),
      Publish: () => sns.send(new PublishCommand({ TopicArn, Message: 'probe' })),
      DescribeKey: () => kms.send(new DescribeKeyCommand({ KeyId })),
      ListQueryExecutions: () => athena.send(new ListQueryExecutionsCommand({ WorkGroup: 'small' })),
      Invoke: () => lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' })),
    };
    for (const [action, call] of Object.entries(actions))
      for (const kind of ['throttle', 'timeout', '500', 'reset'] as const) {
        cloud.faults.add({ function: 'probe', action, kind, times: 1, hangs: 50 });
        const before = cloud.calls.length;
        await call();
        const made = cloud.calls.slice(before).filter(({ caller }) => caller === 'probe');
        assert.deepEqual(
          made.map((one) => [one.action, one.fault]),
          [
            [action, kind],
            [action, undefined],
          ],
        );
      }
    assert.deepEqual(cloud.faults.pending(), []);
  });

  test('an answer is lost after the call took effect', async () => {
    const name = cloud.find('AWS::Lambda::Function', 'Function').id;
    cloud.faults.add({ function: name, action: 'PutObject', kind: 'reset', times: 1, loses: 'answer' });
    await cloud.invoke('Function', { ask: 'write', key: 'lost' });
    const puts = cloud.calls.filter(({ resource }) => resource.endsWith('/lost-0'));
    assert.deepEqual(
      puts.map(({ fault }) => fault),
      ['reset', undefined],
    );
  });

  test('a call that hangs is cut', async () => {
    const name = cloud.find('AWS::Lambda::Function', 'Function').id;
    cloud.faults.add({ function: name, action: 'PutObject', kind: 'timeout', times: 1, hangs: 300 });
    const { failed } = await cloud.invoke('Function', { ask: 'write', key: 'hung' });
    assert.equal(failed, false);
  });

  test('a process is killed between two writes', async () => {
    const name = cloud.find('AWS::Lambda::Function', 'Function').id;
    cloud.faults.killAfterWrites({ function: name, writes: 2 });
    const { failed, value } = await cloud.invoke('Function', { ask: 'write', key: 'killed', writes: 4 });
    assert.ok(failed);
    assert.equal((value as Record<string, string>).errorType, 'Runtime.ExitError');
    assert.deepEqual(await keys('killed'), ['killed-0', 'killed-1']);
    const written = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'killed-1' }));
    assert.equal(await written.Body!.transformToString(), 'killed-1');
  });
});
