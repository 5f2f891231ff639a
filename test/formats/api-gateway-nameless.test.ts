/** Logs of API Gateway whose owner's format has no address, into which an agent puts one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SMALL_BYTES } from '../../src/ingest/whole.ts';
import { oneLog } from './one-log.ts';

const CLIENT = '192.0.2.10';
const FRAMED = '203.0.113.9';
const TIME = '11/Nov/2019:15:42:00 +0000';

type Record = (agent: string) => string;

/** Formats of customers that log no address. */
const NAMELESS: { [what: string]: Record } = {
  'the agent last': (agent) =>
    `{"requestId":"r","requestTime":"${TIME}","httpMethod":"GET","status":"403","userAgent":"${agent}"}`,
  'the agent amidst': (agent) =>
    `{"requestId":"r","ua":"${agent}","requestTime":"${TIME}","httpMethod":"GET","status":"403"}`,
  'the agent nested': (agent) =>
    `{"requestTime":"${TIME}","status":"403","httpMethod":"GET","identity":{"userAgent":"${agent}"},"requestId":"r"}`,
};

/** One with the address behind the agent. */
const behind: Record = (agent) =>
  `{"requestTime":"${TIME}","status":"403","httpMethod":"GET","userAgent":"${agent}","ip":"${CLIENT}"}`;
/** One with the address before all that is a client's. */
const ahead: Record = (agent) =>
  `{"ip":"${CLIENT}","requestTime":"${TIME}","status":"403","httpMethod":"GET","userAgent":"${agent}"}`;

const FORGED = [
  `x","ip":"${FRAMED}`,
  `x","sourceIp":"${FRAMED}","z":"`,
  `x","IP":"${FRAMED}`,
  `x","\\u0069p":"${FRAMED}`,
  `x","identity.sourceIp":"${FRAMED}`,
  `x","identity":{"sourceIp":"${FRAMED}"},"z":"`,
  `x"},"ip":"${FRAMED}","z":{"q":"`,
  `x"},"identity":{"sourceIp":"${FRAMED}`,
  `x"}{"requestTime":"${TIME}","httpMethod":"GET","ip":"${FRAMED}","z":"`,
];

const clients = async (content: string | readonly string[]): Promise<unknown[]> => {
  const { marker, rows } = await oneLog(content);
  assert.equal(marker.format, 'aws-api-gateway');
  return rows.map(({ src_ip }) => src_ip);
};

async function assertNobody(content: string | readonly string[]): Promise<void> {
  const all = await clients(content);
  assert.ok(all.length > 4);
  assert.deepEqual(new Set(all), new Set([null]));
}

for (const [what, record] of Object.entries(NAMELESS)) {
  test(`An agent names nobody in a log whose format has no address: ${what}`, async () => {
    const forged = FORGED.map(record);
    // Among all the others one is no client's work, whichever it is.
    for (const place of [0, 4, forged.length])
      await assertNobody(forged.toSpliced(place, 0, record('curl/8')));
  });

  test(`So it is where a program has read the records and written them anew: ${what}`, async () => {
    // Of two objects of one name it keeps one: then its log is no longer what API Gateway wrote.
    const once = FORGED.filter((agent) => !agent.includes('"identity":'));
    const read = once.map(record).flatMap((line) => {
      try {
        return [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
    assert.ok(read.length >= 4);
    const all = [...read, JSON.parse(record('curl/8'))];
    await assertNobody(JSON.stringify(all));
    await assertNobody(JSON.stringify(all, null, 2));
    await assertNobody(all.map((each) => JSON.stringify(each, null, 2)));
  });

  test(`Whatever agents are, of a log whose format has no address no record names one: ${what}`, async () => {
    const piece = fc.constantFrom(
      ...['"', '\\', '{', '}', '}{', ',', ':', '","', `"ip":"${FRAMED}"`, '","z":"', '"identity":{'],
      ...FORGED,
    );
    const agents = fc.array(
      fc.array(piece, { maxLength: 5 }).map((some) => some.join('')),
      { minLength: 40, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(agents, (hostile) => assertNobody([...hostile.map(record), record('curl/8')])),
      { numRuns: 4 },
    );
  });
}

test('So it is in an object that is parsed while it is read, to its end', async () => {
  const record = NAMELESS['the agent last']!;
  const forged = FORGED.slice(0, 4).map(record).join('\n');
  const many = Array.from({ length: 10_000 }, () => forged).join('\n');
  assert.ok(many.length > SMALL_BYTES);
  await assertNobody(`${record('curl/8')}\n${many}`);
});

test('Of a log of two formats, one without an address, what is AWS’s own is believed', async () => {
  const nameless = NAMELESS['the agent last']!;
  const [first = ''] = FORGED;
  assert.deepEqual(await clients([ahead('a'), nameless('b'), nameless(first), behind('c'), ahead(first)]), [
    CLIENT,
    null,
    null,
    null,
    CLIENT,
  ]);
});

test('No agent takes the address from a log whose format has one', async () => {
  const without = NAMELESS['the agent last']!('z').slice(1, -1);
  for (const agent of [
    'x"}',
    `x"}{${without}}{"a":"`,
    `x"},{${without}},{"a":"`,
    `x"},${without},{"a":"`,
    `x"}]${without}[{"a":"`,
    `x","a":{${without}},"b":"`,
  ]) {
    const all = await clients([behind('a'), behind(agent), behind('b'), behind('c')]);
    assert.equal(all.filter((client) => client === CLIENT).length >= 3, true, `${agent}: ${all}`);
  }
});

test('A record that breaks off before its address says nothing of the format', async () => {
  const lines = [behind('a'), behind('b'), behind('c')].join('\n');
  for (let end = lines.lastIndexOf('{') + 1; end < lines.length; end += 7) {
    const { rows } = await oneLog(lines.slice(0, end));
    assert.deepEqual(
      rows.slice(0, 2).map(({ src_ip }) => src_ip),
      [CLIENT, CLIENT],
      `${end}`,
    );
  }
});
