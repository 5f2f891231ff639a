import { visible } from '../report/hostile-text.ts';

/** Columns of the terminal that an output goes to; null: it goes to none, and lines may be as long as they are. */
export function widthOf({ isTTY, columns }: NodeJS.WriteStream): number | null {
  return isTTY ? columns || 80 : null;
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
