import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AscribeApp } from './ascribe-app.ts';
import type { DataStack } from './data-stack.ts';
import { readSettings, type Settings } from './settings.ts';

/** A finding of cdk-nag that stands, where it stands, and why. */
export type Acknowledgement = {
  /** Rule, and in brackets what of it was found. */
  rule: string;
  /** Paths of the constructs below the app. */
  at: string[];
  reason: string;
};

const FUNCTIONS = {
  ingest: 'Pipeline/Ingest/Ingest',
  sweep: 'Pipeline/Sweep/Sweep',
  seal: 'Pipeline/Seal/Seal',
  watch: 'Pipeline/Watch/Watch',
  investigate: 'Pipeline/Investigate/Investigate',
  'export-evidence': 'Pipeline/ExportEvidence/Export',
};
const ALL = Object.values(FUNCTIONS);
const { ingest, seal, watch, investigate, 'export-evidence': exporting } = FUNCTIONS;

const roles = 'Pipeline/Roles';
const INVESTIGATOR = `${roles}/InvestigatorPolicy`;
const CUSTODIAN = `${roles}/CustodianPolicy`;
const AUDITOR = `${roles}/AuditorPolicy`;

/** The buckets, as the rules name what the pipeline imports. */
export type BucketNames = Record<'raw' | 'plain' | 'lake' | 'results' | 'vault', string>;

const policies = (...functions: string[]) => functions.map((path) => `${path}/Policy`);
const code = (...functions: string[]) => functions.map((path) => `${path}/Function`);

/** A wildcard in what a policy names. */
function wildcard(resource: string, at: string[], reason: string): Acknowledgement {
  return { rule: `AwsSolutions-IAM5[Resource::${resource}]`, at, reason };
}

const NAMES =
  'Producers name their objects, with dates and chance in the names, so no key can be listed beforehand.';
const ORIGINALS = `${NAMES} For reading alone, and below the prefix of the logs alone.`;
const LOCKED_ORIGINALS = `${NAMES} For reading; the ingest may lock as well, and the custodian hold, but nobody write or delete.`;

