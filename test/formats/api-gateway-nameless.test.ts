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

test('So it is whatever the records of a format are like, and however they lie in the object', async () => {
  const record = NAMELESS['the agent last']!;
  const [first = ''] = FORGED;
  const with_ =
    (more: string): Record =>
    (agent) =>
      record(agent).replace('{', `{${more},`);
  const formats: { [what: string]: Record } = {
    'a hyphen': with_('"integrationLatency":-'),
    'a leading nought': with_('"accountId":012345678901'),
    'a word': with_('"path":/p'),
    'quotes of its own': with_('"m":""Forbidden""'),
    'a tab': with_('"t":"\t"'),
    'a comma too many': (agent) => record(agent).replace('}', ',}'),
    'a name without an address': with_('"ip":"-"'),
    'a name without a value': with_('"ip":null'),
    'a time of another name': (agent) =>
      record(`x${agent}`).replace('"requestTime":', '"time":').replace('"x', '"'),
  };
  for (const [what, make] of Object.entries(formats)) {
    const forger = what.startsWith('a time') ? `${first}","requestTime":"${TIME}` : first;
    const lines = [...Array.from({ length: 9 }, () => make('curl/8')), make(forger), make('curl/8')];
    const all = await clients(lines);
    assert.deepEqual(new Set(all), new Set([null]), what);
  }
  const [honest, forger] = [record('curl/8'), record(first)];
  const quoted = [record('a "quoted" one'), record('a\\xyz'), record('caf\u00e9 "')];
  const indented = [honest, forger, honest].map((each) => JSON.stringify(JSON.parse(each), null, 2));
  for (const lines of [
    [...quoted, forger, ...quoted],
    [`tTime":"${TIME}"}`, honest, forger, honest, honest],
    ['# log of an api', honest, forger, honest, honest],
    ['', `\ufeff${honest}`, forger, honest, honest],
    [`${honest}${honest}`, forger, `${honest}${honest}`, honest, honest],
    [`[${record('x","z":[{"q":"')}`, ...Array.from({ length: 9 }, () => `,${honest}`), `,${forger}]`],
    indented.map((each) => each.replaceAll('\n', '\r\n')),
  ])
    assert.ok(
      (await clients(lines)).every((client) => client === null),
      lines[0],
    );
});

test('Where a record begins, an agent under the name of something else is believed nothing', async () => {
  const [first = ''] = FORGED;
  const named = (name: string, agent: string): string =>
    `{"requestTime":"${TIME}","${name}":"${agent}","httpMethod":"GET","status":"403"}`;
  for (const name of ['identity', 'integration', 'resourcePath'])
    await assertNobody([
      ...Array.from({ length: 6 }, () => named(name, 'a')),
      named(name, `${first}","z":"`),
    ]);
});

test('No agent that fills what is read of an object’s beginning takes the address from the log', async () => {
  const [head, filler] = [1 << 20, 7000];
  const before = Array.from({ length: (head - filler / 2) / (behind('a').length + 1) }, () => behind('a'));
  const start = before.join('\n').length;
  const agent = `x"}${' '.repeat(filler)}z`;
  assert.ok(start < head && start + filler > head);
  const all = await clients([...before, behind(agent), ...Array.from({ length: 99 }, () => behind('b'))]);
  assert.deepEqual(new Set(all), new Set([CLIENT]));
  // Nor where the object ends in what it fills.
  const lines = [behind('a'), behind('b'), behind(agent)].join('\n');
  assert.deepEqual((await clients(lines.slice(0, -99))).slice(0, 2), [CLIENT, CLIENT]);
});

test('A name of the address is one in small letters and in large ones', async () => {
  for (const name of ['IP', 'SourceIp', 'Identity.SourceIp', 'IDENTITY.SOURCEIP']) {
    const lines = ['a', 'b'].map((agent) => behind(agent).replace('"ip"', `"${name}"`));
    assert.deepEqual(await clients(lines), [CLIENT, CLIENT], name);
  }
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
