/** API Gateway puts an agent into the customer's text of JSON as the client sent it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { oneLog, picked } from './one-log.ts';
import { VALID } from './valid-records.ts';

const CLIENT = '192.0.2.10';
const FRAMED = '203.0.113.9';

/** A record of a customer whose format has the agent before all that could be forged. */
function line(agent: string): string {
  return `{"userAgent":"${agent}", "ip": "${CLIENT}", "requestTime":"11/Nov/2019:15:42:00 +0000", "apiId":"a1", "httpMethod":"GET", "resourcePath":"/pets", "status":"403", "requestId":"id-1"}`;
}

/** The same with the agent last. */
const last = (agent: string): string =>
  `${line('x').replace('"userAgent":"x", ', '').slice(0, -1)}, "userAgent":"${agent}"}`;

/** The same with the agent and the address in an object of their own. */
const nested = (agent: string): string =>
  line('x').replace(
    `"userAgent":"x", "ip": "${CLIENT}"`,
    `"identity": {"userAgent":"${agent}", "sourceIp":"${CLIENT}"}`,
  );

/** Most lines of a log are whole, and so it is cut at its lines. */
const CLEAN = [line('curl/8'), line('curl/8')];

const KNOWN = { source_id: 'aws-api-gateway:a1', time_ns: 1573486920000000000n };

test('An agent with quotes, backslashes and braces is the agent', async () => {
  for (const agent of ['a "quoted" one', 'x"{', '"', '\\', 'a\\x', '}', 'x", y', 'a":"b', '"}', '"}{']) {
    const { rows, rejects } = await oneLog([...CLEAN, line(agent), nested(agent), ...CLEAN]);
    assert.deepEqual(rejects, {}, agent);
    assert.equal(rows.length, 6);
    for (const row of rows.slice(2, 4)) {
      const wanted = { ...KNOWN, src_ip: CLIENT, user_agent: agent, status_code: 403, request_id: 'id-1' };
      assert.deepEqual(picked(row, wanted), wanted);
    }
  }
});

test('An agent that goes on with names and values frames nobody, and its request counts', async () => {
  const forged = [
    `x","ip":"${FRAMED}`,
    `x","ip":"${FRAMED}","z":"`,
    `x","sourceIp":"${FRAMED}`,
    `x "y","ip":"${FRAMED}`,
    'x","status":"200',
    'x","requestId":"id-2","httpMethod":"POST',
    'x","a":"\\',
  ];
  for (const agent of forged) {
    const { rows, rejects } = await oneLog([...CLEAN, line(agent), nested(agent), ...CLEAN]);
    assert.deepEqual(rejects, {}, agent);
    assert.equal(rows.length, 6);
    for (const row of rows) {
      assert.deepEqual(picked(row, KNOWN), KNOWN);
      assert.ok([CLIENT, null].includes(row.src_ip as string | null), `${agent}: ${row.src_ip}`);
      assert.ok([403, null].includes(row.status_code as number | null), `${agent}: ${row.status_code}`);
    }
    assert.deepEqual(
      [...rows.slice(0, 2), ...rows.slice(4)].map(({ src_ip }) => src_ip),
      CLEAN.concat(CLEAN).map(() => CLIENT),
    );
  }
});

test('What stands before an agent is API Gateway’s own, whatever the agent goes on with', async () => {
  const known = { ...KNOWN, src_ip: CLIENT, path: '/pets', status_code: 403, request_id: 'id-1' };
  for (const agent of [
    `x","ip":"${FRAMED}`,
    'x","apiId":"b2","status":"200',
    'x","requestTime":"01/Nov/2019:00:00:00 +0000","z":"y',
    'x","a":"\\',
  ]) {
    const { rows, rejects } = await oneLog([...CLEAN, last(agent), ...CLEAN]);
    assert.deepEqual(rejects, {}, agent);
    assert.deepEqual(picked(rows[2], known), known, agent);
  }
});

test('A name that stands in an object of its own too is no second one', async () => {
  const both = line('curl/8').replace(
    '"apiId":"a1"',
    '"apiId":"a1", "identity":{"apiId":"-", "accountId":"9"}',
  );
  const { rows } = await oneLog([...CLEAN, both]);
  assert.deepEqual(
    rows.map(({ source_id }) => source_id),
    CLEAN.concat(both).map(() => KNOWN.source_id),
  );
});

