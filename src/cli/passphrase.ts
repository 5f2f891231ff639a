import { readPassphraseFile } from '../adapters/signing-key.ts';
import { CommandError } from './command-error.ts';

/** Where a passphrase comes from. Never an argument: every user of a machine can list those. */
export type PassphraseOptions = { passphraseFile?: string | undefined };

export const PASSPHRASE_OPTION = [
  '--passphrase-file <file>',
  'file whose first line is the passphrase (or set ASCRIBE_KEY_PASSPHRASE, or type it when asked)',
] as const;

type Terminal = {
  input: NodeJS.ReadStream;
  output: { write(text: string): unknown };
};

const VARIABLE = 'ASCRIBE_KEY_PASSPHRASE';

/** The passphrase of a key file: from --passphrase-file, from the environment, or typed; `twice` for a new key. */
export async function passphraseFor(
  file: string,
  { passphraseFile, ask = 'once' }: PassphraseOptions & { ask?: 'once' | 'twice' },
): Promise<string> {
  if (passphraseFile !== undefined)
    return filled(readPassphraseFile(passphraseFile), `the first line of ${passphraseFile}`);
  const variable = process.env[VARIABLE];
  if (variable !== undefined) return filled(variable, VARIABLE);
  if (!process.stdin.isTTY)
    throw new CommandError(
      `the passphrase of ${file} is needed and there is no terminal to ask on: give --passphrase-file, or set ${VARIABLE}.`,
    );
  const terminal = { input: process.stdin, output: process.stderr };
  const first = filled(await askHidden(`Passphrase of ${file}: `, terminal), 'what was typed');
  if (ask === 'twice' && (await askHidden('The same again: ', terminal)) !== first)
    throw new CommandError('the two passphrases differ: run the command again. Nothing was written.');
  return first;
}

/** Reads a line from a terminal that does not show it. */
export async function askHidden(question: string, { input, output }: Terminal): Promise<string> {
  // Before the question: who answers at once would be shown.
  input.setRawMode(true);
  input.setEncoding('utf8');
  output.write(question);
  try {
    return await typedLine(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

function typedLine(input: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const done = (end: () => void): void => {
      input.off('data', onData);
      input.off('end', onEnd);
      end();
    };
    const onEnd = () => done(() => reject(new CommandError('the terminal was closed. Nothing was done.')));
    const onData = (chunk: string): void => {
      // An arrow or another such key, which no passphrase can hold.
      if (chunk.startsWith('\u001b')) return;
      for (const sign of chunk) {
        if (sign === '\r' || sign === '\n') {
          done(() => resolve(typed.join('')));
          return;
        }
        if (sign === '\u0003' || sign === '\u0004') {
          done(() => reject(new CommandError('stopped at the passphrase. Nothing was done.')));
          return;
        }
        if (sign === '\u007f' || sign === '\b') typed.pop();
        else if (sign >= ' ') typed.push(sign);
      }
    };
    input.on('data', onData);
    input.on('end', onEnd);
    input.resume();
  });
}

function filled(passphrase: string, place: string): string {
  if (passphrase !== '') return passphrase;
  throw new CommandError(`the passphrase is empty (${place}): give one.`);
}
