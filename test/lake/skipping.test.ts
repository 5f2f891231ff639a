/** A query for ten minutes of a day leaves the rest of the day's parts unread, since their row groups say what times they hold. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { BY_STATUS, bytesRead, CAN_COUNT_BYTES, type Question } from '../../bench/bytes-read.ts';
import { benchLines, START } from '../../bench/lines.ts';
import { type TimeGroup, timeGroups } from '../../bench/row-groups.ts';
import { type LakePart, partsOf } from '../../src/adapters/duckdb-engine.ts';
import type { Span } from '../../src/case/span.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const LINES = 30_000;
const [MINUTE, DAY] = [60_000, 86_400_000];
const TEN_MINUTES = { from: START + DAY / 2, until: START + DAY / 2 + 10 * MINUTE };

/** One object, so that its marker's first and last event leave nothing out: what is skipped, the parts let skip. */
let parts: LakePart[];
let groups: TimeGroup[];
let source: string;

before(async () => {
  // Parts of 1 MiB of a log of 22 MB: as many as a day of two million lines has at the usual size.
  const lake = await temporaryLake({ partBytes: 1 << 20 });
  const lines = [...benchLines('alb', LINES, { linesASecond: LINES / 86_400 })].join('');
  const marker = await lake.take(lines);
  [source] = marker.sources as [string];
  parts = partsOf(lake.store, [marker]);
  groups = await timeGroups(
    parts.filter(({ table }) => table.name === 'http_activity').map(({ file }) => file),
  );
});

describe('The parts of a day', () => {
  test('say in each row group between which times its events lie', () => {
    assert.ok(groups.length >= 15, `${groups.length} row groups`);
    assert.equal(
      groups.reduce((sum, { rows }) => sum + rows, 0),
      LINES,
    );
    for (const { first, last } of groups)
      assert.ok(first >= START && last >= first && last < START + DAY, `${first} to ${last}`);
  });

  test('lie so that few of them meet ten minutes', () => {
    const met = groups.filter(({ first, last }) => last >= TEN_MINUTES.from && first < TEN_MINUTES.until);
    assert.ok(met.length > 0 && met.length <= groups.length / 5, `${met.length} of ${groups.length}`);
  });

  const questions: [string, (source: string) => Question][] = [
    ['SQL of a person', () => BY_STATUS],
    ['a query of the catalogue', (source) => ({ query: 'technique/paths', source })],
  ];
  for (const [name, of] of questions)
    test(`are read for ten minutes by ${name} where these lie`, { skip: !CAN_COUNT_BYTES }, async () => {
      const read = (span: Span, some = parts) => bytesRead(of(source), { parts: some, span });
      // After the last event, and told to look all the same: the ends of the files, which every query reads.
      const ends = await read(
        { from: START + DAY - 1, until: START + DAY },
        parts.map((part) => ({ ...part, events: null })),
      );
      const day = (await read({ from: START, until: START + DAY })) - ends;
      const short = (await read(TEN_MINUTES)) - ends;
      assert.ok(short > 0 && short < day / 5, `${short} of ${day} bytes, and ${ends} of the ends`);
    });
});
