import type { App } from 'aws-cdk-lib';
import { PRODUCERS } from './producers.ts';
import {
  type Kind,
  listOf,
  networksOr,
  numberOf,
  oneOf,
  type Setting,
  text,
  timeZone,
  wholeNumber,
  yesOrNo,
} from './setting-kinds.ts';

const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/;
const PRINCIPALS = 'ARNs of IAM roles or users, or `arn:aws:iam::123456789012:root` for an account';
const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
const ANYTHING = /^.*$/s;

const mode = oneOf('GOVERNANCE', 'COMPLIANCE');
/** S3 keeps at most 36,500 days. */
const days = wholeNumber(1, 36_500);

function needed<Value>(kind: Kind<Value>, about: string): Setting<Value> {
  return { ...kind, about };
}

function optional<Value>(kind: Kind<Value>, byDefault: unknown, about: string): Setting<Value> {
  return { ...kind, about, byDefault };
}

/** Every setting of a deployment: a key of CDK context, in `cdk.json` or by `--context key=value`. */
export const declaredSettings = {
  rawRetentionMode: needed(mode, 'Lock of a raw log, set once it is hashed'),
  rawRetentionDays: needed(days, 'Days that a raw log stays locked'),
  vaultRetentionMode: needed(mode, 'Lock of custody, seals, reports and packages, set as they are written'),
  vaultRetentionDays: needed(days, 'Days that they stay locked'),

  deployment: optional(
    text(/^[a-z][a-z0-9-]{1,19}$/, 'up to 20 small letters, digits and hyphens, a letter first'),
    'ascribe',
    'Name of the deployment: begins the names of stacks, roles, work groups and log groups',
  ),
  database: optional(
    text(/^[a-z][a-z0-9_]{0,62}$/, 'small letters, digits and underscores, a letter first'),
    'ascribe',
    'Glue database of the lake',
  ),
  lakePrefix: optional(
    text(
      /^(?!(tables|objects)$)[a-z0-9-]{0,40}$/,
      'up to 40 small letters, digits and hyphens, neither `tables` nor `objects`, or nothing',
    ),
    '',
    'Folder of the lake in its bucket; another one begins a new lake, as after an upgrade whose ingest profile differs',
  ),

  producers: optional(
    listOf(new RegExp(`^(${PRODUCERS.join('|')})$`), `names among ${PRODUCERS.join(', ')}`),
    PRODUCERS.filter((name) => name !== 'waf'),
    'Producers of logs that may deliver into our buckets; `waf` needs a `rawBucketName`',
  ),
  producerAccounts: optional(
    listOf(/^\d{12}$/, 'account numbers of 12 digits'),
    [],
    'Accounts whose logs may be delivered; none: the account of the deployment',
  ),
  producerRegions: optional(
    listOf(/^[a-z]{2}(-[a-z]+)+-\d$/, 'regions, such as `eu-west-2`'),
    [],
    'Regions whose logs may be delivered; none: the region of the deployment',
  ),
  rawBucketName: optional(
    text(
      /^(|aws-waf-logs-[a-z0-9][a-z0-9-]{0,48}[a-z0-9])$/,
      'a bucket name that begins with `aws-waf-logs-`, or nothing',
    ),
    '',
    'Name of the raw bucket: AWS WAF delivers to no other; nothing: a name is made',
  ),
  attachedLogs: optional(
    listOf(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\s*?,]*)?$/,
      'places such as `s3://example-logs/alb`',
    ),
    [],
    'Log buckets of your own, read where they are; never written to, never locked',
  ),
  attachedLogKeys: optional(
    listOf(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'ARNs of KMS keys'),
    [],
    'Keys that the logs in them are encrypted with',
  ),
  sourceLabel: optional(
    text(/^[\w .:/-]{0,100}$/, 'up to 100 letters, digits, spaces and `. : / -`'),
    'web',
    'Name of a log whose format gives none',
  ),
  networksFile: optional(
    text(ANYTHING, 'the path of a CSV file, or nothing'),
    '',
    'CSV of dated networks, laid beside the ingest function',
  ),
  trustedProxies: optional(
    networksOr('cloudflare', 'cloudfront', 'nginx-main'),
    [],
    'Your own proxies and balancers, and CDNs that alone can reach you: what they forward is believed. With `nginx-main` the quoted field after the agent is X-Forwarded-For',
  ),

  architecture: optional(oneOf('arm64', 'x64'), 'arm64', 'Processor of the functions'),
  ingestMemory: optional(
    wholeNumber(1024, 10_240),
    3008,
    'Memory of the ingest function, MB; a new account may have no more than 3008',
  ),
  ingestTimeout: optional(wholeNumber(60, 900), 300, 'Longest run of the ingest function, s'),
  ingestConcurrency: optional(
    wholeNumber(2, 1000),
    10,
    'Ingest functions that run side by side at most: an attack is also a flood of logs',
  ),
  mostStoredBytes: optional(
    wholeNumber(1_048_576, 5_497_558_138_880),
    268_435_456,
    'Stored bytes from which on an object is left to the command line',
  ),
  mostOriginalBytes: optional(
    wholeNumber(0, 1_073_741_824),
    536_870_912,
    'Stored bytes of originals that an evidence package takes at most; beyond it lists them',
  ),

  timeZone: optional(timeZone(), 'Europe/London', 'Whose days and hours the schedules keep'),
  reportAt: optional(
    text(
      /^(0[5-9]|1\d|2[0-3]):[0-5]\d$/,
      'a time of the day from 05:00 on, such as `06:00`: after the sweep, and when no clock changes',
    ),
    '06:00',
    'When the report of the day before is written',
  ),
  historyDays: optional(
    wholeNumber(1, 365),
    28,
    'Days before that a minute is held against; from 21 on the same minute of other weeks',
  ),
  watchFloodDays: optional(
    wholeNumber(0, 31),
    2,
    'Days of flows and DNS queries that the watch reads each hour, for floods below HTTP; 0: it reads requests alone',
  ),
  tlp: optional(
    oneOf('TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR'),
    'TLP:AMBER',
    'TLP 2.0 label of the reports',
  ),

  investigators: optional(listOf(PRINCIPAL, PRINCIPALS), [], 'Who may query and read reports; none: no role'),
  custodians: optional(
    listOf(PRINCIPAL, PRINCIPALS),
    [],
    'Who may export evidence and set legal holds; none: no role',
  ),
  auditors: optional(listOf(PRINCIPAL, PRINCIPALS), [], 'Who may check custody and seals; none: no role'),
  mfa: optional(
    yesOrNo(),
    true,
    'Whether these roles need MFA; `false` where the identity provider asks for it, as AWS does not see that',
  ),
  breakGlass: optional(
    listOf(PRINCIPAL, PRINCIPALS),
    [],
    'Who alone may delete raw logs and evidence that no retention holds, and in GOVERNANCE before its time; none: nobody',
  ),
  alertEmails: optional(listOf(EMAIL, 'e-mail addresses'), [], 'Who hears of an observed attack'),
  operationsEmails: optional(listOf(EMAIL, 'e-mail addresses'), [], 'Who hears of alarms'),

  mostBytesPerQuery: optional(
    wholeNumber(10_485_760, 7_000_000_000_000_000),
    107_374_182_400,
    'Bytes that one query may scan; Athena stops it there',
  ),
  bytesPerDayAlarm: optional(
    wholeNumber(10_485_760, 1_000_000_000_000_000),
    1_099_511_627_776,
    'Bytes that the queries of a day may scan before an alarm',
  ),
  rejectShareAlarm: optional(
    wholeNumber(1, 100),
    5,
    'Rejects among the records of an hour, in per cent, for an alarm',
  ),
  monthlyBudget: optional(wholeNumber(1, 10_000_000), 100, 'USD a month from which on the budget warns'),
  logDays: optional(
    numberOf([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]),
    365,
    "Days that the functions' own logs are kept",
  ),
  pace: optional(
    oneOf('real', 'emulated'),
    'real',
    '`emulated` shortens waiting for the emulation test; never for a deployment',
  ),
} as const;

