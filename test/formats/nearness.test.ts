/** Which formats a refusal names first: those that the records come nearest to. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { nearness } from '../../src/formats/nearness.ts';
import { recogniseFormat, type Tried } from '../../src/formats/recognise.ts';
import { albLine, apacheLine } from '../ingest/lines.ts';

const formats = formatAssets().map(parseFormat);

function tried(lines: readonly string[]): readonly Tried[] {
  const recognition = recogniseFormat({ lines, values: () => [], all: () => [], apart: () => [] }, formats);
  assert.equal(recognition.format, null);
  return recognition.format === null ? recognition.tried : [];
}

const nearest = (lines: readonly string[]): string[] =>
  tried(lines)
    .filter(({ isNear }) => isNear)
    .map(({ id }) => id);

describe('The nearest format is', () => {
  for (const [what, lines, id] of [
    [
      'that of a line with its time in another form',
      [apacheLine({ time: '2019-11-11T15:42:00+00:00' })],
      'apache-combined',
    ],
    ['that of a line cut short', [albLine().slice(0, 60)], 'aws-alb'],
    [
      'that whose field names an object of JSON has',
      [JSON.stringify({ eventTime: '2019-11-11', userIdentity: {}, sourceIPAddress: '192.0.2.1' })],
      'aws-cloudtrail',
    ],
    [
      'the same where the object goes on in further lines',
      JSON.stringify({ eventTime: '2019-11-11', userIdentity: {} }, null, 2).split('\n'),
      'aws-cloudtrail',
    ],
    ['that whose field names a header has', ['srcaddr,dstaddr,srcport,dstport,bytes'], 'aws-vpc-flow'],
    ['that which some of the records have', [apacheLine(), 'no', 'log', 'at all'], 'apache-combined'],
  ] as const)
    test(what, () => assert.equal(nearest(lines)[0], id));

  test('none of prose, of JSON with other names, or of bytes', () => {
    for (const line of ['Dear Sir,', '{"hello": "world"}', '\u0000\u0001\\xff\\xfe'])
      assert.deepEqual(nearest([line]), [], line);
  });

  test('said before all others, of which each is said', () => {
    const all = tried([apacheLine({ time: '2019-11-11' })]);
    assert.deepEqual(all.map(({ id }) => id).sort(), formats.map(({ id }) => id).sort());
    assert.equal(all[0]!.id, 'apache-combined');
  });
});

test('a record of a format comes wholly near to it, and a start of it in part', () => {
  const alb = formats.find(({ id }) => id === 'aws-alb')!;
  assert.equal(nearness(alb, albLine()), 1);
  const part = nearness(alb, albLine().slice(0, 20));
  assert.ok(part > 0.2 && part < 1, String(part));
});

test('a pattern whose beginnings are no patterns is near to nothing, and no fault', () => {
  const [format] = formats.filter(({ framing, headers }) => framing === 'lines' && !headers);
  for (const pattern of [/^(?i:gate) \d+/, /^(?<q>["|])x\k<q> (?<z>a)b/]) {
    const own = { ...format!, recognise: { ...format!.recognise, pattern } };
    for (const record of ['junk', '|x', 'gate x']) assert.ok(nearness(own, record) < 1, record);
  }
});
