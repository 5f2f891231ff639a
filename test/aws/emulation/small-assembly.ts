/** A small cloud assembly, as `cdk synth` would write it, for the emulation's own tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { account, region } from './calls.ts';

type Resource = { Type: string; Properties?: object; DependsOn?: string[]; DeletionPolicy?: string };
export type Resources = Record<string, Resource>;

const ref = (name: string) => ({ Ref: name });
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
});

/** Bucket → EventBridge → queue → function, with a lake beside it. */
export function smallResources(): Resources {
  const parquet = 'org.apache.hadoop.hive.ql.io.parquet';
  return {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        EnableKeyRotation: true,
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'kms:*',
              Resource: '*',
              Principal: { AWS: `arn:aws:iam::${account}:root` },
            },
          ],
        },
      },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    },
    Results: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        LifecycleConfiguration: { Rules: [{ Id: 'results', Status: 'Enabled', ExpirationInDays: 7 }] },
      },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 120,
        RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 3 },
      },
    },
    OnPut: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: {
          source: ['aws.s3'],
          'detail-type': ['Object Created'],
          detail: { bucket: { name: [ref('Bucket')] }, object: { key: [{ prefix: 'raw/' }] } },
        },
        State: 'ENABLED',
        Targets: [{ Id: 'Target0', Arn: arn('Queue') }],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
        Description: 'of the small function',
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['Role'],
      Properties: {
        Code: { S3Bucket: `cdk-hnb659fds-assets-${account}-${region}`, S3Key: 'small.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: arn('Role'),
        MemorySize: 256,
        Timeout: 5,
        EphemeralStorage: { Size: 512 },
        Environment: { Variables: { BUCKET: ref('Bucket'), GREETING: 'hello' } },
        DeadLetterConfig: { TargetArn: arn('Dead') },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arn('Queue'),
        FunctionName: ref('Function'),
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    },
    Url: {
      Type: 'AWS::Lambda::Url',
      Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: arn('Function') },
    },
    Daily: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'cron(5 0 * * ? *)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: arn('Function'),
          RoleArn: arn('Role'),
          Input: '{"at":"<aws.scheduler.scheduled-time>"}',
        },
      },
    },
    Database: {
      Type: 'AWS::Glue::Database',
      Properties: { CatalogId: ref('AWS::AccountId'), DatabaseInput: { Name: 'small' } },
    },
    Table: {
      Type: 'AWS::Glue::Table',
      DependsOn: ['Database'],
      Properties: {
        CatalogId: ref('AWS::AccountId'),
        DatabaseName: 'small',
        TableInput: {
          Name: 'events',
          TableType: 'EXTERNAL_TABLE',
          Parameters: {
            EXTERNAL: 'TRUE',
            classification: 'parquet',
            'projection.enabled': 'true',
            'projection.dt.type': 'date',
            'projection.dt.range': '2019-11-01,2019-11-30',
            'projection.dt.format': 'yyyy-MM-dd',
          },
          PartitionKeys: [{ Name: 'dt', Type: 'date' }],
          StorageDescriptor: {
            Location: { 'Fn::Join': ['', ['s3://', ref('Bucket'), '/events/']] },
            InputFormat: `${parquet}.MapredParquetInputFormat`,
            OutputFormat: `${parquet}.MapredParquetOutputFormat`,
            SerdeInfo: { SerializationLibrary: `${parquet}.serde.ParquetHiveSerDe` },
            Columns: [
              { Name: 'n', Type: 'bigint' },
              { Name: 'word', Type: 'string' },
              { Name: 'at', Type: 'timestamp' },
            ],
          },
        },
      },
    },
    WorkGroup: {
      Type: 'AWS::Athena::WorkGroup',
      Properties: {
        Name: 'small',
        RecursiveDeleteOption: true,
        WorkGroupConfiguration: {
          EnforceWorkGroupConfiguration: true,
          BytesScannedCutoffPerQuery: 10_000_000,
          ResultConfiguration: {
            OutputLocation: { 'Fn::Join': ['', ['s3://', ref('Results'), '/athena/']] },
            EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: arn('Key') },
          },
        },
      },
    },
  };
}

export function writeAssembly(folder: string, resources: Resources, stack = 'Small'): string {
  const asset = join(folder, 'asset.small');
  mkdirSync(asset, { recursive: true });
  buildSync({
    entryPoints: [join(import.meta.dirname, 'small-function.ts')],
    outfile: join(asset, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  const bucketName = `cdk-hnb659fds-assets-${account}-${region}`;
  write(`${stack}.assets.json`, {
    files: {
      small: {
        source: { path: 'asset.small', packaging: 'zip' },
        destinations: { here: { bucketName, objectKey: 'small.zip' } },
      },
    },
  });
  write(`${stack}.template.json`, { Resources: resources });
  write('manifest.json', {
    artifacts: {
      [`${stack}.assets`]: { type: 'cdk:asset-manifest', properties: { file: `${stack}.assets.json` } },
      [stack]: {
        type: 'aws:cloudformation:stack',
        dependencies: [`${stack}.assets`],
        properties: { templateFile: `${stack}.template.json` },
      },
    },
  });
  return folder;
}
