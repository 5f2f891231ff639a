/**
 * Investigates simulated incidents, of which all is known, and prints how far the reports are right. Thresholds were set
 * on seeds 1 to 5; the figures are of seeds 6 and later.
 */
import { parseArgs } from 'node:util';
import { sideBySide } from '../src/lake/side-by-side.ts';
import { allScenarios } from '../src/simulate/scenarios.ts';
import type { Judgement } from './judge.ts';
import { keptIn } from './kept.ts';
import { perturbed } from './perturb.ts';
import { tableOf, totals } from './print.ts';
import { evaluate } from './run.ts';

const USAGE = `npm run evaluate -- [--scenario <id>]... [--seeds 6-20] [--perturbed] [--keep <file>]
`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '6-20' },
    perturbed: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
const range = /^(\d+)(?:-(\d+))?$/.exec(values.seeds);
const chosen = values.scenario ?? Object.keys(allScenarios);
const unknown = chosen.filter((id) => !allScenarios[id]);
if (!range || unknown.length > 0) {
  process.stderr.write(
    `${unknown.length > 0 ? `there is no scenario ${unknown.join(', ')}` : '--seeds takes 6 or 6-20'}\n\n${USAGE}`,
  );
  process.exit(2);
}
const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Of the objects of a perturbed run, so many never arrive. */
const LOST = 0.05;

/** One is simulated while another is investigated. */
const AT_ONCE = 2;

const kept = keptIn(values.keep);
const runs = chosen.flatMap((scenario) =>
  seeds.map((seed) => ({ scenario, seed, isPerturbed: values.perturbed })),
);
const judgements = await sideBySide(runs, AT_ONCE, async (run) => {
  const { scenario: id, seed, isPerturbed } = run;
  const known = kept.find(run);
  if (known) return known;
  const scenario = isPerturbed ? perturbed(allScenarios[id]!, seed) : allScenarios[id]!;
  const judgement = await evaluate(scenario, { seed, lost: isPerturbed ? LOST : 0 });
  process.stderr.write(`${id}, seed ${seed}: ${JSON.stringify(judgement)}\n`);
  kept.keep(run, judgement);
  return judgement;
});
const results = new Map<string, Judgement[]>();
for (const [index, { scenario }] of runs.entries())
  results.set(scenario, [...(results.get(scenario) ?? []), judgements[index]!]);
process.stdout.write(`${tableOf(results)}\n${totals(results, allScenarios)}\n`);
