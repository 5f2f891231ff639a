import { parse } from 'yaml';

/**
 * The leading comment of a SQL file is its header, in YAML: formats and queries carry their own
 * documentation, so that one file is the whole thing.
 */
export class HeaderError extends Error {
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'HeaderError';
  }
}

export type SqlFile = { header: Record<string, unknown>; sql: string };

/** Splits a file into header and SQL. Throws HeaderError that names file and line. */
export function readHeader(text: string, file: string): SqlFile {
  const match = /^\s*\/\*\r?\n([\s\S]*?)\*\//.exec(text);
  if (!match) throw new HeaderError(file, 'line 1: the file starts with no /* header */ comment');
  let header: unknown;
  try {
    header = parse(match[1]!);
  } catch (error) {
    const at = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
    throw new HeaderError(
      file,
      `line ${at + 1}: the header is no YAML: ${(error as Error).message.split('\n')[0]}`,
    );
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header)) {
    throw new HeaderError(file, 'line 2: the header is no list of keys and values');
  }
  return { header: header as Record<string, unknown>, sql: text.slice(match[0].length).trim() };
}

export function requiredText(file: string, header: Record<string, unknown>, key: string): string {
  const value = header[key];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new HeaderError(file, `the header lacks "${key}"`);
  }
  return value.trim();
}
