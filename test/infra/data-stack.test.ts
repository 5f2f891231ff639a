import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { tables } from '../../src/lake/tables.ts';
import {
  appWith,
  everything,
  ofType,
  type Resource,
  statementsOf,
  synthesize,
  textOf,
} from './synthesized.ts';

const { data, all } = synthesize(everything);
const buckets = ofType(all, 'AWS::S3::Bucket');
const named = (start: string) => buckets.find(({ id }) => id.startsWith(start))!;
const raw = named('RawBucket');
const vault = named('VaultBucket');

describe('the data stack', () => {
  test('is protected, and keeps every bucket and key', () => {
    assert.equal(appWith(everything).data.terminationProtection, true);
    const kept = data.filter(({ Type }) => ['AWS::S3::Bucket', 'AWS::KMS::Key'].includes(Type));
    assert.equal(kept.length, 8);
    for (const { id, DeletionPolicy } of kept) assert.equal(DeletionPolicy, 'Retain', id);
  });

  test('has every bucket of the app', () => {
    assert.equal(ofType(data, 'AWS::S3::Bucket').length, buckets.length);
  });

  for (const { id, Properties } of buckets)
    test(`${id} is versioned, encrypted, not public, and takes TLS alone`, () => {
      assert.equal(Properties.VersioningConfiguration.Status, 'Enabled');
      assert.deepEqual(Properties.PublicAccessBlockConfiguration, {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      assert.deepEqual(Properties.OwnershipControls.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
      assert.equal(Properties.BucketEncryption.ServerSideEncryptionConfiguration.length, 1);
      const policy = ofType(data, 'AWS::S3::BucketPolicy').filter(
        ({ Properties: { Bucket } }) => textOf(Bucket) === `\${${id}}`,
      );
      const [tls] = statementsOf(policy).filter(
        ({ conditions }) => conditions.Bool?.['aws:SecureTransport'] === 'false',
      );
      assert.deepEqual(
        [tls?.effect, tls?.principals, tls?.actions, tls?.resources],
        ['Deny', ['*'], ['s3:*'], [`\${${id}.Arn}`, `\${${id}.Arn}/*`]],
      );
      const isPlain = id.startsWith('Plain');
      assert.equal(Properties.LoggingConfiguration === undefined, isPlain, 'logs itself');
    });

  test('locks raw logs without a default, and expires none', () => {
    assert.equal(raw.Properties.ObjectLockEnabled, true);
    assert.equal(raw.Properties.ObjectLockConfiguration, undefined);
    assert.equal(
      raw.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault
        .SSEAlgorithm,
      'AES256',
    );
    for (const { Properties } of [raw, vault])
      for (const rule of Properties.LifecycleConfiguration.Rules)
        assert.deepEqual(
          Object.keys(rule).filter((key) => /Expiration/.test(key)),
          [],
          rule.Id,
        );
  });

  test('locks the vault by default, as chosen', () => {
    const rule = (context: Record<string, unknown>) =>
      ofType(synthesize(context).data, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('VaultBucket'))!
        .Properties.ObjectLockConfiguration.Rule.DefaultRetention;
    assert.deepEqual(rule(everything), { Mode: 'COMPLIANCE', Days: 400 });
    assert.deepEqual(rule({ ...everything, vaultRetentionMode: 'GOVERNANCE', vaultRetentionDays: 1 }), {
      Mode: 'GOVERNANCE',
      Days: 1,
    });
  });

  test('lets the plain bucket be written to by S3: no lock, SSE-S3', () => {
    const plain = named('PlainBucket');
    assert.equal(plain.Properties.ObjectLockEnabled, undefined);
    const kept = plain.Properties.LifecycleConfiguration.Rules.filter(
      (rule: Record<string, unknown>) => rule.ExpirationInDays !== undefined,
    );
    assert.deepEqual(
      kept.map((rule: Record<string, unknown>) => rule.Prefix),
      ['server-access/'],
    );
  });

  test('announces what is put where logs are read', () => {
    const announcing = buckets.filter(
      ({ Properties }) => Properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled,
    );
    assert.deepEqual(announcing.map(({ id }) => id.slice(0, 3)).sort(), ['Pla', 'Raw']);
  });

  test('rotates the symmetric keys, and has one pair that signs', () => {
    const keys = ofType(data, 'AWS::KMS::Key').map(({ Properties }) => [
      Properties.KeySpec ?? 'SYMMETRIC',
      Properties.KeyUsage ?? 'ENCRYPT_DECRYPT',
      Properties.EnableKeyRotation ?? false,
    ]);
    assert.deepEqual(keys, [
      ['SYMMETRIC', 'ENCRYPT_DECRYPT', true],
      ['SYMMETRIC', 'ENCRYPT_DECRYPT', true],
      ['ECC_NIST_P256', 'SIGN_VERIFY', false],
    ]);
  });
});

describe('the Glue tables', () => {
  const glue = ofType(data, 'AWS::Glue::Table').map(({ Properties }) => Properties.TableInput);

  test('are those of the lake', () => {
    assert.deepEqual(
      glue.map(({ Name }) => Name),
      tables.map(({ name }) => name),
    );
    const [database] = ofType(data, 'AWS::Glue::Database');
    assert.equal(database?.Properties.DatabaseInput.Name, 'ascribe');
  });

  for (const [index, table] of tables.entries())
    test(`${table.name} has its columns, and finds its partitions by projection`, () => {
      const input = glue[index]!;
      const { Columns, SerdeInfo, Location } = input.StorageDescriptor;
      const types = {
        bigint: 'bigint',
        boolean: 'boolean',
        varchar: 'string',
        date: 'date',
        timestamp: 'timestamp',
      };
      assert.deepEqual(
        Columns.map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
        table.columns.map(({ name, type }) => [name, types[type]]),
      );
      for (const { Name, Comment } of Columns) {
        assert.ok(Comment.length > 0 && Comment.length <= 255, Name);
        assert.ok(
          Comment.startsWith(table.columns.find(({ name }) => name === Name)!.about.slice(0, 200)),
          Name,
        );
      }
      assert.match(SerdeInfo.SerializationLibrary, /ParquetHiveSerDe$/);
      const location = `s3://\${${named('LakeBucket').id}}/tables/${table.name}/`;
      assert.equal(textOf(Location), location);
      const { EXTERNAL, classification, 'parquet.compression': compression, ...rest } = input.Parameters;
      assert.deepEqual([EXTERNAL, classification, compression], ['TRUE', 'parquet', 'ZSTD']);
      if (!table.partitioned) {
        assert.deepEqual([input.PartitionKeys, rest], [[], {}]);
        return;
      }
      const { 'storage.location.template': template, ...projection } = rest;
      assert.deepEqual(
        input.PartitionKeys.map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
        [['dt', 'date']],
      );
      assert.equal(textOf(template), `${location}dt=\${dt}/`);
      assert.deepEqual(projection, {
        'projection.enabled': 'true',
        'projection.dt.type': 'date',
        'projection.dt.format': 'yyyy-MM-dd',
        'projection.dt.range': '1990-01-01,NOW+2DAYS',
        'projection.dt.interval': '1',
        'projection.dt.interval.unit': 'DAYS',
      });
    });
});

describe('another lake in the same bucket', () => {
  const template = (lakePrefix: string) =>
    Template.fromStack(appWith({ ...everything, lakePrefix }).data).toJSON() as {
      Resources: Record<string, Record<string, unknown>>;
      Outputs: Record<string, unknown>;
    };
  const [first, second] = [template(''), template('second-lake')];

  test('moves the tables alone, where they are: the stack that must survive is updated and nothing replaced', () => {
    assert.deepEqual(Object.keys(second.Resources), Object.keys(first.Resources));
    assert.deepEqual(Object.keys(second.Outputs), Object.keys(first.Outputs));
    const lake = named('LakeBucket').id;
    const isAtTop = (value: unknown) => JSON.stringify(value).replaceAll('/second-lake', '');
    const changed = Object.keys(first.Resources).filter(
      (id) => JSON.stringify(first.Resources[id]) !== JSON.stringify(second.Resources[id]),
    );
    assert.equal(changed.length, tables.length);
    for (const id of changed) {
      // Of a table CloudFormation replaces the database and the catalogue alone, and its name in the input.
      assert.equal(first.Resources[id]?.Type, 'AWS::Glue::Table', id);
      assert.equal(isAtTop(second.Resources[id]), JSON.stringify(first.Resources[id]), id);
    }
    const locations = changed.map((id) => {
      const { Properties } = second.Resources[id] as { Properties: Resource['Properties'] };
      const { StorageDescriptor, Parameters, Name } = Properties.TableInput;
      const location = `s3://\${${lake}}/second-lake/tables/${Name}/`;
      assert.equal(textOf(StorageDescriptor.Location), location);
      const partitions = Parameters['storage.location.template'];
      if (partitions) assert.equal(textOf(partitions), `${location}dt=\${dt}/`);
      return partitions;
    });
    assert.ok(locations.filter(Boolean).length > 1);
  });

  test('is where every function reads and writes, and where --lake is told to look', () => {
    const { pipeline } = synthesize({ ...everything, lakePrefix: 'second-lake' });
    const lakes = ofType(pipeline, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
      const { LAKE_URL } = Properties.Environment.Variables;
      return LAKE_URL === undefined ? [] : [textOf(LAKE_URL)];
    });
    assert.deepEqual([...new Set(lakes)], [`s3://\${${named('LakeBucket').id}}/second-lake`]);
    assert.equal(lakes.length, 5);
    const { LakeUrl } = second.Outputs as { LakeUrl: { Value: unknown } };
    assert.equal(textOf(LakeUrl.Value), lakes[0]);
  });
});
