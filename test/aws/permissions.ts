/**
 * Holds every call that the functions made against what their roles are allowed as deployed: none may be denied, and
 * none that is allowed may be left unused without a reason.
 */
import { account, type Call, region } from './emulation/calls.ts';
import type { Deployed } from './emulation/deployed.ts';
import { athenaReads } from './emulation/trino-server.ts';
import { encryptionOf, type Need, needsOf } from './permissions-needs.ts';
import { isLike, judge, readStatements, type Statement } from './permissions-policies.ts';

export type Denied = { function: string; action: string; resource: string; why: string; call: string };

/** One action of an allowing statement on one of its resources: `WatchPolicy Query: athena:StopQueryExecution workgroup/x`. */
export type Unused = string;

export type Audit = {
  denied: Denied[];
  unused: Unused[];
  /** How many permissions were asked for, by function; none means that nothing was audited. */
  judged: Record<string, number>;
  /** What Athena did as its caller, held against the role of each function that asks it. */
  asCaller: { judged: number; denied: Denied[] };
};

type Role = { arn: string; statements: Statement[]; used: Set<string> };

export function auditPermissions(cloud: { calls: readonly Call[]; deployed: readonly Deployed[] }): Audit {
  const { deployed } = cloud;
  const roles = rolesOf(deployed);
  const resources = resourcePolicies(deployed);
  const by = { encryption: encryptionOf(deployed), glue: glueArns(deployed) };
  const nameOf = namer(deployed);
  const audit: Audit = { denied: [], unused: [], judged: {}, asCaller: { judged: 0, denied: [] } };
  const verdicts = new Map<string, Denied[]>();

  /** The same permission asked for again has the same answer. */
  function deniedOf(call: Call, name: string): Denied[] {
    const needs = needsOf(call, by);
    const key = JSON.stringify([name, needs]);
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    const denied = needs.flatMap((need) => ask(need, { call, name }));
    verdicts.set(key, denied);
    return denied;
  }

  function ask(need: Need, { call, name }: { call: Call; name: string }): Denied[] {
    const role = roles.get(name)!;
    const request = { ...need, principal: role.arn };
    const verdict = judge(request, {
      identity: role.statements,
      resource: policyOf(need.resource, resources),
    });
    if (!verdict.allowed) {
      const shown = { function: nameOf(name), action: need.action, resource: nameOf(need.resource) };
      return [{ ...shown, why: verdict.why, call: `${call.service}:${call.action}` }];
    }
    for (const statement of verdict.by)
      for (const action of statement.actions)
        for (const resource of statement.resources)
          if (isLike(need.action.toLowerCase(), action.toLowerCase()) && isLike(need.resource, resource))
            role.used.add(pair(statement, { action, resource }));
    return [];
  }

  // Who asks Athena shall be allowed what Athena then reads in its name.
  const asking = [
    ...new Set(cloud.calls.filter(({ service }) => service === 'athena').map(({ caller }) => caller)),
  ];
  for (const call of cloud.calls) {
    if (roles.has(call.caller)) {
      const name = nameOf(call.caller);
      audit.judged[name] = (audit.judged[name] ?? 0) + 1;
      audit.denied.push(...deniedOf(call, call.caller));
    } else if (call.caller === athenaReads) {
      audit.asCaller.judged += 1;
      for (const name of asking.filter((each) => roles.has(each)))
        audit.asCaller.denied.push(...deniedOf(call, name));
    }
  }
  audit.denied = distinct(audit.denied);
  audit.asCaller.denied = distinct(audit.asCaller.denied);
  audit.unused = [...roles.values()]
    .flatMap(({ statements, used }) => unusedOf(statements, { used, nameOf }))
    .sort();
  return audit;
}

function distinct(denied: readonly Denied[]): Denied[] {
  return [...new Map(denied.map((each) => [JSON.stringify(each), each])).values()];
}

function pair({ where, sid }: Statement, { action, resource }: { action: string; resource: string }): string {
  return `${where} ${sid}: ${action} ${resource}`;
}

function unusedOf(
  statements: readonly Statement[],
  { used, nameOf }: { used: ReadonlySet<string>; nameOf: (id: string) => string },
): Unused[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) =>
      statement.actions.flatMap((action) =>
        statement.resources
          .filter((resource) => !used.has(pair(statement, { action, resource })))
          .map((resource) => pair(statement, { action, resource: nameOf(resource) })),
      ),
    );
}

