/** What counts once, and what is a log-in: on a lake of a few lines, some of them delivered twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { LOGIN_PATH } from '../../src/case/observe.ts';
import { albLine, apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf, EDGE, ORIGIN, smallLake, WINDOW } from './small-lake.ts';

const blocked = { SecurityAction: 'block', ClientRequestURI: '/join', OriginResponseStatus: 0 };
const batch = [{ RayID: 'a1' }, { RayID: 'a2', ...blocked }].map((fields) => cloudflareLine(fields));
const LOGINS = ['/login', '/user/Sign-In', '/wp-login.php', '/oauth/token', '/api/session/new', '/auth.php'];
const OTHERS = [
  '/authors',
  '/blogin',
  '/sessions-of-parliament',
  '/oauth',
  '/author/login-advice',
  '/designing',
];
const lake = await askingOf([
  logObject('batch', batch.join('\n')),
  // The same batch again, with a record more: another object.
  logObject('again', [...batch, cloudflareLine({ RayID: 'a3' })].join('\n')),
  logObject(
    'origin',
    [...LOGINS, ...OTHERS, '/login']
      .map((path) => apacheLine({ request: `POST ${path} HTTP/1.1`, status: '401' }))
      .join('\n'),
  ),
]);
after(() => lake.engine.close());

const ONCE: Record<string, Record<string, string>> = {
  'origin/countries': {},
  'origin/networks': {},
  'origin/sources': {},
  'origin/prefixes': {},
  'origin/network-types': { known_day: '2019-11-11' },
  'origin/concentration': { kind: 'ip' },
  'technique/paths': {},
  'technique/agents': {},
  'technique/fingerprints': {},
  'technique/source-signatures': {},
  'technique/signatures': {},
  'indicators/anonymisers': {},
  'indicators/verified-bots': {},
};
const SUMMED = ['requests', 'mitigated'];

async function sums(id: string, values: Record<string, string>): Promise<(number | undefined)[]> {
  const rows = await lake.ask(id, { ...WINDOW, ...ONCE[id], ...values });
  return SUMMED.map((name) =>
    rows[0]?.[name] === undefined ? undefined : rows.reduce((sum, row) => sum + Number(row[name]), 0),
  );
}

const without = (found: readonly (number | undefined)[], all: readonly number[]) =>
  all.map((value, index) => (found[index] === undefined ? undefined : value));

for (const id of Object.keys(ONCE)) {
  test(`a request that was delivered twice counts once, and one without an id counts: ${id}`, async () => {
    const edge = await sums(id, { source_id: EDGE });
    assert.deepEqual(edge, without(edge, [3, 1]));
    const origin = await sums(id, { source_id: ORIGIN });
    assert.deepEqual(origin, without(origin, [LOGINS.length + OTHERS.length + 1, 0]));
  });

  test(`told that the log repeats no id, it looks for none: ${id}`, async () => {
    const edge = await sums(id, { source_id: EDGE, repeats: '0' });
    assert.deepEqual(edge, without(edge, [5, 2]));
    const origin = { source_id: ORIGIN };
    assert.deepEqual(await sums(id, { ...origin, repeats: '0' }), await sums(id, origin));
  });
}

/** Requests of a batch that came twice, and another, by a query and what a row is to say. */
const OF_A_BATCH: [
  id: string,
  fields: Record<string, unknown>,
  count: string,
  values?: Record<string, string>,
][] = [
  ['indicators/login-attempts', { ClientRequestMethod: 'POST', ClientRequestURI: '/login' }, 'attempts'],
  [
    'indicators/login-attempts',
    { ClientRequestMethod: 'POST', ClientRequestURI: '/login', EdgeResponseStatus: 401 },
    'failed',
  ],
  [
    'indicators/pingbacks',
    { ClientRequestUserAgent: 'WordPress/5.2; https://a.example; verifying pingback from 192.0.2.9' },
    'requests',
  ],
  ['indicators/anonymisers', { ClientCountry: 'T1' }, 'anonymised'],
  ['indicators/anonymisers', { ClientCountry: 'T1', ClientIPClass: 'tor' }, 'class_known'],
  [
    'technique/refusals',
    { EdgeResponseStatus: 403, OriginResponseStatus: 403, SecurityAction: '' },
    'requests',
    { windows: '2019-11-11 23:00:00/2019-11-11 23:30:00' },
  ],
  [
    'technique/refusals',
    { EdgeResponseStatus: 403, OriginResponseStatus: 403, SecurityAction: '' },
    'refused',
    { windows: '2019-11-11 23:00:00/2019-11-11 23:30:00' },
  ],
  ['technique/slow-requests', { EdgeResponseStatus: 408 }, 'requests'],
  ['technique/slow-requests', { EdgeResponseStatus: 408 }, 'timed_out'],
  ['technique/vector-changes', {}, 'requests'],
  ['technique/vector-changes', { SecurityAction: 'block' }, 'mitigated'],
  ['indicators/durations', {}, 'requests'],
  ['indicators/pipelined-bursts', { ClientSrcPort: 4711 }, 'requests', { least_requests: '3' }],
  ['indicators/target-share', {}, 'requests'],
  ['indicators/target-share', {}, 'requests_before', { from_time: '2019-11-11 15:49:00' }],
  ['indicators/returning-sources', {}, 'requests'],
  ['indicators/returning-sources', { SecurityAction: 'block' }, 'mitigated'],
  ['origin/anonymisers', { ClientCountry: 'T1' }, 'requests'],
  ['origin/anonymisers', { ClientCountry: 'T1' }, 'requests_before', { from_time: '2019-11-11 15:49:00' }],
  ['origin/anonymisers', { ClientCountry: 'T1', SecurityAction: 'block' }, 'mitigated'],
  ['origin/country-agreement', {}, 'requests'],
];

