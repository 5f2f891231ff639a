/** Objects of JSON that are cut, against what JSON.parse makes of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cellCutter } from './cut-cells.ts';

const NAMES = ['ClientIP', 'a', 'é', 'list'];
const cut = cellCutter({ names: NAMES, layouts: null });
/** Between others that are plain, so that their keys are known. */
const cellsOf = (record: string) => cut(record, ['{"a":1}', '{"a":"x"}']);

const NONE = { ClientIP: null, a: null, é: null, list: null };

describe('An object', () => {
  test('is cut into what stands in its members', () => {
    const record = '{"x":2.64,"ClientIP":"192.0.2.1","a":-12,"y":[],"é":null,"list":["a",1,null],"z":"é"}';
    assert.deepEqual(cellsOf(record), { ClientIP: '192.0.2.1', a: '-12', é: null, list: '["a",1,null]' });
    assert.deepEqual(cellsOf('{"a":true}'), { ...NONE, a: 'true' });
    assert.deepEqual(cellsOf('{"list":[]}'), { ...NONE, list: '[]' });
    assert.deepEqual(cellsOf('{"a":""}'), { ...NONE, a: '' });
  });

  for (const [what, record] of [
    ['nothing', ''],
    ['no member', '{}'],
    ['a blank', '{"a": 1}'],
    ['an escape', '{"a":"x\\"y"}'],
    ['an escape in a key', '{"\\u0061":1}'],
    ['a control character', '{"a":"x\ty"}'],
    ['an object in it', '{"x":{"a":1}}'],
    ['a list in a list', '{"x":[[1]]}'],
    ['a list that something is missing in', '{"x":[1,]}'],
    ['a list without end', '{"x":["a"'],
    ['a cell twice', '{"a":1,"a":2}'],
    ['a cell twice, of which one is null', '{"a":null,"a":2}'],
    ['a number that another reader writes anew', '{"a":1.50}'],
    ['a number beyond 64 bits', '{"a":123456789012345678901}'],
    ['a number with an exponent', '{"a":1e3}'],
    ['a number that begins with a zero', '{"a":01}'],
    ['no end', '{"a":1'],
    ['something after its end', '{"a":1}x'],
    ['no value', '{"a":}'],
    ['a comma too many', '{"a":1,}'],
    ['a list', '["a"]'],
  ] as const) {
    test(`is left whole that has ${what}`, () => assert.equal(cellsOf(record), null));
  }

  test('is what JSON.parse says, where it is plain, and plain where there is nothing in it that is not', () => {
    const key = fc.constantFrom(...NAMES, 'x', 'y', 'ClientIPClass', 'b');
    const scalar = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const value = fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar) });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, value), { minLength: 1, selector: ([name]) => name }),
        (members) => {
          const record = JSON.stringify(Object.fromEntries(members));
          const cells = cellsOf(record);
          if (!cells) {
            // Only escapes and numbers that are not whole make it so.
            assert.ok(/\\|\de[+-]?\d|\d\.\d|\d{19}/.test(record), record);
            return;
          }
          const parsed = JSON.parse(record) as Record<string, unknown>;
          for (const name of NAMES) {
            const found = parsed[name] ?? null;
            const expected = typeof found === 'string' || found === null ? found : JSON.stringify(found);
            assert.equal(cells[name], expected);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('is never cut where JSON.parse refuses it', () => {
    const sound = '{"x":2.64,"ClientIP":"192.0.2.1","a":-12,"y":[],"é":null,"list":["a",1,null],"z":"é"}';
    fc.assert(
      fc.property(
        fc.nat(sound.length),
        fc.nat(3),
        fc.string({ unit: 'grapheme-ascii', maxLength: 3 }),
        (at, removed, put) => {
          const record = `${sound.slice(0, at)}${put}${sound.slice(at + removed)}`;
          if (cellsOf(record)) assert.doesNotThrow(() => JSON.parse(record), record);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
