/** Reports of a lake as people's word has it: a case file, and judgements that lie in the lake. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { duckDbEngine, partsOf } from '../../src/adapters/duckdb-engine.ts';
import { parseCaseFile } from '../../src/case/case-file.ts';
import { type Compiled, compileReport } from '../../src/case/compile.ts';
import type { ReportModel } from '../../src/report/model.ts';
import type { TestLake } from '../ingest/temporary-lake.ts';

export type Reported = Compiled & { sourcesCsv: string; file(path: string): string | null };

const schema = JSON.parse(
  readFileSync(new URL('../../docs/schema/report.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

/** The report of a lake, with a case file given as a value. Its `report.json` follows the schema. */
export async function reportOf(
  { store }: Pick<TestLake, 'store'>,
  { caseFile, days = null }: { caseFile?: object; days?: { from: string; until: string } | null } = {},
): Promise<Reported> {
  const bytes = caseFile && Buffer.from(JSON.stringify(caseFile));
  const compiled = await compileReport(store, {
    catalogue: openCatalogue(),
    openEngine: ({ markers }) => duckDbEngine(partsOf(store, markers)),
    days,
    focus: null,
    forced: null,
    supersedes: null,
    unread: [],
    tool: { name: 'ascribe', version: '0.1.0' },
    tlp: 'TLP:AMBER',
    ...(bytes ? { caseFile: parseCaseFile(bytes, 'case.json') } : {}),
  });
  const file = (path: string): string | null => {
    const found = [...compiled.report, ...compiled.evidence].find((each) => each.path === path);
    return found ? Buffer.from(found.bytes).toString('utf8') : null;
  };
  assert.equal(validate(JSON.parse(file('report.json')!)), true, ajv.errorsText(validate.errors));
  return { ...compiled, sourcesCsv: file('sources.csv')!, file };
}

/** Sum of a count over the windows. */
export function sumOf({ windows }: ReportModel, key: 'requests' | 'sources'): number {
  return windows.reduce((sum, window) => sum + (window[key] ?? 0), 0);
}
