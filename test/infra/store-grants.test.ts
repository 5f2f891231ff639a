// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tokens of the template are written as it writes them.
/**
 * What each function and each role for people reads, writes and lists of lake and vault, as its code asks of the
 * store, held against what its policy grants: all of it, and nothing else. A line is a key as the code makes it.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { environments } from '../../functions/environment.ts';
import { VAULT_FOLDERS } from '../../src/lake/vaulted-store.ts';
import { everything, ofType, type Statement, statementsOf, synthesize } from './synthesized.ts';

const ID = 'a'.repeat(64);
const profile = 'lake: profile.json';
const objects = `lake: objects/${ID}.json`;
const tables = `lake: tables/minute_activity/dt=2019-11-12/${ID}-0.parquet`;
const tellsVault = 'lake: vault.json';
const networks = 'lake: networks.csv';
const caseFile = 'lake: case.json';
const judgement = `vault: judgements/${ID}.json`;
const custody = `vault: custody/${ID}.json`;
const deferred = `vault: deferred/${ID}.json`;
const seals = 'vault: seals/00000001.json';
const report = `vault: reports/2019-11-12/${ID}/data/report.json`;
const reportSignature = `vault: reports/2019-11-12/${ID}/signatures/key.dsse.json`;
const filedReport = `vault: filed/reports/2019-11-12/${ID}.json`;
const exported = `vault: exports/${ID.slice(32)}/data/report.json`;
const exportSignature = `vault: exports/${ID.slice(32)}/signatures/key.dsse.json`;
const filedExport = `vault: filed/exports/${ID.slice(32)}.json`;
const alert = `vault: alerts/${ID.slice(48)}/opened.json`;

const ofLake = [profile, tellsVault, networks, caseFile, objects, tables];
const ofReports = [custody, deferred, judgement, seals, report, reportSignature, filedReport];
const ofExports = [exported, exportSignature, filedExport];
const all = [...ofLake, ...ofReports, ...ofExports, alert];

type Needs = { reads: string[]; creates: string[]; lists: ('lake' | 'vault')[] };

/** What was written and answered too late is read again, so who writes reads as well, save a signature's neighbours. */
const needs: Record<string, Needs> = {
  // Profile, parts, marker, where the vault is, and the networks for who ingests by the command line.
  IngestPolicy: {
    reads: [...ofLake, custody, deferred],
    creates: [...ofLake, custody, deferred],
    lists: ['lake', 'vault'],
  },
  // Keys of custody and of what was set aside; not one is read.
  SweepPolicy: { reads: [], creates: [], lists: ['vault'] },
  // The profile says whether a log has come yet and whether it is synthetic, the case whose growth is no news; Athena reads the minutes.
  WatchPolicy: { reads: [profile, caseFile, tables, alert], creates: [alert], lists: ['lake', 'vault'] },
  InvestigatePolicy: {
    reads: [profile, caseFile, objects, tables, ...ofReports],
    creates: [report, reportSignature, filedReport],
    lists: ['lake', 'vault'],
  },
  ExportEvidenceExportPolicy: {
    reads: [profile, caseFile, objects, tables, ...ofReports, ...ofExports],
    creates: [exported, exportSignature, filedExport],
    lists: ['lake', 'vault'],
  },
  // Packages as they were filed, which it hashes again before it signs.
  SealPolicy: {
    reads: [...ofReports.filter((key) => key !== deferred && key !== judgement), ...ofExports],
    creates: [seals, reportSignature, exportSignature],
    lists: ['vault'],
  },
  RolesInvestigatorPolicy: {
    reads: [profile, tellsVault, caseFile, objects, tables, ...ofReports],
    // The word of an analyst.
    creates: [judgement],
    lists: ['lake', 'vault'],
  },
  RolesCustodianPolicy: {
    reads: [profile, tellsVault, caseFile, objects, tables, ...ofReports, ...ofExports],
    creates: [],
    lists: ['lake', 'vault'],
  },
  RolesAuditorPolicy: { reads: [custody, deferred, seals], creates: [], lists: ['vault'] },
};

