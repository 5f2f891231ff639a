import assert from 'node:assert/strict';
import type { Cells } from '../../src/formats/cells.ts';
import { CutBatch, MOST_RECORDS } from '../../src/ingest/cut-batch.ts';
import { Kernel } from '../../src/lake/kernel.ts';

export type CutCells = Record<string, string | null>;

/** Cuts a record between two others, and on its own, which must be alike, into its cells; null: it is not plain. */
export function cellCutter(
  cells: Cells,
): (record: string, others?: readonly [string, string]) => CutCells | null {
  const batch = new CutBatch(new Kernel(), cells);
  const cellsAt = (index: number): CutCells =>
    Object.fromEntries(
      cells.names.map((name, cell) => {
        const span = cell * MOST_RECORDS + index;
        const [start, end] = [batch.starts[span]!, batch.ends[span]!];
        assert.ok(start < 0 || start <= end);
        return [name, start < 0 ? null : Buffer.from(batch.bytes.slice(start, end)).toString()];
      }),
    );
  return (record, [before, after] = ['before "x', '"after']) => {
    batch.open(Buffer.from(`${before}\n${record}\n${after}`));
    assert.ok(batch.next(3));
    const index = batch.ordinals.subarray(0, batch.count).indexOf(1);
    const between = index < 0 ? null : cellsAt(index);
    const bytes = Buffer.from(record);
    // A record that is cut on its own was trimmed before.
    if (record.trim() !== '' && !record.endsWith('\r'))
      assert.deepEqual(batch.cutOne(bytes, 0, bytes.length) ? cellsAt(0) : null, between);
    return between;
  };
}
