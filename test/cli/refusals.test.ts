/** Files of no known format are refused in few words that fit a terminal, and in custody with all. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusals } from '../../src/cli/refusals.ts';
import { wrapped } from '../../src/cli/wrap.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';
import { atTerminal, NO_TERMINAL, withoutBar } from './terminal.ts';

const root = temporaryFolder();
const logs = join(root, 'logs');
mkdirSync(logs);
writeFileSync(join(logs, 'access.log'), `${apacheLine()}\n`);
writeFileSync(join(logs, 'iso.log'), `${apacheLine({ time: '2019-11-11T15:42:00+00:00' })}\n`);
for (const number of [1, 2, 3, 4, 5]) writeFileSync(join(logs, `note-${number}.txt`), `Note ${number}\n`);

test('the nearest format is named, and files of one reason together', async () => {
  const lake = join(root, 'lake');
  const { code, err } = await ascribe(['ingest', logs, '--lake', lake]);
  assert.equal(code, 0);
  const refused = err.split('\n').filter((line) => line.startsWith('Refused: '));
  assert.equal(refused.length, 2, err);
  assert.match(
    refused[0]!,
    /iso\.log is of no known format\. Nearest: apache-combined: record 1 lacks an address, a time in brackets [^;]*…$/,
  );
  assert.match(
    refused[1]!,
    /^Refused: 5 files: \S+note-1\.txt, \S+note-2\.txt, \S+note-3\.txt and 2 more\. Each is of no known format, nor near to one of the \d+ \(.*\)\.$/,
  );
  const custody = readdirSync(join(lake, 'custody')).map(
    (name) => JSON.parse(readFileSync(join(lake, 'custody', name), 'utf8')).refused?.reason ?? '',
  );
  const formats = /of the (\d+) /.exec(refused[1]!)![1];
  for (const reason of custody.filter((each) => each !== ''))
    assert.equal(reason.match(/: record 1 lacks /g).length, Number(formats));
});

test('no line is wider than the terminal', { skip: NO_TERMINAL }, () => {
  const lines = withoutBar(atTerminal(['ingest', logs, '--lake', join(root, 'shown')]));
  assert.ok(lines.some((line) => line.startsWith('Refused: 5 files: ')));
  for (const line of lines) assert.ok([...line].length <= 80, line);
});

test('at most two formats are named, and a reason of another kind as it is', () => {
  const refused = (name: string, reason: string) =>
    ({ status: 'refused', name, reason, kind: 'unknown-format' }) as const;
  const near = (id: string): string => `${id}: record 1 lacks a time; or a date`;
  assert.deepEqual(
    refusals([
      refused(
        'a',
        `is of no known format. Nearest: ${['x', 'y', 'z'].map(near).join('; ')}. Tried too: ${near('v')}`,
      ),
      refused('b', 'nothing could be read: cut'),
      refused('c', 'nothing could be read: cut'),
    ]),
    [
      `Refused: a is of no known format. Nearest: ${near('x')}; ${near('y')}.`,
      'Refused: 2 files: b, c. Of each nothing could be read: cut.',
    ],
  );
});

test('wrapping keeps words, indents what follows, and leaves lines that fit', () => {
  assert.equal(wrapped('a b c', 5), 'a b c');
  assert.equal(wrapped('aaa bbb ccc ddd', 9), 'aaa bbb\n  ccc ddd');
  assert.equal(wrapped(`at ${'x'.repeat(20)} end\nnext`, 9), `at\n  ${'x'.repeat(20)}\n  end\nnext`);
});

test('a log of which hardly anything was understood is named, with how much', async () => {
  const file = join(root, 'switched.log');
  writeFileSync(file, `${apacheLine()}\n`.repeat(150) + '{"status":200}\n'.repeat(1200));
  const { code, err } = await ascribe(['ingest', file, '--lake', join(root, 'switched')]);
  assert.equal(code, 0);
  assert.match(
    err,
    /^Hardly understood: \S+switched\.log\. 1,200 of 1,350 records are rejects, and in no figure: /m,
  );
});
