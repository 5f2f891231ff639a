import { resolve } from 'node:path';
import type { Lock } from '../evidence/custody.ts';
import { type Store, StoreError } from '../lake/store.ts';
import { vaultedStore } from '../lake/vaulted-store.ts';
import type { AwsClients } from './aws-clients.ts';
import { directoryStore } from './directory.ts';
import { parseS3Url, s3Store } from './s3-store.ts';

/** Where a lake in S3 says what belongs to it, so that nobody has to be told: where its evidence lies, and whose lock raw logs get. */
export const VAULT_KEY = 'vault.json';
/** The networks file that its rows were made with. */
export const NETWORKS_KEY = 'networks.csv';

export type LakeLocation = {
  vault: string;
  /** Our own raw bucket, and the lock of a version in it once it is hashed. */
  raw: { bucket: string; mode: Lock['mode']; days: number };
};

/** What a lake in S3 says belongs to it; null where it says nothing. Throws StoreError. */
export async function readLocation(lake: Store): Promise<LakeLocation | null> {
  const bytes = await lake.read(VAULT_KEY);
  if (bytes === null) return null;
  const location = parsed(Buffer.from(bytes).toString('utf8'));
  if (typeof location?.vault === 'string' && typeof location.raw?.bucket === 'string')
    return location as LakeLocation;
  throw new StoreError(
    `${lake.locate(VAULT_KEY)} does not name a vault and a raw bucket: deploy the stack again.`,
    {
      path: VAULT_KEY,
    },
  );
}

function parsed(text: string): Partial<LakeLocation> | null {
  try {
    return JSON.parse(text) as Partial<LakeLocation> | null;
  } catch {
    return null;
  }
}

export function isInS3(location: string): boolean {
  return location.startsWith('s3://');
}

/** The store of a lake in S3 whose evidence lies in a vault. */
export function cloudStore(clients: AwsClients, { lake, vault }: { lake: string; vault: string }): Store {
  return vaultedStore({
    lake: s3Store(clients.s3, parseS3Url(lake)),
    vault: s3Store(clients.s3, parseS3Url(vault)),
  });
}

/** Opens a lake by its path or its place in S3, where its vault is found by what it says of itself. */
export async function openLakeStore(location: string, clients: AwsClients): Promise<Store> {
  if (!isInS3(location)) return directoryStore(resolve(location));
  const lake = s3Store(clients.s3, parseS3Url(location));
  const said = await readLocation(lake);
  return said ? vaultedStore({ lake, vault: s3Store(clients.s3, parseS3Url(said.vault)) }) : lake;
}
