import { join } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '../adapters/report-folder.ts';
import { allScenarios } from '../simulate/scenarios.ts';
import { simulate, type Truth } from '../simulate/simulate.ts';
import { CommandError } from './command-error.ts';
import { say } from './progress.ts';
import { tell } from './wrap.ts';

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Write the logs of a scenario with known truth: synthetic, reserved addresses only')
    .argument('<scenario>', `one of: ${Object.keys(allScenarios).join(', ')}`)
    .requiredOption('-o, --out <folder>', 'where logs, networks.csv and truth.json go')
    .option('--seed <number>', 'another seed gives other traffic, the same seed the same bytes', '1')
    .option(
      '--scale <factor>',
      'so many times the people, bots and rates, such as 0.01 or 50; above 1 in parts, each with a folder of its own',
      '1',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe simulate labour-2019 --out sim\n  $ ascribe investigate sim/logs --networks sim/networks.csv',
    )
    .action(async (name: string, options: Written) => {
      const truth = await writeScenario(name, options);
      tell(
        `SYNTHETIC: ${truth.title}. ${contentsOf(name, truth)}\n` +
          `Logs: ${join(options.out, 'logs')}. Networks: ${join(options.out, 'networks.csv')}. Truth: ${join(options.out, 'truth.json')}.${caseOf(name, options)}`,
      );
    });
}

function caseOf(name: string, { out }: { out: string }): string {
  return 'caseFile' in allScenarios[name]! ? ` Case file: ${join(out, 'case.json')}.` : '';
}

function contentsOf(name: string, truth: Truth): string {
  const scenario = allScenarios[name]!;
  const number = (value: number): string => value.toLocaleString('en-GB');
  const usual = `beside ${number(truth.legitimate_requests)} usual ones.`;
  if (!('surface' in scenario))
    return `${number(truth.attack_requests)} attack requests of ${number(truth.attackers.length)} addresses ${usual}`;
  const unit = { network: 'flows', dns: 'queries', mixed: 'requests and flows' }[scenario.surface];
  return `${number(truth.attack_requests)} attack ${unit} ${usual}`;
}

type Written = { out: string; seed: string; scale?: string };

/** Writes a scenario below a folder. Throws CommandError for a name, a seed or a scale that is none. */
export async function writeScenario(name: string, options: Written): Promise<Truth> {
  const scenario = allScenarios[name];
  if (!scenario)
    throw new CommandError(
      `there is no scenario "${name}": the scenarios are ${Object.keys(allScenarios).join(', ')}.`,
      2,
    );
  if (!/^\d{1,9}$/.test(options.seed))
    throw new CommandError(`"${options.seed}" is no seed: give a whole number such as 1.`, 2);
  const scale = options.scale ?? '1';
  if (!/^\d{1,5}(\.\d{1,4})?$/.test(scale) || Number(scale) === 0)
    throw new CommandError(
      `"${scale}" is no scale: give a number from 0.0001 to 99999, such as 0.01 or 50.`,
      2,
    );
  say(`Simulating ${name}, seed ${options.seed}${scale === '1' ? '' : `, scale ${scale}`}`);
  return simulate(scenario, {
    seed: Number(options.seed),
    scale: Number(scale),
    write: async (path, bytes) => writeWhole(join(options.out, path), bytes),
  });
}
