import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { type Alert, watchLake } from '../../src/case/watch.ts';
import type { Engine, Result } from '../../src/catalogue/engine.ts';
import { PROFILE_KEY } from '../../src/ingest/profile.ts';
import { PARQUET_WRITER } from '../../src/lake/parquet.ts';
import { memoryStore } from '../evidence/memory-store.ts';

const MINUTE = 60_000;
const FROM = Date.parse('2019-11-10T00:00:00Z');
const at = (text: string): number => Date.parse(`2019-11-12T${text}:00Z`);

type Minutes = { wave?: [number, number, number]; silence?: [number, number]; host?: string };

/** Minutes of one log up to a moment: 40 requests each, more within a wave, none within a silence. */
function minutesUntil(until: number, { wave, silence, host = 'www.example.com' }: Minutes): Engine {
  const names = ['source_id', 'vantage', 'host', 'minute', 'requests', 'mitigated', 'without_source'];
  const rows: Result['rows'] = [];
  for (let minute = FROM; minute < until; minute += MINUTE) {
    if (silence && minute >= silence[0] && minute < silence[1]) continue;
    const high = wave && minute >= wave[0] && minute < wave[1];
    const usual = 40 + ((minute / MINUTE) % 7);
    const requests = high ? wave[2] : usual;
    const time = new Date(minute).toISOString();
    rows.push(['log', 'edge', host, time, requests, high ? requests : 0, 0]);
  }
  return {
    name: 'minutes',
    committedOnly: true,
    // Of the rest of the lake nothing is known.
    run: async (sql) => ({
      columns: names.map((name) => ({ name, type: 'varchar' })),
      rows: sql.includes('from minute_activity') ? rows : [],
    }),
    async close() {},
  };
}

function watcher(): { look(engine: Engine, moment: number): ReturnType<typeof watchLake>; told: Alert[] } & {
  store: ReturnType<typeof memoryStore>;
  breakNext(): void;
} {
  const store = memoryStore();
  store.objects.set(
    PROFILE_KEY,
    Buffer.from(JSON.stringify({ id: 'x', synthetic: false, parquet: PARQUET_WRITER })),
  );
  const told: Alert[] = [];
  let broken = false;
  return {
    store,
    told,
    breakNext() {
      broken = true;
    },
    look: (engine, moment) =>
      watchLake(engine, {
        catalogue: openCatalogue(),
        store,
        at: moment,
        historyDays: 3,
        floodDays: 1,
        async notify(alert) {
          if (broken) {
            broken = false;
            throw new Error('the topic does not answer');
          }
          told.push(alert);
        },
      }),
  };
}

const wave = (until: string, requests = 900): [number, number, number] => [at('13:20'), at(until), requests];
const states = (told: readonly Alert[]): string[] => told.map(({ state }) => state);

