/** What was deployed, as CloudFormation resolved it: properties without references. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Deployed = {
  stack: string;
  type: string;
  logicalId: string;
  id: string;
  attributes: Record<string, string>;
  properties: Record<string, unknown>;
};

/** Every resource, in the order they were made; what an update changed, as it is now. */
export function readDeployed(folder: string): Deployed[] {
  const file = join(folder, 'resources.jsonl');
  if (!existsSync(file)) return [];
  const latest = new Map<string, Deployed>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const resource = JSON.parse(line) as Deployed;
    latest.set(`${resource.stack}/${resource.logicalId}`, resource);
  }
  return [...latest.values()];
}

/** The one resource of a type that is called so: whole before partly, since `Ingest` begins `IngestDeadLetters`. */
export function findDeployed(deployed: readonly Deployed[], type: string, name: string): Deployed {
  const ofType = deployed.filter((one) => one.type === type);
  const whole = ofType.filter(
    ({ id, logicalId }) =>
      logicalId === name ||
      logicalId.replace(/[0-9A-F]{8}$/, '') === name ||
      id === name ||
      id.endsWith(`/${name}`),
  );
  const found = whole.length > 0 ? whole : ofType.filter(({ logicalId }) => logicalId.startsWith(name));
  if (found.length === 1) return found[0]!;
  const all = ofType.map(({ logicalId }) => logicalId).join(', ');
  throw new Error(`${found.length} resources of ${type} are called ${name}, not one of: ${all}`);
}

/** Properties that the templates have, the emulation ignores, and `ignored.json` gives a reason for. */
export function readIgnored(folder: string): string[] {
  const file = join(folder, 'ignored-used.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return [...new Set(lines.map((line) => (JSON.parse(line) as string[]).join(' ')))].sort();
}

export type FunctionSpec = {
  name: string;
  logicalId: string;
  arn: string;
  handler: string;
  /** MB. */
  memory: number;
  /** Seconds. */
  timeout: number;
  /** MiB of /tmp. */
  storage: number;
  architecture: string;
  environment: Record<string, string>;
  logGroup: string;
  logFormat: string;
  codeKey: string;
  mostConcurrent: number | null;
  /** Of an asynchronous invocation: how often it is tried again, and the queue that takes what failed. */
  retries: number;
  failuresTo: string | null;
};

type FunctionProperties = {
  Handler?: string;
  MemorySize?: number | string;
  Timeout?: number | string;
  EphemeralStorage?: { Size: number | string };
  Architectures?: string[];
  Environment?: { Variables: Record<string, string> };
  LoggingConfig?: { LogGroup?: string; LogFormat?: string };
  DeadLetterConfig?: { TargetArn: string };
  ReservedConcurrentExecutions?: number | string;
  Code: { S3Key?: string };
};

/** The functions whose code is an asset; CDK's own inline handlers are not run. */
export function functionsOf(deployed: readonly Deployed[]): FunctionSpec[] {
  return deployed
    .filter(({ type, properties }) => {
      const { Code, Handler } = properties as FunctionProperties;
      return type === 'AWS::Lambda::Function' && Code.S3Key !== undefined && Handler !== undefined;
    })
    .map((resource) => {
      const properties = resource.properties as FunctionProperties;
      const asynchronous = eventConfigOf(resource.id, deployed);
      const limit = properties.ReservedConcurrentExecutions;
      return {
        name: resource.id,
        logicalId: resource.logicalId,
        arn: resource.attributes.Arn!,
        handler: properties.Handler!,
        memory: Number(properties.MemorySize ?? 128),
        timeout: Number(properties.Timeout ?? 3),
        storage: Number(properties.EphemeralStorage?.Size ?? 512),
        architecture: properties.Architectures?.[0] ?? 'x86_64',
        environment: properties.Environment?.Variables ?? {},
        logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${resource.id}`,
        logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
        codeKey: properties.Code.S3Key!,
        mostConcurrent: limit === undefined ? null : Number(limit),
        retries: asynchronous.retries,
        failuresTo: asynchronous.onFailure ?? properties.DeadLetterConfig?.TargetArn ?? null,
      };
    });
}

function eventConfigOf(
  name: string,
  deployed: readonly Deployed[],
): { retries: number; onFailure: string | null } {
  const config = deployed.find(
    ({ type, properties }) =>
      type === 'AWS::Lambda::EventInvokeConfig' && String(properties.FunctionName).split(':').at(-1) === name,
  )?.properties as
    | { MaximumRetryAttempts?: number | string; DestinationConfig?: { OnFailure?: { Destination: string } } }
    | undefined;
  return {
    retries: Number(config?.MaximumRetryAttempts ?? 2),
    onFailure: config?.DestinationConfig?.OnFailure?.Destination ?? null,
  };
}

export type Mapping = {
  queueArn: string;
  functionName: string;
  batchSize: number;
  /** Seconds that a batch is gathered. */
  window: number;
  reportsItems: boolean;
  mostConcurrent: number | null;
};

export function mappingsOf(deployed: readonly Deployed[]): Mapping[] {
  return deployed
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => {
      const responses = (properties.FunctionResponseTypes ?? []) as string[];
      const scaling = properties.ScalingConfig as { MaximumConcurrency?: number | string } | undefined;
      return {
        queueArn: String(properties.EventSourceArn),
        functionName: String(properties.FunctionName).split(':').at(-1)!,
        batchSize: Number(properties.BatchSize ?? 10),
        window: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
        reportsItems: responses.includes('ReportBatchItemFailures'),
        mostConcurrent: scaling?.MaximumConcurrency === undefined ? null : Number(scaling.MaximumConcurrency),
      };
    });
}
