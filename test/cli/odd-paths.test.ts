/** A lake may lie in a folder of any name: nothing in its path is read as a pattern, a list or a quote. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const root = temporaryFolder();
const log = join(root, 'access.log');
writeFileSync(log, `${apacheLine()}\n`);

test('a path with \' " , ? * [ ] { } blanks is a path', async () => {
  const out = join(root, `it's, "so" what? st*r [a] {b,c}`);
  const lake = join(out, 'lake');
  const ingested = await ascribe(['ingest', log, '--lake', lake]);
  assert.equal(ingested.code, 0);
  assert.doesNotMatch(ingested.err, /could not be written/);
  assert.ok(existsSync(join(lake, 'lake.duckdb')));
  for (const [args, says] of [
    [['query', 'origin/sources', '--csv', '--lake', lake], /192\.0\.2\.1/],
    [['sql', 'select count(*) as n from http_activity', '--csv', '--lake', lake], /^n\n1\n/],
    [['show', '192.0.2.1', '--lake', lake], /1 requests/],
    [['investigate', '--lake', lake, '--out', out], /Report: /],
    [['reingest', log, '--lake', lake], /apache-combined/],
    [['custody', 'check', '--lake', lake], /./],
  ] as const) {
    const { code, out: told, err } = await ascribe(args);
    assert.equal(code, 0, err);
    assert.match(told, says);
  }
});
