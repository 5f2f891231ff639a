import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { declaredSettings, RETENTION_CHOICE, type SettingName, settingsFrom } from '../../infra/settings.ts';
import { settingsPage } from '../../infra/settings-page.ts';
import { parseCidr } from '../../src/enrich/address.ts';
import { TRUSTED_NAMES } from '../../src/enrich/proxies.ts';
import { appWith, chosen, everything, ofType, synthesize } from './synthesized.ts';

const account = 'arn:aws:iam::123456789012';

/** Values that each setting refuses. */
const bad: Record<SettingName, unknown[]> = {
  rawRetentionMode: ['governance', 'NONE', '', 1],
  rawRetentionDays: ['0', '36501', '1.5', '-1', 'many', ''],
  vaultRetentionMode: ['Compliance', true, ['GOVERNANCE']],
  vaultRetentionDays: [0, '1e3', null],
  deployment: ['', 'A', '1st', 'with space', 'x'.repeat(21)],
  database: ['', 'with-hyphen', 'A'],
  lakePrefix: ['Upper', 'with/slash', 'dot.ted', 'x'.repeat(41), 'tables', 'objects'],
  producers: ['iis', 'alb,alb', { alb: true }],
  producerAccounts: ['123', '12345678901a'],
  producerRegions: ['London', 'eu-west'],
  rawBucketName: ['example', 'aws-waf-logs-', 'aws-waf-logs-Example'],
  attachedLogs: ['example-logs/alb', 's3://EXAMPLE/x', 's3://example-logs/*', 'https://example.com'],
  attachedLogKeys: ['alias/example', 'arn:aws:kms:eu-west-2:123456789012:alias/example'],
  sourceLabel: ['a\nb', '<b>', 'x'.repeat(101)],
  networksFile: [{}, ['a', 'b']],
  trustedProxies: ['198.51.100.7', '198.51.100.0/33', '2001:db8::/65', 'proxies', ['10.0.0.0/8', 'x/8'], {}],
  architecture: ['x86_64', 'arm'],
  ingestMemory: ['512', '10241', '3 GB'],
  ingestTimeout: ['59', '901'],
  ingestConcurrency: ['1', '1001'],
  mostStoredBytes: ['1', '6000000000000'],
  mostOriginalBytes: ['-1', '1073741825'],
  timeZone: ['Europe/Atlantis', '+01:00', ''],
  reportAt: ['6:00', '24:00', '06:60', '06:00:00', '04:59', '02:30'],
  historyDays: ['0', '366'],
  watchFloodDays: ['32', '-1'],
  tlp: ['AMBER', 'TLP:WHITE'],
  investigators: ['analysts', 'arn:aws:iam::123:role/x', `${account}:group/x`, '*'],
  custodians: ['*', `${account}:role/`],
  auditors: ['*', 'arn:aws:sts::123456789012:assumed-role/x/y'],
  mfa: ['yes', 1],
  breakGlass: ['*', 'root'],
  alertEmails: ['security', 'a@b'],
  operationsEmails: ['@example.com'],
  mostBytesPerQuery: ['10485759', '1 TB'],
  bytesPerDayAlarm: ['1', '0'],
  rejectShareAlarm: ['0', '101', '0.5'],
  monthlyBudget: ['0', '12.50'],
  logDays: ['31', '0'],
  pace: ['fast', ''],
};

