/** Logs of API Gateway in the formats of several customers, with agents of whatever is made to break them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { oneLog } from './one-log.ts';

const CLIENT = '192.0.2.10';
const FRAMED = '203.0.113.9';
const TIME = '11/Nov/2019:15:42:00 +0000';
const TIME_NS = 1573486920000000000n;

const before = '{"requestId":"r","apiId":"a1","httpMethod":"GET","resourcePath":"/p",';

/** What the customers chose: some under names of their own. */
const CUSTOMERS: Record<string, (agent: string) => string> = {
  'the agent first': (agent) =>
    `{"userAgent":"${agent}", "ip": "${CLIENT}", "requestTime":"${TIME}", "httpMethod":"GET", "status":"403"}`,
  'the agent before the time': (agent) =>
    `${before}"ip":"${CLIENT}","userAgent":"${agent}","requestTime":"${TIME}","status":"403"}`,
  'the agent last': (agent) =>
    `${before}"ip":"${CLIENT}","requestTime":"${TIME}","status":"403","userAgent":"${agent}"}`,
  'the example of the documentation': (agent) =>
    `{ "requestId":"r", "ip": "${CLIENT}", "caller":"-", "user":"-","requestTime":"${TIME}", "httpMethod":"GET","resourcePath":"/p", "status":"403","protocol":"HTTP/1.1", "responseLength":"10","ua":"${agent}" }`,
  'the agent nested': (agent) =>
    `{"requestTime":"${TIME}","status":"403","httpMethod":"GET","identity":{"userAgent":"${agent}","sourceIp":"${CLIENT}"},"requestId":"r"}`,
  'an epoch': (agent) =>
    `{"ip":"${CLIENT}","ua":"${agent}","requestTimeEpoch":"1573486920000","status":"403","path":"/x","httpMethod":"GET"}`,
  'both times': (agent) =>
    `{"ua":"${agent}","requestTime":"${TIME}","ip":"${CLIENT}","requestTimeEpoch":1573486920000,"status":403,"path":"/x","httpMethod":"GET"}`,
};

const pieces = fc.constantFrom(
  ...[
    '"',
    '\\',
    '{',
    '}',
    '}{',
    '"}{"',
    ',',
    ':',
    '-',
    ' ',
    'é',
    '\\"',
    '\\u0022',
    '[',
    ']',
    'null',
    '\t',
    '\\/',
  ],
  ...[
    `","ip":"${FRAMED}`,
    `"ip":"${FRAMED}"`,
    `","identity":{"sourceIp":"${FRAMED}"},"a":"`,
    '","userAgent":"',
  ],
  ...[
    '"ip":',
    ',"ip"',
    '"sourceIp":"',
    FRAMED,
    `"},"ip":"${FRAMED}"`,
    ',"z":{"q":"',
    ',"z":"',
    '"identity":{',
  ],
  ...[
    '"requestTime":"01/Nov/2019:00:00:00 +0000',
    '"requestTime":',
    '"requestTime"',
    '"requestTimeEpoch":1572566400000',
  ],
  ...[`{"requestId":"q","ip":"${FRAMED}","requestTime":"${TIME}","httpMethod":"GET","z":"`, 'x","'],
  // A whole record that names nobody.
  `"}{"requestTime":"${TIME}","httpMethod":"GET"}{"z":"`,
);
const agents = fc.array(
  fc.array(pieces, { maxLength: 9 }).map((some) => some.join('')),
  { minLength: 60, maxLength: 60 },
);

for (const [what, record] of Object.entries(CUSTOMERS)) {
  test(`Whatever agents are, their lines become rows of their own client and time, or of nobody: ${what}`, async () => {
    await fc.assert(
      fc.asyncProperty(agents, async (hostile) => {
        const lines = hostile.flatMap((agent) => [record(agent), record('clean')]);
        const { marker, rows, rejects } = await oneLog(lines);
        assert.equal(marker.format, 'aws-api-gateway');
        assert.ok(!rows.some(({ src_ip }) => src_ip !== CLIENT && src_ip !== null));
        // In a log of which most lines are no JSON, what stands on one line with another can be made by a client.
        const ofLines = rows.filter(({ src_ip }) => src_ip !== null);
        for (const { time_ns } of ofLines) assert.equal(time_ns, TIME_NS);
        assert.equal(rows.length + Object.keys(rejects).length, marker.ledger.records);
        assert.ok(
          ofLines.length >= hostile.length,
          `${ofLines.length} of ${hostile.length} have their client`,
        );
      }),
      { numRuns: 4 },
    );
  });

  test(`Whatever agents are, where no newline parts records all sound ones count, and none names anybody: ${what}`, async () => {
    await fc.assert(
      fc.asyncProperty(agents, async (hostile) => {
        const records = hostile.flatMap((agent) => [record(agent), record('clean')]);
        const { marker, rows } = await oneLog(records.join(''));
        assert.equal(marker.format, 'aws-api-gateway');
        assert.ok(!rows.some(({ src_ip }) => src_ip !== null));
        assert.ok(rows.length >= hostile.length, `${rows.length} rows of ${hostile.length} sound records`);
      }),
      { numRuns: 4 },
    );
  });
}
