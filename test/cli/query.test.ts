/** What a query reads where nothing is named, what it takes, and in which forms it answers. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const flow = (account: number, source: string) =>
  `2 ${account} eni-1 ${source} 198.51.100.7 20641 443 6 20 4249 1573486920 1573486980 ACCEPT OK`;

before(async () => {
  const logs = {
    'access.log': [apacheLine(), apacheLine({ ip: '198.51.100.9' })],
    'one.log': [flow(123456789012, '192.0.2.1')],
    'other.log': [flow(210987654321, '192.0.2.2'), flow(210987654321, '192.0.2.3')],
  };
  for (const [name, lines] of Object.entries(logs)) {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    assert.equal((await ascribe(['ingest', join(folder, name), '--lake', lake])).code, 0);
  }
});

const ask = async (id: string, ...more: string[]) => {
  const { code, out, err } = await ascribe(['query', id, '--lake', lake, '--json', ...more]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
};

describe('ascribe query', () => {
  test('reads the log of requests, or of flows the one that has most', async () => {
    assert.equal((await ask('origin/sources')).length, 2);
    const [vector] = await ask('technique/flow-vectors');
    assert.deepEqual([vector.vector, vector.flows, vector.sources], ['tcp', 2, 2]);
  });

  test('reads the log that is named', async () => {
    const [vector] = await ask('technique/flow-vectors', '--source', 'aws-vpc-flow:123456789012');
    assert.equal(vector.flows, 1);
  });

  test('says that the lake has no log of what it reads', async () => {
    const { code, err } = await ascribe(['query', 'technique/random-subdomains', '--lake', lake]);
    assert.equal(code, 1);
    assert.match(err, /the lake holds no events of that time that the query reads/);
  });

  test('takes the times of a parameter as it takes --from', async () => {
    const asked = (from: string, ...more: string[]) =>
      ascribe(['query', 'origin/sources', '--lake', lake, '--json', '-p', `from_time=${from}`, ...more]);
    for (const from of ['2019-11-11', '2019-11-11 15:42', '2019-11-11T16:42+01:00', '2019-11-11T15:42:00Z']) {
      const { code, out, err } = await asked(from);
      assert.equal(code, 0, err);
      assert.equal(JSON.parse(out).length, 2, from);
    }
    assert.equal(JSON.parse((await asked('2019-11-11T15:42:00.001')).out).length, 0);
    for (const from of ['yesterday', '2019-02-31', '2019-11-11T25:00']) {
      const { code, err } = await asked(from);
      assert.equal(code, 2);
      assert.match(err, /--param from_time ".*" is no time: write it as 2019-11-12T13:20:00Z or/);
    }
  });

  test('writes each form into a file, and the rows of Parquet are those of JSON', async () => {
    const rows = await ask('origin/sources');
    const out = join(folder, 'answers', 'sources.parquet');
    const give = (format: string, file: string) =>
      ascribe(['query', 'origin/sources', '--lake', lake, '--format', format, '--out', file]);
    const { code, err, out: told } = await give('parquet', out);
    assert.deepEqual([code, told], [0, ''], err);
    assert.match(err, /sources\.parquet: 2 rows/);
    const engine = await DuckDBInstance.create(':memory:');
    const connection = await engine.connect();
    const reader = await connection.runAndReadAll(`select * from '${out}'`);
    assert.deepEqual(
      reader.columnTypes().map(String),
      'VARCHAR VARCHAR VARCHAR VARCHAR BIGINT BIGINT VARCHAR VARCHAR BIGINT BIGINT BIGINT TIMESTAMP TIMESTAMP'.split(
        ' ',
      ),
    );
    const read = reader.getRowObjectsJson().map((row) => [row.src_ip, Number(row.requests), row.first_seen]);
    connection.closeSync();
    assert.deepEqual(
      read,
      rows.map((row: Record<string, string>) => [
        row.src_ip,
        row.requests,
        row.first_seen!.replace('T', ' ').replace('.000Z', ''),
      ]),
    );
    const again = join(folder, 'again.parquet');
    await give('parquet', again);
    assert.deepEqual(readFileSync(again), readFileSync(out));
    const csv = join(folder, 'sources.csv');
    assert.equal((await give('csv', csv)).code, 0);
    assert.equal(readFileSync(csv, 'utf8').split('\n').length, 4);
  });

  test('says what is wrong with a form, before it asks', async () => {
    const cases: [string[], RegExp][] = [
      [['--format', 'parquet'], /give --out FILE\.parquet/],
      [['--format', 'xml'], /--format xml is none of table, csv, json, parquet/],
      [['--json', '--csv'], /give one format, not json and csv/],
    ];
    for (const [args, message] of cases) {
      const { code, err } = await ascribe(['query', 'origin/sources', '--lake', lake, ...args]);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });
});

describe('ascribe sql', () => {
  test('runs a query that a file holds, and a result of no rows is a file too', async () => {
    const file = join(folder, 'question.sql');
    writeFileSync(file, '-- how many\nselect count(*) as requests from http_activity\n');
    const { code, out, err } = await ascribe(['sql', '--file', file, '--lake', lake, '--csv']);
    assert.deepEqual([code, out], [0, 'requests\n2\n'], err);
    const none = join(folder, 'none.parquet');
    const sql = "select time, host from http_activity where host = 'nobody'";
    assert.equal((await ascribe(['sql', sql, '--lake', lake, '--format', 'parquet', '-o', none])).code, 0);
    assert.ok(existsSync(none));
  });

  test('has functions of Athena, and those of DuckDB under their whole names, as docs/lake.md says', async () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'lake.md'), 'utf8');
    const answers = {
      "regexp_replace('aA', 'a', 'b')": 'bA',
      "regexp_replace('aa', 'a', 'b')": 'bb',
      "system.main.regexp_replace('aa', 'a', 'b')": 'ba',
      "system.main.regexp_replace('aA', 'a', 'b', 'gi')": 'bb',
      "cast(date_add('day', 1, date '2019-11-11') as date)": '2019-11-12',
      "cast(system.main.date_add(date '2019-11-11', interval 1 day) as date)": '2019-11-12',
      'system.main.count_if(status_code = 200)': '2',
    };
    for (const name of ['regexp_replace', 'date_add', 'count_if'])
      assert.ok(page.includes(`\`system.main.${name}(`), name);
    for (const [call, answer] of Object.entries(answers)) {
      const sql = `select distinct ${call} as answer from http_activity`;
      const { out, err } = await ascribe(['sql', sql, '--lake', lake, '--csv']);
      assert.equal(out, `answer\n${answer}\n`, `${call} ${err}`);
    }
  });

  test('says that it has no query, two, or no such file', async () => {
    const cases: [string[], RegExp][] = [
      [[], /give a query, or with --file a file that holds one/],
      [['select 1', '--file', 'x.sql'], /not both/],
      [['--file', join(folder, 'gone.sql')], /there is no file .*gone\.sql/],
    ];
    for (const [args, message] of cases) {
      const { code, err } = await ascribe(['sql', ...args, '--lake', lake]);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });
});

describe('ascribe queries', () => {
  test('lists by folder, and finds by words of id, title, question and technique', async () => {
    const all = (await ascribe(['queries'])).out;
    assert.match(all, /^detection\/\n {2}detection\/[\s\S]*^technique\/$/m);
    const found = (await ascribe(['queries', 'T1110', 'ADDRESSES'])).out;
    assert.match(found, /technique\/login-sources/);
    assert.doesNotMatch(found, /origin\//);
    const none = await ascribe(['queries', 'network', 'nonsense']);
    assert.deepEqual([none.code, none.out], [1, '']);
    assert.match(none.err, /no query speaks of "network nonsense"/);
  });
});
