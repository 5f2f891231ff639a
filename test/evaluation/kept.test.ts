import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import type { Judgement } from '../../evaluation/judge.ts';
import { keptIn } from '../../evaluation/kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-kept-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'judgements.jsonl');

const run = { scenario: 'labour-2019', seed: 6, isPerturbed: false };
const judgement = { windows: { true: 2, found: 2, false: 0 } } as Judgement;

describe('A judgement that was kept', () => {
  beforeEach(() => {
    rmSync(file, { force: true });
    keptIn(file).keep(run, judgement);
  });

  test('is found by the next run, of its scenario, seed and kind alone', () => {
    const kept = keptIn(file);
    assert.deepEqual(kept.find(run), judgement);
    assert.equal(kept.find({ ...run, seed: 7 }), null);
    assert.equal(kept.find({ ...run, scenario: 'pingback' }), null);
    assert.equal(kept.find({ ...run, isPerturbed: true }), null);
  });

  test('is not found where other code made it', () => {
    const line = JSON.parse(readFileSync(file, 'utf8')) as { code: string };
    writeFileSync(file, `${JSON.stringify({ ...line, code: line.code.replaceAll(/./g, '0') })}\n`);
    assert.equal(keptIn(file).find(run), null);
  });

  test('stops the next run where its line is broken, with its place', () => {
    appendFileSync(file, '{"scenario":"pin');
    assert.throws(() => keptIn(file), /judgements\.jsonl:2 is no judgement: remove the line/);
  });

  test('is none without a file', () => {
    const kept = keptIn(undefined);
    kept.keep(run, judgement);
    assert.equal(kept.find(run), null);
  });
});
