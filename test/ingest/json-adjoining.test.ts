/** JSON values that stand one after the other, as a service writes them that takes a client's text in as it came. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frame, MAX_RECORD_BYTES } from '../../src/ingest/framer.ts';
import { assertWhole, chunksOf, frame, recordsOf } from './json-frames.ts';

const record = (agent: string, name = 'id'): string =>
  `{"${name}":"1","agent":"${agent}","identity":{"ip":"192.0.2.1"},"status":403}`;

const agents = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['"', '\\', '{', '}', '[', ']', ',', ':', ' ', '}{', '}{"', '{"id"', '"id":', 'x', '7', '\ufeff'],
      ),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => text.replaceAll('\n', '')),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

const adjoining = (frames: readonly Frame[]): boolean[] =>
  frames.flatMap((each) => (each.kind === 'block' ? each.records!.map(({ adjoins }) => adjoins) : []));

test('Whatever one of them takes in, the value after it is a record of its own', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  const sizes = fc.integer({ min: 1, max: 400 });
  const between = fc.constantFrom('', ' ', '\t', '\r');
  const names = fc.constantFrom('id', '@timestamp', '$id', 'request id', 'días');
  fc.assert(
    fc.property(fc.array(agents), between, names, cuts, sizes, (list, gap, name, places, blockBytes) => {
      const bytes = Buffer.from([...list, 'next'].map((agent) => record(agent, name)).join(gap));
      const frames = frame(chunksOf(bytes, places), { blockBytes, array: null });
      assertWhole(bytes, frames);
      assert.equal(recordsOf(frames).at(-1), record('next', name));
      assert.ok(list.length === 0 || adjoining(frames).every(Boolean));
      assert.deepEqual(frame([bytes], { blockBytes, array: null }), frames);
    }),
    { numRuns: 3000 },
  );
});

test('Values on lines of their own, or in a list that the object begins with, do not adjoin', () => {
  const sound = record('a');
  const pretty = JSON.stringify(JSON.parse(sound), null, 2);
  for (const text of [
    `${sound}\n${sound}\r\n${sound}`,
    `${pretty}\n${pretty}`,
    `[${sound},${sound}]`,
    ` [${sound}, ${sound}]`,
    `[\n${sound},\n${sound}\n]`,
    `[${sound},${sound}]\n[${sound},${sound}]`,
    `{"Records":[${sound}, ${sound}]}`,
  ]) {
    const found = adjoining(frame([Buffer.from(text)]));
    assert.ok(found.length > 1);
    assert.ok(!found.some(Boolean), text);
  }
  for (const [text, wanted] of [
    [`${sound}\n${sound}${sound}\n${sound}\n${sound} [${sound}]`, [false, true, true, false, true, true]],
    [`[]${sound}${sound}`, [true, true]],
    [`[${sound},${sound}]${sound}`, [false, true, true]],
    [`[${sound},${sound}]\n${sound}${sound}`, [false, false, true, true]],
    [`[${sound}${sound},${sound}]`, [true, true, true]],
    [`[\n${sound},\n${sound},${sound}\n]`, [false, true, true]],
  ] as const)
    assert.deepEqual(adjoining(frame([Buffer.from(text)])), wanted, text);
});

test('A value that is a text away from too long is one, however the bytes arrive', () => {
  const long = `{"a":"${'x'.repeat(MAX_RECORD_BYTES - 9)}\\"}`;
  const bytes = Buffer.from(`${long}{"name":1}{"b":2}`);
  const whole = frame([bytes], { array: null });
  assert.deepEqual(recordsOf(whole).slice(-2), ['{"name":1}', '{"b":2}']);
  for (const at of [long.length, 1, 3, 6, 60].map((more, index) => (index > 0 ? long.length + more : more)))
    assert.deepEqual(frame([bytes.subarray(0, at), bytes.subarray(at)], { array: null }), whole);
});
