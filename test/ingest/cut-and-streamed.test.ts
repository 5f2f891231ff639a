/** A record says the same whichever way it is read: cut or by expressions, streamed into a part or by way of a table. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mutated } from '../../scripts/fuzz-records.ts';
import { formatAssets } from '../../src/adapters/assets.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import { CutBatch } from '../../src/ingest/cut-batch.ts';
import type { Member } from '../../src/ingest/projection.ts';
import { countRecords, toUtf8 } from '../../src/ingest/text.ts';
import { Kernel } from '../../src/lake/kernel.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { VALID } from '../formats/valid-records.ts';
import { assertSame, made } from './both-ways.ts';

/** Of unequal length, so that some end in a few rows more than a vector of DuckDB holds. */
const BLOCKS = [2_030, 2_040, 1_930];
const RECORDS = BLOCKS.reduce((sum, length) => sum + length);

const formats = formatAssets().map(parseFormat);

/** Quotes after the agent that nothing closes, as in a line that was cut short. */
const OPEN_TAILS = [' "abc', ' abc"', ' "a" "b', ' "x\\"', ' "192.0.2.7"', ' 0.004'].map(
  (tail) => `192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl"${tail}`,
);

/** A third of the records are sound, a third of the next day, and the rest broken. */
function blocksOf(format: Format): Member[] {
  const random = createRandom(7, `cut/${format.id}`);
  const sound = VALID[format.id]!.records;
  const record = (index: number): string => {
    if (index % 3 === 0) {
      const isTail = format.id === 'apache-combined' && index % 9 === 0;
      return random.pick(isTail ? OPEN_TAILS : sound);
    }
    if (index % 3 === 1) return mutated(sound, random);
    return random.pick(sound).replace('11/Nov/2019', '12/Nov/2019').replace('2019-11-11', '2019-11-12');
  };
  let firstRecord = 1;
  return BLOCKS.map((length): Member => {
    const list = Array.from({ length }, (_, index) => record(index));
    const text = toUtf8(Buffer.from(list.join('\n'), 'latin1'));
    const records = countRecords(text);
    const block = { objectId: null, text, firstRecord, records, header: null, adjoining: null };
    firstRecord += records;
    return block;
  });
}

/** The same format whose records are never cut: its cells are in no layout. */
function uncut(format: Format): Format {
  return { ...format, cells: { names: format.cells!.names, layouts: [] } };
}

/** How many records of blocks are cut. */
function countCut(format: Format): number {
  const batch = new CutBatch(new Kernel(), format.cells!);
  let count = 0;
  for (const { text } of blocksOf(format)) {
    batch.open(text);
    while (batch.next(RECORDS)) count += batch.count;
  }
  return count;
}

describe('A record that is cut', () => {
  const cutting = formats.filter(({ cells }) => cells !== null);
  assert.deepEqual(
    cutting.map(({ id }) => id),
    ['apache-combined', 'aws-alb'],
  );
  for (const format of cutting) {
    test(`is what the expressions make of it: ${format.id}`, async () => {
      const cut = await made(format, { blocks: blocksOf(format), way: 'project' });
      assert.deepEqual(cut, await made(uncut(format), { blocks: blocksOf(format), way: 'project' }));
      const count = countCut(format);
      // Neither all nor none, so that both ways were gone.
      assert.ok(count > RECORDS / 4 && count < RECORDS, `${count} of ${RECORDS} were cut`);
      assert.ok(cut.block.ledger.rejects > 0);
    });
  }
});

describe('Records that are streamed into a part', () => {
  for (const format of formats.filter(({ headers }) => headers === null)) {
    test(`are those of the table: ${format.id}`, async () => {
      const streamed = await made(format, { blocks: blocksOf(format), way: 'stream' });
      assertSame(streamed, await made(format, { blocks: blocksOf(format), way: 'project' }));
      assert.ok(Object.keys(streamed.parts).length >= 2);
      // Some are straight, where they can be, and others are not.
      if (format.straight)
        assert.ok(streamed.straightRows > 0 && streamed.straightRows < streamed.block.ledger.rows);
      else assert.equal(streamed.straightRows, 0);
      assert.equal(
        streamed.block.ledger.records,
        blocksOf(format).reduce((sum, { records }) => sum + records, 0),
      );
    });
  }
});