describe('settings', () => {
  for (const name of Object.keys(declaredSettings) as SettingName[]) {
    test(`${name} refuses what it cannot be, and says what was expected`, () => {
      const values = bad[name].filter((value) => value !== null);
      assert.ok(values.length > 0);
      for (const value of values) {
        assert.throws(
          () => settingsFrom({ ...chosen, [name]: value }),
          (error: Error) => {
            const said = `- ${name} is ${JSON.stringify(value)}, but expected ${declaredSettings[name].expects}`;
            assert.equal(error.name, 'SettingsError');
            assert.ok(error.message.includes(said), `${JSON.stringify(value)}: ${error.message}`);
            return true;
          },
        );
      }
    });
  }

  for (const name of Object.keys(chosen))
    test(`${name} is required, and the message says what to choose between and why`, () => {
      const { [name as keyof typeof chosen]: _, ...rest } = chosen;
      assert.throws(
        () => settingsFrom(rest),
        new RegExp(`${name} is missing[^]*GOVERNANCE[^]*COMPLIANCE[^]*days`),
      );
    });

  test('networksFile must be there', () => {
    assert.throws(
      () => appWith({ ...chosen, networksFile: 'no-such-folder/networks.csv' }),
      /networksFile is "no-such-folder\/networks.csv", but there is no such file/,
    );
  });

  test('names every problem at once', () => {
    assert.throws(
      () => settingsFrom({ ...chosen, historyDays: 'x', pace: 'y' }),
      /historyDays is "x".*pace is "y"/s,
    );
  });

  test('refuses a key that is no setting, and leaves those of CDK alone', () => {
    assert.throws(() => settingsFrom({ ...chosen, ingestmemory: 2048 }), /ingestmemory is no setting/);
    settingsFrom({
      ...chosen,
      '@aws-cdk/core:x': true,
      'aws:cdk:enable-path-metadata': true,
      'cli-telemetry': false,
    });
  });

  test('needs the name of the bucket for AWS WAF', () => {
    assert.throws(() => settingsFrom({ ...chosen, producers: 'waf' }), /rawBucketName is missing/);
  });

  test('have defaults that they take themselves', () => {
    const settings = settingsFrom(chosen);
    assert.equal(settings.architecture, 'arm64');
    assert.equal(settings.timeZone, 'Europe/London');
    assert.ok(!settings.producers.includes('waf'));
    assert.equal(settings.rawRetentionDays, 1);
  });

  test('say what COMPLIANCE leaves possible', () => {
    for (const word of ['kms:PutKeyPolicy', 'closes the account', 'Raw logs have no such key'])
      assert.ok(RETENTION_CHOICE.includes(word), word);
  });

  test('take lists from cdk.json and from a command line alike', () => {
    const listed = settingsFrom({ ...chosen, attachedLogs: ['s3://example-logs/alb', 's3://example-edge'] });
    assert.deepEqual(settingsFrom(everything).attachedLogs, listed.attachedLogs);
  });

  test('take as a trusted proxy only what the ingest function takes', () => {
    const takes = (network: string) => {
      try {
        return settingsFrom({ ...chosen, trustedProxies: [network] }).trustedProxies.length === 1;
      } catch {
        return false;
      }
    };
    const addresses = [
      '10.0.0.0',
      '010.0.0.0',
      '256.0.0.1',
      '::',
      '2001:db8::',
      '::ffff:198.51.100.0',
      'fe80::1%eth0',
      '',
    ];
    const bits = ['0', '8', '32', '33', '64', '65', '', '-1', '1e1', '008'];
    for (const network of addresses.flatMap((address) => bits.map((count) => `${address}/${count}`)))
      if (takes(network)) assert.ok(parseCidr(network), network);
    for (const name of TRUSTED_NAMES) assert.ok(takes(name), name);
    for (const name of ['Cloudflare', 'fastly', 'cloudflare/8', 'xcloudflare']) assert.ok(!takes(name), name);
    for (const network of [
      '10.0.0.0/8',
      '198.51.100.7/32',
      '2001:db8::/48',
      '2001:db8:0:1::/64',
      '0.0.0.0/0',
    ])
      assert.ok(takes(network), network);
  });

  test('name the trusted proxies to the ingest function, and to no other', () => {
    const proxies = (context: Record<string, unknown>) =>
      ofType(synthesize({ ...chosen, ...context }).pipeline, 'AWS::Lambda::Function').flatMap(
        ({ Properties }) => {
          const text = Properties.Environment?.Variables?.TRUSTED_PROXIES;
          return text === undefined ? [] : [text];
        },
      );
    assert.deepEqual(proxies({}), ['']);
    assert.deepEqual(proxies({ trustedProxies: '10.0.0.0/8,2001:db8::/48' }), ['10.0.0.0/8 2001:db8::/48']);
    assert.deepEqual(proxies({ trustedProxies: ['198.51.100.0/24'] }), ['198.51.100.0/24']);
  });

  test('stand in docs/settings.md as they are: node infra/settings-page.ts --write', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'settings.md'), 'utf8');
    assert.equal(page, settingsPage());
  });
});
