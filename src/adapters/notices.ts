import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Publishes a message; attributes let a subscriber filter without reading it. */
export async function publish(
  client: SNSClient,
  message: { topicArn: string; subject: string; text: string; attributes: Record<string, string> },
): Promise<void> {
  await client.send(
    new PublishCommand({
      TopicArn: message.topicArn,
      // A subject of SNS is ASCII of less than 100 characters.
      Subject: message.subject.replace(/[^ -~]/g, '?').slice(0, 99),
      Message: message.text,
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, StringValue]) => [
          name,
          { DataType: 'String', StringValue },
        ]),
      ),
    }),
  );
}

/** Calls a function and waits for its answer. Throws what it threw. */
export async function callFunction(
  client: LambdaClient,
  { name, payload }: { name: string; payload: unknown },
): Promise<unknown> {
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const answer = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError) throw new Error(`${name} failed: ${answer.slice(0, 1000)}`);
  return JSON.parse(answer || 'null');
}
