import type { Format } from './format.ts';

/** Characters of a record that are looked at: a name or a field beyond them makes no format nearer. */
const MOST_CHARACTERS = 4096;

/**
 * How near a format comes to a record that is none of its own, from 0 to 1: the share of its pattern that the record
 * has at its start and at its end; of JSON, and of a line of names, the share of the names that it documents.
 */
export function nearness(format: Format, record: string): number {
  const start = record.slice(0, MOST_CHARACTERS);
  const names = namesOf(start, format);
  const known = documentedNames(format);
  const ofNames =
    names.length === 0 ? 0 : names.filter((name) => known.has(name.toLowerCase())).length / names.length;
  // A pattern of JSON begins with its bracket, which says nothing.
  return format.framing === 'json' ? ofNames : Math.max(ofNames, ofPattern(format, start));
}

/** Keys of an object of JSON, also one that goes on in further lines; words of a header where a format has some. */
function namesOf(record: string, { framing, headers }: Format): string[] {
  if (framing === 'json')
    return /^\s*[[{]/.test(record) ? [...record.matchAll(/"([^"\\]+)"\s*:/g)].map(([, name]) => name!) : [];
  return headers
    ? record
        .replace(/^#\w+:/, '')
        .trim()
        .split(/[\s,]+/)
    : [];
}

function documentedNames({ mapped, unmapped }: Format): ReadonlySet<string> {
  return new Set(
    [...Object.keys(mapped), ...Object.keys(unmapped)].flatMap((field) =>
      field.split(/[.\s,]+/).map((name) => name.toLowerCase()),
    ),
  );
}

/** A part of a pattern; `ways`: what stands in a group, an alternative each. */
type Piece = { source: string; weight: number; ways: Piece[][] };

/** The share of a pattern that a record has, as far as it goes from the start and, behind that, from the end. */
function ofPattern({ recognise: { pattern } }: Format, record: string): number {
  return Math.max(...waysOf(pattern.source).map((pieces) => shareOf(pieces, record)));
}

function shareOf(pieces: readonly Piece[], record: string): number {
  const whole = weightOf(pieces);
  if (whole === 0) return 0;
  const begun = begunOf(pieces, { before: '', record });
  let ended = pieces.length;
  while (ended > begun.pieces && matches(sourceOf(pieces.slice(ended - 1)), record)) ended -= 1;
  return Math.min(1, (begun.weight + weightOf(pieces.slice(ended))) / whole);
}

/** How far a record goes along with pieces that follow others. */
function begunOf(
  pieces: readonly Piece[],
  { before, record }: { before: string; record: string },
): { pieces: number; weight: number } {
  let source = before;
  let weight = 0;
  for (const [index, piece] of pieces.entries()) {
    if (!matches(source + piece.source, record)) {
      const within = piece.ways.map((way) => begunOf(way, { before: source, record }).weight);
      return { pieces: index, weight: weight + Math.max(0, ...within) };
    }
    source += piece.source;
    weight += piece.weight;
  }
  return { pieces: pieces.length, weight };
}

/** What begins in a pattern need not be one by itself: the modifiers of a group, or a name that is given later. */
function matches(source: string, record: string): boolean {
  try {
    return new RegExp(source).test(record);
  } catch {
    return false;
  }
}

const sourceOf = (pieces: readonly Piece[]): string => pieces.map(({ source }) => source).join('');
const weightOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { weight }) => sum + weight, 0);

/** An escape, a class, or one sign, a bracket of a group among them; and how often it may come. */
const ATOM = /\\.|\[(?:\\.|[^\]\\])*\]|[\s\S]/y;
const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;

/** The alternatives of a pattern. */
function waysOf(source: string): Piece[][] {
  const ways: Piece[][] = [[]];
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0] ?? '';
    at += found.length;
    return found;
  };
  while (at < source.length) {
    let atom = take(ATOM);
    if (atom === '|') {
      ways.push([]);
      continue;
    }
    for (let depth = atom === '(' ? 1 : 0; depth > 0 && at < source.length; ) {
      const next = take(ATOM);
      depth += next === '(' ? 1 : next === ')' ? -1 : 0;
      atom += next;
    }
    ways.at(-1)!.push(pieceOf(atom, take(QUANTIFIER)));
  }
  return ways;
}

/** What nearly every text has weighs nothing: what may be missing, what may not be there, and any sign at all. */
function pieceOf(atom: string, quantifier: string): Piece {
  const source = atom + quantifier;
  if (/^[*?]|^\{0/.test(quantifier) || /^(\^|\$|\.| |\\[SsbBWD]|\[\^|\(\?<?!)/.test(atom))
    return { source, weight: 0, ways: [] };
  const inner = /^\((?:\?(?::|=|<=|<\w+>))?([\s\S]*)\)$/.exec(atom)?.[1];
  if (inner === undefined) return { source, weight: 1, ways: [] };
  const ways = waysOf(inner);
  return { source, weight: Math.min(...ways.map(weightOf)), ways: quantifier === '' ? ways : [] };
}
