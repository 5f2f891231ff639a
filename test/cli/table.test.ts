/** Tables keep to the terminal, cut no id and write numbers in one way. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { textTable } from '../../src/cli/table.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';
import { atTerminal, NO_TERMINAL } from './terminal.ts';

const object_id = '7e78e5a2db114d2514e12d60576ddca7215f6971760c1129d66b33e3fe19b69c';
const agent = `Mozilla/5.0 ${'(X11; Linux x86_64) '.repeat(6)}end`;
const result = {
  columns: [
    { name: 'object_id', type: 'varchar' as const },
    { name: 'record_no', type: 'bigint' as const },
    { name: 'src_port', type: 'bigint' as const },
    { name: 'asn', type: 'bigint' as const },
    { name: 'requests', type: 'bigint' as const },
    { name: 'request_id', type: 'varchar' as const },
    { name: 'user_agent', type: 'varchar' as const },
  ],
  rows: [
    [object_id, 12345, 49152, 64496, 1234567, 'r'.repeat(100), agent],
    [object_id, 12346, null, null, 2n ** 60n, '', null],
  ],
};

test('a table that is too wide becomes a block a row, of which only long words are wider', () => {
  const text = textTable(result, { most: 2, width: 80 });
  const lines = text.split('\n');
  assert.match(lines[0]!, /^── 1 ─+$/);
  assert.equal(lines.filter((line) => /^── \d/.test(line)).length, 2);
  assert.ok(lines.includes('record_no   12345') && lines.includes('requests    1,234,567'), text);
  assert.ok(lines.includes(`object_id   ${object_id}`));
  assert.ok(lines.includes('request_id') && lines.includes(`  ${'r'.repeat(100)}`));
  assert.equal(lines.filter((line) => line.length > 80).length, 1);
  assert.equal(text.replaceAll(/\n +/g, ' ').includes(agent), true, 'the agent whole');
});

test('elsewhere it is as wide as it is, and cuts what is no id', () => {
  const text = textTable(result, { most: 2, width: null });
  const lines = text.split('\n');
  assert.equal(lines.length, 5);
  assert.equal(lines.at(-1), '… ends what is cut: --format csv or json gives all');
  assert.ok(text.includes(object_id) && text.includes('r'.repeat(100)));
  assert.ok(lines[2]!.includes('…') && !lines.slice(0, -1).join().includes('end'));
  assert.equal(textTable(result, { most: 2, width: 400 }), text);
});

test('counts have separators, and numbers that name something have none', () => {
  const text = textTable(result, { most: 2 });
  for (const number of [' 1,234,567 ', ' 1,152,921,504,606,846,976', ' 12345 ', ' 49152 ', ' 64496 '])
    assert.ok(text.includes(number), number);
});

test('a result without rows names its columns', () => {
  const text = textTable({ ...result, rows: [] }, { most: 2, width: 40 });
  assert.match(text, /^No rows of object_id, record_no,\n/);
  for (const line of text.split('\n')) assert.ok(line.length <= 40);
});

test('what a lake is asked fits the terminal, with whole ids', { skip: NO_TERMINAL }, async () => {
  const root = temporaryFolder();
  const lake = join(root, 'lake');
  writeFileSync(join(root, 'access.log'), `${apacheLine()}\n`);
  assert.equal((await ascribe(['ingest', join(root, 'access.log'), '--lake', lake])).code, 0);
  for (const args of [
    ['query', 'origin/seen-rows', '-p', 'kind=ip', '-p', 'value=192.0.2.1'],
    ['sql', 'select * from http_activity'],
    ['show', '192.0.2.1'],
  ]) {
    const lines = atTerminal([...args, '--lake', lake]);
    assert.ok(
      lines.some((line) => /^(object_id)? +[0-9a-f]{64}$/.test(line)),
      lines.join('\n'),
    );
    for (const line of lines) assert.ok([...line].length <= 80, line);
  }
});
