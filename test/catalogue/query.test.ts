import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';
import {
  createAnalyst,
  createCatalogue,
  type Engine,
  UnknownQueryError,
} from '../../src/catalogue/engine.ts';
import { bindParameters, ParameterError, parseQuery } from '../../src/catalogue/query.ts';
import { HeaderError } from '../../src/lake/header.ts';

const SOUND = `/*
title: A query
question: What?
grain: one row
params:
  from_day: {type: date, about: first event day}
  from_time: {type: timestamp, about: start of the window}
  source_id: {type: varchar, about: the log}
  least: {type: bigint, about: the least}
  windows: {type: windows, about: some windows}
limits: None.
attack: [T1499.002]
*/
with args as (select cast(? as date) as d, cast(? as timestamp) as t, cast(? as varchar) as s, cast(? as bigint) as n, cast(? as varchar) as w)
select s || '?' as s from args`;

const parse = (text: string) => parseQuery({ id: 'mine/query', text });
const values = {
  from_day: '2019-11-11',
  from_time: '2019-11-11 15:42:00',
  source_id: "it's?",
  least: '-5',
  windows: '2019-11-11 15:42:00/2019-11-11 16:25:00,2019-11-12 13:20:00/2019-11-12 14:02:00.500',
};

describe('A query file', () => {
  test('is read as it stands, and its text stays whole', () => {
    const query = parse(SOUND);
    assert.deepEqual(
      [query.id, query.title, query.question, query.grain, query.limits, query.attack, query.text],
      ['mine/query', 'A query', 'What?', 'one row', 'None.', ['T1499.002'], SOUND],
    );
    assert.deepEqual(
      query.params.map(({ name, type }) => [name, type]),
      [
        ['from_day', 'date'],
        ['from_time', 'timestamp'],
        ['source_id', 'varchar'],
        ['least', 'bigint'],
        ['windows', 'windows'],
      ],
    );
  });

  for (const { what, text, message } of [
    { what: 'no header', text: 'select 1', message: /line 1: the file starts with no/ },
    { what: 'no title', text: SOUND.replace(/title.*\n/, ''), message: /lacks "title"/ },
    { what: 'no question', text: SOUND.replace(/question.*\n/, ''), message: /lacks "question"/ },
    { what: 'no grain', text: SOUND.replace(/grain.*\n/, ''), message: /lacks "grain"/ },
    { what: 'no limits', text: SOUND.replace(/limits.*\n/, ''), message: /lacks "limits"/ },
    {
      what: 'a parameter of another type',
      text: SOUND.replace('type: bigint', 'type: double'),
      message: /parameter least has none of the types date, timestamp,/,
    },
    {
      what: 'a parameter that says nothing of itself',
      text: SOUND.replace(', about: the least', ''),
      message: /parameter least lacks "about"/,
    },
    {
      what: 'a bare parameter',
      text: SOUND.replace('least: {type: bigint, about: the least}', 'least:'),
      message: /parameter least has none of the types/,
    },
    {
      what: 'a technique by another name',
      text: SOUND.replace('T1499.002', 'T1499.02'),
      message: /"attack" is a list of ATT&CK techniques such as \[T1499\.002\], not T1499\.02$/,
    },
    {
      what: 'a technique that is no list',
      text: SOUND.replace('[T1499.002]', 'T1499.002'),
      message: /"attack" is a list of ATT&CK techniques such as \[T1499\.002\]$/,
    },
    {
      what: 'a placeholder too many',
      text: `${SOUND} where s = ?`,
      message: /6 placeholders but 5 parameters/,
    },
    {
      what: 'a parameter too many',
      text: SOUND.replace('limits', 'limits').replace(
        'params:',
        'params:\n  more: {type: date, about: another}',
      ),
      message: /5 placeholders but 6 parameters/,
    },
  ]) {
    test(`with ${what} is refused by its name`, () => {
      assert.throws(
        () => parse(text),
        (error: Error) => {
          assert.ok(error instanceof HeaderError, String(error));
          assert.match(error.message, /^queries\/mine\/query\.sql: /);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

describe('Parameters', () => {
  test('come in the order of the header', () => {
    const turned = Object.fromEntries(Object.entries(values).reverse());
    assert.deepEqual(bindParameters(parse(SOUND), turned), [
      '2019-11-11',
      '2019-11-11 15:42:00',
      "it's?",
      '-5',
      values.windows,
    ]);
  });

  for (const { given, message } of [
    {
      given: { from_day: undefined },
      message: /^mine\/query: parameter from_day is missing: first event day \(date, such as 2019-11-11\)$/,
    },
    {
      given: { from_day: '11/11/2019' },
      message: /^mine\/query: parameter from_day is "11\/11\/2019", but expected a date such as 2019-11-11$/,
    },
    { given: { from_day: '2019-02-31' }, message: /from_day is "2019-02-31"/ },
    { given: { from_day: '2019-13-01' }, message: /from_day is "2019-13-01"/ },
    { given: { from_day: '2019-11-11 00:00:00' }, message: /expected a date/ },
    {
      given: { from_time: '2019-11-11' },
      message: /from_time is "2019-11-11", but expected a timestamp such as 2019-11-11 15:42:00$/,
    },
    { given: { from_time: '2019-11-11T15:42:00Z' }, message: /expected a timestamp/ },
    { given: { from_time: '2019-11-11 25:00:00' }, message: /expected a timestamp/ },
    { given: { from_time: '2019-11-11 15:42:60' }, message: /expected a timestamp/ },
    { given: { from_time: '2019-02-30 00:00:00' }, message: /expected a timestamp/ },
    { given: { least: '1.5' }, message: /least is "1.5", but expected a bigint such as 42$/ },
    { given: { least: '' }, message: /expected a bigint/ },
    {
      given: { windows: '2019-11-11 15:42:00' },
      message: /expected windows such as 2019-11-11 15:42:00\/2019-11-11 16:25:00$/,
    },
    { given: { windows: '' }, message: /expected windows/ },
    { given: { windows: `${values.windows},` }, message: /expected windows/ },
    { given: { windows: '2019-11-11 16:25:00/2019-11-11 15:42:00' }, message: /expected windows/ },
    { given: { windows: '2019-11-11 15:42:00/2019-02-30 16:25:00' }, message: /expected windows/ },
    { given: { windows: `${values.windows}/2019-11-13 00:00:00` }, message: /expected windows/ },
    {
      given: { until_day: '2019-11-11' },
      message:
        /^mine\/query: has no parameter "until_day"; its parameters are from_day, from_time, source_id, least, windows$/,
    },
  ]) {
    test(`are refused with what was expected: ${JSON.stringify(given)}`, () => {
      const all = Object.fromEntries(
        Object.entries({ ...values, ...given }).filter(([, value]) => value !== undefined),
      );
      assert.throws(
        () => bindParameters(parse(SOUND), all as Record<string, string>),
        (error: Error) => {
          assert.ok(error instanceof ParameterError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

describe('The catalogue', () => {
  const catalogue = createCatalogue(queryAssets().map(parseQuery));

  test('finds a query by its id, and names those that are near', () => {
    assert.equal(catalogue.find('origin/networks').title, 'Networks the traffic came from');
    assert.throws(
      () => catalogue.find('networks'),
      /^UnknownQueryError: there is no query "networks"; did you mean origin\/networks/,
    );
    assert.throws(() => catalogue.find('technique/seen'), /did you mean origin\/seen/);
    assert.throws(
      () => catalogue.find('weather'),
      (error: Error) =>
        error instanceof UnknownQueryError && /ascribe queries lists them/.test(error.message),
    );
  });

  test('is asked through an analyst, who keeps what was run', async () => {
    const asked: unknown[] = [];
    const engine: Engine = {
      name: 'none',
      committedOnly: true,
      async run(sql, options) {
        asked.push([sql, options]);
        return {
          columns: [
            { name: 'a', type: 'bigint' },
            { name: 'b', type: 'varchar' },
          ],
          rows: [
            [1, 'x'],
            [2, null],
          ],
        };
      },
      async close() {},
    };
    const query = parse(SOUND);
    const analyst = createAnalyst(createCatalogue([query]), engine);
    assert.deepEqual(await analyst.ask('mine/query', values), [
      { a: 1, b: 'x' },
      { a: 2, b: null },
    ]);
    assert.deepEqual(asked, [
      [
        SOUND,
        {
          parameters: ['2019-11-11', '2019-11-11 15:42:00', "it's?", '-5', values.windows],
          span: null,
          source: "it's?",
        },
      ],
    ]);
    await analyst.ask('mine/query', values);
    assert.equal(asked.length, 1, 'the same question is asked once');
    const [run, ...more] = analyst.runs();
    assert.deepEqual(run?.query, query);
    assert.deepEqual(run?.parameters, values);
    assert.equal(run?.rows, 2);
    assert.equal(String(run?.csv()), 'a,b\n1,x\n2,\n');
    assert.deepEqual(more, []);
    await assert.rejects(analyst.ask('mine/query', {}), ParameterError);
    assert.equal(analyst.runs().length, 1);
  });

  test('gives a long answer anew, and what was run stays what it was', async () => {
    let asked = 0;
    const rows = Array.from({ length: 20_001 }, (_, index) => [index]);
    const engine: Engine = {
      name: 'none',
      committedOnly: true,
      async run() {
        asked += 1;
        return { columns: [{ name: 'a', type: 'bigint' }], rows };
      },
      async close() {},
    };
    const analyst = createAnalyst(createCatalogue([parse(SOUND)]), engine);
    const side = await Promise.all([analyst.ask('mine/query', values), analyst.ask('mine/query', values)]);
    assert.deepEqual([asked, ...side.map(({ length }) => length)], [1, 20_001, 20_001]);
    assert.equal((await analyst.ask('mine/query', values)).length, 20_001);
    assert.deepEqual([asked, analyst.runs().map((run) => run.rows)], [2, [20_001]]);
  });
});