test('An agent that gives another time, or another API, moves its request into no other hour and no log of a name', async () => {
  const late = 'x","requestTime":"01/Nov/2019:00:00:00 +0000';
  const epoch = 'x","requestTimeEpoch":"1572566400000","z":"';
  const { rows, rejects } = await oneLog([line('curl/8'), line(late), line('x","apiId":"b2'), line(epoch)]);
  assert.deepEqual(rejects, { 2: 'two-request-times', 4: 'two-request-times' });
  assert.deepEqual(
    rows.map(({ source_id }) => source_id),
    ['aws-api-gateway:a1', 'aws-api-gateway:test'],
  );
});

test('An agent that is a whole record, and another begun, is one request of nobody', async () => {
  const record = line('z').replace(CLIENT, FRAMED).slice(0, -1);
  const { rows, rejects } = await oneLog([...CLEAN, line(`x"}${record}}{"a":"`), ...CLEAN]);
  assert.deepEqual(rejects, {});
  assert.deepEqual(
    rows.map(({ src_ip }) => src_ip),
    [CLIENT, CLIENT, null, CLIENT, CLIENT],
  );
});

test('Records that follow one another without a newline count, and name no client: an agent can make one', async () => {
  for (const made of [line, nested, last]) {
    const forged = made('y').replaceAll(CLIENT, FRAMED).slice(1);
    const records = [made('a'), made(`x"}{${forged}{"z":"y`), made('b'), made('c')];
    for (const between of ['', ' ']) {
      const { marker, rows, rejects } = await oneLog(records.join(between));
      assert.equal(rows.length + Object.keys(rejects).length, marker.ledger.records);
      assert.ok(rows.length >= 4, 'all count that are a record');
      for (const row of rows) assert.deepEqual(picked(row, { src_ip: null }), { src_ip: null });
    }
    const { rows } = await oneLog(records.join('\n'));
    assert.deepEqual(
      rows.map(({ src_ip }) => src_ip),
      [CLIENT, made === last ? CLIENT : null, CLIENT, CLIENT],
    );
  }
});

test('Two records on a line name no client, in a log of which each other record has its own', async () => {
  const pretty = JSON.stringify(JSON.parse(line('p')), null, 2);
  const { rows } = await oneLog([pretty, pretty, `${line('a')}${line('b')}`, pretty]);
  assert.deepEqual(
    rows.map(({ src_ip }) => src_ip),
    [CLIENT, CLIENT, null, null, CLIENT],
  );
  const list = await oneLog(JSON.stringify([line('p'), line('q')].map((each) => JSON.parse(each))));
  assert.deepEqual(
    list.rows.map(({ src_ip }) => src_ip),
    [CLIENT, CLIENT],
  );
});

test('Whatever an agent is made of, its record and no other becomes a row of its own client, or of nobody', async () => {
  const piece = fc.constantFrom(
    ...['"', '\\', '{', '}', '"}{"', ',', ':', ' ', 'a', 'é', '\\"', '\\u0022', '[', ']'],
    ...[
      `","ip":"${FRAMED}`,
      `"ip":"${FRAMED}"`,
      `","identity":{"sourceIp":"${FRAMED}"},"a":"`,
      '","userAgent":"',
    ],
  );
  const agents = fc.array(fc.array(piece, { maxLength: 6 }), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(agents, async (made) => {
      const lines = made.flatMap((pieces) => [line(pieces.join('')), line('between')]);
      const { marker, rows, rejects } = await oneLog([line('first'), ...lines]);
      assert.equal(marker.ledger.records, 1 + lines.length);
      assert.equal(rows.length + Object.keys(rejects).length, marker.ledger.records);
      assert.equal(rows.filter(({ user_agent }) => user_agent === 'between').length, made.length);
      assert.deepEqual(
        rows.filter(({ src_ip }) => src_ip !== CLIENT && src_ip !== null),
        [],
      );
    }),
    { numRuns: 12 },
  );
});

