/** cdk-nag, as the synth runs it: nothing is found that was not acknowledged, and nothing acknowledged that is not found. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { acknowledge, acknowledgements, exportedBuckets } from '../../infra/acknowledgements.ts';
import { readSettings } from '../../infra/settings.ts';
import { appWith, chosen, everything } from './synthesized.ts';

type Finding = { rule: string; path: string };

/** After the synth, so that what one stack takes from another reads as it does in the templates. */
function findings(ascribe: ReturnType<typeof appWith>): { pack: string; found: Finding[] }[] {
  const { app } = ascribe;
  app.synth();
  return [new AwsSolutionsChecks(app), new NIST80053R5Checks(app)].map((pack) => ({
    pack: pack.name,
    found: pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: String(constructPath) })),
      ),
  }));
}

describe('cdk-nag', () => {
  test('finds nothing that is not acknowledged, with every setting used', () => {
    const ascribe = appWith(everything);
    acknowledge(ascribe);
    assert.deepEqual(
      findings(ascribe).flatMap(({ found }) => found),
      [],
    );
  });

  test('finds nothing that is not acknowledged, with no setting but those required', () => {
    const ascribe = appWith(chosen);
    acknowledge(ascribe);
    assert.deepEqual(
      findings(ascribe).flatMap(({ found }) => found),
      [],
    );
  });

  for (const lakePrefix of ['', 'second-lake'])
    test(`finds, without acknowledgements, exactly what they acknowledge; lake at "${lakePrefix}"`, (context) => {
      const ascribe = appWith({ ...everything, lakePrefix });
      const packs = findings(ascribe);
      const found = packs.flatMap((pack) => pack.found);
      const lines = found.map(({ rule, path }) => `${rule} at ${path.replace(/\/Resource$/, '')}`).sort();
      const acknowledged = acknowledgements(readSettings(ascribe.app), exportedBuckets(ascribe.data));
      const expected = acknowledged.flatMap(({ rule, at }) => at.map((path) => `${rule} at ${path}`)).sort();
      assert.ok(found.length > 0, 'cdk-nag looked at nothing');
      assert.deepEqual(lines, expected);
      for (const pack of packs)
        context.diagnostic(`${pack.pack}: ${pack.found.length} findings, all acknowledged`);
      context.diagnostic(
        `${acknowledged.length} acknowledgements, ${new Set(found.map(({ rule }) => rule.split('[')[0])).size} rules`,
      );
    });

  test('is told a reason of a sentence for each', () => {
    const { app, data } = appWith(everything);
    for (const { rule, reason, at } of acknowledgements(readSettings(app), exportedBuckets(data))) {
      assert.ok(reason.length > 40 && /[.]$/.test(reason), `${rule}: ${reason}`);
      assert.equal(new Set(at).size, at.length, rule);
    }
  });
});
