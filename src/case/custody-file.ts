import type { BagFile } from '../evidence/bag.ts';
import { encodeCustodyRecord } from '../evidence/custody.ts';
import type { Snapshot } from './snapshot.ts';

/** The custody records of the snapshot byte for byte, one a line, in order of their names: one file, since there can be thousands. */
export function custodyFile({ custody }: Pick<Snapshot, 'custody'>): BagFile {
  return { path: 'custody.jsonl', bytes: Buffer.concat(custody.map(encodeCustodyRecord)) };
}
