import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { queryAssets } from '../src/adapters/assets.ts';
import { assess } from '../src/attribution/assess.ts';
import type { Facts, WindowFacts } from '../src/attribution/facts.ts';
import {
  decisiveGroups,
  diagnosticity,
  HYPOTHESES,
  rankHypotheses,
  scoreOf,
} from '../src/attribution/hypotheses.ts';
import { areCoherent } from '../src/attribution/likelihood.ts';

function windowFacts(over: Partial<WindowFacts> = {}): WindowFacts {
  return {
    id: 'W1',
    kind: 'http-flood',
    start: Date.UTC(2019, 10, 11, 15, 42),
    end: Date.UTC(2019, 10, 11, 16, 25),
    requests: 66_000,
    peakPerMinute: 1_700,
    sources: 1_900,
    mitigated: 64_000,
    actionKnown: 66_000,
    attackTests: 7,
    benignTests: 1,
    testsById: {
      onset: { result: 'attack', observation: '80 % of the sources began together' },
      'forged-agents': { result: 'attack', observation: 'forged' },
    },
    templates: 7,
    tokenRequests: 50_000,
    fingerprints: [
      { requests: 40_000, agents: 23 },
      { requests: 26_000, agents: 9 },
    ],
    salient: { attack: 20_000, usual: 300, usualTotal: 1_000 },
    pingbacks: 0,
    logins: { attempts: 0, failed: 0 },
    networkTypes: { access: 60_000, hosting: 6_000 },
    anonymised: { during: 100, total: 66_000, usual: 5, usualTotal: 3_000 },
    verifiedBots: { during: 40, before: 45 },
    ...over,
  };
}

function facts(over: Partial<Facts> = {}): Facts {
  return {
    windows: [
      windowFacts(),
      windowFacts({ id: 'W2', start: Date.UTC(2019, 10, 12, 13, 20), end: Date.UTC(2019, 10, 12, 14, 2) }),
    ],
    overlaps: [{ windows: ['W1', 'W2'], sources: 760, union: 3_040, signatures: 230, signatureUnion: 230 }],
    directToOrigin: { sources: 0, requests: 0 },
    surges: 1,
    historyDays: 2,
    rung: 'own-minutes',
    gaps: 0,
    synthetic: true,
    ...over,
  };
}

test('state involvement gets no word from logs alone, whatever they hold', () => {
  for (const over of [
    {},
    { peakPerMinute: 9e7 },
    { kind: 'credential-stuffing', logins: { attempts: 9_000, failed: 8_990 } },
    { end: Date.UTC(2019, 10, 11, 15, 47) },
  ]) {
    const assessment = assess(facts({ windows: [windowFacts(over), windowFacts({ ...over, id: 'W2' })] }));
    for (const id of ['H4', 'H5']) {
      const hypothesis = assessment.hypotheses.find((each) => each.id === id)!;
      assert.equal(hypothesis.likelihood, null);
      assert.match(hypothesis.reason!, /neither support nor exclude state involvement/);
    }
    assert.equal(assessment.confidence.rating, 'Low');
    assert.equal(assessment.status, 'machine-draft');
  }
});

test('who acted gets no word, and that it was an attack gets one', () => {
  const assessment = assess(facts());
  assert.deepEqual(
    assessment.hypotheses.filter((each) => each.likelihood !== null).map((each) => each.id),
    ['H0'],
  );
  assert.equal(assessment.judgements[0]!.likelihood!.word, 'almost certain');
  assert.equal(assessment.hypotheses[0]!.likelihood!.word, 'remote chance');
  assert.equal(
    assess(facts({ windows: [windowFacts({ attackTests: 3, benignTests: 1 })], overlaps: [] })).judgements[0]!
      .likelihood!.word,
    'likely',
  );
});

test('no indicator reads a country', () => {
  const assessment = assess(facts());
  assert.ok(assessment.indicators.length >= 12, `${assessment.indicators.length} indicators`);
  for (const indicator of assessment.indicators)
    assert.doesNotMatch(`${indicator.name} ${indicator.observation}`, /countr|Russia|Brazil/i);
});

