/**
 * What roles of functions are allowed and the emulated run never used, and why it is granted all the same. A
 * permission that is unused and not here fails the test, and so does a line here that was used or is gone.
 */
import { tables } from '../../src/lake/tables.ts';

const asking = ['Investigate', 'Watch'];
const scheduled = ['Investigate', 'Seal', 'Sweep', 'Watch'];
const functions = ['ExportEvidenceExport', 'Ingest', ...scheduled];

const each = (ids: readonly string[], ...texts: string[]): string[] =>
  ids.flatMap((id) => texts.map((text) => `${id}Policy ${text}`));

const glue = tables
  .map(({ name }) => `table/ascribe/${name}`)
  .concat('catalog', 'database/ascribe')
  .map((name) => `arn:aws:glue:${name}`);

export const unusedPermissions: Record<string, string[]> = {
  'Lambda itself writes the log in the name of the function, and the emulated Lambda writes a file':
    functions.flatMap((id) =>
      each([id], `OwnLog: logs:CreateLogStream ${id}Log`, `OwnLog: logs:PutLogEvents ${id}Log`),
    ),
  'The daemon of X-Ray sends the traces of the function, and the emulated Lambda has none': each(
    functions,
    'OwnTrace: xray:PutTelemetryRecords *',
    'OwnTrace: xray:PutTraceSegments *',
  ),
  'Lambda sends what failed for good in the name of the function, and in this run nothing does': each(
    scheduled,
    'OwnFailures: sqs:SendMessage QueuesFailedRuns',
  ),
  'Lambda asks for both before it takes a queue for a source; the emulated poller does without': each(
    ['Ingest'],
    'TakeMessages: sqs:ChangeMessageVisibility QueuesIngest',
    'TakeMessages: sqs:GetQueueAttributes QueuesIngest',
  ),
  'Athena looks where a bucket lies and whether its results can be listed; the emulated one knows': each(
    asking,
    'WhereBuckets: s3:GetBucketLocation LakeBucket',
    'WhereBuckets: s3:GetBucketLocation LakeResults',
    'ListTablesAndResults: s3:ListBucket LakeResults',
  ),
  'Athena puts a large result together from pieces, and its caller streams one of more than 10,000 rows':
    each(
      asking,
      'Results: s3:AbortMultipartUpload LakeResults/results/pipeline/*',
      'Results: s3:GetObject LakeResults/results/pipeline/*',
      'Results: s3:ListMultipartUploadParts LakeResults/results/pipeline/*',
    ),
  'A run that is given up stops what it asked; here every run waits for its answers': each(
    asking,
    'Query: athena:StopQueryExecution arn:aws:athena:workgroup/ascribe',
  ),
  'Athena asks for a database before its tables, and for partitions where a table has no projection: ours all have':
    each(
      asking,
      ...['GetDatabase', 'GetPartition', 'GetPartitions'].flatMap((action) =>
        glue.map((arn) => `FindTables: glue:${action} ${arn}`),
      ),
    ),
  'Our own buckets have versions; those that a user attaches may have none, and all places share a statement':
    [
      ...each(['Ingest'], 'ReadRaw: s3:GetObject PlainBucket/raw/*'),
      ...each(
        ['ExportEvidenceExport'],
        'ReadOriginals: s3:GetObject PlainBucket/raw/*',
        'ReadOriginals: s3:GetObject RawBucket/raw/*',
      ),
    ],
  'The window that is exported here holds logs of the raw bucket alone': each(
    ['ExportEvidenceExport'],
    'ReadOriginals: s3:GetObjectVersion PlainBucket/raw/*',
  ),
  'S3 tells that a log is gone only to who may list its bucket, and here one log alone is gone': [
    ...each(['Ingest'], 'SeeWhatIsGone: s3:ListBucket PlainBucket'),
    ...each(
      ['ExportEvidenceExport'],
      'SeeWhatIsGone: s3:ListBucket PlainBucket',
      'SeeWhatIsGone: s3:ListBucket RawBucket',
    ),
  ],
  'What a run that was cut short left of a package is held against what it would write': [
    'InvestigatePolicy ReadEvidence: s3:GetObject VaultBucket/reports/*',
    'ExportEvidenceExportPolicy ReadEvidence: s3:GetObject VaultBucket/exports/*',
  ],
  'A deferral whose answer was lost is read to see whether it is the own one': each(
    ['Ingest'],
    'Custody: s3:GetObject VaultBucket/deferred/*',
  ),
};

/** What differs between the unused permissions that were found and those that are named. */
export function againstNamed(
  found: readonly string[],
  named: Record<string, string[]> = unusedPermissions,
): { unnamed: string[]; stale: string[] } {
  const names = Object.values(named).flat();
  return {
    unnamed: found.filter((each) => !names.includes(each)),
    stale: names.filter((each) => !found.includes(each)),
  };
}
