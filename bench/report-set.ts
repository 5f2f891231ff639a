/**
 * A process of its own: the queries of a report alone, asked at once, so that the engine has them in its order. Of the
 * lake that is its argument and what report-queries.ts wrote of it; says how many seconds they took.
 */
import { readFileSync } from 'node:fs';
import { directoryStore } from '../src/adapters/directory.ts';
import { duckDbEngine, partsOf } from '../src/adapters/duckdb-engine.ts';
import { takeSnapshot } from '../src/case/snapshot.ts';
import type { Asked } from './measured-engine.ts';

const store = directoryStore(process.argv[2]!);
const { markers } = await takeSnapshot(store);
const asked = JSON.parse(readFileSync(process.argv[3]!, 'utf8')) as Asked[];
const start = performance.now();
const engine = await duckDbEngine(partsOf(store, markers));
await Promise.all(
  asked.map(async ({ sql, options }) => {
    await engine.run(sql, options);
  }),
);
await engine.close();
process.stdout.write(String((performance.now() - start) / 1000));
