/**
 * Agents, paths, hosts and object names are written by whoever sent the request. What a human reads must show
 * them and never obey them: no markup, no terminal escape, no reordered or hidden letters, no live link.
 */

/**
 * Code points that print nothing, reorder their neighbours or end a line, as fixed ranges: the Unicode properties
 * of the running Node would give other bytes on another Node. Controls, no-break and odd spaces, soft hyphen,
 * fillers, zero widths, bidi controls, separators, variation selectors, lone surrogates, private use, tags.
 */
const UNSEEN = new RegExp(
  '[\\u{0}-\\u{1f}\\u{7f}-\\u{a0}\\u{ad}\\u{34f}\\u{600}-\\u{605}\\u{61c}\\u{6dd}\\u{70f}\\u{890}\\u{891}\\u{8e2}\\u{115f}\\u{1160}\\u{1680}\\u{17b4}\\u{17b5}' +
    '\\u{180b}-\\u{180f}\\u{2000}-\\u{200f}\\u{2028}-\\u{202f}\\u{205f}-\\u{206f}\\u{2800}\\u{3000}\\u{3164}' +
    '\\u{d800}-\\u{f8ff}\\u{fdd0}-\\u{fdef}\\u{fe00}-\\u{fe0f}\\u{feff}\\u{ffa0}\\u{fff0}-\\u{fffb}\\u{fffe}' +
    '\\u{ffff}\\u{110bd}\\u{110cd}\\u{13430}-\\u{1345f}\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}]',
  'gu',
);

const MARK =
  '[\\u0300-\\u036f\\u0483-\\u0489\\u0591-\\u05bd\\u0610-\\u061a\\u064b-\\u065f\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e' +
  '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\u302a-\\u302f\\ufe20-\\ufe2f]';
/** Marks at the start would sit on our own letter before them; more than two in a row climb over other lines. */
const STRAY_MARKS = new RegExp(`^${MARK}+|(?<=${MARK}{2})${MARK}+`, 'gu');

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Writes every character that does not print as `\uXXXX`. The exact value is in `report.json`. */
export function visible(text: string): string {
  return text
    .replace(STRAY_MARKS, (marks) => [...marks].map(escaped).join(''))
    .replace(UNSEEN, (character) => escaped(character));
}

/** As `visible`, for texts of several lines: a line feed stays one. */
export function visibleLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => visible(line.replaceAll('\t', '  ')))
    .join('\n');
}

/** Makes URLs unclickable: `hxxps://evil[.]example/path`. What is defanged already stays as it is. */
export function defang(text: string): string {
  return text.replace(
    /([a-z][a-z0-9+-]{0,31}):\/\/([^\s/?#"'<>]*)/gi,
    (_, scheme: string, authority: string) => {
      const host = authority.replace(/(?<!\[)\./g, '[.]');
      if (/^hxxps?$/i.test(scheme)) return `${scheme}://${host}`;
      if (/^https?$/i.test(scheme)) return `${scheme.replace(/tt/i, 'xx')}://${host}`;
      return `${scheme}[:]//${host}`;
    },
  );
}

const LONGEST = 160;

/** Cuts a long value on a code point and says how much is missing. */
export function shorten(text: string, longest = LONGEST): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const short = `${characters.slice(0, longest).join('')}… (and ${characters.length - longest} more characters)`;
  // To say so little takes more room.
  return short.length < text.length ? short : text;
}

/** A value out of a log, as a human reads it. Empty is said, since nothing would be seen. */
export function shownValue(value: string, longest = LONGEST): string {
  return value === '' ? '(empty)' : visible(defang(shorten(value, longest)));
}

/** Words that hold values out of logs in places, as a human reads them. */
export const shownWords = (text: string): string => visible(defang(text));

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => HTML[character]!);

/** A string for CSS `content`: everything but letters, digits and spaces is written as its number. */
export const cssString = (text: string): string =>
  `"${visible(text).replace(/[^A-Za-z0-9 ]/gu, (character) => `\\${character.codePointAt(0)!.toString(16)} `)}"`;

/** A Markdown code span that needs no longer fence and breaks no table: backtick and pipe are written `\u0060`, `\u007c`. */
export const codeSpan = (shown: string): string => `\`${shown.replace(/[`|]/g, escaped)}\``;

const MARKDOWN_ENTITY: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' };

const plainMarkdown = (text: string): string =>
  text
    .replace(/[\\`*_[\]~#$^]/g, '\\$&')
    .replace(/[&<>|]/g, (character) => MARKDOWN_ENTITY[character]!)
    .replace(/:(?=[a-z+-][\w+-]*:)/gi, '\\:');

/** GitHub and others link names and addresses by themselves, and mention accounts. */
const LINKS_ITSELF = /@|[\w\]]\.[a-z]{2}/i;

/** Text that Markdown shows as it is written: nothing in it is markup, a link or a mention. */
export function escapeMarkdown(text: string): string {
  const words = text.split(/([^\s`|(),;"“”]+)/);
  let out = '';
  let plain = '';
  for (const [index, word] of words.entries()) {
    if (index % 2 === 0 || !LINKS_ITSELF.test(word)) {
      plain += word;
      continue;
    }
    // The sentence's own full stop stays outside the span.
    const stop = /[.:!?'’]*$/.exec(word)![0];
    out += plainMarkdown(plain) + codeSpan(word.slice(0, word.length - stop.length));
    plain = stop;
  }
  return startOfLine(out + plainMarkdown(plain));
}

/** Only at the start of a line do these make a list, a heading or a rule. */
const startOfLine = (text: string): string =>
  text.replace(/^(\s*)([-+=])/, '$1\\$2').replace(/^(\s*\d+)([.)])/, '$1\\$2');
