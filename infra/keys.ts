import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  StarPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';
import { saveFor } from './statements.ts';

export type KeysProps = { settings: Settings };

/** The one role that may sign; a name and no reference, since the role comes with the pipeline, after the key. */
export function sealRoleName(deployment: string): string {
  return `${deployment}-seal`;
}

/** Everything that an administrator needs, save what uses the key: no `kms:Sign`, and no grant that would pass it on. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:UpdateKeyDescription',
];

/** The keys that must outlive every deployment: without them lake and vault cannot be read, nor old seals explained. */
export class Keys extends Construct {
  readonly lake: Key;
  readonly vault: Key;
  readonly signing: Key;

  constructor(scope: Construct, id: string, { settings: { deployment, breakGlass } }: KeysProps) {
    super(scope, id);
    this.lake = this.symmetric('Lake', `${deployment}: lake and query results`, `${deployment}-lake`);
    this.vault = this.symmetric('Vault', `${deployment}: evidence vault`, `${deployment}-vault`);
    this.vault.addToResourcePolicy(nobodyDisables(breakGlass));
    this.signing = new Key(this, 'Signing', {
      description: `${deployment}: signs seals and packages`,
      alias: `${deployment}-signing`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      policy: signingPolicy(deployment),
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private symmetric(id: string, description: string, alias: string): Key {
    return new Key(this, id, {
      description,
      alias,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/**
 * Without its key the vault is locked and nobody can read it. Whoever may change this policy can take the statement
 * away: it makes of one call two, of which the first stands in CloudTrail while nothing is lost yet.
 */
function nobodyDisables(breakGlass: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'NobodyDisables',
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
    resources: ['*'],
    ...saveFor(breakGlass),
  });
}

/**
 * The usual key policy hands every action to IAM, so that any administrator could grant himself to sign. This one
 * hands over administration and the public half alone. Signing is left to one role by name, which must also be
 * allowed it by its own policy, and is denied to everyone else, grants included.
 */
function signingPolicy(deployment: string): PolicyDocument {
  const role = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${sealRoleName(deployment)}`;
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'AccountAdministers',
        principals: [new AccountRootPrincipal()],
        actions: ADMINISTRATION,
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'AccountReadsThePublicHalf',
        principals: [new AccountRootPrincipal()],
        actions: ['kms:GetPublicKey'],
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'SealSigns',
        principals: [new AccountRootPrincipal()],
        actions: ['kms:Sign'],
        resources: ['*'],
        conditions: { ArnEquals: { 'aws:PrincipalArn': role } },
      }),
      new PolicyStatement({
        sid: 'NobodyElseSigns',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: ['kms:Sign', 'kms:CreateGrant'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': role } },
      }),
    ],
  });
}
