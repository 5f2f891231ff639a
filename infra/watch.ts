import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { mayQuery } from './athena-access.ts';
import type { Data } from './data-stack.ts';
import { DeployedFunction, type FunctionSurroundings } from './deployed-function.ts';
import { inLake, lakeUrl } from './lake-place.ts';
import { allow, mayEncrypt, mayList, objectsOf } from './statements.ts';
import type { Workgroup } from './workgroup.ts';

export type WatchProps = {
  surroundings: FunctionSurroundings;
  data: Data;
  workgroup: Workgroup;
  alerts: ITopic;
  topicKey: IKey;
};

/** Looks each hour at the minutes of the lake, and at its flows and DNS queries: an alert, an update, an all-clear. It describes and names no actor. */
export class Watch extends Construct {
  readonly deployed: DeployedFunction<'watch'>;

  constructor(scope: Construct, id: string, { surroundings, data, workgroup, alerts, topicKey }: WatchProps) {
    super(scope, id);
    const { settings } = surroundings;
    const { workgroupName } = workgroup;
    this.deployed = new DeployedFunction(this, 'Watch', {
      name: 'watch',
      about: 'Finds growth and floods in the last days of the lake and says so',
      surroundings,
      // Flows a minute and target are up to 500 rows a minute.
      memory: 2048,
      timeout: 600,
      isScheduled: true,
      environment: {
        LAKE_URL: lakeUrl({ lake: data.lake, settings }),
        VAULT_URL: `s3://${data.vault.bucketName}`,
        WORKGROUP: workgroupName,
        DATABASE: settings.database,
        ALERT_TOPIC_ARN: alerts.topicArn,
        HISTORY_DAYS: String(settings.historyDays),
        FLOOD_DAYS: String(settings.watchFloodDays),
      },
      grants: [
        ...mayQuery({ data, settings, workgroup }),
        // Whether any log has come yet, and whether what came is synthetic; whose growth is no news.
        allow({
          sid: 'ReadLake',
          actions: ['s3:GetObject'],
          resources: inLake({ lake: data.lake, settings }, 'profile.json', 'case.json'),
        }),
        allow({
          sid: 'Alerts',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: objectsOf(data.vault, 'alerts/*'),
        }),
        mayList('ListAlerts', data.vault),
        mayEncrypt('VaultAndTopicKeys', data.vaultKey, topicKey),
        allow({ sid: 'Say', actions: ['sns:Publish'], resources: [alerts.topicArn] }),
      ],
    });
  }
}
