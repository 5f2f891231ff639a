import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Data } from './data-stack.ts';
import type { Settings } from './settings.ts';

export type WorkgroupProps = { settings: Settings; data: Data };

/** Where every query runs, with settings that its caller cannot change. */
export class Workgroup extends Construct {
  readonly workgroupName: string;
  readonly resource: CfnWorkGroup;

  constructor(scope: Construct, id: string, { settings, data }: WorkgroupProps) {
    super(scope, id);
    this.workgroupName = settings.deployment;
    this.resource = new CfnWorkGroup(this, 'Group', {
      name: this.workgroupName,
      description: 'Queries on the lake of Ascribe: encrypted results, a ceiling on what one may scan',
      // The saved queries go with it; they come again with the next deployment.
      recursiveDeleteOption: true,
      state: 'ENABLED',
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        bytesScannedCutoffPerQuery: settings.mostBytesPerQuery,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${data.results.bucketName}/results/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: data.lakeKey.keyArn },
        },
      },
    });
  }
}