const buckets = { lake: '${LakeBucketB1D32E10.Arn}', vault: '${VaultBucket0925C477.Arn}' };
const keys = { lake: /^\$\{KeysLake/, vault: /^\$\{KeysVault/ };
const storeOf = (line: string) => line.split(': ')[0] as 'lake' | 'vault';

for (const lakePrefix of ['', 'second-lake'])
  describe(`the store as it is granted, lake at "${lakePrefix}"`, () => {
    const policies = ofType(synthesize({ ...everything, lakePrefix }).pipeline, 'AWS::IAM::ManagedPolicy');
    const statementsOfPolicy = new Map(
      policies.map((policy) => [policy.id.replace(/[0-9A-F]{8}$/, ''), statementsOf([policy])]),
    );
    const arnOf = (line: string, below: string) => {
      const [store, key] = line.split(': ') as ['lake' | 'vault', string];
      return `${buckets[store]}/${store === 'lake' && below !== '' ? `${below}/` : ''}${key}`;
    };

    for (const [policy, { reads, creates, lists }] of Object.entries(needs)) {
      const statements = statementsOfPolicy.get(policy) ?? [];
      const granted = (action: string, lines: string[], below = lakePrefix) =>
        lines.filter((line) => allows(statements, action, arnOf(line, below)));

      test(`${policy} reads, writes and lists what its code does, and nothing else`, () => {
        assert.deepEqual(granted('s3:GetObject', all), sorted(reads));
        assert.deepEqual(granted('s3:PutObject', all), sorted(creates));
        const listed = (['lake', 'vault'] as const).filter((store) =>
          allows(statements, 's3:ListBucket', buckets[store]),
        );
        assert.deepEqual(listed, lists);
      });

      test(`${policy} may use the keys that this takes`, () => {
        for (const store of ['lake', 'vault'] as const) {
          const may = (action: string) =>
            statements.some(
              ({ actions, resources }) =>
                actions.includes(action) && resources.some((resource) => keys[store].test(resource)),
            );
          const isOf = (line: string) => storeOf(line) === store;
          assert.ok(!reads.some(isOf) || may('kms:Decrypt'), `${store}: reads without its key`);
          assert.ok(!creates.some(isOf) || may('kms:GenerateDataKey'), `${store}: writes without its key`);
        }
      });

      for (const below of lakePrefix === '' ? [] : ['', 'first-lake'])
        test(`${policy} sees nothing of another lake at "${below}" of the bucket`, () => {
          const lines = all.filter((line) => storeOf(line) === 'lake');
          assert.deepEqual(granted('s3:GetObject', lines, below), []);
          assert.deepEqual(granted('s3:PutObject', lines, below), []);
        });
    }

    test('is written down for every function and role that there is', () => {
      const known = Object.keys(needs).filter((policy) => !policy.startsWith('Roles'));
      assert.equal(known.length, Object.keys(environments).length);
      const others = [...statementsOfPolicy.keys()].filter((policy) => !(policy in needs));
      assert.deepEqual(others, ['SchedulesPolicy']);
    });
  });

test('every folder of the vault is among the keys, and every key of the vault in one of its folders', () => {
  const inVault = all.filter((line) => storeOf(line) === 'vault').map((line) => line.slice('vault: '.length));
  const folders = [...new Set(inVault.map((key) => `${key.split('/')[0]}/`))].sort();
  assert.deepEqual(folders, [...VAULT_FOLDERS].sort());
});

function sorted(lines: string[]): string[] {
  return all.filter((line) => lines.includes(line));
}

/** As IAM reads a resource: `*` is any text, slashes too. */
function allows(statements: Statement[], action: string, arn: string): boolean {
  const fits = (resource: string) =>
    new RegExp(`^${resource.split('*').map(RegExp.escape).join('.*')}$`, 's').test(arn);
  return statements.some(
    ({ effect, actions, resources, conditions }) =>
      effect === 'Allow' &&
      actions.includes(action) &&
      Object.keys(conditions).length === 0 &&
      resources.some(fits),
  );
}
