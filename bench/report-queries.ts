/**
 * A process of its own: the queries of a report on the lake that is its argument, each with what it took, as JSON. What
 * was asked goes to the file that is its second argument.
 */
import { writeFileSync } from 'node:fs';
import { openCatalogue } from '../src/adapters/catalogue.ts';
import { directoryStore } from '../src/adapters/directory.ts';
import { duckDbEngine, partsOf } from '../src/adapters/duckdb-engine.ts';
import { investigate } from '../src/case/investigate.ts';
import { takeSnapshot } from '../src/case/snapshot.ts';
import { createAnalyst } from '../src/catalogue/engine.ts';
import { type Asked, type MeasuredAnswer, measuredEngine } from './measured-engine.ts';

export type MeasuredQuery = Omit<MeasuredAnswer, keyof Asked> & { id: string };

const store = directoryStore(process.argv[2]!);
const snapshot = await takeSnapshot(store);
const catalogue = openCatalogue();
const answers: MeasuredAnswer[] = [];
const engine = measuredEngine(await duckDbEngine(partsOf(store, snapshot.markers)), answers);
await investigate(createAnalyst(catalogue, engine), {
  snapshot,
  tool: { name: 'ascribe', version: 'bench' },
  tlp: 'TLP:AMBER',
  forced: null,
  focus: null,
  supersedes: null,
  unread: [],
});
await engine.close();
const measured = answers.map(({ sql, options, ...took }): MeasuredQuery => {
  return { id: catalogue.queries.find(({ text }) => text === sql)!.id, ...took };
});
const asked = answers.map(({ sql, options }): Asked => ({ sql, options }));
writeFileSync(process.argv[3]!, JSON.stringify(asked));
process.stdout.write(JSON.stringify(measured));
