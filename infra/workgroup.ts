import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Data } from './data-stack.ts';
import type { Settings } from './settings.ts';

export type WorkgroupProps = {
  settings: Settings;
  data: Data;
  /** People may not write where a report reads its answers, so each has a group and a folder of its own. */
  askedBy: 'people' | 'pipeline';
};

/** Where queries run, with settings that their caller cannot change: one group for the functions, one for people. */
export class Workgroup extends Construct {
  readonly workgroupName: string;
  /** In the bucket of results, with its last slash. */
  readonly resultsFolder: string;
  readonly resource: CfnWorkGroup;

  constructor(scope: Construct, id: string, { settings, data, askedBy }: WorkgroupProps) {
    super(scope, id);
    this.workgroupName = askedBy === 'pipeline' ? settings.deployment : `${settings.deployment}-${askedBy}`;
    this.resultsFolder = `results/${askedBy}/`;
    this.resource = new CfnWorkGroup(this, 'Group', {
      name: this.workgroupName,
      description: `Queries of ${askedBy === 'people' ? 'people' : 'the functions'} on the lake of Ascribe: encrypted results, a ceiling on what one may scan`,
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
          outputLocation: `s3://${data.results.bucketName}/${this.resultsFolder}`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: data.lakeKey.keyArn },
        },
      },
    });
  }
}
