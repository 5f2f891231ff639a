/** The case file as a user gives it: by --case or in the lake, and what each fault says. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ReportModel } from '../../src/report/model.ts';
import { dayLog } from '../case/intranet-lake.ts';
import { ascribe } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-case-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const log = at('web.log');
const tester = { networks: ['172.16.0.0/24'], role: 'tester', name: 'Load test', reason: 'Order 4711.' };

function caseFile(name: string, value: unknown): string {
  const file = at(name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const reportIn = (out: string) => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as ReportModel;

before(() => writeFileSync(log, dayLog(1)));

describe('--case', () => {
  for (const [name, content, message] of [
    ['no-json.json', '{', /no-json\.json is no JSON: /],
    [
      'wrong.json',
      { known_sources: [{ ...tester, role: 'spy' }] },
      /wrong\.json: known_sources\[0\]\.role is "spy", but expected one of/,
    ],
  ] as const) {
    test(`names what is wrong in ${name}, before anything is read`, async () => {
      const out = at(`out-${name}`);
      const ran = await ascribe(['investigate', log, '--out', out, '--case', caseFile(name, content)]);
      assert.equal(ran.code, 1);
      assert.match(ran.err, message);
      assert.throws(() => readFileSync(join(out, 'lake', 'profile.json')), /ENOENT/);
    });
  }

  test('that is not there is said so', async () => {
    const ran = await ascribe(['investigate', log, '--out', at('none'), '--case', at('none.json')]);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /none\.json does not exist: --case takes a JSON file/);
  });

  test('decides the report, its proxies the ingest, and its copy lies in the package', async () => {
    const out = at('given');
    const file = caseFile('given.json', { known_sources: [tester], trusted_proxies: ['10.2.0.0/16'] });
    const ran = await ascribe(['investigate', log, '--out', out, '--case', file]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /known sources \(Load test\)/);
    const model = reportIn(out);
    assert.equal(model.case!.known_sources[0]!.name, 'Load test');
    const trusted = model.datasets.find(({ id }) => id === 'trusted-proxies');
    assert.equal(trusted!.version, '10.2.0.0/16');
    assert.equal(readFileSync(join(out, 'package', 'data', 'case.json'), 'utf8'), readFileSync(file, 'utf8'));
    const other = caseFile('other.json', { trusted_proxies: ['10.3.0.0/16'] });
    const again = await ascribe([
      'investigate',
      '--lake',
      join(out, 'lake'),
      '--out',
      at('again'),
      '--case',
      other,
    ]);
    assert.equal(again.code, 1);
    assert.match(again.err, /10\.2\.0\.0\/16 there, 10\.3\.0\.0\/16 in the case file/);
  });

  test('and --trusted-proxies must not differ', async () => {
    const file = caseFile('proxies.json', { trusted_proxies: ['10.2.0.0/16'] });
    const args = ['investigate', log, '--out', at('two'), '--case', file, '--trusted-proxies', '10.9.0.0/16'];
    const ran = await ascribe(args);
    assert.equal(ran.code, 2);
    assert.match(
      ran.err,
      /--trusted-proxies are 10\.9\.0\.0\/16, and those of the case file 10\.2\.0\.0\/16/,
    );
  });

  test('is not needed where the lake has its case.json, which reingest keeps', async () => {
    const lake = at('own', 'lake');
    mkdirSync(lake, { recursive: true });
    writeFileSync(join(lake, 'case.json'), JSON.stringify({ known_sources: [tester] }));
    assert.equal((await ascribe(['ingest', log, '--lake', lake])).code, 0);
    assert.equal((await ascribe(['reingest', log, '--lake', lake, '--label', 'intranet'])).code, 0);
    const ran = await ascribe(['investigate', '--lake', lake, '--out', at('own')]);
    assert.equal(ran.code, 0, ran.err);
    assert.equal(reportIn(at('own')).case!.known_sources[0]!.name, 'Load test');
  });
});
