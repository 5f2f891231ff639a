/** The table that an ingest ends with keeps its equation at any width. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingTable } from '../../src/cli/closing-table.ts';
import type { Outcome } from '../../src/ingest/pass.ts';

const outcome = (format: string, rows: number): Outcome =>
  ({
    status: 'ingested',
    name: format,
    marker: {
      format,
      ledger: { records: rows + 12, rows, rejects: 2, headers: 0, blanks: 10, notices: 0 },
    },
    damage: null,
  }) as unknown as Outcome;
const outcomes: Outcome[] = [
  outcome('cloudflare-network-analytics', 1_234_567_890),
  outcome('aws-alb', 7),
  { status: 'refused', name: 'x', reason: 'is empty', kind: 'empty' },
];
const ingested = { outcomes, faults: 0, unread: [] };

test('a terminal of 80 columns has it on two lines a format', () => {
  assert.equal(
    closingTable(ingested, 80),
    [
      'format                        objects',
      '        records =          rows + rejects + headers + blanks + notices',
      'aws-alb                             1',
      '             19 =             7 +       2 +       0 +     10 +       0',
      'cloudflare-network-analytics        1',
      '  1,234,567,902 = 1,234,567,890 +       2 +       0 +     10 +       0',
      'all                                 2',
      '  1,234,567,921 = 1,234,567,897 +       4 +       0 +     20 +       0',
      '1 refused: the reasons are above.',
    ].join('\n'),
  );
});

test('a wide one, and what is none, has it on one', () => {
  const wide = closingTable(ingested, null);
  assert.equal(closingTable(ingested, 120), wide);
  assert.equal(wide.split('\n').length, 5);
  assert.match(
    wide,
    /^format +objects +records = +rows \+ +rejects \+ +headers \+ +blanks \+ +notices\naws-alb +1 +19 +7 +2 +0 +10 +0$/m,
  );
});

test('says how many of its records the lake had already, and has once', () => {
  const again = { ...outcome('aws-alb', 1_234), status: 'already-there' } as Outcome;
  const lines = closingTable({ ...ingested, outcomes: [outcome('aws-alb', 7), again, again] }, null).split(
    '\n',
  );
  assert.match(lines[1]!, /^aws-alb +3 +2,511 /);
  assert.equal(
    lines[2],
    '2 of the objects were there already (2,492 of the records): the lake has them once.',
  );
});
