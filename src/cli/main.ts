import { Command, CommanderError } from 'commander';
import { TOOL } from '../adapters/assets.ts';
import { CommandError } from './command-error.ts';
import { fittedHelp } from './wrap.ts';

/** Commands, each of a module that is loaded when it is asked for: all of them take half a second. */
const COMMANDS = [
  { names: ['investigate'], load: async () => (await import('./investigate.ts')).addInvestigate },
  { names: ['demo'], load: async () => (await import('./demo.ts')).addDemo },
  { names: ['ingest'], load: async () => (await import('./ingest.ts')).addIngest },
  { names: ['reingest'], load: async () => (await import('./reingest.ts')).addReingest },
  { names: ['formats'], load: async () => (await import('./formats.ts')).addFormats },
  { names: ['queries', 'query'], load: async () => (await import('./query.ts')).addQuery },
  { names: ['sql'], load: async () => (await import('./sql.ts')).addSql },
  { names: ['show'], load: async () => (await import('./show.ts')).addShow },
  { names: ['requests'], load: async () => (await import('./requests.ts')).addRequests },
  { names: ['checklist'], load: async () => (await import('./checklist.ts')).addChecklist },
  { names: ['cluster'], load: async () => (await import('./cluster.ts')).addCluster },
  { names: ['export'], load: async () => (await import('./export.ts')).addExport },
  { names: ['backfill'], load: async () => (await import('./backfill.ts')).addBackfill },
  { names: ['simulate'], load: async () => (await import('./simulate.ts')).addSimulate },
  { names: ['verify'], load: async () => (await import('./verify.ts')).addVerify },
  { names: ['keys'], load: async () => (await import('./keys.ts')).addKeys },
  { names: ['seal'], load: async () => (await import('./seal.ts')).addSeal },
  { names: ['custody'], load: async () => (await import('./custody.ts')).addCustody },
  { names: ['trace'], load: async () => (await import('./trace.ts')).addTrace },
];

/**
 * The command line. Gives the exit code: 0, 1 where nothing could be done, a check failed or not all that was given
 * could be read, 2 where the command is wrong, 3 where a package is intact and its signer is not authenticated.
 */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command('ascribe')
    .description('Says where an attack came from, and shows its working.')
    .version(TOOL.version)
    // What stands behind the name of a command is that command's, also where the one above has the same option.
    .enablePositionalOptions()
    .showHelpAfterError('(ascribe --help shows the commands, ascribe <command> --help an example)')
    .configureOutput({
      writeOut: (text) => process.stdout.write(fittedHelp(text, process.stdout)),
      writeErr: (text) => process.stderr.write(fittedHelp(text, process.stderr)),
    })
    .exitOverride();
  const asked = COMMANDS.filter(({ names }) => names.includes(args[0] ?? ''));
  for (const { load } of asked.length > 0 ? asked : COMMANDS) (await load())(program);
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`(ascribe ${command.name()} --help shows the options)`);
    for (const inner of command.commands)
      inner
        .exitOverride()
        .showHelpAfterError(`(ascribe ${command.name()} ${inner.name()} --help shows the options)`);
  }
  program.hook('preAction', (_program, command) => refuseEmpty(command));
  process.stdout.on('error', endWithOutput);
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const [{ exitCodeFor, sentenceFor }, { say }] = await Promise.all([
      import('./sentence.ts'),
      import('./progress.ts'),
    ]);
    const sentence = sentenceFor(error);
    if (sentence === null) throw error;
    say(`ascribe: ${sentence}`);
    return exitCodeFor(error);
  }
}

/** Who reads the first lines alone, as `head` does, has what he wants; any other who gets none is told. */
function endWithOutput({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `ascribe: the standard output could not be written (${message}): send it where there is room, and run the same command again. What was committed to a lake stays.\n`,
  );
  process.exit(1);
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