const catalogue = openCatalogue();

/** Those of the values for which a query has a parameter. */
function valuesFor(id: string, values: Record<string, string>): Record<string, string> {
  const { params } = catalogue.queries.find((query) => query.id === id)!;
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => params.some((each) => each.name === name)),
  );
}

for (const [id, fields, count, values] of OF_A_BATCH)
  test(`what came twice counts once: ${count} of ${id}`, async () => {
    const lines = (...ids: string[]) => ids.map((RayID) => cloudflareLine({ RayID, ...fields })).join('\n');
    const twice = await askingOf([
      logObject('batch', lines('b1', 'b2')),
      logObject('again', lines('b1', 'b2', 'b3')),
    ]);
    const all = { ...WINDOW, known_day: WINDOW.from_day, source_id: EDGE, ...values };
    const rows = await twice.ask(id, valuesFor(id, all));
    await twice.engine.close();
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row[count]), 0),
      3,
    );
  });

test('what reached the origin past its proxy counts once where it came twice', async () => {
  const albs = (host: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      albLine({ trace: `Root=1-${host}-${index}`, client: `${host}:4711` }),
    );
  const direct = albs('192.0.2.77', 2);
  const found = await askingOf([
    logObject('batch', [...albs('173.245.48.1', 9), ...direct].join('\n')),
    logObject('again', [...direct, ...albs('192.0.2.77', 3).slice(2)].join('\n')),
  ]);
  const { from_day, until_day } = WINDOW;
  const rows = await found.ask('indicators/direct-to-origin', { from_day, until_day });
  await found.engine.close();
  assert.deepEqual(
    rows.map(({ src_ip, requests }) => [src_ip, requests]),
    [['192.0.2.77', 3]],
  );
});

test('an id that stands before a window and in it counts once in each', async () => {
  // r1 at 15:42 and at 15:43:30; beside it r2 and r3 before, and r4 within.
  const { ask, engine } = await smallLake();
  const later = { from_time: '2019-11-11 15:43:00', source_id: EDGE };
  const [all] = await ask('origin/network-types', { ...WINDOW, known_day: '2019-11-11', ...later });
  await engine.close();
  assert.deepEqual([all!.requests, all!.requests_before], [2, 3]);
});

test('repeats of a signature are the rows beyond the first of each id', async () => {
  for (const id of ['technique/source-signatures', 'technique/signature-minutes']) {
    const repeats = async (values: Record<string, string>) =>
      (await lake.ask(id, { ...WINDOW, source_id: EDGE, ...values }))
        .map((row) => Number(row.repeats))
        .sort();
    assert.deepEqual(await repeats({}), [1, 1]);
    assert.ok((await repeats({ repeats: '0' })).every((count) => count === 0));
  }
});

test('a log-in is a path with a whole segment for it, in the query and in the report', async () => {
  const rows = await lake.ask('indicators/login-attempts', { ...WINDOW, source_id: ORIGIN });
  assert.deepEqual(rows.map(({ path }) => path).sort(), [...LOGINS].sort());
  assert.equal(rows.find(({ path }) => path === '/login')!.failed, 2);
  assert.deepEqual(
    [...LOGINS, ...OTHERS].filter((path) => LOGIN_PATH.test(path)),
    LOGINS,
  );
});

test('minutes say what a batch that was delivered twice adds to them', async () => {
  const days = { from_day: WINDOW.from_day, until_day: WINDOW.until_day };
  const rows = await lake.ask('detection/repeats-by-minute', { ...days, source_id: EDGE });
  assert.deepEqual(
    rows.map(({ repeats, mitigated, without_source, status_5xx }) => [
      repeats,
      mitigated,
      without_source,
      status_5xx,
    ]),
    [[2, 1, 0, 0]],
  );
  assert.deepEqual(await lake.ask('detection/repeats-by-minute', { ...days, source_id: ORIGIN }), []);
});

test('a request is made again where the same client asked the same before, and it had failed', async () => {
  const at = (time: string, fields: Record<string, unknown>) =>
    cloudflareLine({ EdgeStartTimestamp: `2019-11-11T${time}Z`, RayID: time, ...fields });
  const failing = { ClientIP: '192.0.2.1', ClientRequestURI: '/api/walks/7', EdgeResponseStatus: 503 };
  const fresh = { ...failing, ClientIP: '192.0.2.2' };
  const storm = await askingOf([
    logObject(
      'edge',
      [
        at('12:00:00', { ...failing, ClientRequestURI: '/' }),
        at('15:42:00', failing),
        at('15:42:05', failing),
        at('15:42:10', { ...failing, EdgeResponseStatus: 200 }),
        // It had been answered: asked for anew.
        at('15:43:00', { ...failing, EdgeResponseStatus: 200 }),
        // Another thing of the same client, and the same thing of another agent: asked for once each.
        at('15:42:11', { ...failing, ClientRequestURI: '/api/walks/8' }),
        at('15:42:12', { ...failing, ClientRequestUserAgent: 'other/1' }),
        at('15:42:20', fresh),
        at('15:42:25', fresh),
      ].join('\n'),
    ),
  ]);
  const [row] = await storm.ask('detection/retries', {
    ...WINDOW,
    known_day: WINDOW.from_day,
    source_id: EDGE,
  });
  await storm.engine.close();
  assert.deepEqual(row, {
    requests: 8,
    failed: 6,
    again: 3,
    again_by_known: 2,
    sources_again: 2,
    known_sources_again: 1,
  });
});
