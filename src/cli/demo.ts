import { join } from 'node:path';
import type { Command } from 'commander';
import { investigatePaths } from './investigate.ts';
import { writeScenario } from './simulate.ts';

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Simulate labour-2019 and investigate it, in one: nothing else is needed')
    .option('-o, --out <folder>', 'where the report and the simulated logs go', 'ascribe-demo')
    .option('--seed <number>', 'seed of the simulation', '1')
    .addHelpText('after', '\nExample:\n  $ ascribe demo --out try')
    .action(async (options: { out: string; seed: string }) => {
      const simulated = join(options.out, 'simulated');
      await writeScenario('labour-2019', { out: simulated, seed: options.seed });
      await investigatePaths([join(simulated, 'logs')], {
        out: options.out,
        networks: join(simulated, 'networks.csv'),
        tlp: 'TLP:CLEAR',
      });
    });
}
