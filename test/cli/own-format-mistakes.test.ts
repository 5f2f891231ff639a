/** What is wrong with a format of the user's own is said with file and line. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { example, folderOf, lines, log, root } from './own-format-example.ts';
import { ascribe } from './run.ts';

/** Line of the example that holds a text, from 1. */
function lineOf(text: string): number {
  const index = example.split('\n').findIndex((line) => line.includes(text));
  assert.ok(index >= 0, text);
  return index + 1;
}

const without = (key: string): string => example.replace(new RegExp(`^ *${key}:.*\\n`, 'm'), '');

describe('A mistake is reported with file and line:', () => {
  for (const { what, text, line, says } of [
    { what: 'no header', text: 'select 1', line: 1, says: /starts with no \/\* header \*\/ comment/ },
    { what: 'no YAML', text: example.replace('title: ', 'title: ['), line: 3, says: /is no YAML: / },
    { what: 'a missing key', text: without('vantage'), line: 1, says: /lacks "vantage"/ },
    {
      what: 'a missing key of a group',
      text: without('expects'),
      line: 8,
      says: /lacks "expects" below recognise/,
    },
    {
      what: 'an unknown key',
      text: example.replace('mapped:', 'mappd:'),
      line: 11,
      says: /"mappd" is no key/,
    },
    {
      what: 'an unknown key of a group',
      text: example.replace('  expects:', '  excepts:'),
      line: lineOf('  expects:'),
      says: /"excepts" is no key of recognise; there are pattern, expects, anywhere, client$/m,
    },
    {
      what: 'a name of the client where lines have none',
      text: example.replace('  expects:', '  client: \'"ip":\'\n  expects:'),
      line: lineOf('  expects:'),
      says: /recognise\.client: only a format of json without headers has one$/m,
    },
    {
      what: 'a table that is none',
      text: example.replace('http_activity', 'flows'),
      line: 4,
      says: /table is none of http_activity, /,
    },
    {
      what: 'a pattern that is none',
      text: example.replace("'^\\d{4}", "'^(\\d{4}"),
      line: 9,
      says: /recognise\.pattern: Invalid regular/,
    },
    {
      what: 'a pattern that RE2 does not know',
      text: example.replace(
        'recognise:\n',
        "headers:\n  carry: '^#(?=Fields)'\n  recognise: '^#Fields'\nrecognise:\n",
      ),
      line: 8,
      says: /headers: .*invalid perl operator: \(\?=/,
    },
    {
      what: 'a source that is no column',
      text: example.replace('source: gateway', 'source: gate'),
      line: 7,
      says: /source is gate, but the SELECT gives no such column/,
    },
    {
      what: 'an unknown column',
      text: example.replace('as status_code', 'as colour'),
      line: lineOf('as status_code'),
      says: /no column of http_activity: colour$/m,
    },
    {
      what: 'a column of the ingest',
      text: example.replace('as status_code', 'as country'),
      line: lineOf('as status_code'),
      says: /the ingest makes country itself/,
    },
    {
      what: 'a column of a wrong type',
      text: example.replace('try_cast(f[8] as bigint)', 'f[8]'),
      line: lineOf('as status_code'),
      says: /status_code is VARCHAR and must be BIGINT/,
    },
    {
      what: 'a column that is not given',
      text: example.replace(' as reject\n', ' as notice\n'),
      line: lineOf('with cut'),
      says: /the SELECT gives no reject/,
    },
    {
      what: 'a name that is not there',
      text: example.replace('f[2] as', 'g[2] as'),
      line: lineOf('f[2] as'),
      says: /Referenced column "g" not found.*\n {2}g\[2\] as gateway,/,
    },
    {
      what: 'SQL that is none',
      text: example.replace('f[2] as', 'f[2] as as'),
      line: lineOf('f[2] as'),
      says: /syntax error at or near "gateway"/,
    },
    {
      what: 'a bracket that is open at the end',
      text: example.replace('from cut', 'from (cut'),
      line: lineOf('from cut'),
      says: /syntax error/,
    },
    {
      what: 'no SELECT',
      text: example.slice(0, example.indexOf('*/') + 2),
      line: 1,
      says: /there is no SELECT/,
    },
    {
      what: 'a SELECT that throws',
      text: example.replace('try_cast(f[8]', 'cast(f[1]'),
      line: lineOf('try_cast(f[8]'),
      says: /Conversion Error: Could not convert string/,
    },
    {
      what: 'a field that is mapped to what is no column',
      text: example.replace('status: status_code', 'status: status_colour'),
      line: lineOf('status: status_code'),
      says: /status is mapped to "status_colour", which is no column of http_activity/,
    },
    {
      what: 'a SELECT without an end',
      text: example
        .replace('with cut', 'with recursive endless as (select 1 union all select 1 from endless),\ncut')
        .replace('from cut\n', 'from cut where (select count(*) from endless) > 0\n'),
      line: lineOf('with cut'),
      says: /the SELECT was stopped after \d+ s on 11 records: it may have no end/,
    },
    {
      what: 'a SELECT that drops records',
      text: `${example.trim()}\nwhere len(f) >= 10`,
      line: lineOf('with cut'),
      says: /gave 0 rows for 11 records/,
    },
    {
      what: 'a SELECT that stops before the end',
      text: `${example.trim()}\nlimit 4`,
      line: lineOf('with cut'),
      says: /gave 4 rows for 11 records/,
    },
    {
      what: 'a SELECT that reads no record',
      text: example.replace('from records', "from (select 1 as record_no, 'x' as text) r"),
      line: lineOf('with cut'),
      says: /gave 1 rows for 11 records|record_no that is no record/,
    },
    {
      what: 'a SELECT that doubles records',
      text: `${example.trim()}, (values (1), (2))`,
      line: lineOf('with cut'),
      says: /record_no that is no record, or that two rows have/,
    },
    {
      what: 'a record_no of its own',
      text: example.replace('select\n  record_no,', 'select\n  record_no + 5 as record_no,'),
      line: lineOf('with cut'),
      says: /record_no that is no record/,
    },
  ])
    test(what, async () => {
      const folder = folderOf({ 'mine.sql': text });
      const lake = join(folder, 'lake');
      const { code, err } = await ascribe(['ingest', log, '--formats', folder, '--lake', lake]);
      assert.equal(code, 1, err);
      const [, file, number] = /^ascribe: (.*?): line (\d+): /.exec(err) ?? [];
      assert.equal(file, join(folder, 'mine.sql'), err);
      assert.match(err, says);
      assert.equal(Number(number), line, err);
      assert.doesNotMatch(err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
    });

  test('a SELECT that fails on one record of a log, of which nothing is half there', async () => {
    const text = example.replace(
      'try_cast(f[8] as bigint)',
      "case when f[8] = '503' then cast(f[10] as bigint) else try_cast(f[8] as bigint) end",
    );
    const folder = folderOf({ 'mine.sql': text });
    const lake = join(folder, 'lake');
    const { code, err } = await ascribe(['ingest', log, '--formats', folder, '--lake', lake]);
    assert.equal(code, 1);
    assert.match(
      err,
      new RegExp(`mine\\.sql: line ${lineOf('try_cast(f[8]')}: Conversion Error: .*'Agent '`),
    );
    assert.ok(err.trimEnd().endsWith(`\n  at record 2 of ${log}`), err);
    for (const part of ['objects', 'tables/http_activity', 'tables/rejects'])
      assert.ok(!existsSync(join(lake, part)), part);
  });

  test('a SELECT that fails on the last record of a large log behind a header, among others', async () => {
    const text = example
      .replace('recognise:\n', "headers:\n  carry: '^#'\n  recognise: '^#gateway'\nrecognise:\n")
      .replace('select record_no,', 'select record_no, header,')
      .replace('try_cast(f[8] as bigint)', 'cast(f[8] as bigint) + cast(substr(header, 10) as bigint)');
    const folder = folderOf({ 'mine.sql': text });
    const [line] = lines.split('\n');
    const small = join(folder, 'small.log');
    writeFileSync(small, `#gateway 1\n${line}\n`);
    const large = join(folder, 'large.log');
    const count = 60_000;
    writeFileSync(large, `#gateway 1\n${`${line}\n`.repeat(count)}\n${line!.replace('|200|', '|2oo|')}\n`);
    const { code, err } = await ascribe([
      'ingest',
      small,
      large,
      '--formats',
      folder,
      '--lake',
      join(folder, 'lake'),
    ]);
    assert.equal(code, 1);
    assert.ok(err.trimEnd().endsWith(`\n  at record ${count + 3} of ${large}`), err);
  });

  test('a word that no query asks for, of a record that is an event', async () => {
    const text = example.replace(
      '  f[2] as gateway,',
      "  case when f[8] = '503' then 'denied' end as action,\n  f[2] as gateway,",
    );
    const folder = folderOf({ 'mine.sql': text });
    const { code, err } = await ascribe(['ingest', log, '--formats', folder, '--lake', join(folder, 'lake')]);
    assert.equal(code, 1);
    const says = `mine.sql: line ${lineOf('f[2] as gateway')}: action is "denied", which is none of allowed, blocked, challenged, rate-limited\n  at record 2 of ${log}`;
    assert.ok(err.trimEnd().endsWith(says), err);
  });

  test('a SELECT that drops one record of a log', async () => {
    const text = `${example.trim()}\nwhere f[2] is distinct from 'gate-2'`;
    const folder = folderOf({ 'mine.sql': text });
    const { code, err } = await ascribe(['ingest', log, '--formats', folder, '--lake', join(folder, 'lake')]);
    assert.equal(code, 1);
    assert.match(
      err,
      /mine\.sql: line \d+: the SELECT gave 2 rows for 3 records: it must give one row a record/,
    );
  });
});

describe('What is no folder of formats is named:', () => {
  const refusals: [string, () => string, RegExp][] = [
    ['none', () => join(root, 'nowhere'), /nowhere: the folder does not exist: --formats takes a folder/],
    ['a file', () => log, /gateway\.log: the folder is a file/],
    ['an empty one', () => folderOf({}), /holds no \.sql file/],
    ['a name of the house', () => folderOf({ 'aws-alb.sql': example }), /aws-alb\.sql: .*rename the file/],
    [
      'a name with a colon',
      () => folderOf({ 'a:b.sql': example }),
      /a:b\.sql: the name of a format is made of/,
    ],
  ];
  for (const [what, folder, says] of refusals)
    test(what, async () => {
      const { code, err } = await ascribe(['formats', '--formats', folder()]);
      assert.equal(code, 1);
      assert.match(err, says);
    });
});