describe('The watch', () => {
  test('is silent about a quiet log, and about a lake that is not there yet', async () => {
    const { look, told, store } = watcher();
    const quiet = await look(minutesUntil(at('14:00'), {}), at('14:00'));
    assert.deepEqual([quiet.alerts, quiet.silent, told], [[], [], []]);
    store.objects.clear();
    assert.deepEqual((await look(minutesUntil(at('14:00'), {}), at('14:00'))).alerts, []);
  });

  test('alerts once, updates once while the window grows, and clears once, under one id', async () => {
    const { look, told } = watcher();
    for (const [now, end] of [
      ['14:00', '14:00'],
      ['14:10', '14:10'],
      ['14:20', '14:20'],
      ['15:30', '14:25'],
      ['16:30', '14:25'],
    ] as const)
      await look(minutesUntil(at(now), { wave: wave(end) }), at(now));
    assert.deepEqual(states(told), ['opened', 'grown', 'closed']);
    assert.equal(new Set(told.map(({ id }) => id)).size, 1);
    const [first, , last] = told as [Alert, Alert, Alert];
    assert.equal(first.start, '2019-11-12T13:20:00.000Z');
    assert.equal(last.end, '2019-11-12T14:25:00.000Z');
    assert.equal(last.requests, 65 * 900);
    assert.equal(last.mitigated, 65 * 900);
    assert.match(
      first.sentence,
      /^Traffic to www\[\.\]example\[\.\]com grew far over what is usual .* 21 times/,
    );
    assert.doesNotMatch(first.sentence, /state|country|actor|Russia/i);
  });

  test('hands nothing on of a host name that would steer who reads it', async () => {
    const { look, told } = watcher();
    const host = `\u202e\u001b[31mhttps://evil.example/${'x'.repeat(300)}`;
    await look(minutesUntil(at('14:00'), { wave: wave('14:00'), host }), at('14:00'));
    const { sentence, host: shown } = told[0]!;
    for (const text of [sentence, shown!]) {
      assert.doesNotMatch(text, /\p{C}/u);
      assert.doesNotMatch(text, /evil\.example/);
    }
    assert.ok(shown!.length < 120);
  });

  test('refuses rows of an earlier writer, after it told what an earlier look had to tell', async () => {
    const { look, told, store, breakNext } = watcher();
    breakNext();
    const waving = minutesUntil(at('14:00'), { wave: wave('14:00') });
    await assert.rejects(look(waving, at('14:00')), /the topic does not answer/);
    const profile = JSON.parse(String(store.objects.get(PROFILE_KEY)));
    const earlier = { ...profile, parquet: 'ascribe-parquet version 5, zstd 1' };
    store.objects.set(PROFILE_KEY, Buffer.from(JSON.stringify(earlier)));
    const refused = {
      name: 'ProfileError',
      message: /written by ascribe-parquet version 5, and this version/,
    };
    await assert.rejects(look(waving, at('14:10')), refused);
    assert.deepEqual(states(told), ['opened']);
    await assert.rejects(look(waving, at('14:20')), refused);
    assert.deepEqual(states(told), ['opened']);
  });

  test('keeps the id when late objects move the start', async () => {
    const { look, told } = watcher();
    await look(minutesUntil(at('14:00'), { wave: [at('13:30'), at('14:00'), 900] }), at('14:00'));
    await look(minutesUntil(at('15:30'), { wave: wave('14:10') }), at('15:30'));
    assert.deepEqual(states(told), ['opened', 'closed']);
    assert.equal(told[0]!.id, told[1]!.id);
  });

  test('takes a window for over when its log goes on without it, not when the log falls silent', async () => {
    const { look, told } = watcher();
    await look(minutesUntil(at('14:00'), { wave: wave('14:00') }), at('14:00'));
    await look(minutesUntil(at('14:00'), { wave: wave('14:00') }), at('17:00'));
    assert.deepEqual(states(told), ['opened']);
  });

  test('clears what is no window any more, once', async () => {
    const { look, told } = watcher();
    await look(minutesUntil(at('14:00'), { wave: wave('14:00') }), at('14:00'));
    for (const now of ['15:00', '16:00'] as const) await look(minutesUntil(at(now), {}), at(now));
    assert.deepEqual(states(told), ['opened', 'closed']);
    assert.match(told[1]!.sentence, /no growth far over the usual any more/);
  });

  test('does not tell of what ended long before it looked first', async () => {
    const { look, told } = watcher();
    const late = at('13:20') + 40 * 60 * MINUTE;
    await look(minutesUntil(late, { wave: wave('14:00') }), late);
    assert.deepEqual(told, []);
  });

  test('says again what a run that broke may not have said', async () => {
    const { look, told, breakNext } = watcher();
    breakNext();
    await assert.rejects(look(minutesUntil(at('14:00'), { wave: wave('14:00') }), at('14:00')));
    assert.deepEqual(told, []);
    await look(minutesUntil(at('14:00'), { wave: wave('14:00') }), at('14:00'));
    assert.deepEqual(states(told), ['opened']);
  });

  test('names a log that is silent for longer than its rhythm', async () => {
    const { look } = watcher();
    const rhythm = [at('02:00'), at('03:30')] as [number, number];
    const engine = minutesUntil(at('12:00'), { silence: rhythm });
    assert.deepEqual((await look(engine, at('14:30'))).silent, []);
    assert.deepEqual((await look(engine, at('15:30'))).silent, [
      { sourceId: 'log', lastMinute: '2019-11-12T11:59:00.000Z' },
    ]);
  });
});
