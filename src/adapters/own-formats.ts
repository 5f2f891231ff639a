import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormatText } from '../formats/format.ts';
import { HeaderError } from '../lake/header.ts';
import { formatAssets } from './assets.ts';

/** An id stands in the rows, before a colon and the name of the log. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The formats of a folder of the user's own: one a .sql file, whose name without .sql is the id. Throws HeaderError for a
 * folder or a name that cannot be taken.
 */
export function ownFormats(folder: string): FormatText[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : code === 'ENOTDIR' ? 'is a file' : `(${code})`;
    throw new HeaderError(folder, `the folder ${why}: --formats takes a folder of .sql files`);
  }
  if (names.length === 0)
    throw new HeaderError(folder, 'holds no .sql file: --formats takes a folder of formats');
  const built = new Set(formatAssets().map(({ id }) => id));
  return names.sort().map((name) => {
    const id = name.slice(0, -'.sql'.length);
    const file = join(folder, name);
    if (built.has(id))
      throw new HeaderError(
        file,
        `Ascribe has a format ${id} of its own: rename the file, its name is the id`,
      );
    if (!ID.test(id))
      throw new HeaderError(file, 'the name of a format is made of letters, digits, hyphens, dots and _');
    return { id, text: readFileSync(file, 'utf8'), ownFile: file };
  });
}

/** All formats, in the order in which they are tried: of two that fit a log equally the user's own is the closer one. */
export function allFormats(folder: string | undefined): FormatText[] {
  return [...(folder === undefined ? [] : ownFormats(folder)), ...formatAssets()];
}
