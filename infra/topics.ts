import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export type TopicsProps = { settings: Settings; key: Key };

/** Two audiences: who must hear of an attack, and who keeps the pipeline running. */
export class Topics extends Construct {
  readonly alerts: Topic;
  readonly operations: Topic;

  constructor(scope: Construct, id: string, { settings, key }: TopicsProps) {
    super(scope, id);
    this.alerts = this.topic('Alerts', { key, emails: settings.alertEmails, title: 'Ascribe: attacks' });
    this.operations = this.topic('Operations', {
      key,
      emails: settings.operationsEmails,
      title: 'Ascribe: operations',
    });
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    for (const service of ['cloudwatch', 'budgets']) {
      const principals = [new ServicePrincipal(`${service}.amazonaws.com`)];
      this.operations.addToResourcePolicy(
        new PolicyStatement({
          sid: `${service === 'budgets' ? 'Budgets' : 'Alarms'}Publish`,
          principals,
          actions: ['sns:Publish'],
          resources: [this.operations.topicArn],
          conditions,
        }),
      );
      key.addToResourcePolicy(
        new PolicyStatement({
          sid: `${service === 'budgets' ? 'Budgets' : 'Alarms'}Encrypt`,
          principals,
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: ['*'],
          conditions,
        }),
      );
    }
  }

  private topic(id: string, { key, emails, title }: { key: Key; emails: string[]; title: string }): Topic {
    const topic = new Topic(this, id, { masterKey: key, enforceSSL: true, displayName: title });
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}
