import { join } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '../adapters/report-folder.ts';
import { scenarios } from '../simulate/scenarios.ts';
import { simulate, type Truth } from '../simulate/simulate.ts';
import { CommandError } from './command-error.ts';
import { say } from './progress.ts';

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Write the logs of a scenario with known truth: synthetic, reserved addresses only')
    .argument('<scenario>', `one of: ${Object.keys(scenarios).join(', ')}`)
    .requiredOption('-o, --out <folder>', 'where logs, networks.csv and truth.json go')
    .option('--seed <number>', 'another seed gives other traffic, the same seed the same bytes', '1')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe simulate labour-2019 --out sim\n  $ ascribe investigate sim/logs --networks sim/networks.csv',
    )
    .action(async (name: string, options: { out: string; seed: string }) => {
      const truth = await writeScenario(name, options);
      process.stdout.write(
        `SYNTHETIC: ${truth.title}. ${truth.attack_requests.toLocaleString('en-GB')} attack requests of ${truth.attackers.length.toLocaleString('en-GB')} addresses beside ${truth.legitimate_requests.toLocaleString('en-GB')} usual ones.\n` +
          `Logs: ${join(options.out, 'logs')}. Networks: ${join(options.out, 'networks.csv')}. Truth: ${join(options.out, 'truth.json')}.\n`,
      );
    });
}

/** Writes a scenario below a folder. Throws CommandError for a name or a seed that is none. */
export async function writeScenario(name: string, options: { out: string; seed: string }): Promise<Truth> {
  const scenario = scenarios[name];
  if (!scenario)
    throw new CommandError(
      `there is no scenario "${name}": the scenarios are ${Object.keys(scenarios).join(', ')}.`,
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