test('an indicator that the logs cannot answer says why and speaks of no hypothesis', () => {
  const bare = windowFacts({ fingerprints: [], networkTypes: null, anonymised: null, verifiedBots: null });
  const assessment = assess(facts({ windows: [bare], overlaps: [], directToOrigin: null }));
  for (const id of ['I01', 'I02', 'I11', 'I17', 'I32', 'I34']) {
    const indicator = assessment.indicators.find((each) => each.id === id)!;
    assert.equal(indicator.computable, false, id);
    assert.match(indicator.observation, /^Not computable: /);
    assert.deepEqual(new Set(Object.values(indicator.cells)), new Set(['NA']));
  }
});

test('what contradicts "no attack" ranks it last, and nothing observed tells the others apart by country or size', () => {
  const assessment = assess(facts());
  const ranks = Object.fromEntries(assessment.hypotheses.map(({ id, rank }) => [id, rank]));
  assert.equal(ranks.H0, HYPOTHESES.length);
  assert.equal(ranks.H9, 1);
});

test('inconsistency alone scores, weighted, and a group counts once by its strongest', () => {
  const rows = [
    { id: 'a', group: 'x', strength: 3, cells: { H0: 'II', H1: 'CC' } },
    { id: 'b', group: 'x', strength: 1, cells: { H0: 'I', H1: 'I' } },
    { id: 'c', group: 'y', strength: 2, cells: { H0: 'I' } },
  ] as const;
  assert.equal(scoreOf('H0', rows), Math.round((-2 * Math.SQRT2 - 1) * 1000) / 1000);
  assert.equal(scoreOf('H1', rows), Math.round(-Math.SQRT1_2 * 1000) / 1000);
  assert.equal(scoreOf('H9', rows), 0);
  assert.deepEqual(
    rankHypotheses(rows).map(({ id, rank }) => `${id}:${rank}`),
    ['H0:7', 'H1:6', 'H2:1', 'H3:1', 'H4:1', 'H5:1', 'H9:1'],
  );
  assert.equal(diagnosticity({ H0: 'II', H1: 'CC' }), 4);
  assert.equal(diagnosticity({}), 0);
});

test('groups whose removal changes the first rank are named', () => {
  const rows = [
    { id: 'a', group: 'only', strength: 2, cells: { H0: 'I', H1: 'I', H2: 'I', H3: 'I', H4: 'I', H5: 'I' } },
  ] as const;
  assert.deepEqual(decisiveGroups(rows), ['only']);
  assert.deepEqual(
    decisiveGroups([...rows, { id: 'b', group: 'other', strength: 2, cells: rows[0].cells }]),
    [],
  );
});

test('a set of words fits together or does not', () => {
  assert.equal(areCoherent(['almost certain', 'remote chance']), true);
  assert.equal(areCoherent(['highly likely', 'highly likely']), false);
  assert.equal(areCoherent(['unlikely', 'remote chance']), false);
});

test('nothing that the assessment writes hedges', () => {
  const text = JSON.stringify(assess(facts())).replaceAll('realistic possibility', '').toLowerCase();
  for (const word of ['may', 'might', 'could', 'possible', 'suggests', 'cannot rule out', 'sophisticated']) {
    assert.doesNotMatch(text, new RegExp(`\\b${word}\\b`), word);
  }
});

test('floods below HTTP are read by their own indicators, and say nothing of one operation', () => {
  const flood = windowFacts({
    surface: 'network',
    kind: 'syn-flood',
    techniques: [],
    attackTests: 3,
    benignTests: 0,
    testsById: {
      'tcp-syn-only: nothing-opened': {
        id: 'tcp-syn-only: nothing-opened',
        result: 'attack',
        observation: '58,000 flows did not go on',
      },
    },
  });
  const reflection = windowFacts({
    ...flood,
    id: 'W2',
    kind: 'udp-reflection',
    techniques: ['ntp-reflection'],
    testsById: {},
  });
  const below = assess(facts({ windows: [flood, reflection], overlaps: [] }));
  const computable = below.indicators.filter((each) => each.computable).map(({ id }) => id);
  assert.deepEqual(computable, ['I07', 'I09', 'I16', 'I27']);
  const operation = below.judgements.find(({ question }) => question === 'One operation or several?')!;
  assert.equal(operation.likelihood, null);
  const mitigation = below.judgements.find(({ question }) => question === 'Was the mitigation effective?')!;
  assert.equal(mitigation.likelihood, null);
  assert.ok(below.hypotheses.find(({ id }) => id === 'H0')!.score < 0);
  const mixed = assess(facts({ windows: [windowFacts(), flood], overlaps: [] }));
  assert.equal(mixed.indicators.find(({ id }) => id === 'I31')!.computable, true);
  assert.match(mixed.indicators.find(({ id }) => id === 'I31')!.observation, /2 of 2 \(100\.0 %\) overlap/);
});

