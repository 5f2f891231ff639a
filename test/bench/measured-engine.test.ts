/** What the benchmark of a report says of each query is of that query alone, however many are asked side by side. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CAN_COUNT_BYTES } from '../../bench/bytes-read.ts';
import { type MeasuredAnswer, measuredEngine } from '../../bench/measured-engine.ts';
import { smallLake } from '../catalogue/small-lake.ts';

const { engine } = await smallLake();
after(() => engine.close());

const ALL = 'select path, user_agent, request_id, src_ip, query, referrer from http_activity';
const ONE = 'select 1 as one';

test('each answer is measured on its own, in the order in which it was asked', async () => {
  const answers: MeasuredAnswer[] = [];
  const measured = measuredEngine(engine, answers);
  const given = await Promise.all([ALL, ONE, ALL].map((sql) => measured.run(sql)));
  assert.deepEqual(
    answers.map(({ sql, rows }) => [sql, rows]),
    [ALL, ONE, ALL].map((sql, index) => [sql, given[index]!.rows.length]),
  );
  assert.ok(answers.every(({ seconds }) => seconds > 0));
});

test('bytes are those of the parts that a query reads', { skip: !CAN_COUNT_BYTES }, async () => {
  const answers: MeasuredAnswer[] = [];
  const measured = measuredEngine(engine, answers);
  await Promise.all([ALL, ONE].map((sql) => measured.run(sql)));
  const [all, one] = answers.map(({ bytes }) => bytes);
  assert.ok(all! > 1000 && all! > 2 * one!, `${all} and ${one} bytes`);
});

test('a query that fails is no answer, and keeps back none', async () => {
  const answers: MeasuredAnswer[] = [];
  const measured = measuredEngine(engine, answers);
  const [failed, answered] = await Promise.allSettled([
    measured.run('select nothing from nowhere'),
    measured.run(ONE),
  ]);
  assert.deepEqual([failed.status, answered.status], ['rejected', 'fulfilled']);
  assert.deepEqual(
    answers.map(({ sql }) => sql),
    [ONE],
  );
});
