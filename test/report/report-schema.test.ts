import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { ReportNumberError, renderJson } from '../../src/report/json.ts';
import { attackModel, hostileModel, MODELS } from './fixture-model.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const schema = JSON.parse(readFileSync(at('docs/schema/report.schema.json'), 'utf8'));
const ajv = new Ajv2020({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

for (const [name, build] of Object.entries({ ...MODELS, hostile: () => hostileModel('<b>\u202e`|') })) {
  test(`report.json follows its schema: ${name}`, () => {
    assert.equal(validate(JSON.parse(renderJson(build()))), true, ajv.errorsText(validate.errors));
  });
}

test('the schema refuses a report that lacks a key or has an unknown word', () => {
  const { ledger: _, ...less } = attackModel();
  assert.equal(validate(less), false);
  assert.equal(validate({ ...attackModel(), finding: 'perhaps' }), false);
  assert.equal(
    validate({ ...attackModel(), period: { from: '11 November', until: '2019-11-12T00:00:00Z' } }),
    false,
  );
});

test('the schema lets the contract widen at the top', () => {
  assert.equal(validate({ ...attackModel(), annotations: ['read by a second analyst'] }), true);
});

/** `export type Name = 'a' | 'b';` in the files of the model, where a definition of the schema lists the same words. */
test('the schema has the words and the keys of model.ts', () => {
  const files = ['src/report/model.ts', 'src/report/window-model.ts', 'src/attribution/assessment.ts'];
  const source = files.map((file) => readFileSync(at(file), 'utf8')).join('\n');
  let seen = 0;
  for (const [, name, body] of source.matchAll(/export type (\w+) =([\s|]*'[^;{]*);/g)) {
    const words = [...body!.matchAll(/'([^']+)'/g)].map((match) => match[1]);
    const definition = schema.$defs[name!.charAt(0).toLowerCase() + name!.slice(1)];
    assert.deepEqual(definition?.enum, words, name);
    seen += 1;
  }
  assert.ok(seen >= 7, `read ${seen} types`);
  const model = /export type ReportModel = \{([\s\S]*?)\n\};/.exec(source)![1]!;
  const keys = [...model.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1]);
  assert.deepEqual(Object.keys(schema.properties), keys);
  assert.deepEqual(
    schema.required,
    [...model.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]),
  );
});

test('report.json keeps values unaltered and its keys in the order of the model', () => {
  const text = '\u202e\u001b[31m http://evil.example/<script>';
  const model = hostileModel(text);
  const shuffled = Object.fromEntries(Object.entries(model).reverse()) as typeof model;
  assert.equal(renderJson(shuffled), renderJson(model));
  assert.equal(JSON.parse(renderJson(model)).leads[0].value, text);
  assert.ok(renderJson(model).endsWith('}\n'));
});

test('a figure that is no number is a bug and throws', () => {
  assert.throws(() => renderJson({ ...attackModel(), sources_count: Number.NaN }), ReportNumberError);
});
