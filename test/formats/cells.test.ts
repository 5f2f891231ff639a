import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Cutter, LayoutError, lineCutter, NO_CELL } from '../../src/formats/cells.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { jsonCutter } from '../../src/formats/json-cells.ts';

/** The cells of a record that stands between others; null: it is not plain. */
function cellsOf(cutter: Cutter, record: string): Record<string, string | null> | null {
  const bytes = Buffer.from(`before "x\n${record}\n"after`);
  const start = bytes.indexOf('\n') + 1;
  const end = start + Buffer.byteLength(record);
  const spans = {
    starts: new Int32Array(cutter.names.length),
    ends: new Int32Array(cutter.names.length),
  };
  if (!cutter.cut(bytes, start, end, spans)) return null;
  return Object.fromEntries(
    cutter.names.map((name, cell) => {
      const from = spans.starts[cell]!;
      if (from === NO_CELL) return [name, null];
      assert.ok(from >= start && spans.ends[cell]! <= end && from <= spans.ends[cell]!);
      return [name, bytes.toString('utf8', from, spans.ends[cell])];
    }),
  );
}

describe('A layout', () => {
  const cutter = lineCutter([
    '<client> [<stamp:clf-time>] "<method> <uri> <version>" <status:count> "<agent:text>"<tail:rest>',
    '<client> [<stamp:clf-time>] "<method> <uri> <version>" <status:count>',
  ]);
  const stamp = '11/Nov/2019:15:42:00 +0000';

  test('cuts a line that is as it says', () => {
    assert.deepEqual(
      cellsOf(cutter, `192.0.2.1 [${stamp}] "GET /a?b HTTP/1.1" 200 "Mozilla/5.0 (é)" 0.1 "x"`),
      {
        ...{ client: '192.0.2.1', stamp, method: 'GET', uri: '/a?b', version: 'HTTP/1.1', status: '200' },
        ...{ agent: 'Mozilla/5.0 (é)', tail: ' 0.1 "x"' },
      },
    );
  });

  test('gives no cell that only another layout has', () => {
    const cells = cellsOf(cutter, `192.0.2.1 [${stamp}] "GET / HTTP/1.1" -`);
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
    test(`leaves a line whole that has ${what}`, () => assert.equal(cellsOf(cutter, line), null));

  test('cuts nothing but what it puts together again', () => {
    const piece = fc.constantFrom('<a>', ' ', '"', 'GET', '1', '-', '.', '/', ':', '\\', '\0', 'é', '[', ']');
    const simple = lineCutter(['<a> <b:digits>:<c:decimal> "<d:text>" <e:name>']);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const line = pieces.join('');
        const cells = cellsOf(simple, line);
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
      assert.throws(() => lineCutter([layout]), { name: LayoutError.name, message: problem }));
});

describe('Keys', () => {
  const cutter = jsonCutter(['RayID', 'Status', 'Host', 'Rules[]']);

  test('give the text of strings, whole numbers and lists', () => {
    for (const [record, cells] of [
      [
        '{"RayID":"a b","Other":{"x":[1.5,true,"}"]},"Status":200,"Host":null,"Rules":["x",1]}',
        ['a b', '200', null, '["x",1]'],
      ],
      ['{"Status": -5, "RayID": "é"}', ['é', '-5', null, null]],
      ['{"Other":"Status","RayID":""}', ['', null, null, null]],
    ] as const)
      assert.deepEqual(Object.values(cellsOf(cutter, record)!), cells);
  });

  for (const record of [
    '{"RayID":"a\\u0041"}',
    '{"Other":"\\"","RayID":"a"}',
    '{"RayID":"a","RayID":"b"}',
    '{"RayID":null,"RayID":"b"}',
    '{"Status":1.5}',
    '{"Status":1e3}',
    '{"Status":true}',
    '{"Status":007}',
    '{"Status":-0}',
    '{"Status":99999999999999999999}',
    '{"Host":["x"]}',
    '{"Rules":"x"}',
    '{"Other":01,"RayID":"a"}',
    '{"Other":nul,"RayID":"a"}',
    '{"RayID":"a",}',
    '{"RayID":"a"} ',
    '{"RayID":"a"}}',
    '{"RayID" :"a"}',
    '{ "RayID":"a"}',
    '{"RayID":"a"',
    '{"a":{"RayID":"x"}',
    '{}',
    '[]',
    '',
  ])
    test(`leave whole ${record || 'nothing'}`, () => assert.equal(cellsOf(cutter, record), null));

  test('say of any object what JSON.parse says', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ maxLength: 5 }),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
    );
    const key = fc.constantFrom('RayID', 'Status', 'Host', 'Rules', 'Other', 'a "key"', 'ключ');
    let count = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (entries) => {
        const record = `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join(',')}}`;
        const cells = cellsOf(cutter, record);
        if (!cells) return;
        count += 1;
        const parsed = JSON.parse(record) as Record<string, unknown>;
        for (const [name, text] of Object.entries(cells)) {
          const said = parsed[name] ?? null;
          if (text === null) assert.equal(said, null);
          else if (Array.isArray(said)) assert.deepEqual(JSON.parse(text), said);
          else assert.equal(text, String(said));
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(count > 300, `${count} were cut`);
  });

  test('remember no order of keys that the next object has not', () => {
    assert.equal(cellsOf(cutter, '{"RayID":"a","Status":1}')!.Status, '1');
    assert.equal(cellsOf(cutter, '{"Status":2,"RayID":"b"}')!.Status, '2');
    assert.equal(cellsOf(cutter, '{"RayIDs":"c","Status":3}')!.RayID, null);
    assert.equal(cellsOf(cutter, '{"RayI":"d","Status":4}')!.RayID, null);
  });

  test('are refused where SQL could not tell them apart, or takes them for its own', () => {
    for (const keys of [['a', 'A'], ['a-b'], ['1']]) assert.throws(() => jsonCutter(keys), LayoutError);
    const text = `/*\ntitle: A format\nreference: https://example.com\ntable: http_activity\nframing: json\nvantage: origin\ncells: host text\nrecognise:\n  pattern: x\n  expects: an x\n*/\nselect 1`;
    assert.throws(() => parseFormat({ id: 'own', text, ownFile: 'own.sql' }), {
      name: 'HeaderError',
      message: /own\.sql: line 7: cells: text is a column that every record has/,
    });
  });
});
