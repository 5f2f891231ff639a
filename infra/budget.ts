import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export type BudgetProps = { settings: Settings; operations: Topic };

/** The tag that every resource has; AWS counts by it once it is activated as a cost allocation tag. */
export const COST_TAG = 'ascribe';

/** Warns when the month has cost, or is going to cost, more than was meant. See docs/runbook.md#budget. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { settings, operations }: BudgetProps) {
    super(scope, id);
    const subscribers = [{ subscriptionType: 'SNS', address: operations.topicArn }];
    const budget = new CfnBudget(this, 'Month', {
      budget: {
        budgetName: `${settings.deployment} a month, see runbook budget`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: settings.monthlyBudget, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${COST_TAG}$${settings.deployment}`] },
      },
      notificationsWithSubscribers: [
        {
          notification: {
            notificationType: 'ACTUAL',
            comparisonOperator: 'GREATER_THAN',
            threshold: 80,
            thresholdType: 'PERCENTAGE',
          },
          subscribers,
        },
        {
          notification: {
            notificationType: 'FORECASTED',
            comparisonOperator: 'GREATER_THAN',
            threshold: 100,
            thresholdType: 'PERCENTAGE',
          },
          subscribers,
        },
      ],
    });
    // Budgets asks whether it may publish when it is created.
    budget.node.addDependency(operations);
  }
}
