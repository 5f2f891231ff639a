/** The watch on a lake whose case names known sources and hosts: real minutes and requests, asked of DuckDB. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { CASE_KEY } from '../../src/case/case-file.ts';
import { type Alert, watchLake } from '../../src/case/watch.ts';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';

const MINUTE = 60_000;
const FROM = Date.parse('2019-11-12T00:00:00Z');
const [FLOOD, END] = [600, 620];

/** Half a day: an office that sends half of the usual, and a flood of twenty minutes from 172.16.0.0/16. */
function halfDay(): string {
  const lines: string[] = [];
  const add = (minute: number, index: number, fields: Record<string, unknown>) =>
    lines.push(
      cloudflareLine({
        EdgeStartTimestamp: new Date(FROM + minute * MINUTE + (index % 60) * 1000).toISOString(),
        RayID: `${minute}-${index}-${lines.length}`,
        ...fields,
      }),
    );
  for (let minute = 0; minute < 720; minute += 1) {
    for (let index = 0; index < 6 + ((minute * 7) % 3); index += 1)
      add(minute, index, {
        ClientIP: index % 2 === 0 ? '10.1.0.5' : `192.0.2.${1 + ((minute + index) % 200)}`,
      });
    if (minute >= FLOOD && minute < END)
      for (let index = 0; index < 200; index += 1)
        add(minute, index, { ClientIP: `172.16.0.${1 + (index % 90)}` });
  }
  return lines.join('\n');
}

let lake: TestLake;
before(async () => {
  lake = await temporaryLake();
  await lake.ingest([logObject('edge.log', halfDay())]);
});

const source = (name: string, ...networks: string[]) => ({ name, networks, role: 'tester', reason: 'Ours.' });

async function look(caseFile: object | string | null, of = lake) {
  // Each look is of a lake in which nothing was told yet.
  const told: Alert[] = [];
  const own = new Map<string, Uint8Array>();
  if (caseFile !== null)
    own.set(CASE_KEY, Buffer.from(typeof caseFile === 'string' ? caseFile : JSON.stringify(caseFile)));
  const store: typeof lake.store = {
    ...of.store,
    read: async (key) =>
      key === CASE_KEY || key.startsWith('alerts/') ? (own.get(key) ?? null) : of.store.read(key),
    list: async (prefix) => (prefix.startsWith('alerts/') ? [] : of.store.list(prefix)),
    create: async (key, bytes) => {
      own.set(key, bytes);
      return 'created';
    },
  };
  const engine = await of.engine();
  try {
    const watched = watchLake(engine, {
      ...{ store, catalogue: openCatalogue(), at: FROM + 640 * MINUTE, historyDays: 2, floodDays: 1 },
      notify: async (alert) => {
        told.push(alert);
      },
    });
    return {
      told,
      ...(await watched.then(
        (found) => ({ found, error: null }),
        (error: Error) => ({ found: null, error }),
      )),
    };
  } finally {
    await engine.close();
  }
}

test('the flood is told where no case says whose it is', async () => {
  for (const caseFile of [null, { known_sources: [source('Other', '198.51.100.0/24')] }]) {
    const { told, found } = await look(caseFile);
    assert.deepEqual(
      told.map(({ state, start }) => [state, start]),
      [['opened', '2019-11-12T10:00:00.000Z']],
    );
    assert.deepEqual(found!.known, []);
  }
});

test('growth of known sources is told to nobody, and kept in the account', async () => {
  const { told, found } = await look({ known_sources: [source('Load test', '172.16.0.0/16')] });
  assert.deepEqual(told, []);
  assert.deepEqual(
    found!.known.map(({ start, names }) => [start, names]),
    [['2019-11-12T10:00:00.000Z', ['Load test']]],
  );
});

test('a known source that always sends so much explains no growth', async () => {
  const { told } = await look({ known_sources: [source('Office', '10.1.0.0/24')] });
  assert.equal(told.length, 1);
  const sent = await lake.rows(
    `select count(*) as n from http_activity where src_ip = '10.1.0.5' and time >= timestamp '2019-11-12 10:00:00' and time < timestamp '2019-11-12 10:20:00'`,
  );
  assert.equal(told[0]!.requests_of_known, sent[0]!.n);
  assert.match(
    told[0]!.sentence,
    new RegExp(`known sources of the case sent ${sent[0]!.n} to the log meanwhile`),
  );
});

test('hosts that the case is not about are not watched', async () => {
  assert.equal((await look({ hosts: ['blog.example.com'] })).told.length, 0);
  assert.equal((await look({ hosts: ['www.example.com'] })).told.length, 1);
});

test('a broken case file keeps back no alert, and the run says what is wrong with it', async () => {
  const { told, error } = await look('{');
  assert.equal(told.length, 1);
  assert.match(String(error), /case\.json is no JSON/);
});

test('what a known source sent is counted once where it was delivered twice, and explains no growth', async () => {
  const lines = (first: number, last: number): string =>
    Array.from({ length: last - first }, (_, offset) => first + offset)
      .flatMap((minute) =>
        Array.from({ length: minute >= FLOOD && minute < END ? 270 : 120 }, (__, index) =>
          cloudflareLine({
            RayID: `${minute}-${index}`,
            EdgeStartTimestamp: new Date(FROM + minute * MINUTE + (index % 60) * 1000).toISOString(),
            ClientIP:
              index < 100
                ? '10.1.0.5'
                : `${index < 120 ? '192.0.2' : '172.16.0'}.${1 + ((minute + index) % 90)}`,
          }),
        ),
      )
      .join('\n');
  const twice = await temporaryLake();
  await twice.ingest([logObject('all', lines(0, 720)), logObject('again', lines(FLOOD, END))]);
  const { told } = await look({ known_sources: [source('Office', '10.1.0.0/24')] }, twice);
  assert.deepEqual(
    told.map(({ requests, requests_of_known }) => [requests, requests_of_known]),
    [[20 * 270, 20 * 100]],
  );
});
