import { resolve } from 'node:path';
import { type Store, StoreError } from '../lake/store.ts';
import { vaultedStore } from '../lake/vaulted-store.ts';
import type { AwsClients } from './aws-clients.ts';
import { directoryStore } from './directory.ts';
import { parseS3Url, s3Store } from './s3-store.ts';

/** Where a lake says that its evidence lies, so that nobody has to be told two places. */
export const VAULT_KEY = 'vault.json';

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
  const bytes = await lake.read(VAULT_KEY);
  if (bytes === null) return lake;
  const { vault } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { vault?: unknown };
  if (typeof vault !== 'string')
    throw new StoreError(`${lake.locate(VAULT_KEY)} names no vault: deploy the stack again.`, {
      path: VAULT_KEY,
    });
  return vaultedStore({ lake, vault: s3Store(clients.s3, parseS3Url(vault)) });
}
