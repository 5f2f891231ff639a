// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tokens of the template are written as it writes them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everything, ofType, type Statement, statementsOf, synthesize } from './synthesized.ts';
import { wildcards } from './wildcards.ts';

const { all, pipeline } = synthesize(everything);
const statements = statementsOf(all);
const RAW = '${RawBucket672A0DBB.Arn}';
const VAULT = '${VaultBucket0925C477.Arn}';
const SIGNING = '${KeysSigningD455BFD1.Arn}';

/** Policies of roles, as opposed to those of buckets, queues, topics and keys. */
const ofRoles = statementsOf(ofType(all, 'AWS::IAM::ManagedPolicy'));

const isIn = (resources: string[], arn: string) => resources.some((resource) => resource.startsWith(arn));

/** Every star of an allowing statement: where, and what. */
function stars({ where, sid, effect, actions, resources, principals }: Statement): string[] {
  if (effect !== 'Allow') return [];
  return [...actions, ...resources, ...principals.filter((principal) => principal === '*')]
    .filter((text) => text.includes('*'))
    .map((text) => `${where.replace(/[0-9A-F]{8}$/, '')} ${sid}: ${text}`);
}

describe('permissions', () => {
  test('have no star that is not named here with its reason, and no name without its star', () => {
    const found = [...new Set(statements.flatMap(stars))].sort();
    const named = Object.entries(wildcards).flatMap(([reason, texts]) => {
      assert.ok(reason.length > 20, `a reason that says nothing: ${reason}`);
      return texts;
    });
    assert.deepEqual(found, [...named].sort());
  });

  test('of roles lie in managed policies, one a role, and trust no star', () => {
    assert.equal(ofType(all, 'AWS::IAM::Policy').length, 0);
    const roles = ofType(all, 'AWS::IAM::Role');
    assert.equal(ofType(all, 'AWS::IAM::ManagedPolicy').length, roles.length);
    for (const { id, Properties } of roles) {
      assert.equal(Properties.ManagedPolicyArns, undefined, id);
      assert.equal(Properties.Policies, undefined, id);
    }
  });

  test('never let anyone delete, whatever it is, nor go round a retention', () => {
    const forbidden =
      /^(s3:(Delete|Bypass|PutLifecycle|PutBucket|PutObjectAcl)|kms:(Schedule|Disable|PutKey)|\*$|s3:\*)/;
    const found = ofRoles.flatMap(({ where, actions }) =>
      actions.filter((action) => forbidden.test(action)).map((action) => `${where} ${action}`),
    );
    assert.deepEqual(found, []);
  });

  test('deny deletion in raw bucket and vault to everyone save who breaks the glass', () => {
    for (const bucket of [RAW, VAULT]) {
      const deny = (context: Record<string, unknown>) =>
        statementsOf(ofType(synthesize(context).all, 'AWS::S3::BucketPolicy')).filter(
          ({ sid, resources }) => sid === 'NobodyDeletes' && isIn(resources, bucket),
        );
      const [statement, ...more] = deny(everything);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [statement?.effect, statement?.principals, statement?.resources],
        ['Deny', ['*'], [`${bucket}/*`]],
      );
      assert.deepEqual(statement?.actions, [
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:BypassGovernanceRetention',
      ]);
      assert.deepEqual(statement?.conditions, {
        ArnNotEquals: { 'aws:PrincipalArn': [everything.breakGlass] },
      });
      const [unbroken] = deny({ ...everything, breakGlass: '' });
      assert.deepEqual(unbroken?.conditions, {});
    }
  });

  test('let nobody write over evidence: every write to the vault must be of a key that is free', () => {
    const policies = ofType(all, 'AWS::S3::BucketPolicy');
    const denials = statementsOf(policies).filter(({ sid }) => sid === 'NobodyOverwrites');
    assert.deepEqual(
      denials.map(({ effect, principals, actions, resources }) => [effect, principals, actions, resources]),
      [['Deny', ['*'], ['s3:PutObject'], [`${VAULT}/*`]]],
    );
    // AWS's own words, with its exemption of the pieces of an upload and of its beginning.
    assert.deepEqual(denials[0]?.conditions, {
      Null: { 's3:if-none-match': 'true' },
      Bool: { 's3:ObjectCreationOperation': 'true' },
    });
  });

  test('let nobody disable or remove the key of the vault save who breaks the glass', () => {
    const deny = (context: Record<string, unknown>) =>
      statementsOf(ofType(synthesize(context).data, 'AWS::KMS::Key')).filter(
        ({ sid }) => sid === 'NobodyDisables',
      );
    const [statement, ...more] = deny(everything);
    assert.deepEqual(more, []);
    assert.match(String(statement?.where), /^KeysVault/);
    assert.deepEqual(
      [statement?.effect, statement?.principals, statement?.actions],
      ['Deny', ['*'], ['kms:DisableKey', 'kms:ScheduleKeyDeletion']],
    );
    assert.deepEqual(statement?.conditions, {
      ArnNotEquals: { 'aws:PrincipalArn': [everything.breakGlass] },
    });
    assert.deepEqual(deny({ ...everything, breakGlass: '' })[0]?.conditions, {});
  });

  test('let no person write where a report reads its answers, and no function where people do', () => {
    const writing = ofRoles.flatMap(({ where, actions, resources }) =>
      actions.includes('s3:PutObject')
        ? resources
            .filter((resource) => resource.startsWith('${LakeResults'))
            .map((resource) => [where.replace(/[0-9A-F]{8}$/, ''), resource.replace(/^[^/]*/, '')])
        : [],
    );
    assert.deepEqual(writing, [
      ['WatchPolicy', '/results/pipeline/*'],
      ['InvestigatePolicy', '/results/pipeline/*'],
      ['RolesInvestigatorPolicy', '/results/people/*'],
    ]);
    const groups = ofRoles.flatMap(({ where, actions, resources }) =>
      actions.includes('athena:StartQueryExecution')
        ? resources.map((resource) => [where.replace(/[0-9A-F]{8}$/, ''), resource.replace(/.*:/, '')])
        : [],
    );
    assert.deepEqual(groups, [
      ['WatchPolicy', 'workgroup/ascribe'],
      ['InvestigatePolicy', 'workgroup/ascribe'],
      ['RolesInvestigatorPolicy', 'workgroup/ascribe-people'],
    ]);
  });

  test('let the ingest alone lock raw logs, ours alone, and the custodian alone hold them', () => {
    const may = (action: string) => ofRoles.filter(({ actions }) => actions.includes(action));
    assert.deepEqual(
      may('s3:PutObjectRetention').map(({ sid, resources }) => [sid, resources]),
      [['LockRaw', [`${RAW}/raw/*`]]],
    );
    assert.deepEqual(
      may('s3:PutObjectLegalHold').map(({ where }) => where.replace(/[0-9A-F]{8}$/, '')),
      ['RolesCustodianPolicy'],
    );
  });

  test('let nobody write where logs are read', () => {
    const places = [RAW, '${PlainBucket8A30DAF0.Arn}', 'arn:${AWS::Partition}:s3:::example-'];
    const found = ofRoles.filter(
      ({ actions, resources }) =>
        actions.includes('s3:PutObject') && places.some((place) => isIn(resources, place)),
    );
    assert.deepEqual(found, []);
  });

  test('let one function sign: by its own policy, by the policy of the key, and by a denial to all others', () => {
    const signing = ofRoles.filter(({ actions }) => actions.some((action) => /^kms:(Sign|\*)/.test(action)));
    assert.deepEqual(
      signing.map(({ where, resources }) => [where.replace(/[0-9A-F]{8}$/, ''), resources]),
      [['SealPolicy', [SIGNING]]],
    );
    const role = ofType(pipeline, 'AWS::IAM::Role').find(({ id }) => id.startsWith('SealRole'));
    assert.equal(role?.Properties.RoleName, 'ascribe-seal');
    const arn = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ascribe-seal';
    const key = statements.filter(({ where }) => where.startsWith('KeysSigning'));
    const about = key.filter(({ actions }) => actions.some((action) => /Sign$|\*|CreateGrant/.test(action)));
    assert.deepEqual(
      about.map(({ effect, actions, conditions }) => [effect, actions, conditions]),
      [
        ['Allow', ['kms:Sign'], { ArnEquals: { 'aws:PrincipalArn': arn } }],
        ['Deny', ['kms:Sign', 'kms:CreateGrant'], { ArnNotEquals: { 'aws:PrincipalArn': arn } }],
      ],
    );
    assert.ok(
      key.some(({ actions }) => actions.includes('kms:PutKeyPolicy')),
      'nobody could administer it',
    );
  });

  test('show raw logs to no investigator and no auditor, and reports to no auditor', () => {
    const of = (role: string) => ofRoles.filter(({ where }) => where.startsWith(`Roles${role}`));
    for (const role of ['Investigator', 'Auditor'])
      for (const { resources } of of(role))
        assert.ok(
          !isIn(resources, 'arn:${AWS::Partition}:s3') && (role === 'Auditor' || !isIn(resources, RAW)),
        );
    // Of raw logs an auditor sees what versions there are, and how each is locked.
    assert.deepEqual(
      of('Auditor').flatMap(({ actions, resources }) => (isIn(resources, RAW) ? [[actions, resources]] : [])),
      [
        [['s3:GetObjectRetention'], [`${RAW}/raw/*`]],
        [['s3:ListBucketVersions'], [RAW, VAULT]],
      ],
    );
    for (const { actions, resources } of of('Auditor'))
      if (actions.some((action) => /^s3:GetObject(Version)?$/.test(action)))
        assert.deepEqual(resources, [`${VAULT}/custody/*`, `${VAULT}/deferred/*`, `${VAULT}/seals/*`]);
    for (const { actions } of of('Auditor'))
      assert.deepEqual(
        actions.filter((action) => !/:(Get|List|Describe|Decrypt)/.test(action)),
        [],
      );
  });

  test('let whoever reads attached logs use their keys: without them a log is there and cannot be read', () => {
    const readers = [
      ...new Set(
        ofRoles
          .filter(
            ({ actions, resources }) =>
              actions.includes('s3:GetObject') && isIn(resources, 'arn:${AWS::Partition}:s3:::example-'),
          )
          .map(({ where }) => where),
      ),
    ];
    assert.deepEqual(
      readers.map((where) => where.replace(/[0-9A-F]{8}$/, '')),
      ['IngestPolicy', 'ExportEvidenceExportPolicy', 'RolesCustodianPolicy'],
    );
    const keys = ofRoles.filter(({ resources }) => resources.includes(everything.attachedLogKeys));
    assert.deepEqual(
      keys.map(({ where, actions }) => [where, actions]),
      readers.map((where) => [where, ['kms:Decrypt']]),
    );
  });

  test('for people: each role trusts who was named, with MFA, and is not there when nobody was', () => {
    const roles = (context: Record<string, unknown>) =>
      ofType(synthesize(context).pipeline, 'AWS::IAM::Role').filter(({ id }) => id.startsWith('Roles'));
    assert.deepEqual(
      roles(everything).flatMap((role) =>
        statementsOf([role]).map(({ principals, conditions }) => [
          role.Properties.RoleName,
          principals,
          conditions,
        ]),
      ),
      [
        ['ascribe-investigator', [everything.investigators]],
        ['ascribe-custodian', [everything.custodians]],
        ['ascribe-auditor', [everything.auditors]],
      ].map((row) => [...row, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }]),
    );
    assert.deepEqual(roles({ ...everything, investigators: '', custodians: '', auditors: '' }), []);
    const [first] = roles({ ...everything, mfa: 'false' });
    assert.deepEqual(statementsOf([first!])[0]?.conditions, {});
  });
});
