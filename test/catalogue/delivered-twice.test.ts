/** A batch that was delivered twice, under another name and in another order: no figure of these queries moves. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf } from './small-lake.ts';
import { KNOWN, WEB, WEB_DAYS, WEB_WINDOW, webLines } from './web-lake.ts';

const once = logObject('web', webLines.join('\n'));
const again = logObject('again', webLines.toReversed().join('\n'));
const plain = await askingOf([once]);
const twice = await askingOf([once, again]);
after(async () => {
  await plain.engine.close();
  await twice.engine.close();
});

const WINDOWS = {
  ...{ ...WEB_DAYS, source_id: WEB },
  ...{ first_from: '2019-11-10 12:00:00', first_until: '2019-11-10 13:00:00' },
  ...{ second_from: WEB_WINDOW.from_time, second_until: WEB_WINDOW.until_time },
};

/** Queries that are told whether the log repeats ids. */
const TOLD: Record<string, Record<string, string>> = {
  'origin/overlap': WINDOWS,
  'origin/new-sources': KNOWN,
  'origin/places': WEB_WINDOW,
  'technique/growth': KNOWN,
  'technique/templates': WEB_WINDOW,
  'impact/challenged-clients': WEB_WINDOW,
  'impact/errors': KNOWN,
  'impact/errors-by-minute': KNOWN,
  'impact/known-clients': KNOWN,
  'impact/large-responses': { ...KNOWN, least_bytes: '1000' },
  'impact/latency': WEB_WINDOW,
  'impact/latency-by-minute': WEB_WINDOW,
  'impact/mitigation': WEB_WINDOW,
  'impact/outcomes-by-source': WEB_WINDOW,
  'impact/served-by-minute': WEB_WINDOW,
};

/** Queries of a window or of few rows, which compare ids always. */
const ALWAYS: Record<string, Record<string, string>> = {
  'indicators/crowd-profile': WEB_WINDOW,
  'indicators/network-types': WEB_WINDOW,
  'indicators/peak-size': WEB_WINDOW,
  'impact/logins-after-failures': WEB_WINDOW,
  'impact/sensitive-access': KNOWN,
  'impact/sensitive-paths': WEB_DAYS,
  'impact/surface-answers': { ...WEB_DAYS, paths: '/admin/%' },
  'technique/cache-busting': WEB_WINDOW,
  'technique/exploit-attempts': WEB_WINDOW,
  'technique/login-minutes': WEB_WINDOW,
  'technique/login-sources': WEB_WINDOW,
  'technique/reconnaissance': KNOWN,
  'technique/resets': WEB_WINDOW,
  'technique/search-exhaustion': WEB_WINDOW,
};

/** Rows less the place of their first record, which either delivery has. */
const figures = (rows: readonly Row[]): Row[] => rows.map(({ object_id, record_no, ...rest }) => rest);

describe('What was delivered twice counts once', () => {
  for (const [id, values] of Object.entries({ ...TOLD, ...ALWAYS }))
    test(`in ${id}`, async () => {
      const expected = figures(await plain.ask(id, values));
      assert.ok(expected.length > 0);
      assert.deepEqual(figures(await twice.ask(id, values)), expected);
    });

  for (const [id, values] of Object.entries(TOLD))
    test(`and ${id} looks for it only where it is told that the log repeats ids`, async () => {
      const told = { ...values, repeats: '0' };
      assert.deepEqual(await plain.ask(id, told), await plain.ask(id, values));
      assert.notDeepEqual(figures(await twice.ask(id, told)), figures(await twice.ask(id, values)));
    });
});
