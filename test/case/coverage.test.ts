/** The coverage of a report: every log is in it, of requests or not, and a silence is a gap where it can be told from one. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';
import { coverageOf } from '../../src/case/coverage.ts';
import type { FloodsBelowHttp } from '../../src/case/floods-below-http.ts';
import { takeSnapshot } from '../../src/case/snapshot.ts';
import { cannotSay } from '../../src/case/words.ts';
import { createAnalyst, createCatalogue } from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import { event } from '../formats/cloudtrail-event.ts';
import { packet } from '../formats/valid-objects.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { ledger } from '../report/fixture-parts.ts';

const START = Date.UTC(2019, 10, 11);
const HOUR = 3_600_000;
const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const minutes = (hours: number, silent: [from: number, until: number]): number[] =>
  Array.from({ length: hours * 60 }, (_, minute) => minute).filter(
    (minute) => minute < silent[0] || minute >= silent[1],
  );

const web = minutes(12, [0, 0]).map((minute) =>
  apacheLine({ time: `11/Nov/2019:${iso(START + minute * MINUTE).slice(11, 19)} +0000` }),
);
const flows = minutes(12, [300, 390]).map((minute) => {
  const start = START / 1000 + minute * 60;
  return `2 123456789012 eni-1 192.0.2.${1 + (minute % 9)} 198.51.100.7 20641 443 6 20 4249 ${start} ${start + 59} ACCEPT OK`;
});
const names = minutes(12, [600, 700]).map(
  (minute) =>
    `1.0 ${iso(START + minute * MINUTE)} Z123412341234 www.example.com A NOERROR UDP FRA6 192.0.2.53 198.51.100.0/24`,
);
const packets = [100, 1000].map((SampleInterval) =>
  JSON.stringify({ ...packet, SampleInterval, Datetime: iso(START + HOUR) }),
);
// Thirty changes in an hour of the morning, and thirty in one of the evening; one event came twice.
const changes = [9, 22].flatMap((hour) =>
  Array.from({ length: 30 }, (_, minute) =>
    event({ eventTime: iso(START + hour * HOUR + minute * MINUTE), eventID: `event-${hour}-${minute}` }),
  ),
);

const lake = await temporaryLake();
await lake.ingest([
  logObject('access.log', web.join('\n')),
  logObject('flows.log', flows.join('\n')),
  logObject('names.log', names.join('\n')),
  logObject('packets.json', packets.join('\n')),
  logObject('trail.json', `{"Records":[${changes.join(',')}]}`),
  logObject('again.json', `{"Records":[${changes[0]}]}`),
]);
const engine = await lake.engine();
after(() => engine.close());
const analyst = createAnalyst(createCatalogue(queryAssets().map(parseQuery)), engine);
const { coverage } = await coverageOf(analyst, {
  snapshot: await takeSnapshot(lake.store),
  period: { from: START, until: START + 24 * HOUR },
});

const FLOWS = 'aws-vpc-flow:123456789012';
const NAMES = 'aws-route53-public:Z123412341234';
const TRAIL = 'aws-cloudtrail:123456789012';

const noFloods: FloodsBelowHttp = {
  ...{ floods: [], surges: [], series: [], sources: [] },
  ...{ judged: 0, speaks: false, minutes: 0 },
};

describe('The coverage of a report', () => {
  test('of changes does not stand for an examination: what was not looked into is said', () => {
    const said = (logs: typeof coverage.logs, series: FloodsBelowHttp['series']): string =>
      cannotSay({
        ...{ windows: [], ledger: [] },
        coverage: { ...coverage, logs },
        sources_reason: null,
        data_access: { answer: 'cannot-say', sentence: '', needs: [], findings: [] },
        below: { ...noFloods, series },
      }).join(' ');
    const flowSeries = { source_id: FLOWS, vantage: 'network' as const, bucket_seconds: 60, points: [] };
    const all = said(coverage.logs, [flowSeries]);
    assert.doesNotMatch(all, /no network log was given/);
    assert.match(all, /react: of its change log this report tells the coverage alone/);
    const less = said(
      coverage.logs.filter(({ vantage }) => vantage === 'origin'),
      [],
    );
    assert.match(less, /no network log was given.*its change log was not given/);
  });

  test('names how many objects no custody tells of', () => {
    const entries = ledger(3);
    const said = (untold: number): string =>
      cannotSay({
        ...{ windows: [], coverage, sources_reason: null, below: noFloods },
        ledger: entries.map((entry, index) => (index < untold ? { ...entry, deliveries: 0 } : entry)),
        data_access: { answer: 'cannot-say', sentence: '', needs: [], findings: [] },
      }).join(' ');
    assert.doesNotMatch(said(0), /custody/);
    assert.match(said(1), /where one of the objects came from .*no record of it\./);
    assert.match(said(2), /where 2 of the objects came from .*no record of them\./);
  });

  test('lists every log with its rows, its vantage and its sampling', () => {
    assert.deepEqual(
      coverage.logs.map((log) => [log.source_id, log.vantage, log.rows, log.sampling, log.duplicates]),
      [
        ['apache-combined:test', 'origin', 720, 'none declared', 0],
        [TRAIL, 'control', 61, 'none declared', 1],
        [NAMES, 'dns', 620, 'none declared', 0],
        [FLOWS, 'network', 630, 'none declared', 0],
        ['cloudflare-network-analytics:dosd', 'network', 2, '1 in 100 to 1 in 1,000', 0],
      ],
    );
    const trail = coverage.logs.find(({ source_id }) => source_id === TRAIL)!;
    assert.deepEqual([trail.first, trail.last], [iso(START + 9 * HOUR), iso(START + 22.5 * HOUR)]);
  });

  test('finds the gaps of flows and of DNS queries, and takes no night of people for one', () => {
    assert.deepEqual(
      coverage.gaps.map((gap) => [gap.source_id, gap.from, gap.until, gap.minutes]),
      [
        [NAMES, iso(START + 600 * MINUTE), iso(START + 700 * MINUTE), 100],
        [FLOWS, iso(START + 300 * MINUTE), iso(START + 390 * MINUTE), 90],
      ],
    );
    assert.equal(
      coverage.sentence,
      `2 gaps of 190 minutes in all. ${TRAIL} speaks in too few hours for a silence to be told from a gap.`,
    );
  });
});
