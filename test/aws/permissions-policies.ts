/**
 * Policies as IAM evaluates them, for one account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * Whatever it does not know, it refuses: a guess would let a denial pass.
 */

/** What one call needs of one permission. */
export type Request = {
  /** ARN of the role. */
  principal: string;
  /** As in a policy: `s3:GetObjectVersion`. */
  action: string;
  resource: string;
  /** Condition keys that the call has; all others it has not. */
  context: Readonly<Record<string, string>>;
};

export type Statement = {
  sid: string;
  /** What it belongs to, for a message. */
  where: string;
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
  /** Of a resource policy. */
  principals: Principal[] | null;
  conditions: Record<string, Record<string, string[]>>;
};

type Principal =
  | { kind: 'everyone' }
  | { kind: 'account' }
  | { kind: 'role'; arn: string }
  | { kind: 'other' };

const elements = ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition'];

export function readStatements(document: unknown, where: string): Statement[] {
  const { Statement = [] } = document as { Statement?: unknown };
  return listOf(Statement).map((given, index) => {
    const raw = given as Record<string, unknown>;
    const unknown = Object.keys(raw).filter((name) => !elements.includes(name));
    if (unknown.length > 0)
      throw new Error(`${where} has ${unknown.join(', ')}, which the audit cannot judge`);
    if (raw.Effect !== 'Allow' && raw.Effect !== 'Deny')
      throw new Error(`${where} has the effect ${raw.Effect}`);
    const conditions = Object.entries((raw.Condition ?? {}) as Record<string, Record<string, unknown>>);
    return {
      sid: typeof raw.Sid === 'string' ? raw.Sid : String(index),
      where,
      effect: raw.Effect,
      actions: texts(raw.Action),
      resources: texts(raw.Resource),
      principals: raw.Principal === undefined ? null : principalsOf(raw.Principal),
      conditions: Object.fromEntries(
        conditions.map(([operator, keys]) => [
          operator,
          Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, texts(value)])),
        ]),
      ),
    };
  });
}

function principalsOf(principal: unknown): Principal[] {
  if (principal === '*') return [{ kind: 'everyone' }];
  return Object.entries(principal as Record<string, unknown>).flatMap(([type, values]) =>
    texts(values).map((value): Principal => {
      if (type === 'Service') return { kind: 'other' };
      if (type !== 'AWS') throw new Error(`a principal of the kind ${type} is unknown to the audit`);
      if (value === '*') return { kind: 'everyone' };
      if (/^arn:aws:iam::\d{12}:root$/.test(value)) return { kind: 'account' };
      return { kind: 'role', arn: value };
    }),
  );
}

export type Verdict =
  | { allowed: true; by: Statement[] }
  | {
      allowed: false;
      why: 'no statement allows it' | 'the policy of the resource does not' | `denied by ${string}`;
    };

/**
 * Whether a role may. `identity` are its own statements, `resource` those of what it is about; a key's policy must
 * agree as well, all others need not.
 */
export function judge(
  request: Request,
  { identity, resource }: { identity: readonly Statement[]; resource: readonly Statement[] },
): Verdict {
  const fits = (statement: Statement) => matches(statement, request);
  const denial = [...identity, ...resource].find(
    ({ effect, ...rest }) => effect === 'Deny' && fits({ effect, ...rest }),
  );
  if (denial !== undefined) return { allowed: false, why: `denied by ${denial.where} ${denial.sid}` };
  const own = identity.filter((statement) => statement.effect === 'Allow' && fits(statement));
  const theirs = resource.filter((statement) => statement.effect === 'Allow' && fits(statement));
  const direct = theirs.filter(({ principals }) =>
    principals!.some(({ kind }) => kind === 'role' || kind === 'everyone'),
  );
  if (direct.length > 0) return { allowed: true, by: own };
  if (own.length === 0) return { allowed: false, why: 'no statement allows it' };
  // A key's policy that names the account leaves it to IAM; without that IAM has no say.
  if (request.action.startsWith('kms:') && theirs.length === 0)
    return { allowed: false, why: 'the policy of the resource does not' };
  return { allowed: true, by: own };
}

export function matches(statement: Statement, request: Request): boolean {
  const { actions, resources, principals, conditions } = statement;
  return (
    actions.some((pattern) => isLike(request.action.toLowerCase(), pattern.toLowerCase())) &&
    // A key's policy is about the key that it belongs to.
    resources.some((pattern) => isLike(request.resource, pattern)) &&
    (principals === null || principals.some((principal) => isPrincipal(principal, request.principal))) &&
    Object.entries(conditions).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, { key, values, request })),
    )
  );
}

function isPrincipal(principal: Principal, arn: string): boolean {
  if (principal.kind === 'role') return principal.arn === arn;
  return principal.kind !== 'other';
}

/** Keys that no call of a function has: AWS's services bring them, or requests of other kinds. */
const never = ['aws:SourceArn', 'aws:SourceAccount', 's3:x-amz-acl', 'kms:EncryptionContext:aws:logs:arn'];
const ofS3 = ['s3:prefix', 's3:if-none-match', 's3:ObjectCreationOperation'];
const known = ['aws:SecureTransport', 'aws:PrincipalArn', 'kms:ViaService', ...ofS3, ...never];

type Test = { key: string; values: readonly string[]; request: Request };

function holds(operator: string, { key, values, request }: Test): boolean {
  if (!known.includes(key)) throw new Error(`the condition key ${key} is unknown to the audit`);
  const has = { ...request.context, 'aws:SecureTransport': 'true', 'aws:PrincipalArn': request.principal }[
    key
  ];
  if (operator === 'Null') return values.some((value) => value === String(has === undefined));
  const bare = operator.replace(/IfExists$/, '');
  const isNegated = /Not/.test(bare);
  // Without the key a negated test holds, and so does any with IfExists.
  if (has === undefined && knownOperator(bare)) return isNegated || operator.endsWith('IfExists');
  const isOne = values.some((value) => compare(bare.replace('Not', ''), { has: has!, value }));
  return isNegated ? !isOne : isOne;
}

const operators = ['Bool', 'StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'];

function knownOperator(operator: string): boolean {
  if (!operators.includes(operator.replace('Not', '')))
    throw new Error(`the condition operator ${operator} is unknown to the audit`);
  return true;
}

function compare(operator: string, { has, value }: { has: string; value: string }): boolean {
  knownOperator(operator);
  if (operator === 'Bool') return has === value;
  // ArnEquals and ArnLike are one.
  return operator === 'StringEquals' ? has === value : isLike(has, value);
}

export function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '[^]*';
    return part === '?' ? '[^]' : RegExp.escape(part);
  });
  return new RegExp(`^${parts.join('')}$`).test(text);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function texts(value: unknown): string[] {
  return listOf(value).map((each) => {
    if (typeof each !== 'string' && typeof each !== 'boolean')
      throw new Error(
        `a policy holds ${JSON.stringify(each)} where the deployment should have made a text of it`,
      );
    return String(each);
  });
}
