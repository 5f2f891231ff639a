import { Stack } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  ManagedPolicy,
  type PolicyStatement,
  PrincipalWithConditions,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { mayQuery, workgroupArn } from './athena-access.ts';
import type { Data } from './data-stack.ts';
import { inLake } from './lake-place.ts';
import type { Place } from './places.ts';
import type { Settings } from './settings.ts';
import { allow, mayDecrypt, mayEncrypt, mayList, objectsOf } from './statements.ts';
import type { Workgroup } from './workgroup.ts';

export type RolesProps = {
  settings: Settings;
  data: Data;
  places: Place[];
  workgroup: Workgroup;
  exportEvidence: IFunction;
};

/** The three roles for people. A role comes only with someone who may take it; there are no others. */
export class Roles extends Construct {
  constructor(scope: Construct, id: string, props: RolesProps) {
    super(scope, id);
    const { settings, data } = props;
    const read = mayRead(this, data);
    this.role('Investigator', settings, settings.investigators, [...mayInvestigate(props), read]);
    this.role('Custodian', settings, settings.custodians, [...mayKeep(props), read]);
    this.role('Auditor', settings, settings.auditors, [...mayAudit(props), read]);
  }

  private role(id: string, settings: Settings, principals: string[], statements: PolicyStatement[]): void {
    if (principals.length === 0) return;
    const condition = settings.mfa ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {};
    const who = principals.map((arn) => new PrincipalWithConditions(new ArnPrincipal(arn), condition));
    const role = new Role(this, id, {
      roleName: `${settings.deployment}-${id.toLowerCase()}`,
      description: `Ascribe: ${id.toLowerCase()}`,
      assumedBy: new CompositePrincipal(...who),
    });
    new ManagedPolicy(this, `${id}Policy`, {
      description: `Ascribe: what its ${id.toLowerCase()} may do`,
      roles: [role],
      statements,
    });
  }
}

/** Asks the lake and reads reports. No raw log: what a row says is what an investigator needs of it. */
function mayInvestigate({ settings, data, workgroup }: RolesProps): PolicyStatement[] {
  return [
    ...mayQuery({ data, settings, workgroup }),
    // The lake on the command line: where its vault is, what is in it, and whose custody that is.
    allow({
      sid: 'ReadLake',
      actions: ['s3:GetObject'],
      resources: inLake(
        { lake: data.lake, settings },
        'profile.json',
        'vault.json',
        'case.json',
        'objects/*',
      ),
    }),
    allow({
      sid: 'Console',
      actions: [
        'athena:BatchGetNamedQuery',
        'athena:BatchGetQueryExecution',
        'athena:GetNamedQuery',
        'athena:GetWorkGroup',
        'athena:ListNamedQueries',
        'athena:ListQueryExecutions',
      ],
      resources: [workgroupArn(workgroup.workgroupName)],
    }),
    // The console lists before it lets choose; these know no narrower resource, or list names alone.
    allow({
      sid: 'ConsoleLists',
      actions: ['athena:ListDataCatalogs', 'athena:ListWorkGroups'],
      resources: ['*'],
    }),
    allow({
      sid: 'ReadReports',
      actions: ['s3:GetObject'],
      resources: objectsOf(
        data.vault,
        'custody/*',
        'deferred/*',
        'judgements/*',
        'seals/*',
        'reports/*',
        'filed/reports/*',
      ),
    }),
    // The word on a cluster, which reports follow: created, and by the vault's lock never changed.
    allow({ sid: 'Judge', actions: ['s3:PutObject'], resources: objectsOf(data.vault, 'judgements/*') }),
    mayList('ListVault', data.vault),
    mayEncrypt('VaultKey', data.vaultKey),
  ];
}

/** Exports evidence, follows a row to the bytes it came from, and holds what a court may ask for. */
function mayKeep({ settings, data, places, exportEvidence }: RolesProps): PolicyStatement[] {
  return [
    allow({
      sid: 'Export',
      actions: ['lambda:InvokeFunctionUrl'],
      resources: [exportEvidence.functionArn],
      conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
    }),
    // AWS asks for both since October 2025; this one holds for calls by the URL alone.
    allow({
      sid: 'ExportByUrlAlone',
      actions: ['lambda:InvokeFunction'],
      resources: [exportEvidence.functionArn],
      conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    }),
    allow({
      sid: 'ReadEvidence',
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'],
      resources: objectsOf(
        data.vault,
        'custody/*',
        'deferred/*',
        'judgements/*',
        'seals/*',
        'reports/*',
        'exports/*',
        'filed/*',
      ),
    }),
    // A row names its object, the marker its digests, custody the delivery, and that the version.
    allow({
      sid: 'ReadLake',
      actions: ['s3:GetObject'],
      resources: inLake(
        { lake: data.lake, settings },
        'profile.json',
        'vault.json',
        'case.json',
        'objects/*',
        'tables/*',
      ),
    }),
    allow({
      sid: 'Trace',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: places.map(({ bucketArn, prefix }) => `${bucketArn}/${prefix}*`),
    }),
    allow({
      sid: 'Hold',
      actions: ['s3:GetObjectLegalHold', 's3:PutObjectLegalHold'],
      resources: [...objectsOf(data.raw, 'raw/*'), ...objectsOf(data.vault, '*')],
    }),
    mayList('ListLakeAndVault', data.lake, data.vault),
    mayDecrypt('LakeAndVaultKeys', data.lakeKey, data.vaultKey),
    ...(settings.attachedLogKeys.length > 0
      ? [allow({ sid: 'AttachedKeys', actions: ['kms:Decrypt'], resources: settings.attachedLogKeys })]
      : []),
    mayVerify(data),
  ];
}

/** Checks that nothing was changed, without seeing any log or report. */
function mayAudit({ data }: RolesProps): PolicyStatement[] {
  return [
    allow({
      sid: 'ReadCustody',
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'],
      resources: objectsOf(data.vault, 'custody/*', 'deferred/*', 'seals/*'),
    }),
    // That every version is there and locked as its custody record says; of the log itself not a byte.
    allow({
      sid: 'LocksOfRawLogs',
      actions: ['s3:GetObjectRetention'],
      resources: objectsOf(data.raw, 'raw/*'),
    }),
    allow({
      sid: 'ListVersions',
      actions: ['s3:ListBucketVersions'],
      resources: [data.raw.bucketArn, data.vault.bucketArn],
    }),
    mayList('ListVault', data.vault),
    mayDecrypt('VaultKey', data.vaultKey),
    mayVerify(data),
  ];
}

/** The outputs of both stacks: the names of all that the commands of docs/deploy.md ask for. */
function mayRead(scope: Construct, { lake }: Data): PolicyStatement {
  return allow({
    sid: 'ReadOutputs',
    actions: ['cloudformation:DescribeStacks'],
    resources: [Stack.of(lake).stackId, Stack.of(scope).stackId],
  });
}

function mayVerify({ signingKey }: Data): PolicyStatement {
  return allow({
    sid: 'Verify',
    actions: ['kms:DescribeKey', 'kms:GetPublicKey'],
    resources: [signingKey.keyArn],
  });
}
