import { join } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '../adapters/report-folder.ts';
import { allScenarios } from '../simulate/scenarios.ts';
import { simulate, type Truth } from '../simulate/simulate.ts';
import { CommandError } from './command-error.ts';
import { say } from './progress.ts';

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Write the logs of a scenario with known truth: synthetic, reserved addresses only')
    .argument('<scenario>', `one of: ${Object.keys(allScenarios).join(', ')}`)
    .requiredOption('-o, --out <folder>', 'where logs, networks.csv and truth.json go')
    .option('--seed <number>', 'another seed gives other traffic, the same seed the same bytes', '1')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe simulate labour-2019 --out sim\n  $ ascribe investigate sim/logs --networks sim/networks.csv',
    )
    .action(async (name: string, options: { out: string; seed: string }) => {
      const truth = await writeScenario(name, options);
      process.stdout.write(
        `SYNTHETIC: ${truth.title}. ${contentsOf(name, truth)}\n` +
          `Logs: ${join(options.out, 'logs')}. Networks: ${join(options.out, 'networks.csv')}. Truth: ${join(options.out, 'truth.json')}.${caseOf(name, options)}\n`,
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
  const unit = scenario.surface === 'network' ? 'flows' : 'queries';
  return `${number(truth.attack_requests)} attack ${unit} ${usual}`;
}

/** Writes a scenario below a folder. Throws CommandError for a name or a seed that is none. */
export async function writeScenario(name: string, options: { out: string; seed: string }): Promise<Truth> {
  const scenario = allScenarios[name];
  if (!scenario)
    throw new CommandError(
      `there is no scenario "${name}": the scenarios are ${Object.keys(allScenarios).join(', ')}.`,
      2,
    );
  if (!/^\d{1,9}$/.test(options.seed))
    throw new CommandError(`"${options.seed}" is no seed: give a whole number such as 1.`, 2);
  say(`Simulating ${name}, seed ${options.seed}`);
  return simulate(scenario, {
    seed: Number(options.seed),
    write: async (path, bytes) => writeWhole(join(options.out, path), bytes),
  });
}
