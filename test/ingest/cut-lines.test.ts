import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LayoutError, lineCells } from '../../src/formats/cells.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { cellCutter } from './cut-cells.ts';

describe('A layout', () => {
  const cellsOf = cellCutter(
    lineCells([
      '<client> [<stamp:clf-time>] "<method> <uri> <version>" <status:count> "<agent:text>"<tail:rest>',
      '<client> [<stamp:clf-time>] "<method> <uri> <version>" <status:count>',
    ]),
  );
  const stamp = '11/Nov/2019:15:42:00 +0000';

  test('cuts a line that is as it says', () => {
    assert.deepEqual(cellsOf(`192.0.2.1 [${stamp}] "GET /a?b HTTP/1.1" 200 "Mozilla/5.0 (é)" 0.1 "x"`), {
      ...{ client: '192.0.2.1', stamp, method: 'GET', uri: '/a?b', version: 'HTTP/1.1', status: '200' },
      ...{ agent: 'Mozilla/5.0 (é)', tail: ' 0.1 "x"' },
    });
  });

  test('has one of the words of a choice, a status or a label where it says so', () => {
    const strict = cellCutter(lineCells(['<ident:label> <method=GET|HTTP/2|HTTP/2.0> <status:status>']));
    assert.deepEqual(strict('a-b_1 HTTP/2.0 404'), {
      ident: 'a-b_1',
      method: 'HTTP/2.0',
      status: '404',
    });
    assert.equal(strict('- HTTP/2 -')!.status, '-');
    for (const line of ['a.b GET 200', 'a POST 200', 'a GETS 200', 'a GET 20', 'a GET 2000', 'a HTTP/2. 200'])
      assert.equal(strict(line), null, line);
  });

  test('has a text at its end, which ends it', () => {
    assert.deepEqual(cellCutter(lineCells(['<a>|<b:text>']))('x|y z|'), { a: 'x', b: 'y z|' });
    assert.deepEqual(cellCutter(lineCells(['<a>|<b:text>']))('x|'), { a: 'x', b: '' });
  });

  test('gives no cell that only another layout has', () => {
    const cells = cellsOf(`192.0.2.1 [${stamp}] "GET / HTTP/1.1" -`);
    assert.equal(cells!.status, '-');
    assert.equal(cells!.agent, null);
    assert.equal(cells!.tail, null);
  });

  for (const [what, line] of [
    ['two spaces', `192.0.2.1  [${stamp}] "GET / HTTP/1.1" 200`],
    ['a word too few', `192.0.2.1 [${stamp}] "GET /" 200`],
    ['a word too many', `192.0.2.1 [${stamp}] "GET / a HTTP/1.1" 200`],
    ['an escape', `192.0.2.1 [${stamp}] "GET /\\x22 HTTP/1.1" 200`],
    ['a quote in a quote', `192.0.2.1 [${stamp}] "GET / HTTP/1.1" 200 "a"b"`],
    ['letters for a status', `192.0.2.1 [${stamp}] "GET / HTTP/1.1" 2x0`],
    ['a time of another shape', '192.0.2.1 [11/11/2019:15:42:00 +0000] "GET / HTTP/1.1" 200'],
    ['something after its end', `192.0.2.1 [${stamp}] "GET / HTTP/1.1" 200 `],
    ['a tab', `192.0.2.1\t[${stamp}] "GET / HTTP/1.1" 200`],
    ['no end', `192.0.2.1 [${stamp}] "GET / HTTP/1.1`],
    ['nothing', ''],
  ] as const)
    test(`leaves a line whole that has ${what}`, () => assert.equal(cellsOf(line), null));

  test('cuts nothing but what it puts together again', () => {
    const piece = fc.constantFrom('<a>', ' ', '"', 'GET', '1', '-', '.', '/', ':', '\\', '\0', 'é', '[', ']');
    const simple = cellCutter(lineCells(['<a> <b:digits>:<c:decimal> "<d:text>" <e:name>']));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const line = pieces.join('');
        const cells = simple(line);
        if (cells) assert.equal(`${cells.a} ${cells.b}:${cells.c} "${cells.d}" ${cells.e}`, line);
      }),
      { numRuns: 2000 },
    );
  });

  for (const [what, layout, problem] of [
    ['without a cell', 'a b', /has no cell/],
    ['with a cell twice', '<a> <a>', /names a cell twice/],
    ['of a kind that there is not', '<a:number>', /number is none of word/],
    ['with a name that is none', '<A b>', /a cell is <name>/],
    ['with something after the rest', '<a:rest> <b>', /something after the rest/],
    ['with a text that nothing ends', '<a:text><b>', /a text that nothing ends/],
  ] as const)
    test(`is refused ${what}`, () =>
      assert.throws(() => lineCells([layout]), { name: LayoutError.name, message: problem }));
});

test('Cells are refused where a format can have none, or they are its own columns', () => {
  for (const [framing, cells, more, problem] of [
    ['json', '<a>', '', /only lines have cells/],
    ['lines', '<a>', "headers:\n  carry: '^#'\n  recognise: '^#x'\n", /a format with headers has no cells/],
    ['lines', '<host> <text>', '', /text is a column that every record has/],
  ] as const) {
    const text = `/*\ntitle: A format\nreference: https://example.com\ntable: http_activity\nframing: ${framing}\nvantage: origin\ncells: ${cells}\n${more}recognise:\n  pattern: x\n  expects: an x\n*/\nselect 1`;
    assert.throws(
      () => parseFormat({ id: 'own', text, ownFile: 'own.sql' }),
      (error: Error) => {
        assert.match(error.message, /^own\.sql: line 7: cells: /);
        assert.match(error.message, problem);
        return true;
      },
    );
  }
});

test('What is straight is refused where it can be nothing, and said with the line', () => {
  for (const [straight, problem, more = ''] of [
    ['time_ns: clf a', /b is no cell/, 'user_agent: text b'],
    ['time_ns: soon a', /soon is none of always, text/],
    ['time_ns: text a', /time_ns can be rfc3339, clf, stamp, and not text/],
    ['moon: text a', /moon is no column that can be straight/],
    ['time_ns: clf', /time_ns: clf of what\?/],
    ['user_agent: text a', /there is no time_ns/],
    ['time_ns: clf a', /only a number can be another/, 'user_agent: text a or word a'],
  ] as const) {
    const text = `/*\ntitle: A format\nreference: https://example.com\ntable: http_activity\nframing: lines\nvantage: origin\ncells: <a>\nstraight:\n  ${straight}\n  ${more}\nrecognise:\n  pattern: x\n  expects: an x\n*/\nselect 1`;
    assert.throws(() => parseFormat({ id: 'mine', text }), { name: 'HeaderError', message: problem });
    assert.throws(
      () => parseFormat({ id: 'mine', text }),
      /^HeaderError: formats\/mine\.sql: line 8: straight: /,
    );
    // It says nothing in a format of the user's own, such as a copy.
    assert.equal(parseFormat({ id: 'mine', text, ownFile: 'mine.sql' }).straight, null);
  }
});
