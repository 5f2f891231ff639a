/** The emulation of CloudFormation honours each property of the templates, or refuses it by name. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { synthesize } from './assembly.ts';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { type Resources, smallResources, writeAssembly } from './emulation/small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-strict-'));
const list = join(import.meta.dirname, 'emulation', 'ignored.json');
let cloud: Cloud;

before(async () => {
  cloud = await startCloud({ assembly: synthesize(folder), athena: false });
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Some of the small resources, one with other properties, in a stack of their own. */
function some(names: string[], changed: Record<string, object> = {}): Resources {
  const all = smallResources();
  return Object.fromEntries(
    names.map((name) => {
      const { Properties, ...rest } = all[name]!;
      return [name, { ...rest, Properties: { ...Properties, ...changed[name] } }];
    }),
  );
}

const lifecycle = { Rules: [{ Id: 'a', Status: 'Enabled', ExpirationInDays: 1, TagFilters: [] }] };
const refused: Record<string, [Resources, RegExp]> = {
  'a property': [
    some(['Bucket'], { Bucket: { AccelerateConfiguration: {} } }),
    /Bucket \(AWS::S3::Bucket\): the emulation ignores AWS::S3::Bucket AccelerateConfiguration/,
  ],
  'a property within one': [
    some(['Results'], { Results: { LifecycleConfiguration: lifecycle } }),
    /ignores AWS::S3::Bucket LifecycleConfiguration\.Rules\[\]\.TagFilters/,
  ],
  'a property within what an API takes whole': [
    some(['Database'], { Database: { DatabaseInput: { Name: 'other', Unheard: 'x' } } }),
    /Database \(AWS::Glue::Database\): .*Unheard/s,
  ],
  'a type': [{ Host: { Type: 'AWS::EC2::Instance' } }, /knows no AWS::EC2::Instance/],
  'an attribute of a resource': [
    { Queue: { Type: 'AWS::SQS::Queue', CreationPolicy: {} } } as Resources,
    /ignores AWS::SQS::Queue \(CreationPolicy\)/,
  ],
  'a value of Fn::GetAtt': [
    {
      Dead: { Type: 'AWS::SQS::Queue' },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['Dead', 'Colour'] } } },
    },
    /knows no attribute Colour/,
  ],
};

describe('CloudFormation refuses what it would ignore, and names it:', () => {
  for (const [index, [name, [resources, expected]]] of Object.entries(refused).entries())
    test(name, async () => {
      const assembly = writeAssembly(join(folder, `refused-${index}`), resources, `Refused${index}`);
      await assert.rejects(cloud.deploy(assembly), expected);
    });

  test('and changes in place what it can', async () => {
    const queue = (seconds: number) => some(['Dead'], { Dead: { MessageRetentionPeriod: seconds } });
    const place = join(folder, 'changed');
    await cloud.deploy(writeAssembly(place, queue(60), 'Changed'));
    await cloud.deploy(writeAssembly(place, queue(120), 'Changed'));
    const topic = (name: string) => ({
      Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: name } },
    });
    await cloud.deploy(writeAssembly(place, topic('a'), 'Other'));
    await assert.rejects(
      cloud.deploy(writeAssembly(place, topic('b'), 'Other')),
      /Topic \(AWS::SNS::Topic\): the emulation cannot change one in place/,
    );
  });
});

describe('the list of what is ignored', () => {
  test('has the entries that the real stacks meet, and no more', () => {
    const listed = JSON.parse(readFileSync(list, 'utf8')) as Record<string, Record<string, string>>;
    const entries = Object.entries(listed).flatMap(([type, properties]) =>
      Object.keys(properties).map((property) => `${type} ${property}`),
    );
    assert.deepEqual(cloud.ignored, entries.sort(), 'each entry of ignored.json is met in a template');
    // Whoever adds an entry changes this number too, and says why in the entry.
    assert.equal(entries.length, 2);
    for (const properties of Object.values(listed))
      for (const reason of Object.values(properties)) assert.ok(reason.length > 40, reason);
  });
});