/** Every acknowledged finding of a deployment with these settings. */
export function acknowledgements(settings: Settings, buckets: BucketNames): Acknowledgement[] {
  const { deployment, attachedLogs, lakePrefix } = settings;
  const { raw, plain, results, vault } = buckets;
  const lake = lakePrefix === '' ? buckets.lake : `${buckets.lake}/${lakePrefix}`;
  return [
    {
      rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
      at: ['Data/Raw/Bucket', 'Data/Vault/Bucket'],
      reason:
        'Loss is answered by versioning, Object Lock and the eleven nines of S3 in three zones. A copy in another region is a decision about where personal data may lie and what it may cost, and so the organisation’s: docs/deploy.md says how to add one.',
    },
    {
      rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
      at: ['Data/Lake/Bucket', 'Data/Lake/Results'],
      reason:
        'Derived: the ingest makes the same lake, byte for byte, from the raw logs, and a query the same result from the lake.',
    },
    {
      rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
      at: ['Data/Plain/Bucket'],
      reason:
        'Access logs are a second record beside CloudTrail and kept for 400 days; versioned, and nobody may delete them.',
    },
    {
      rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
      at: ['Data/Raw/Bucket'],
      reason:
        'Encrypted with SSE-S3: Elastic Load Balancing delivers access logs to no bucket with another encryption.',
    },
    {
      rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
      at: ['Data/Plain/Bucket'],
      reason: 'Encrypted with SSE-S3: S3 delivers server access logs to no bucket with another encryption.',
    },
    {
      rule: 'NIST.800.53.R5-LambdaConcurrency',
      at: code(ingest),
      reason:
        'Limited where it is fed: the event source mapping runs at most the number of the setting ingestConcurrency side by side. A reservation would be taken from the account, and a new account has none to give.',
    },
    {
      rule: 'NIST.800.53.R5-LambdaConcurrency',
      at: code(...ALL.filter((path) => path !== ingest)),
      reason:
        'Started by a schedule, once an hour or a day, by a custodian, or by another function that waits for it. A reservation would be taken from the account, and a new account has none to give.',
    },
    {
      rule: 'NIST.800.53.R5-LambdaDLQ',
      at: code(ingest),
      reason:
        'Fed from a queue, which has the dead-letter queue; that of a function serves asynchronous runs alone.',
    },
    {
      rule: 'NIST.800.53.R5-LambdaDLQ',
      at: code(exporting),
      reason: 'Answers a custodian who waits: a failure is the answer; there is no asynchronous run to keep.',
    },
    {
      rule: 'NIST.800.53.R5-LambdaInsideVPC',
      at: code(...ALL),
      reason:
        'Talks to AWS APIs alone, over TLS and with signed requests, and opens no port. A VPC without an internet gateway would need an interface endpoint for each service that it talks to, which is a standing cost and one more thing to administer, and would keep the function from no data that its policy lets it read.',
    },
    ...Object.entries(FUNCTIONS).map(([name, path]) =>
      wildcard(
        `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/${deployment}/${name}:*`,
        policies(path),
        'The streams of its own log group, which Lambda names by day and instance.',
      ),
    ),
    wildcard(
      '*',
      policies(...ALL),
      'PutTraceSegments and PutTelemetryRecords of X-Ray take no resource; they write traces and read nothing.',
    ),
    wildcard(
      '*',
      [INVESTIGATOR],
      'ListWorkGroups and ListDataCatalogs of Athena, which the console asks before it lets choose; they return names.',
    ),
    wildcard(`${raw}/raw/*`, [...policies(ingest, exporting), CUSTODIAN], LOCKED_ORIGINALS),
    wildcard(
      `${raw}/raw/*`,
      [AUDITOR],
      'The retention of any version that a custody record names. Of the log itself the auditor sees not a byte.',
    ),
    wildcard(`${plain}/raw/*`, [...policies(ingest, exporting), CUSTODIAN], ORIGINALS),
    ...attachedLogs.map((url) =>
      wildcard(
        `arn:<AWS::Partition>:s3:::${url.slice('s3://'.length).replace(/\/+$/, '')}/*`,
        [...policies(ingest, exporting), CUSTODIAN],
        ORIGINALS,
      ),
    ),
    wildcard(
      `${lake}/*`,
      policies(ingest),
      'The ingest writes the lake: profile, parts and markers, whose names hold the hashes of what it reads. It may not delete.',
    ),
    wildcard(
      `${lake}/tables/*`,
      [...policies(watch, investigate, exporting), INVESTIGATOR, CUSTODIAN],
      'Athena reads the parts of the tables as its caller, and an export holds them against their digests; their names hold days and hashes. Read only.',
    ),
    wildcard(
      `${lake}/objects/*`,
      [...policies(investigate, exporting), INVESTIGATOR, CUSTODIAN],
      'The commit markers, named by hashes. Read only.',
    ),
    wildcard(
      `${results}/results/pipeline/*`,
      policies(watch, investigate),
      'Athena writes results as its caller, under names that it makes; no person may write here, where reports read.',
    ),
    wildcard(
      `${results}/results/people/*`,
      [INVESTIGATOR],
      'Athena writes results as its caller, under names that it makes; no function reads here.',
    ),
    wildcard(
      `${vault}/custody/*`,
      [...policies(ingest, seal, investigate, exporting), INVESTIGATOR, CUSTODIAN, AUDITOR],
      'Custody records, named by the hash of a delivery. The ingest writes them under Object Lock, the others read.',
    ),
    wildcard(
      `${vault}/deferred/*`,
      [...policies(ingest, investigate, exporting), INVESTIGATOR, CUSTODIAN, AUDITOR],
      'Notes of objects left to the command line, named by hashes. The ingest writes them under Object Lock, the others read.',
    ),
    wildcard(
      `${vault}/judgements/*`,
      [...policies(investigate, exporting), INVESTIGATOR, CUSTODIAN],
      'Judgements of analysts, named by hashes. The investigator writes them under Object Lock, the others read.',
    ),
    wildcard(
      `${vault}/seals/*`,
      [...policies(seal, investigate, exporting), INVESTIGATOR, CUSTODIAN, AUDITOR],
      'Seals, one a day without end. The seal function writes them under Object Lock, the others read.',
    ),
    wildcard(
      `${vault}/reports/*`,
      [...policies(seal, investigate, exporting), INVESTIGATOR, CUSTODIAN],
      'Reports, below their day and snapshot. The investigation writes them under Object Lock, the others read.',
    ),
    wildcard(
      `${vault}/exports/*`,
      [...policies(seal, exporting), CUSTODIAN],
      'Evidence packages, below their window and recipient. The export writes them under Object Lock, the others read.',
    ),
    wildcard(
      `${vault}/filed/reports/*`,
      [...policies(investigate), INVESTIGATOR],
      'What is filed of reports, by day and snapshot. The investigation writes it under Object Lock, the investigator reads.',
    ),
    wildcard(
      `${vault}/filed/exports/*`,
      policies(exporting),
      'What is filed of packages, by their id. The export writes it under Object Lock.',
    ),
    wildcard(
      `${vault}/filed/*`,
      [...policies(seal, exporting), CUSTODIAN],
      'What is filed of every report and package, for reading: what is not filed is neither signed nor exported.',
    ),
    ...['reports', 'exports'].map((folder) =>
      wildcard(
        `${vault}/${folder}/*/signatures/*`,
        policies(seal),
        'The signatures of a package lie inside it; the seal function may write there and nowhere else in it.',
      ),
    ),
    wildcard(
      `${vault}/alerts/*`,
      policies(watch),
      'Alerts, named by their window; written under Object Lock.',
    ),
    wildcard(
      `${vault}/*`,
      [CUSTODIAN],
      'A legal hold must reach any piece of evidence that a court asks for. It can lock and unlock, and neither read nor delete.',
    ),
  ];
}

/** The names under which the data stack exports its buckets: those are what a finding of the pipeline holds. */
export function exportedBuckets(data: DataStack): BucketNames {
  const nameOf = ({ bucketArn }: { bucketArn: string }): string =>
    data.resolve(data.exportValue(bucketArn))['Fn::ImportValue'];
  const { raw, plain, lake, results, vault } = data.data;
  return {
    raw: nameOf(raw),
    plain: nameOf(plain),
    lake: nameOf(lake),
    results: nameOf(results),
    vault: nameOf(vault),
  };
}

/** Tells cdk-nag of them. A role that nobody was named for is not there, and so has no finding. */
export function acknowledge({ app, data }: AscribeApp): void {
  for (const { rule, at, reason } of acknowledgements(readSettings(app), exportedBuckets(data)))
    for (const path of at) {
      const construct = path
        .split('/')
        .reduce<IConstruct | undefined>((found, id) => found?.node.tryFindChild(id), app);
      if (construct) Validations.of(construct).acknowledge({ id: rule, reason });
    }
}
