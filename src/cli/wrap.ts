import { visible } from '../report/hostile-text.ts';

/** Columns of the terminal that an output goes to; null: it goes to none, and lines may be as long as they are. */
export function widthOf({ isTTY, columns }: NodeJS.WriteStream): number | null {
  return isTTY ? columns || 80 : null;
}

/** Says what was asked for, on the standard output: wrapped where that is a terminal. */
export function tell(text: string): void {
  process.stdout.write(`${fitted(text, process.stdout)}\n`);
}

/** Text as it goes to a stream: wrapped where that is a terminal. */
export function fitted(text: string, stream: NodeJS.WriteStream): string {
  const width = widthOf(stream);
  return width === null ? text : wrapped(text, width);
}

/** Text in lines of at most `width` columns, indented as far as what stands before its first. A longer word stays whole. */
export function hanging(before: string, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = before;
  for (const word of visible(text).split(' ')) {
    const isEmpty = line.trim() === '' || line === before;
    if (!isEmpty && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = ' '.repeat(before.length) + word;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Lines that a terminal is too narrow for, wrapped at words, further lines of each indented; all others as they are. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => ([...line].length <= width ? [line] : wrappedLine(line, width)))
    .join('\n');
}

function wrappedLine(line: string, width: number): string[] {
  const [indent] = /^\s*/.exec(line)!;
  const [first, ...rest] = hanging(`${indent}  `, line.trimStart(), width);
  return [first!.slice(2), ...rest];
}

/** Help in lines that fit: prose wrapped at words, an example where a shell goes on in the next line. */
export function fittedHelp(text: string, stream: NodeJS.WriteStream): string {
  const width = widthOf(stream);
  if (width === null) return text;
  const lines = text.split('\n');
  return lines
    .flatMap((line) => (line.startsWith('  $ ') ? example(line, width) : wrapped(line, width)))
    .join('\n');
}

/** What is in quotation marks stays together, since a shell would take the indentation for a part of it. */
function example(line: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of line.trim().match(/(?:"[^"]*"|\S)+/g) ?? []) {
    const last = lines.at(-1);
    // Room for the mark at the end.
    if (last !== undefined && last.length + 1 + word.length + 2 <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length === 0 ? '  ' : '      '}${word}`);
  }
  return lines.map((each, index) => (index < lines.length - 1 ? `${each} \\` : each));
}
