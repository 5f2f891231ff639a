/** Reads a report's HTML the strict way: a `<` that does not open a known tag is an unescaped value. */
import assert from 'node:assert/strict';

const NAMES =
  'html|head|meta|title|style|body|header|main|footer|nav|section|div|span|h1|h2|h3|p|ul|ol|li|dl|dt|dd|blockquote|cite|code|pre|strong|' +
  'figure|table|thead|tbody|tr|th|td|details|summary|a|svg|desc|g|path|line|text|rect|defs|clipPath';
const ATTRIBUTES =
  'lang|charset|http-equiv|content|name|class|id|role|aria-label|aria-labelledby|aria-describedby|aria-hidden|aria-roledescription|tabindex|scope|href|' +
  'xmlns|xmlns:xlink|version|width|height|viewBox|fill|transform|d|stroke|stroke-width|stroke-dasharray|stroke-miterlimit|stroke-linejoin|stroke-linecap|opacity|' +
  'pointer-events|display|clip-path|text-anchor|font-family|font-size|font-weight|x|y|x2|y2';
const TAG = new RegExp(`^<(/?)(${NAMES})((?: (?:${ATTRIBUTES})="[^"<>]*")*)\\s*/?>`);

/** Names and attributes of every tag; throws at the first thing that is neither a known tag nor text. */
export function tags(html: string): { name: string; attributes: string }[] {
  const found: { name: string; attributes: string }[] = [];
  const body = html.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '');
  for (const { index } of body.matchAll(/</g)) {
    const match = TAG.exec(body.slice(index, index + 100_000));
    assert.ok(match, `a value is not escaped: ${JSON.stringify(body.slice(index, index + 120))}`);
    found.push({ name: match[2]!, attributes: match[3]! });
  }
  return found;
}

/** What prints nothing or reorders its neighbours; a line feed is the rendering's own. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;
export const unseen = (text: string): string[] =>
  [...text].filter((character) => character !== '\n' && UNSEEN.test(character));