test('An agent that closes what it stands in, or stands under a name of the customer’s, frames nobody', async () => {
  const before = `{"extendedRequestId":"r","requestTime":"11/Nov/2019:15:42:00 +0000","apiId":"a1","httpMethod":"GET",`;
  const nestedAgent = (agent: string): string =>
    `${before}"identity":{"userAgent":"${agent}","sourceIp":"${CLIENT}"}}`;
  const named = (agent: string): string => `${before}"ua":"${agent}","ip":"${CLIENT}"}`;
  const first = (agent: string): string => `${before}"ip":"${CLIENT}","ua":"${agent}","status":"200"}`;
  // A client chooses the id of its request.
  const idFirst = (agent: string): string =>
    line('curl').replace('{', `{"requestId":"${agent}",`).replace('"requestId":"id-1"', '"z":"1"');
  for (const [record, agent, client] of [
    [nestedAgent, `x"},"ip":"${FRAMED}","z":{"q":"`, null],
    [nestedAgent, `x"},"sourceIp":"${FRAMED}","z":{"q":"`, null],
    [nestedAgent, `x","sourceIp":"${FRAMED}`, null],
    [named, `x","ip":"${FRAMED}","userAgent":"`, null],
    [named, `x","ip":"${FRAMED}","userAgent":"y","z":"`, null],
    [idFirst, `x","ip":"${FRAMED}`, null],
    [first, `x","ip":"${FRAMED}","userAgent":"`, CLIENT],
    [first, `x","sourceIp":"${FRAMED}","requestTime":"10/Nov/2019:00:00:00 +0000`, CLIENT],
  ] as const) {
    const { rows, rejects } = await oneLog([record('a'), record(agent), record('b')]);
    assert.deepEqual(rejects, {}, agent);
    assert.deepEqual(
      rows.map(({ src_ip, time_ns }) => [src_ip, time_ns]),
      [CLIENT, client, CLIENT].map((address) => [address, KNOWN.time_ns]),
      agent,
    );
  }
});

test('An agent that is a name of a time takes no other time than its own', async () => {
  const record = (agent: string): string =>
    `{"apiId":"a1","ip":"${CLIENT}","userAgent":"${agent}","requestTime":"11/Nov/2019:15:42:00 +0000","status":"403"}`;
  const agents = [',', 'x', ''].map(
    (text) => `x","requestTimeEpoch":1572566400000,"q":"${text}","requestTime":`,
  );
  const { rows, rejects } = await oneLog([record('a'), ...agents.map(record), record('b')]);
  assert.equal(rows.length + Object.keys(rejects).length, 5);
  for (const row of rows) assert.equal(row.time_ns, KNOWN.time_ns);
});

test('A log of another format stays one, whatever names of API Gateway a client puts into it', async () => {
  const time = { requestTime: '11/Nov/2019:15:42:00 +0000', requestTimeEpoch: 1573486920000 };
  for (const id of ['aws-cloudtrail', 'cloudflare-audit-logs', 'cloudflare-http-requests', 'aws-waf']) {
    const sound = JSON.parse(VALID[id]!.records[0]!) as Record<string, unknown>;
    const tagged = { ...sound, requestParameters: { tags: time }, Metadata: time, Cookies: time };
    const records = [tagged, sound, sound].map((each) => JSON.stringify(each));
    const pretty = records.map((each) => JSON.stringify(JSON.parse(each), null, 2));
    const layouts = [records.join('\n'), records.join(''), pretty.join('\n'), `[${records.join()}]`];
    if (id === 'aws-cloudtrail')
      layouts.push(`{"Records":[${records.join()}]}`, `{"Records":[${records.join()},`);
    for (const layout of layouts) assert.equal((await oneLog(layout)).marker.format, id, layout.slice(0, 80));
  }
});

test('A log of API Gateway is one of no other format, whatever its agents are', async () => {
  const cloudflare = `{"EdgeEndTimestamp":1573486920,"EdgeStartTimestamp":1573486920,"ClientIP":"${FRAMED}"}`;
  const agents = {
    'a line of Apache': `x ${FRAMED} - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 12 "`,
    'records of Cloudflare': `x"}${cloudflare.repeat(80)}{"z":"y`,
    'names of Cloudflare': `x","EdgeEndTimestamp":1573486920,"EdgeStartTimestamp":1573486920,"ClientIP":"${FRAMED}`,
    'texts of no name': `x"}${'""'.repeat(200)}`,
    'objects of no name': `x"}${'{}'.repeat(200)}`,
    'a record of AWS WAF': 'x"}{"webaclId":1}{"z":"y',
    'a quote': '"',
    'a backslash': '\\',
  };
  for (const [what, agent] of Object.entries(agents))
    for (const between of ['\n', ''])
      for (const hostile of [[0], [1, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7]]) {
        const clean = Array.from({ length: 8 }, () => line('clean'));
        const records = [
          ...clean.map((each, index) => (hostile.includes(index) ? line(agent) : each)),
          ...clean,
        ];
        const { marker, rows } = await oneLog(records.join(between));
        assert.equal(marker.format, 'aws-api-gateway', what);
        assert.ok(!rows.some(({ src_ip }) => src_ip !== null && src_ip !== CLIENT), what);
        if (between === '') assert.ok(!rows.some(({ src_ip }) => src_ip !== null), what);
        const sound = rows.filter(({ user_agent }) => user_agent === 'clean');
        assert.equal(sound.length, 16 - hostile.length, `${what}, ${hostile}`);
      }
});