/** Windows that start at some hours, one a day from 1 November 2019, each with the hour given. */
const startsAt = (hours: readonly number[]): WindowFacts[] =>
  hours.map((hour, day) => windowFacts({ id: `W${day + 1}`, start: Date.UTC(2019, 10, 1 + day, hour) }));
const indicatorOf = (id: string, windows: WindowFacts[]) =>
  assess(facts({ windows })).indicators.find((each) => each.id === id)!;

test('hours of an operator are read from twenty starts on ten days, and from fewer not', () => {
  const few = indicatorOf('I24', startsAt([13, 14, 13]));
  assert.equal(few.computable, false);
  assert.match(few.observation, /3 starts on 3 days are too few: 20 on 10 days are needed/);
  const office = indicatorOf('I24', startsAt(Array.from({ length: 30 }, (_, day) => 8 + (day % 4))));
  assert.match(office.observation, /start around 09:2\d UTC on average.*below 0\.001 \(Rayleigh\)/);
  assert.deepEqual([office.cells.H5, office.cells.H1], ['C', 'N']);
  // Round midnight, where a plain mean would say noon.
  const night = indicatorOf('I24', startsAt(Array.from({ length: 30 }, (_, day) => (23 + (day % 3)) % 24)));
  assert.match(night.observation, /around (23:5\d|00:0\d) UTC/);
  const anyHour = indicatorOf('I24', startsAt(Array.from({ length: 24 }, (_, day) => day)));
  assert.match(anyHour.observation, /gather so is (0\.9|1\.0)/);
  assert.deepEqual(anyHour.cells.H5, 'N');
});

test('weekends of an operator are told of four weeks, and move no hypothesis', () => {
  const short = indicatorOf('I25', startsAt(Array.from({ length: 20 }, () => 9)));
  assert.match(short.observation, /lie within 2\.7 weeks, and 4 are needed/);
  const long = indicatorOf('I25', startsAt(Array.from({ length: 30 }, () => 9)));
  // November 2019 began on a Friday: nine Saturdays and Sundays in thirty days.
  assert.match(long.observation, /9 of 30 \(30\.0 %\) windows start on a Saturday or Sunday/);
  assert.equal(long.diagnosticity, 0);
});

test('the page of indicators has each of the 34, says truly which are assessed, and names queries that there are', () => {
  const page = readFileSync(new URL('../docs/indicators.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (I\d\d) \| (.+?) \| (.*?) \| (yes|no) \| ?(.*?) ?\|$/gm)];
  assert.deepEqual(
    rows.map(([, id]) => id),
    Array.from({ length: 34 }, (_, index) => `I${String(index + 1).padStart(2, '0')}`),
  );
  assert.deepEqual(
    rows.filter(([, , , , assessed]) => assessed === 'yes').map(([, id]) => id),
    assess(facts()).indicators.map(({ id }) => id),
  );
  const known = new Set(queryAssets().map(({ id }) => id));
  const named = rows.flatMap(([, , , data]) => [...data!.matchAll(/`([^`]+)`/g)].map(([, id]) => id!));
  assert.deepEqual(
    named.filter((id) => !known.has(id)),
    [],
  );
  const own = [...known].filter((id) => id.startsWith('indicators/'));
  assert.deepEqual(
    own.filter((id) => !named.includes(id)),
    [],
  );
  for (const [, id, , , assessed, reason] of rows)
    assert.ok(assessed === 'yes' || reason !== '', `${id} is not assessed, and nothing says why`);
});
