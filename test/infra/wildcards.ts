// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tokens of the template are written as it writes them.
/**
 * Every star of the policies, and why it has to be one: `<resource> <statement>: <text>`. A star that is not here
 * fails the test of permissions, and so does a line here that no policy needs any more.
 */
const RAW = '${RawBucket672A0DBB.Arn}';
const PLAIN = '${PlainBucket8A30DAF0.Arn}';
const LAKE = '${LakeBucketB1D32E10.Arn}';
const RESULTS = '${LakeResults1933D710.Arn}';
const VAULT = '${VaultBucket0925C477.Arn}';
const S3 = 'arn:${AWS::Partition}:s3:::';
const LOGS = 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:';

const functions = [
  ['Ingest', 'ingest'],
  ['Sweep', 'sweep'],
  ['Seal', 'seal'],
  ['Watch', 'watch'],
  ['Investigate', 'investigate'],
  ['ExportEvidenceExport', 'export-evidence'],
] as const;

const each = (statement: string, ...texts: string[]) => texts.map((text) => `${statement}: ${text}`);
const raw = [`${RAW}/raw/*`, `${PLAIN}/raw/*`, `${S3}example-logs/alb/*`, `${S3}example-edge/*`];
const vault = (...folders: string[]) => folders.map((folder) => `${VAULT}/${folder}/*`);
const ofReports = ['custody', 'deferred', 'judgements', 'seals', 'reports', 'filed/reports'];
const ofAll = ['custody', 'deferred', 'judgements', 'seals', 'reports', 'exports', 'filed'];

export const wildcards: Record<string, string[]> = {
  'Lambda names the streams of a log group by day and instance': functions.map(
    ([id, name]) => `${id}Policy OwnLog: ${LOGS}/ascribe/${name}:*`,
  ),
  'X-Ray takes no resource for what is sent to it': functions.map(([id]) => `${id}Policy OwnTrace: *`),
  'Athena takes no resource for these lists, which return names': ['RolesInvestigatorPolicy ConsoleLists: *'],
  'Producers name the log objects, and every one is to be read': [
    ...each('IngestPolicy ReadRaw', ...raw),
    ...each('ExportEvidenceExportPolicy ReadOriginals', ...raw),
    ...each('RolesCustodianPolicy Trace', ...raw),
  ],
  'Every raw version of ours is locked once it is hashed': each('IngestPolicy LockRaw', `${RAW}/raw/*`),
  'The ingest writes the whole lake: profile, parts and markers, named by hashes': each(
    'IngestPolicy Lake',
    `${LAKE}/*`,
  ),
  'Parts of tables are named by day and hash': [
    ...['Watch', 'Investigate', 'RolesInvestigator'].map((id) => `${id}Policy ReadTables: ${LAKE}/tables/*`),
    ...['ExportEvidenceExport', 'RolesCustodian'].map((id) => `${id}Policy ReadLake: ${LAKE}/tables/*`),
  ],
  'Commit markers are named by hashes': [
    'Investigate',
    'ExportEvidenceExport',
    'RolesInvestigator',
    'RolesCustodian',
  ].map((id) => `${id}Policy ReadLake: ${LAKE}/objects/*`),
  'Athena names its results; people have a folder, and functions another, where no person writes': [
    ...['Watch', 'Investigate'].map((id) => `${id}Policy Results: ${RESULTS}/results/pipeline/*`),
    `RolesInvestigatorPolicy Results: ${RESULTS}/results/people/*`,
  ],
  'Evidence is named by hashes, days and windows; each folder is named, and who may read it': [
    ...each('InvestigatePolicy ReadEvidence', ...vault(...ofReports)),
    ...each('ExportEvidenceExportPolicy ReadEvidence', ...vault(...ofAll)),
    ...each('SealPolicy ReadEvidence', ...vault('custody', 'seals', 'reports', 'exports', 'filed')),
    ...each('RolesCustodianPolicy ReadEvidence', ...vault(...ofAll)),
    ...each('RolesInvestigatorPolicy ReadReports', ...vault(...ofReports)),
    ...each('RolesAuditorPolicy ReadCustody', ...vault('custody', 'deferred', 'seals')),
  ],
  'Evidence is written into one folder by one function or role, and locked from that moment on': [
    ...each('IngestPolicy Custody', ...vault('custody', 'deferred')),
    ...each('InvestigatePolicy WriteReports', ...vault('reports', 'filed/reports')),
    ...each('ExportEvidenceExportPolicy WriteExports', ...vault('exports', 'filed/exports')),
    ...each('RolesInvestigatorPolicy Judge', ...vault('judgements')),
    ...each('WatchPolicy Alerts', ...vault('alerts')),
    ...each(
      'SealPolicy WriteSealsAndSignatures',
      ...vault('seals', 'reports/*/signatures', 'exports/*/signatures'),
    ),
  ],
  'An auditor looks whether any version is locked as its custody record says, and sees not a byte of it':
    each('RolesAuditorPolicy LocksOfRawLogs', `${RAW}/raw/*`),
  'A court may ask for any log and any piece of evidence to be held': each(
    'RolesCustodianPolicy Hold',
    `${RAW}/raw/*`,
    `${VAULT}/*`,
  ),
  'A producer names what it delivers, below its own prefix and account': [
    ...[
      ['AlbDelivers', 'alb'],
      ['NlbDelivers', 'nlb'],
      ['CloudFrontDelivers', 'cloudfront'],
      ['WafDelivers', 'waf'],
      ['VpcFlowDelivers', 'vpc-flow'],
      ['Route53Delivers', 'route53'],
      ['CloudTrailDelivers', 'cloudtrail'],
    ].map(([sid, prefix]) => `RawBucketPolicy ${sid}: ${RAW}/raw/${prefix}/AWSLogs/\${AWS::AccountId}/*`),
    `RawBucketPolicy CloudflareDelivers: ${RAW}/raw/cloudflare/*`,
    `PlainBucketPolicy S3AccessDelivers: ${PLAIN}/raw/s3-access/*`,
    ...each(
      'PlainBucketPolicy ',
      ...['raw', 'lake', 'results', 'vault'].map((bucket) => `${PLAIN}/server-access/${bucket}/*`),
    ),
  ],
  'In the policy of a key, * is this key': [
    'KeysLake : *',
    'KeysVault : *',
    'KeysSigning AccountAdministers: *',
    'KeysSigning AccountReadsThePublicHalf: *',
    'KeysSigning SealSigns: *',
    'OperationsKey : *',
    'OperationsKey FunctionLogs: *',
    'OperationsKey FunctionLogsLook: *',
    'OperationsKey AlarmsEncrypt: *',
    'OperationsKey BudgetsEncrypt: *',
  ],
  'The account hands a key that encrypts to IAM, as AWS advises, so that it can be administered; never that which signs':
    ['KeysLake : kms:*', 'KeysVault : kms:*', 'OperationsKey : kms:*'],
};
