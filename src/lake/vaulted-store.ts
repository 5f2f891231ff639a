import type { Store } from './store.ts';

/** What is evidence and not lake: on AWS it lies in a bucket of its own, under a lock. */
export const VAULT_FOLDERS = [
  'custody/',
  'deferred/',
  'seals/',
  'filed/',
  'reports/',
  'exports/',
  'alerts/',
] as const;

/** One store of two: the evidence in the vault, all else in the lake. */
export function vaultedStore({ lake, vault }: { lake: Store; vault: Store }): Store {
  const of = (key: string): Store => (VAULT_FOLDERS.some((folder) => key.startsWith(folder)) ? vault : lake);
  return {
    read: (key) => of(key).read(key),
    create: (key, bytes) => of(key).create(key, bytes),
    adopt: (key, localPath) => of(key).adopt(key, localPath),
    list: (prefix) => of(prefix).list(prefix),
    digest: (key) => of(key).digest(key),
    remove: (key) => of(key).remove(key),
    locate: (key) => of(key).locate(key),
  };
}
