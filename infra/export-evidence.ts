import { FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Data } from './data-stack.ts';
import { DeployedFunction, type FunctionSurroundings } from './deployed-function.ts';
import { inLake, lakeUrl } from './lake-place.ts';
import { mayListPlaces, type Place } from './places.ts';
import { allow, mayEncrypt, mayList, objectsOf } from './statements.ts';

export type ExportEvidenceProps = {
  surroundings: FunctionSurroundings;
  data: Data;
  places: Place[];
  seal: IFunction;
};

/** A signed package for a window and a recipient, on demand. AWS says who asks: the URL takes signed requests alone. */
export class ExportEvidence extends Construct {
  readonly deployed: DeployedFunction<'export-evidence'>;
  readonly url: string;

  constructor(scope: Construct, id: string, { surroundings, data, places, seal }: ExportEvidenceProps) {
    super(scope, id);
    const { settings } = surroundings;
    this.deployed = new DeployedFunction(this, 'Export', {
      name: 'export-evidence',
      about: 'Builds a signed evidence package for a recipient',
      surroundings,
      memory: 3008,
      timeout: 900,
      storage: 4096,
      environment: {
        LAKE_URL: lakeUrl({ lake: data.lake, settings }),
        VAULT_URL: `s3://${data.vault.bucketName}`,
        SEAL_FUNCTION: seal.functionName,
        MOST_ORIGINAL_BYTES: String(settings.mostOriginalBytes),
      },
      grants: [
        allow({
          sid: 'ReadOriginals',
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          resources: places.map(({ bucketArn, prefix }) => `${bucketArn}/${prefix}*`),
        }),
        // Markers, and the parts that are held against them.
        allow({
          sid: 'ReadLake',
          actions: ['s3:GetObject'],
          resources: inLake(
            { lake: data.lake, settings },
            'profile.json',
            'case.json',
            'objects/*',
            'tables/*',
          ),
        }),
        allow({
          sid: 'ReadEvidence',
          actions: ['s3:GetObject'],
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
        allow({
          sid: 'WriteExports',
          actions: ['s3:PutObject'],
          resources: objectsOf(data.vault, 'exports/*', 'filed/exports/*'),
        }),
        mayList('ListLakeAndVault', data.lake, data.vault),
        mayListPlaces(places),
        allow({ sid: 'LakeKey', actions: ['kms:Decrypt'], resources: [data.lakeKey.keyArn] }),
        mayEncrypt('VaultKey', data.vaultKey),
        ...(settings.attachedLogKeys.length > 0
          ? [allow({ sid: 'AttachedKeys', actions: ['kms:Decrypt'], resources: settings.attachedLogKeys })]
          : []),
        allow({ sid: 'HaveSigned', actions: ['lambda:InvokeFunction'], resources: [seal.functionArn] }),
      ],
    });
    this.url = this.deployed.lambda.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
  }
}
