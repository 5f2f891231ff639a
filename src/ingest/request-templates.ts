/**
 * Request templates: what is left of a path and a query when what changes from request to request is masked. Rows of
 * http_activity have them as columns, so that no query of the lake makes them anew
 * (docs/decisions/0052-templates-at-ingest.md). They are told twice, as SQL for rows that DuckDB makes, and byte by byte
 * for those of the straight way, since every query of a flood can be another one; `test/ingest/request-templates.test.ts`
 * holds one to the other.
 */

/** Templates as expressions over the columns that they are of. */
export const TEMPLATE_COLUMNS: Readonly<Record<string, string>> = {
  path_template: "regexp_replace(path, '[0-9]+', '{n}', 'g')",
  query_template: [
    ['=[^&]*[0-9][^&]*', '={t}'],
    ['=[^&{]+', '={w}'],
    ['[^&=]*[0-9][^&=]*=', '{t}='],
    ['^[^&=]*[0-9][^&=]*$', '{t}'],
  ].reduce(
    (sql, [pattern, replacement]) => `regexp_replace(${sql}, '${pattern}', '${replacement}', 'g')`,
    'query',
  ),
};

const AND = 0x26;
const EQUALS = 0x3d;
const OPEN = 0x7b;
const NUMBER = Buffer.from('{n}');
const TOKEN = Buffer.from('{t}');
const WORD = Buffer.from('{w}');

/** A digit alone becomes three bytes. */
export const MOST_GROWTH = 3;

/** Bytes of a text on the way to its template. */
export type Span = { bytes: Uint8Array; start: number; end: number };

/** Puts the template of a path, and gives its end. */
export function putPathTemplate({ bytes, start, end }: Span, out: Uint8Array): number {
  let length = 0;
  for (let at = start; at < end; ) {
    if (!isDigit(bytes[at]!)) {
      out[length++] = bytes[at++]!;
      continue;
    }
    while (at < end && isDigit(bytes[at]!)) at += 1;
    length = put(out, length, NUMBER);
  }
  return length;
}

/** The same of a query. */
export function putQueryTemplate({ bytes, start, end }: Span, out: Uint8Array): number {
  let length = 0;
  for (let from = start; ; ) {
    let until = from;
    let equals = -1;
    let digitsOfName = false;
    let digitsOfValue = false;
    for (; until < end && bytes[until] !== AND; until += 1) {
      const byte = bytes[until]!;
      if (byte === EQUALS && equals < 0) equals = until;
      else if (isDigit(byte)) {
        if (equals < 0) digitsOfName = true;
        else digitsOfValue = true;
      }
    }
    const isNamed = equals >= 0;
    const isAlone = from === start && until === end;
    if (digitsOfName && (isNamed || isAlone)) length = put(out, length, TOKEN);
    else length = copy({ bytes, start: from, end: isNamed ? equals : until }, out, length);
    if (digitsOfValue) {
      out[length++] = EQUALS;
      length = put(out, length, TOKEN);
    } else if (isNamed) length = putWords({ bytes, start: equals, end: until }, out, length);
    if (until >= end) return length;
    out[length++] = AND;
    from = until + 1;
  }
}

/** A value without digits, from its equals sign: what follows one is a word, as far as an opening brace. */
function putWords({ bytes, start, end }: Span, out: Uint8Array, before: number): number {
  let length = before;
  for (let at = start; at < end; ) {
    const byte = bytes[at++]!;
    out[length++] = byte;
    if (byte !== EQUALS || at === end || bytes[at] === OPEN) continue;
    while (at < end && bytes[at] !== OPEN) at += 1;
    length = put(out, length, WORD);
  }
  return length;
}

function copy({ bytes, start, end }: Span, out: Uint8Array, before: number): number {
  let length = before;
  for (let at = start; at < end; at += 1) out[length++] = bytes[at]!;
  return length;
}

function put(out: Uint8Array, before: number, text: Uint8Array): number {
  out[before] = text[0]!;
  out[before + 1] = text[1]!;
  out[before + 2] = text[2]!;
  return before + 3;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
