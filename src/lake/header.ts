import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/**
 * The leading comment of a SQL file is its header, in YAML: formats and queries carry their own
 * documentation, so that one file is the whole thing.
 */
export class HeaderError extends Error {
  readonly file: string;
  readonly problem: string;

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'HeaderError';
    this.file = file;
    this.problem = problem;
  }
}

export type SqlFile = {
  header: Record<string, unknown>;
  sql: string;
  /** Line of the file that the SQL starts in. */
  sqlLine: number;
  /** Line of the file that a key of the header stands in; where it is missing, that of what it would stand under. */
  lineOf(...path: string[]): number;
};

/** Splits a file into header and SQL. Throws HeaderError that names file and line. */
export function readHeader(text: string, file: string): SqlFile {
  const match = /^(\s*\/\*\r?\n)([\s\S]*?)\*\//.exec(text);
  if (!match) throw new HeaderError(file, 'line 1: the file starts with no /* header */ comment');
  const [whole, opening, yaml] = match as unknown as [string, string, string];
  const before = newlines(opening);
  const lines = new LineCounter();
  let document: Document;
  let header: unknown;
  try {
    document = parseDocument(yaml, { lineCounter: lines });
    if (document.errors.length > 0) throw document.errors[0];
    header = document.toJS();
  } catch (error) {
    const at = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
    const [problem] = (error as Error).message.split('\n');
    throw new HeaderError(
      file,
      `line ${at + before}: the header is no YAML: ${problem!.replace(/ at line \d+, column \d+:?$/, '')}`,
    );
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header))
    throw new HeaderError(file, `line ${before + 1}: the header is no list of keys and values`);
  const rest = text.slice(whole.length);
  const sql = rest.trim();
  return {
    header: header as Record<string, unknown>,
    sql,
    sqlLine: 1 + newlines(whole) + newlines(rest.slice(0, rest.indexOf(sql))),
    lineOf(...path) {
      let line = before;
      let node: unknown = document.contents;
      for (const name of path) {
        if (!isMap(node)) break;
        const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
        if (!pair) break;
        line = before + lines.linePos((pair.key as { range: [number] }).range[0]).line;
        node = pair.value;
      }
      return line;
    },
  };
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}

export function requiredText(file: string, header: Record<string, unknown>, key: string): string {
  const value = header[key];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new HeaderError(file, `the header lacks "${key}"`);
  }
  return value.trim();
}
