import { Aws } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { tables } from '../src/lake/tables.ts';
import type { Data } from './data-stack.ts';
import { inLake } from './lake-place.ts';
import type { Settings } from './settings.ts';
import { allow, mayEncrypt, mayList, objectsOf } from './statements.ts';
import type { Workgroup } from './workgroup.ts';

export type AthenaAccess = { data: Data; settings: Settings; workgroup: Workgroup };

export function workgroupArn(workgroupName: string): string {
  return `arn:${Aws.PARTITION}:athena:${Aws.REGION}:${Aws.ACCOUNT_ID}:workgroup/${workgroupName}`;
}

/** The catalogue entries of the lake: the catalogue itself, our database, and each of its tables by name. */
export function glueArns({ database }: Settings): string[] {
  const glue = `arn:${Aws.PARTITION}:glue:${Aws.REGION}:${Aws.ACCOUNT_ID}`;
  return [
    `${glue}:catalog`,
    `${glue}:database/${database}`,
    ...tables.map((table) => `${glue}:table/${database}/${table.name}`),
  ];
}

/** What running a query takes. Athena reads and writes as its caller, so the caller needs it all. */
export function mayQuery({ data, settings, workgroup }: AthenaAccess): PolicyStatement[] {
  return [
    allow({
      sid: 'Query',
      actions: [
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      resources: [workgroupArn(workgroup.workgroupName)],
    }),
    allow({
      sid: 'FindTables',
      actions: ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable'],
      resources: glueArns(settings),
    }),
    allow({
      sid: 'ReadTables',
      actions: ['s3:GetObject'],
      resources: inLake({ lake: data.lake, settings }, 'tables/*'),
    }),
    mayList('ListTablesAndResults', data.lake, data.results),
    allow({
      sid: 'WhereBuckets',
      actions: ['s3:GetBucketLocation'],
      resources: [data.lake.bucketArn, data.results.bucketArn],
    }),
    allow({
      sid: 'Results',
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: objectsOf(data.results, `${workgroup.resultsFolder}*`),
    }),
    mayEncrypt('LakeKey', data.lakeKey),
  ];
}
