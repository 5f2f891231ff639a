/** Writes the bundled data sets, as made for look-up, into a folder: `node scripts/make-datasets.ts FOLDER`. */
import { argv } from 'node:process';
import { writeBundledDatasets } from '../src/adapters/datasets.ts';

const [folder] = argv.slice(2);
if (!folder) {
  console.error('Give the folder that the data sets go into: node scripts/make-datasets.ts FOLDER');
  process.exit(2);
}
writeBundledDatasets(folder);
