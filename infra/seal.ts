import { Construct } from 'constructs';
import type { Data } from './data-stack.ts';
import { DeployedFunction, type FunctionSurroundings } from './deployed-function.ts';
import { sealRoleName } from './keys.ts';
import { allow, mayEncrypt, mayList, objectsOf } from './statements.ts';

export type SealProps = { surroundings: FunctionSurroundings; data: Data };

/** The only function that signs: a seal over new custody each day, and packages when another function asks. */
export class Seal extends Construct {
  readonly deployed: DeployedFunction<'seal'>;

  constructor(scope: Construct, id: string, { surroundings, data }: SealProps) {
    super(scope, id);
    this.deployed = new DeployedFunction(this, 'Seal', {
      name: 'seal',
      about: 'Seals custody and signs packages',
      surroundings,
      memory: 1024,
      timeout: 900,
      isScheduled: true,
      // The policy of the signing key names the role.
      roleName: sealRoleName(surroundings.settings.deployment),
      environment: {
        VAULT_URL: `s3://${data.vault.bucketName}`,
        SIGNING_KEY: data.signingKey.keyArn,
      },
      grants: [
        allow({
          sid: 'ReadEvidence',
          actions: ['s3:GetObject'],
          resources: objectsOf(data.vault, 'custody/*', 'seals/*', 'reports/*', 'exports/*', 'filed/*'),
        }),
        allow({
          sid: 'WriteSealsAndSignatures',
          actions: ['s3:PutObject'],
          resources: objectsOf(data.vault, 'seals/*', 'reports/*/signatures/*', 'exports/*/signatures/*'),
        }),
        mayList('ListVault', data.vault),
        mayEncrypt('VaultKey', data.vaultKey),
        allow({
          sid: 'Sign',
          actions: ['kms:GetPublicKey', 'kms:Sign'],
          resources: [data.signingKey.keyArn],
        }),
      ],
    });
  }
}
