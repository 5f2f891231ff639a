import { Command, CommanderError } from 'commander';
import { visibleLines } from '../report/hostile-text.ts';
import { addBackfill } from './backfill.ts';
import { addChecklist } from './checklist.ts';
import { addCluster } from './cluster.ts';
import { CommandError, sentenceFor } from './command-error.ts';
import { addCustody } from './custody.ts';
import { addDemo } from './demo.ts';
import { addExport } from './export.ts';
import { addFormats } from './formats.ts';
import { addIngest } from './ingest.ts';
import { addInvestigate } from './investigate.ts';
import { addKeys } from './keys.ts';
import { addQuery } from './query.ts';
import { addReingest } from './reingest.ts';
import { addRequests } from './requests.ts';
import { addSeal } from './seal.ts';
import { addShow } from './show.ts';
import { addSimulate } from './simulate.ts';
import { addSql } from './sql.ts';
import { addTrace } from './trace.ts';
import { addVerify } from './verify.ts';
import { TOOL } from './workshop.ts';

/**
 * The command line. Gives the exit code: 0, 1 where nothing could be done, 2 where the command is wrong, 3 where a
 * package is intact and its signer is not authenticated.
 */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('ascribe')
    .description('Says where an attack came from, and shows its working.')
    .version(TOOL.version)
    // What stands behind the name of a command is that command's, also where the one above has the same option.
    .enablePositionalOptions()
    .showHelpAfterError('(ascribe --help shows the commands, ascribe <command> --help an example)')
    .exitOverride();
  for (const add of [
    addInvestigate,
    addDemo,
    addIngest,
    addReingest,
    addFormats,
    addQuery,
    addSql,
    addShow,
    addRequests,
    addChecklist,
    addCluster,
    addExport,
    addBackfill,
    addSimulate,
    addVerify,
    addKeys,
    addSeal,
    addCustody,
    addTrace,
  ])
    add(program);
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`(ascribe ${command.name()} --help shows the options)`);
    for (const inner of command.commands)
      inner
        .exitOverride()
        .showHelpAfterError(`(ascribe ${command.name()} ${inner.name()} --help shows the options)`);
  }
  program.hook('preAction', (_program, command) => refuseEmpty(command));
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const sentence = sentenceFor(error);
    if (sentence === null) throw error;
    process.stderr.write(`ascribe: ${visibleLines(sentence)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

/** An option without a value is a variable of the shell that nobody has set. */
function refuseEmpty(command: Command): void {
  for (const [name, value] of Object.entries(command.opts()))
    if (value === '' || (Array.isArray(value) && value.includes('')))
      throw new CommandError(
        `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is empty: give it a value (did a variable of the shell have none?).`,
        2,
      );
}
