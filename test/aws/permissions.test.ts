/** The audit of permissions catches what it is for: something denied, something granted for nothing, a rule unknown. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Call } from './emulation/calls.ts';
import type { Deployed } from './emulation/deployed.ts';
import { auditPermissions } from './permissions.ts';
import { againstNamed, unusedPermissions } from './permissions-unused.ts';

const at = 'eu-west-2:123456789012';
const lake = 'arn:aws:s3:::made-lakebucket';
const key = `arn:aws:kms:${at}:key/lake`;
const queue = `arn:aws:sqs:${at}:made-queue`;
const role = 'arn:aws:iam::123456789012:role/made-role';
const account = { AWS: 'arn:aws:iam::123456789012:root' };

type Raw = Record<string, unknown>;

const allow = (Sid: string, Action: unknown, Resource: unknown, more: Raw = {}): Raw => ({
  ...{ Sid, Effect: 'Allow', Action, Resource },
  ...more,
});

const own: Raw[] = [
  allow('Read', ['s3:GetObject', 's3:PutObject'], `${lake}/objects/*`),
  allow('List', 's3:ListBucket', lake, { Condition: { StringLike: { 's3:prefix': 'objects/*' } } }),
  allow('Key', ['kms:Decrypt', 'kms:GenerateDataKey'], key, {
    Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-2.amazonaws.com' } },
  }),
  allow('Send', 'sqs:SendMessage', queue),
];
const plain = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [lake, `${lake}/*`] };
const tls = { ...plain, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

function deployed(by: { own?: Raw[]; bucket?: Raw[]; keys?: Raw[] } = {}): Deployed[] {
  const resource = (type: string, logicalId: string, id: string, properties: Raw, Arn = id): Deployed => ({
    ...{ stack: 'made', type, logicalId, id, properties },
    attributes: { Arn },
  });
  const document = (Statement: Raw[]) => ({ Version: '2012-10-17', Statement });
  const rule = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } };
  return [
    resource('AWS::Lambda::Function', 'ReaderFunction0A1B2C3D', 'made-reader', { Role: role }),
    resource('AWS::IAM::Role', 'ReaderRole0A1B2C3D', 'made-role', {}, role),
    resource('AWS::IAM::ManagedPolicy', 'ReaderPolicy0A1B2C3D', 'made-policy', {
      Roles: ['made-role'],
      PolicyDocument: document(by.own ?? own),
    }),
    resource(
      'AWS::S3::Bucket',
      'LakeBucket0A1B2C3D',
      'made-lakebucket',
      { BucketEncryption: { ServerSideEncryptionConfiguration: [rule] } },
      lake,
    ),
    resource('AWS::S3::BucketPolicy', 'LakePolicy0A1B2C3D', 'made-lakebucket', {
      Bucket: 'made-lakebucket',
      PolicyDocument: document(by.bucket ?? [tls]),
    }),
    resource(
      'AWS::KMS::Key',
      'Key0A1B2C3D',
      'lake',
      {
        KeyPolicy: document(
          by.keys ?? [{ Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' }],
        ),
      },
      key,
    ),
  ];
}

const call = (service: string, action: string, resource: string, more: Partial<Call> = {}): Call => ({
  ...{ at: 0, caller: 'made-reader', service, action, resource, details: {}, status: 200 },
  ...more,
});
const calls = [
  call('s3', 'GetObject', `${lake}/objects/1.json`),
  call('s3', 'PutObject', `${lake}/objects/1.json`),
  call('s3', 'ListObjectsV2', lake, { details: { prefix: 'objects/' } }),
  call('sqs', 'SendMessageBatch', queue),
];

const audit = (by: Parameters<typeof deployed>[0] = {}, made: Call[] = calls) =>
  auditPermissions({ calls: made, deployed: deployed(by) });
const denials = (...given: Parameters<typeof audit>) =>
  audit(...given).denied.map((each) => `${each.function} ${each.action} ${each.resource}: ${each.why}`);
const without = (sid: string) => own.filter(({ Sid }) => Sid !== sid);

describe('the audit of permissions', () => {
  test('is content where all that was asked for is allowed and all that is allowed was asked for', () => {
    const { denied, unused, judged } = audit();
    assert.deepEqual({ denied, unused, judged }, { denied: [], unused: [], judged: { ReaderFunction: 4 } });
  });

  test('names function, action and resource where a statement is missing', () => {
    const none = 'no statement allows it';
    assert.deepEqual(denials({ own: without('Send') }), [
      `ReaderFunction sqs:SendMessage arn:aws:sqs:made-queue: ${none}`,
    ]);
    assert.deepEqual(denials({ own: without('Key') }), [
      `ReaderFunction kms:Decrypt Key: ${none}`,
      `ReaderFunction kms:GenerateDataKey Key: ${none}`,
    ]);
    const version = call('s3', 'GetObject', `${lake}/objects/1.json`, { details: { versionId: '7' } });
    assert.deepEqual(denials({}, [version]), [
      `ReaderFunction s3:GetObjectVersion LakeBucket/objects/1.json: ${none}`,
    ]);
    const gone = call('s3', 'GetObject', `${lake}/objects/2.json`, { status: 404 });
    assert.deepEqual(denials({ own: without('List') }, [gone]), [
      `ReaderFunction s3:ListBucket LakeBucket: ${none}`,
    ]);
  });

  test('holds a condition against the call', () => {
    const elsewhere = call('s3', 'ListObjectsV2', lake, { details: { prefix: 'seals/' } });
    assert.equal(denials({}, [elsewhere]).length, 1);
    const other = { Condition: { StringEquals: { 'kms:ViaService': 'sns.eu-west-2.amazonaws.com' } } };
    assert.equal(denials({ own: [...without('Key'), allow('Key', 'kms:*', key, other)] }).length, 2);
  });

  test('knows a write that goes over what is there', () => {
    const conditions = {
      Null: { 's3:if-none-match': 'true' },
      Bool: { 's3:ObjectCreationOperation': 'true' },
    };
    const over = { ...plain, Action: 's3:PutObject', Condition: conditions };
    assert.match(denials({ bucket: [over] })[0]!, /s3:PutObject LakeBucket\/objects\/1\.json: denied by/);
    const put = (action: string, details: Record<string, string>) =>
      call('s3', action, `${lake}/objects/1.json`, { details });
    assert.deepEqual(denials({ bucket: [over] }, [put('PutObject', { 'if-none-match': '*' })]), []);
    assert.deepEqual(denials({ bucket: [over] }, [put('UploadPart', { partNumber: '1' })]), []);
    assert.equal(denials({ bucket: [over] }, [put('CompleteMultipartUpload', {})]).length, 1);
  });

  test('lets a denial win, by whatever policy', () => {
    assert.match(denials({ bucket: [plain] })[0]!, /LakeBucket\/objects\/1\.json: denied by LakePolicy 0$/);
    const denial = { ...allow('Never', 's3:PutObject', '*'), Effect: 'Deny' };
    assert.match(denials({ own: [...own, denial] })[0]!, /s3:PutObject .*: denied by ReaderPolicy Never$/);
    const notUs = { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/another' } };
    assert.equal(denials({ bucket: [{ ...plain, Condition: notUs }] }).length, 3);
    assert.equal(
      denials({ bucket: [{ ...plain, Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } } }] }).length,
      0,
    );
  });

  test('asks the policy of a key as well', () => {
    const nobody = {
      Effect: 'Allow',
      Principal: { Service: 'logs.amazonaws.com' },
      Action: 'kms:*',
      Resource: '*',
    };
    assert.deepEqual(denials({ keys: [nobody] }), [
      'ReaderFunction kms:Decrypt Key: the policy of the resource does not',
      'ReaderFunction kms:GenerateDataKey Key: the policy of the resource does not',
    ]);
  });

  test('finds what is granted for nothing: a statement, an action, a resource', () => {
    const more = [
      allow('More', 'kms:Sign', key),
      allow('Wide', ['s3:GetObject', 's3:DeleteObject'], [`${lake}/objects/*`, `${lake}/tables/*`]),
    ];
    assert.deepEqual(audit({ own: [...own, ...more] }).unused, [
      'ReaderPolicy More: kms:Sign Key',
      'ReaderPolicy Wide: s3:DeleteObject LakeBucket/objects/*',
      'ReaderPolicy Wide: s3:DeleteObject LakeBucket/tables/*',
      'ReaderPolicy Wide: s3:GetObject LakeBucket/tables/*',
    ]);
  });

  test('holds what Athena does as its caller against the role of who asks it', () => {
    const group = `arn:aws:athena:${at}:workgroup/made`;
    const made = [
      call('athena', 'StartQueryExecution', group),
      call('s3', 'GetObject', `${lake}/tables/1.parquet`, { caller: 'athena-reads' }),
    ];
    const asking = [...own, allow('Ask', 'athena:StartQueryExecution', group)];
    const { denied, asCaller } = audit({ own: asking }, made);
    assert.deepEqual(denied, []);
    assert.deepEqual(
      [asCaller.judged, asCaller.denied.map(({ resource }) => resource)],
      [1, ['LakeBucket/tables/1.parquet']],
    );
  });

  test('refuses what it cannot judge', () => {
    const unknown = (Condition: Raw) => () =>
      audit({ own: [...own, allow('Odd', 's3:GetObject', '*', { Condition })] });
    assert.throws(
      unknown({ StringEquals: { 'aws:RequestedRegion': 'eu-west-2' } }),
      /aws:RequestedRegion is unknown/,
    );
    assert.throws(unknown({ NumericLessThan: { 's3:prefix': '1' } }), /operator NumericLessThan is unknown/);
    assert.throws(
      () => audit({ own: [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }] }),
      /has NotAction/,
    );
    assert.throws(
      () => audit({}, [call('dynamodb', 'GetItem', '*')]),
      /does not know what dynamodb:GetItem needs/,
    );
    assert.throws(
      () => audit({}, [call('s3', 'RestoreObject', `${lake}/a`)]),
      /does not know what s3:RestoreObject/,
    );
  });
});

describe('the list of unused permissions', () => {
  test('fails for what is not on it, and for what should be on it no more', () => {
    const named = { 'A reason that says something.': ['A: b c'] };
    assert.deepEqual(againstNamed(['A: b c'], named), { unnamed: [], stale: [] });
    assert.deepEqual(againstNamed(['A: b d'], named), { unnamed: ['A: b d'], stale: ['A: b c'] });
  });

  test('has a reason for each', () => {
    const entries = Object.entries(unusedPermissions);
    for (const [reason, names] of entries) assert.ok(reason.length > 40 && names.length > 0, reason);
    const names = entries.flatMap(([, each]) => each);
    assert.equal(new Set(names).size, names.length);
  });
});