type Declared = typeof declaredSettings;
export type SettingName = keyof Declared;
export type Settings = { [Name in SettingName]: NonNullable<ReturnType<Declared[Name]['read']>> };

/** Said when retention is not chosen: it has no default, since either choice is hard to take back. */
export const RETENTION_CHOICE = `Retention has no default, because a lock cannot be taken back. Choose, for raw logs and for the vault (custody, seals, reports, packages):
  mode  GOVERNANCE: nobody deletes before the time, save whom "breakGlass" names. For a first try, and wherever a court order or a mistake may have to be answered by deleting.
        COMPLIANCE: nobody deletes before the time, neither AWS nor the account's root. For evidence whose integrity must not rest on trust in your administrators; it is paid for until the time is over.
              Two ways remain to lose it, neither unseen. An administrator who may change the policy of the vault's key (kms:PutKeyPolicy) can take the denial out of it, then disable the key or have it deleted after 7 days at the least: the vault is there and cannot be read. Raw logs have no such key. And whoever closes the account loses all that is in it 90 days later. A service control policy of the organisation can forbid both, to whoever does not need them.
  days  how long. 1 for a first try; for evidence the longest of your duties to keep it, and no longer than the law on personal data lets you.
For a first try: --context rawRetentionMode=GOVERNANCE --context rawRetentionDays=1 --context vaultRetentionMode=GOVERNANCE --context vaultRetentionDays=1`;

export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(`The settings need mending (docs/settings.md):\n${problems.map((line) => `- ${line}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** Context that is no setting belongs to CDK, whose keys have an `@`, a `:` or a `-`. */
const SETTING_LIKE = /^[a-zA-Z]+$/;

/** The settings of an app, from its context. Throws SettingsError that names every problem. */
export function readSettings(app: App): Settings {
  return settingsFrom(app.node.getAllContext() as Record<string, unknown>);
}

export function settingsFrom(context: Readonly<Record<string, unknown>>): Settings {
  const problems: string[] = [];
  const read = Object.entries(declaredSettings as Record<string, Setting<unknown>>).map(([name, setting]) => {
    const given = context[name] ?? setting.byDefault;
    const value = given === undefined ? null : setting.read(given);
    if (value === null && given !== undefined)
      problems.push(`${name} is ${JSON.stringify(given)}, but expected ${setting.expects}`);
    if (value === null && given === undefined)
      problems.push(`${name} is missing: ${setting.about.toLowerCase()} (${setting.expects})`);
    return [name, value];
  });
  const isLacking = Object.keys(declaredSettings).some(
    (name) => /Retention/.test(name) && context[name] === undefined,
  );
  for (const name of Object.keys(context))
    if (SETTING_LIKE.test(name) && !(name in declaredSettings)) problems.push(`${name} is no setting`);
  const settings = Object.fromEntries(read) as Settings;
  if (problems.length === 0 && settings.producers.includes('waf') && settings.rawBucketName === '')
    problems.push(
      'producers has waf, but rawBucketName is missing: AWS WAF delivers to aws-waf-logs-… alone',
    );
  if (problems.length > 0) throw new SettingsError(isLacking ? [...problems, RETENTION_CHOICE] : problems);
  return settings;
}
