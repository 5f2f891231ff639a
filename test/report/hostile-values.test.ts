import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  codeSpan,
  defang,
  escapeMarkdown,
  shorten,
  shownValue,
  visible,
} from '../../src/report/hostile-text.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { attackModel, hostileModel } from './fixture-model.ts';
import { tags, unseen } from './markup.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>x</script>',
  '</title></svg><foreignObject>',
  '<!-- --><![CDATA[',
  '&lt;b&gt;&#60;script&#62;',
  'javascript:alert(1) data:text/html,<b>',
  '![a](http://evil.example/x) [b](javascript:alert(1)) <http://evil.example>',
  'a|b|c\\|d `code` ``` ~~~ **bold** __x__ # h\n\n# heading\n- item',
  '[ref]: http://evil.example "t"\n[ref]',
  'www.evil.example user@evil.example @mention :smile: $x$',
  '\u001b[2J\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007',
  'gnp.\u202eexe\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad\u2028\u2029\u0085\u0000',
  '\ud800 lone \u{e0041}\u{e0042} tag \u3164 filler',
  `a${'\u0301'.repeat(40)}`,
  '{{constructor}} $& $1 %s',
  'x'.repeat(5000),
  '',
];

for (const text of HOSTILE) {
  const name = JSON.stringify(text.slice(0, 40));
  const model = hostileModel(text);

  test(`a value is inert in HTML: ${name}`, () => {
    const html = renderHtml(model);
    for (const { name: tag, attributes } of tags(html)) {
      assert.ok(!/ href="(?!#)/.test(attributes), `${tag}${attributes}`);
    }
    assert.equal(html.match(/<style>/g)?.length, 1);
    assert.deepEqual(unseen(html), []);
    // The text of a query is the catalogue's own.
    assert.ok(!html.replace(/<pre[^>]*>[^<]*<\/pre>/g, '').includes('http://evil.example'));
  });

  test(`a value is inert in Markdown: ${name}`, () => {
    const markdown = renderMarkdown(model);
    assert.deepEqual(unseen(markdown), []);
    for (const line of markdown.replace(/^(`{3,})sql\n[\s\S]*?\n\1$/gm, '').split('\n')) inert(line);
  });

  test(`a value is inert in the terminal: ${name}`, () => {
    const lines = renderSummary(model, { reportPath: text, columns: 80 });
    assert.ok(lines.length <= 10, `${lines.length} lines`);
    for (const line of lines) assert.deepEqual([...unseen(line), ...line.matchAll(/\n/g)], []);
    assert.ok(!lines.join('').includes('http://evil.example'));
  });
}

/** Outside code spans and escapes nothing is left that Markdown or GitHub acts on. */
function inert(line: string): void {
  const text = line
    .replace(/\\[!-/:-@[-`{-~]/g, '')
    .replace(/`[^`]*`/g, '')
    .replace(/\*\*(?=\S)|(?<=\S)\*\*|^\*|\*$|^\*|\*(?= )|(?<= )\*/g, '');
  assert.ok(!/`/.test(text), `backtick: ${line}`);
  assert.ok(!/<|(?<!^)>(?! )/.test(text), `HTML: ${line}`);
  assert.ok(!/\[|\]/.test(text), `link: ${line}`);
  assert.ok(!/https?:\/\/evil|www\.|@\w/.test(text), `links itself: ${line}`);
  assert.ok(!/\*|(?<!\w)_|_(?!\w)/.test(text.replace(/^- /, '')), `emphasis: ${line}`);
}

test('a table row of Markdown has as many cells as its head, whatever is in them', () => {
  for (const text of HOSTILE) {
    let width = 0;
    for (const line of renderMarkdown(hostileModel(text)).split('\n')) {
      if (!line.startsWith('|')) width = 0;
      else {
        const cells = line.split('|').length;
        if (width > 0) assert.equal(cells, width, line);
        width = cells;
      }
    }
  }
});

test('arbitrary text in agent, path and host leaves no unescaped value in HTML', () => {
  const any = fc.string({ unit: 'binary', maxLength: 60 });
  const attack = attackModel();
  fc.assert(
    fc.property(any, any, any, (agent, path, host) => {
      const model = {
        ...attack,
        windows: attack.windows.map((window) => ({ ...window, host, hosts: [host, path], source_id: host })),
        clusters: [{ ...attack.clusters[0]!, user_agent: agent, template: path, ja4: agent }],
        ledger: attack.ledger.slice(0, 2).map((entry) => ({ ...entry, object: path })),
        series: [{ ...attack.series[0]!, source_id: host, points: attack.series[0]!.points.slice(0, 3) }],
      };
      const html = renderHtml(model);
      tags(html);
      assert.deepEqual(unseen(html), []);
      const markdown = renderMarkdown(model);
      assert.deepEqual(unseen(markdown), []);
    }),
    { numRuns: 60 },
  );
});

test('arbitrary text shows no character that does not print, and shows twice the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const shown = shownValue(text);
      assert.deepEqual(unseen(shown), []);
      assert.equal(visible(shown), shown);
      assert.equal(defang(defang(text)), defang(text));
      assert.equal(codeSpan(visible(text)).slice(1, -1).includes('`'), false);
      inert(escapeMarkdown(visible(defang(text))));
    }),
    { numRuns: 2000 },
  );
});

test('URLs are written so that no reader follows them', () => {
  assert.equal(
    defang('see https://evil.example.org:8080/a.html?x=1.2'),
    'see hxxps://evil[.]example[.]org:8080/a.html?x=1.2',
  );
  assert.equal(defang('HTTP://a.b and ftp://c.d'), 'HxxP://a[.]b and ftp[:]//c[.]d');
  assert.equal(defang('198.51.100.7 is no URL'), '198.51.100.7 is no URL');
});

test('characters that do not print are written as their number', () => {
  assert.equal(visible('a\u202eb\u001b[0m\t\u{e0041}'), 'a\\u202eb\\u001b[0m\\u0009\\u{e0041}');
  assert.equal(visible('Türkiye, Ελλάδα, 日本, 🙂'), 'Türkiye, Ελλάδα, 日本, 🙂');
  assert.equal(visible('e\u0301'), 'e\u0301');
  assert.equal(visible('\u0301e'), '\\u0301e');
});

test('a long value says how much of it is missing and breaks no character', () => {
  assert.equal(shorten('🙂'.repeat(40), 3), '🙂🙂🙂… (and 37 more characters)');
  assert.equal(shorten('a sentence whose stop is beyond.', 31), 'a sentence whose stop is beyond.');
});
