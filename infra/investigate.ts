import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { mayQuery } from './athena-access.ts';
import type { Data } from './data-stack.ts';
import { DeployedFunction, type FunctionSurroundings } from './deployed-function.ts';
import { inLake, lakeUrl } from './lake-place.ts';
import { allow, mayEncrypt, mayList, objectsOf } from './statements.ts';
import type { Workgroup } from './workgroup.ts';

export type InvestigateProps = {
  surroundings: FunctionSurroundings;
  data: Data;
  workgroup: Workgroup;
  seal: IFunction;
};

/** Writes the report of a day, or of an incident, through Athena, and its package; the seal function signs it. */
export class Investigate extends Construct {
  readonly deployed: DeployedFunction<'investigate'>;

  constructor(scope: Construct, id: string, { surroundings, data, workgroup, seal }: InvestigateProps) {
    super(scope, id);
    const { settings } = surroundings;
    const { workgroupName } = workgroup;
    this.deployed = new DeployedFunction(this, 'Investigate', {
      name: 'investigate',
      about: 'Writes the forensic report and its package',
      surroundings,
      memory: 3008,
      timeout: 900,
      storage: 2048,
      isScheduled: true,
      environment: {
        LAKE_URL: lakeUrl({ lake: data.lake, settings }),
        VAULT_URL: `s3://${data.vault.bucketName}`,
        WORKGROUP: workgroupName,
        DATABASE: settings.database,
        SEAL_FUNCTION: seal.functionName,
        HISTORY_DAYS: String(settings.historyDays),
        TIME_ZONE: settings.timeZone,
        TLP: settings.tlp,
      },
      grants: [
        ...mayQuery({ data, settings, workgroup }),
        // The markers state the digests of the parts; a report holds the parts against them.
        allow({
          sid: 'ReadLake',
          actions: ['s3:GetObject'],
          resources: inLake({ lake: data.lake, settings }, 'profile.json', 'case.json', 'objects/*'),
        }),
        allow({
          sid: 'ReadEvidence',
          actions: ['s3:GetObject'],
          // With what was set aside, which a report names.
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
        allow({
          sid: 'WriteReports',
          actions: ['s3:PutObject'],
          resources: objectsOf(data.vault, 'reports/*', 'filed/reports/*'),
        }),
        mayList('ListVault', data.vault),
        mayEncrypt('VaultKey', data.vaultKey),
        allow({ sid: 'HaveSigned', actions: ['lambda:InvokeFunction'], resources: [seal.functionArn] }),
      ],
    });
  }
}
