/** What is said where no attack was observed: files that were refused are named beside every other reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietFinding } from '../../src/case/words.ts';

const whole = { records: 100, rejects: 0, damage: null };
const quiet = {
  events: true,
  setAside: 0,
  minutes: 600,
  surges: [],
  ledger: [whole],
  archives: [],
  refused: 2,
};

for (const [what, options, says] of [
  ['nothing else', {}, /^No attack was observed in these logs\./],
  [
    'an object is damaged',
    { ledger: [whole, { ...whole, damage: 'gzip damaged' }] },
    /but 1 of the objects is damaged: /,
  ],
  [
    'many records are no events',
    { ledger: [{ ...whole, rejects: 90 }] },
    /but not all of it was understood: .* 90 of 100 records were not understood, and are in no figure/,
  ],
  ['an object was set aside', { setAside: 1 }, /one object was set aside and not read/],
  ['the logs are short', { minutes: 3 }, /cover 3 minutes at a stretch: too little/],
  ['there is no event', { events: false }, /hold no events/],
] as const)
  test(`refused files are named where ${what}`, () => {
    const { sentence } = quietFinding({ ...quiet, ...options });
    assert.match(sentence, says);
    assert.match(sentence, / 2 files were refused or not readable, and were not examined\./);
    assert.doesNotMatch(quietFinding({ ...quiet, ...options, refused: 0 }).sentence, /refused/);
  });
