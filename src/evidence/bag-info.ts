/** `bag-info.txt` (RFC 8493 section 2.2.2): `Label: value` lines, long ones folded at 79 characters. */

export type BagInfo = readonly (readonly [label: string, value: string])[];

const width = 79;

export function writeBagInfo(info: BagInfo): Uint8Array {
  return Buffer.from(
    info.map(([label, value]) => `${folded(checkedLabel(label), checkedValue(label, value))}\n`).join(''),
  );
}

/** Labels and values in order, folds undone; null where a line is neither an element nor a fold. */
export function readBagInfo(text: string): [label: string, value: string][] | null {
  const info: [string, string][] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const element = /^([^\s:][^:]*): (.*)$/.exec(line);
    const last = info.at(-1);
    if (element) info.push([element[1]!, element[2]!]);
    else if (/^[ \t]/.test(line) && last) last[1] += ` ${line.trim()}`;
    else if (line !== '') return null;
  }
  return info;
}

function checkedLabel(label: string): string {
  if (/^[!-9;-~]+$/.test(label)) return label;
  throw new Error(
    `A bag has no label ${JSON.stringify(label)}: give printable ASCII without colon and space.`,
  );
}

/** A run of white space becomes one space: a fold in it could not be told from it. */
function checkedValue(label: string, value: string): string {
  const plain = value.trim().replace(/\s+/g, ' ');
  if (plain !== '' && !/\p{Cc}/u.test(plain)) return plain;
  throw new Error(`The value of ${label} is empty or holds a control character: ${JSON.stringify(value)}.`);
}

function folded(label: string, value: string): string {
  const lines: string[] = [];
  let line = `${label}:`;
  for (const word of value.split(' ')) {
    // A first word stays with its label however long it is: an element with an empty first line is malformed.
    const isFirst = lines.length === 0 && line === `${label}:`;
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ` ${word}`;
    } else {
      line += ` ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
