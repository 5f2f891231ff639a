/** The app as the tests see it: with the context of `cdk.json`, retention chosen, everyone named, nothing bundled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { ascribeApp } from '../../infra/ascribe-app.ts';

// CDK's own check of templates takes seconds to load; `npm run synth` runs it.
process.env.CDK_VALIDATION = 'false';

const root = join(import.meta.dirname, '..', '..');

export const flags = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context as Record<
  string,
  unknown
>;

export const chosen = {
  rawRetentionMode: 'GOVERNANCE',
  rawRetentionDays: '1',
  vaultRetentionMode: 'COMPLIANCE',
  vaultRetentionDays: '400',
};

/** Every optional part of the stacks is there. */
export const everything = {
  ...chosen,
  producers: 'cloudflare,alb,nlb,cloudfront,waf,vpc-flow,route53,cloudtrail,s3-access',
  rawBucketName: 'aws-waf-logs-example',
  attachedLogs: 's3://example-logs/alb s3://example-edge',
  attachedLogKeys: 'arn:aws:kms:eu-west-2:123456789012:key/11111111-2222-3333-4444-555555555555',
  investigators: 'arn:aws:iam::123456789012:role/analysts',
  custodians: 'arn:aws:iam::123456789012:role/custodians',
  auditors: 'arn:aws:iam::123456789012:user/auditor',
  breakGlass: 'arn:aws:iam::123456789012:role/break-glass',
  alertEmails: 'security@example.com',
  operationsEmails: 'operations@example.com',
};

export type Resource = {
  id: string;
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is read as it comes.
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  DependsOn?: string[];
};

export type Synthesized = { data: Resource[]; pipeline: Resource[]; all: Resource[] };

export function appWith(context: Record<string, unknown>) {
  return ascribeApp({ context: { ...flags, 'aws:cdk:bundling-stacks': [], ...context } });
}

export function synthesize(context: Record<string, unknown>): Synthesized {
  const { data, pipeline } = appWith(context);
  const of = (stack: typeof data | typeof pipeline): Resource[] =>
    Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Omit<Resource, 'id'>>).map(
      ([id, resource]) => ({ ...resource, id, Properties: resource.Properties ?? {} }),
    );
  const dataResources = of(data);
  const pipelineResources = of(pipeline);
  return { data: dataResources, pipeline: pipelineResources, all: [...dataResources, ...pipelineResources] };
}

export function ofType(resources: Resource[], type: string): Resource[] {
  return resources.filter((resource) => resource.Type === type);
}

/** A token of the template as one text: `${RawBucket.Arn}/raw/*`; an import is the name of what was exported. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[form, given]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (form === 'Fn::Join') return (given as [string, unknown[]])[1].map(textOf).join('');
  if (form === 'Ref') return `\${${given}}`;
  if (form === 'Fn::GetAtt') return `\${${(given as string[]).join('.')}}`;
  if (form === 'Fn::ImportValue') return `\${${importedName(String(given))}}`;
  if (form === 'Fn::Sub') return String(given);
  throw new Error(`a template form that the tests do not read: ${form}`);
}

/** `ascribe-data:ExportsOutputFnGetAttRawBucket672A0DBBArn5436FA99` → `RawBucket672A0DBB.Arn`. */
function importedName(name: string): string {
  const attribute = /ExportsOutputFnGetAtt(\w+?)Arn[0-9A-F]{8}$/.exec(name);
  if (attribute) return `${attribute[1]}.Arn`;
  const reference = /ExportsOutputRef(\w+?)[0-9A-F]{8}$/.exec(name);
  if (reference) return String(reference[1]);
  throw new Error(`an export that the tests do not read: ${name}`);
}

export type Statement = {
  where: string;
  sid: string;
  effect: string;
  actions: string[];
  resources: string[];
  principals: string[];
  conditions: Record<string, Record<string, string | string[]>>;
};

const listed = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Every statement of every policy: of roles, their trust, buckets, queues, topics and keys. */
export function statementsOf(resources: Resource[]): Statement[] {
  return resources.flatMap((resource) => {
    const { Properties: given } = resource;
    const documents = [
      given.PolicyDocument,
      given.KeyPolicy,
      given.AssumeRolePolicyDocument,
      ...listed(given.Policies).map((policy) => (policy as { PolicyDocument: unknown }).PolicyDocument),
    ];
    return documents
      .filter((document) => document !== undefined)
      .flatMap((document) => listed(document.Statement).map((statement) => read(resource.id, statement)));
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a template is read as it comes.
function read(where: string, statement: any): Statement {
  const principal = statement.Principal ?? {};
  return {
    where,
    sid: statement.Sid ?? '',
    effect: statement.Effect,
    actions: listed(statement.Action).map(textOf),
    resources: listed(statement.Resource).map(textOf),
    principals:
      typeof principal === 'string'
        ? [principal]
        : Object.values(principal).flatMap((value) => listed(value).map(textOf)),
    conditions: Object.fromEntries(
      Object.entries((statement.Condition ?? {}) as Record<string, Record<string, unknown>>).map(
        ([operator, keys]) => [
          operator,
          Object.fromEntries(
            Object.entries(keys).map(([key, value]) => [
              key,
              Array.isArray(value) ? value.map(textOf) : textOf(value),
            ]),
          ),
        ],
      ),
    ),
  };
}
