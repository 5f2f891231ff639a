/** `ascribe show` beside a report that is broken: a sentence that says where and what, and no stack. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const lake = join(folder, 'lake');
const report = join(folder, 'report.json');

before(async () => {
  writeFileSync(join(folder, 'web.log'), `${apacheLine({ ip: '192.0.2.9' })}\n`);
  assert.equal((await ascribe(['ingest', join(folder, 'web.log'), '--lake', lake])).code, 0);
});

const window = { id: 'W1', start: '2019-11-11T15:40:00.000Z', end: '2019-11-11T15:50:00.000Z' };
for (const [what, text, message] of [
  ['cut short', '{"windows": [', /report\.json is no report of ascribe: it is no JSON/],
  ['null', 'null', /report\.json is no report of ascribe: it has no list of windows/],
  ['of something else', '{"windows": 3}', /it has no list of windows/],
  [
    'with a window without a time',
    JSON.stringify({ windows: [window, { ...window, end: 'later' }] }),
    /windows\[1\] has no id, start and end/,
  ],
] as const)
  test(`a report that is ${what} is named`, async () => {
    writeFileSync(report, text);
    for (const thing of ['192.0.2.9', '1a2b3c4d']) {
      const { code, err } = await ascribe(['show', thing, '--lake', lake]);
      assert.equal(code, 1);
      assert.doesNotMatch(err, /\n\s+at /);
      if (thing === '192.0.2.9') assert.match(err, message);
    }
  });

test('a whole report gives its windows, and none is none', async () => {
  writeFileSync(report, JSON.stringify({ windows: [window] }));
  const during = await ascribe(['show', '192.0.2.9', '--lake', lake]);
  assert.equal(during.code, 0, during.err);
  assert.match(during.out, /during W1: 1 requests/);
  rmSync(report);
  assert.doesNotMatch((await ascribe(['show', '192.0.2.9', '--lake', lake])).out, /during/);
});
