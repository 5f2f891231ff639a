/** A log that was copied, grew and was copied again: what its copies share counts more than once, and is named. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';
import { coverageOf } from '../../src/case/coverage.ts';
import { takeSnapshot } from '../../src/case/snapshot.ts';
import { createAnalyst, createCatalogue } from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import { albLine, apacheLine } from '../ingest/lines.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';

const START = Date.UTC(2019, 10, 11, 10);
const time = (index: number): string =>
  `11/Nov/2019:${new Date(START + index * 1000).toISOString().slice(11, 19)} +0000`;
const lines = (from: number, until: number, host = 0): string =>
  Array.from({ length: until - from }, (_, index) =>
    apacheLine({
      ip: `192.0.2.${1 + ((from + index + host) % 200)}`,
      time: time(from + index),
      request: `GET /page/${(from + index) % 7} HTTP/1.1`,
    }),
  ).join('\n');

async function coverageOfLogs(logs: Record<string, string>) {
  const lake = await temporaryLake();
  const outcomes = await lake.ingest(Object.entries(logs).map(([name, text]) => logObject(name, text)));
  const names = new Map(
    outcomes.map((outcome) => [outcome.status === 'refused' ? '' : outcome.marker.object_id, outcome.name]),
  );
  const engine = await lake.engine();
  after(() => engine.close());
  const analyst = createAnalyst(createCatalogue(queryAssets().map(parseQuery)), engine);
  const rows = await analyst.ask('integrity/overlapping-objects', {
    from_day: '2019-11-11',
    until_day: '2019-11-11',
  });
  const { coverage } = await coverageOf(analyst, {
    snapshot: await takeSnapshot(lake.store),
    period: { from: START, until: START + 86_400_000 },
  });
  return {
    sentence: coverage.sentence,
    pairs: rows
      .map(
        (row) =>
          `${names.get(String(row.object_id))} in ${names.get(String(row.other_object_id))}: ${row.shared_records} of ${row.first_records}`,
      )
      .sort(),
  };
}

describe('Objects of a log', () => {
  test('that grew between two copies, or begins in another, are named', async () => {
    const { pairs, sentence } = await coverageOfLogs({
      'access.log': lines(0, 300),
      'grown.log': lines(0, 600),
      'later.log': lines(450, 900),
      'short.log': lines(890, 900),
    });
    assert.deepEqual(pairs, [
      'access.log in grown.log: 100 of 100',
      'grown.log in access.log: 100 of 100',
      'later.log in grown.log: 100 of 100',
      'short.log in later.log: 10 of 10',
    ]);
    assert.match(
      sentence,
      /4 objects of apache-combined:test begin with records that another of its objects holds too/,
    );
  });

  test('that follow each other, or lie side by side, are not', async () => {
    const { pairs, sentence } = await coverageOfLogs({
      'one.log': lines(0, 300),
      'two.log': lines(300, 600),
      'other server.log': lines(0, 600, 1),
      // Less than ten records say too little.
      'nine.log': lines(0, 9),
    });
    assert.deepEqual(pairs, []);
    assert.doesNotMatch(sentence, /begin/);
  });

  test('with request ids are left to those', async () => {
    const log = (count: number): string =>
      Array.from({ length: count }, (_, index) => albLine({ trace: `Root=1-${index}` })).join('\n');
    assert.deepEqual((await coverageOfLogs({ 'a.log': log(20), 'b.log': log(30) })).pairs, []);
  });
});
