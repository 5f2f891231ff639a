/**
 * Writes the bundled data sets, as made for look-up, into a folder, and checks a CSV of networks that goes beside them:
 * `node scripts/make-datasets.ts FOLDER [NETWORKS]`.
 */
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { writeBundledDatasets } from '../src/adapters/datasets.ts';
import { NetworksError, parseNetworks } from '../src/enrich/networks.ts';

const [folder, networks] = argv.slice(2);
if (!folder) {
  console.error(
    'Give the folder that the data sets go into: node scripts/make-datasets.ts FOLDER [NETWORKS]',
  );
  process.exit(2);
}
if (networks) {
  try {
    parseNetworks(readFileSync(networks, 'utf8'), networks);
  } catch (error) {
    if (!(error instanceof NetworksError)) throw error;
    console.error(`networksFile: ${error.message}`);
    process.exit(1);
  }
}
writeBundledDatasets(folder);
