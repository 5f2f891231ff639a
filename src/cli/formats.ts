import type { Command } from 'commander';
import { columnsOfFormats } from '../adapters/format-columns.ts';
import { allFormats } from '../adapters/own-formats.ts';
import { parseFormat } from '../formats/format.ts';
import { CommandError } from './command-error.ts';
import { FORMATS_OPTION } from './data-options.ts';
import { formatList, formatText } from './format-text.ts';

export function addFormats(program: Command): void {
  program
    .command('formats')
    .description('List the log formats that can be read, or show all about one; checks those of your own')
    .argument('[id]', 'a format, such as aws-alb')
    .option(...FORMATS_OPTION)
    .addHelpText('after', '\nExample:\n  $ ascribe formats aws-alb\n  $ ascribe formats --formats my-formats')
    .action(async (id: string | undefined, { formats: folder }: { formats?: string }) => {
      const formats = allFormats(folder).map(parseFormat);
      const columns = await columnsOfFormats(formats.filter(({ isOwn }) => isOwn));
      if (id === undefined) {
        process.stdout.write(formatList(formats));
        return;
      }
      const format = formats.find((each) => each.id === id);
      if (!format)
        throw new CommandError(
          unknown(
            id,
            formats.map((each) => each.id),
          ),
        );
      process.stdout.write(formatText(format, columns.get(id)));
    });
}

function unknown(id: string, known: readonly string[]): string {
  const near = nearest(id, known);
  return `there is no format "${id}": did you mean ${near.join(', ')}? ascribe formats lists all.`;
}

/** The three ids that are most alike: by the pairs of letters that both have, the fewest others first. */
function nearest(id: string, known: readonly string[]): string[] {
  const pairs = (text: string): Set<string> =>
    new Set(Array.from({ length: text.length + 1 }, (_, at) => ` ${text} `.slice(at, at + 2)));
  const wanted = pairs(id.toLowerCase());
  const likeness = (text: string): number => {
    const own = pairs(text.toLowerCase());
    return (2 * wanted.intersection(own).size) / (wanted.size + own.size);
  };
  return [...known].sort((a, b) => likeness(b) - likeness(a)).slice(0, 3);
}