/** By the physical name of each function: its role, with whatever is attached to it. */
function rolesOf(deployed: readonly Deployed[]): Map<string, Role> {
  const roles = new Map<string, Role>();
  const ofFunctions = deployed.filter(
    ({ type, properties }) => type === 'AWS::Lambda::Function' && properties.Role,
  );
  for (const { id, properties } of ofFunctions) {
    const arn = String(properties.Role);
    const role = deployed.find(({ type, attributes }) => type === 'AWS::IAM::Role' && attributes.Arn === arn);
    if (role === undefined) throw new Error(`the role of ${id}, ${arn}, was not deployed`);
    const inline = (role.properties.Policies ?? []) as { PolicyName: string; PolicyDocument: unknown }[];
    if (role.properties.ManagedPolicyArns !== undefined)
      throw new Error(`${role.logicalId} has policies of AWS's, whose statements are unknown to the audit`);
    const attached = deployed.filter(
      ({ type, properties }) =>
        /^AWS::IAM::(ManagedPolicy|Policy)$/.test(type) &&
        ((properties.Roles ?? []) as string[]).some((name) => name === role.id),
    );
    const statements = [
      ...inline.flatMap(({ PolicyName, PolicyDocument }) => readStatements(PolicyDocument, PolicyName)),
      ...attached.flatMap(({ logicalId, properties }) =>
        readStatements(properties.PolicyDocument, withoutHash(logicalId)),
      ),
    ];
    roles.set(id, { arn, statements, used: new Set() });
  }
  return roles;
}

/** By ARN: the statements of buckets, queues, topics and keys. */
function resourcePolicies(deployed: readonly Deployed[]): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  const add = (arn: string, document: unknown, where: string) =>
    found.set(arn, [...(found.get(arn) ?? []), ...readStatements(document, where)]);
  for (const { type, logicalId, attributes, properties } of deployed) {
    const where = withoutHash(logicalId);
    const document = properties.PolicyDocument;
    if (type === 'AWS::S3::BucketPolicy') add(`arn:aws:s3:::${properties.Bucket}`, document, where);
    if (type === 'AWS::SQS::QueuePolicy')
      for (const url of properties.Queues as string[])
        add(`arn:aws:sqs:${region}:${account}:${url.split('/').at(-1)}`, document, where);
    if (type === 'AWS::SNS::TopicPolicy')
      for (const arn of properties.Topics as string[]) add(arn, document, where);
    if (type === 'AWS::KMS::Key') {
      // In a key's policy "*" is this key.
      add(attributes.Arn!, properties.KeyPolicy, where);
    }
  }
  return found;
}

function policyOf(resource: string, policies: ReadonlyMap<string, Statement[]>): Statement[] {
  return policies.get(resource.startsWith('arn:aws:s3:::') ? resource.split('/')[0]! : resource) ?? [];
}

function glueArns(deployed: readonly Deployed[]): string[] {
  const glue = `arn:aws:glue:${region}:${account}`;
  const tables = deployed
    .filter(({ type }) => type === 'AWS::Glue::Table')
    .map(({ properties }) => ({
      database: String(properties.DatabaseName),
      table: String((properties.TableInput as { Name: string }).Name),
    }));
  const databases = new Set(tables.map(({ database }) => `${glue}:database/${database}`));
  return [
    `${glue}:catalog`,
    ...databases,
    ...tables.map(({ database, table }) => `${glue}:table/${database}/${table}`),
  ];
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** What a resource is called in the templates, since its physical name is another in each deployment. */
function namer(deployed: readonly Deployed[]): (id: string) => string {
  const names = deployed
    .flatMap(({ id, logicalId, attributes }) =>
      [attributes.Arn, id, attributes.QueueName]
        .filter((each) => each !== undefined && each.length > 8)
        .map((physical) => [physical!, withoutHash(logicalId)] as const),
    )
    .sort(([a], [b]) => b.length - a.length);
  return (id) => {
    const [physical, name] = names.find(([each]) => id === each || id.startsWith(`${each}/`)) ?? [];
    const shown = physical === undefined ? id : `${name}${id.slice(physical.length)}`;
    return shown.replace(`:${region}:${account}:`, ':');
  };
}
