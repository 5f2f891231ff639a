import { Aws, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment, FunctionName } from '../functions/environment.ts';
import { functionCode } from './bundle.ts';
import type { Settings } from './settings.ts';
import { allow } from './statements.ts';

/** What all functions are given alike. */
export type FunctionSurroundings = {
  settings: Settings;
  /** Encrypts the functions' own logs. */
  operationsKey: IKey;
  /** Takes the event of an asynchronous run that failed for good. */
  failedRuns: IQueue;
};

export type DeployedFunctionProps<Name extends FunctionName> = {
  name: Name;
  about: string;
  surroundings: FunctionSurroundings;
  environment: Omit<Environment<Name>, 'PACE'>;
  /** MB. */
  memory: number;
  /** s. */
  timeout: number;
  /** MiB of /tmp; 512 where not given. */
  storage?: number;
  /** Runs that a schedule starts are tried again and at last kept; others report to who asked. */
  isScheduled?: true;
  /** A fixed name, where another policy has to name the role before it is there. */
  roleName?: string;
  /** Everything that the function may do, beyond its own log, trace and failed runs. */
  grants: PolicyStatement[];
};

/**
 * One Lambda of `functions/`. Its permissions are the statements that it is given, in one managed policy; the role
 * takes no others, so that no construct can widen it in passing.
 */
export class DeployedFunction<Name extends FunctionName = FunctionName> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: DeployedFunctionProps<Name>) {
    super(scope, id);
    const { name, surroundings } = props;
    const { settings, operationsKey, failedRuns } = surroundings;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/${settings.deployment}/${name}`,
      retention: settings.logDays,
      encryptionKey: operationsKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      description: `Ascribe: what ${name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.roleName ? { roleName: props.roleName } : {}),
    });
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: `Ascribe: what ${name} may do`,
      roles: [this.role],
      statements: [
        allow({
          sid: 'OwnLog',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [
            `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/${settings.deployment}/${name}:*`,
          ],
        }),
        // X-Ray has no resources to name.
        allow({
          sid: 'OwnTrace',
          actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          resources: ['*'],
        }),
        ...(props.isScheduled
          ? [allow({ sid: 'OwnFailures', actions: ['sqs:SendMessage'], resources: [failedRuns.queueArn] })]
          : []),
        ...props.grants,
      ],
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.about,
      code: functionCode(name, settings),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      memorySize: props.memory,
      timeout: Duration.seconds(props.timeout),
      ...(props.storage ? { ephemeralStorageSize: Size.mebibytes(props.storage) } : {}),
      environment: {
        ...props.environment,
        PACE: settings.pace,
        POWERTOOLS_SERVICE_NAME: serviceName(settings, name),
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        NODE_OPTIONS: '--enable-source-maps',
      },
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.INFO,
      tracing: Tracing.ACTIVE,
      ...(props.isScheduled
        ? { deadLetterQueue: failedRuns, retryAttempts: 2, maxEventAge: Duration.hours(2) }
        : {}),
    });
    // Lambda refuses a dead-letter queue that the role may not write to yet.
    this.lambda.node.addDependency(this.policy);
  }
}

/** Powertools writes metrics below this namespace, with the service as their dimension. */
export const METRICS_NAMESPACE = 'Ascribe';

export function serviceName({ deployment }: Settings, name: FunctionName): string {
  return `${deployment}-${name}`;
}
