/** Members of an archive that share a name, memory or damage. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readDelivered } from '../../src/adapters/log-files.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { find, lines, packed, tar, zip } from './made-archives.ts';

describe('An archive', () => {
  test('whose members come twice under a name has both, each a delivery of its own', async () => {
    const twice = [
      { name: 'a.log', content: lines(1, 3) },
      { name: 'a.log#2', content: lines(2, 3) },
      { name: 'a.log', content: lines(3, 3) },
    ];
    for (const made of [tar(twice), zip(twice)]) {
      const { objects } = await find(made);
      const members = objects.map(({ delivery }) => (delivery.kind === 'file' ? delivery.member : null));
      assert.deepEqual(members, ['a.log', 'a.log#2', 'a.log#3']);
      const lake = await temporaryLake();
      for (const round of ['ingested', 'already-there'])
        assert.deepEqual(
          (await lake.ingest(objects)).map(({ status }) => status),
          [round, round, round],
        );
      assert.equal((await lake.context.store.list('custody/')).length, 3);
      for (const { delivery } of objects)
        assert.equal(
          String(await readDelivered(delivery)),
          twice[
            delivery.kind === 'file' && delivery.member === 'a.log#3'
              ? 2
              : objects.findIndex((each) => each.delivery === delivery)
          ]!.content,
        );
    }
  });

  test('of which the end tells fewer members than its directory names is damaged behind them', async () => {
    const names = ['a.log', 'b.log', 'c.log'];
    const made = zip(names.map((name) => ({ name, content: lines(1, 1) })));
    const bytes = readFileSync(made.file);
    const end = bytes.lastIndexOf('PK\x05\x06');
    for (const at of [8, 10]) bytes.writeUInt16LE(1, end + at);
    writeFileSync(made.file, bytes);
    const { objects, problems } = await find(made);
    assert.equal(objects.length, 1);
    assert.match(problems[0]!.reason, /is damaged after a\.log, .* names more than the 1 members/);
  });

  test('of small logs and a large one keeps the memory of each apart', async () => {
    const small = Array.from({ length: 6 }, (_, index) => ({
      name: `s${index}.log`,
      content: lines(index * 20, 20),
    }));
    const made = packed(gzipSync, tar([...small, { name: 'z.log', content: lines(0, 70_000) }]));
    const { objects } = await find(made);
    const lake = await temporaryLake();
    const outcomes = await lake.ingest(objects);
    assert.deepEqual(
      outcomes.map((each) => each.status === 'ingested' && each.marker.ledger.rows),
      [20, 20, 20, 20, 20, 20, 70_000],
    );
  });

  test('whose packed member is damaged has its records before the damage', async () => {
    const made = zip([
      { name: 'a.log', content: lines(1, 4000) },
      { name: 'b.log', content: lines(1, 3) },
    ]);
    const bytes = readFileSync(made.file);
    bytes.fill(0, 1500, 1550);
    writeFileSync(made.file, bytes);
    const { objects } = await find(made);
    const [outcome, ...others] = await (await temporaryLake()).ingest(objects);
    if (outcome?.status !== 'ingested') return assert.fail(outcome?.status);
    const { damage, ledger } = outcome.marker;
    assert.match(damage!, /it can't be unpacked further/);
    assert.ok(ledger.rows > 100 && ledger.rows < 4000, `${ledger.rows} rows`);
    assert.equal(ledger.records, ledger.rows + ledger.rejects);
    assert.ok(others.every(({ status }) => status === 'ingested'));
  });
});
