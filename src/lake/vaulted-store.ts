import type { Store, StoredBytes } from './store.ts';

/** What is evidence and not lake: on AWS it lies in a bucket of its own, under a lock. */
export const VAULT_FOLDERS = [
  'custody/',
  'deferred/',
  'judgements/',
  'seals/',
  'filed/',
  'reports/',
  'exports/',
  'alerts/',
] as const;

/** One store of two: the evidence in the vault, all else in the lake. */
export function vaultedStore({ lake, vault }: { lake: Store; vault: Store }): Store {
  const of = (key: string): Store => (VAULT_FOLDERS.some((folder) => key.startsWith(folder)) ? vault : lake);
  const isVaulted = ({ key }: StoredBytes): boolean => of(key) === vault;
  return {
    read: (key) => of(key).read(key),
    create: (key, bytes) => of(key).create(key, bytes),
    async createAll(objects) {
      const [kept, others] = [objects.filter(isVaulted), objects.filter((each) => !isVaulted(each))];
      const [inVault, inLake] = await Promise.all([vault.createAll(kept), lake.createAll(others)]);
      return objects.map((each) => (isVaulted(each) ? inVault : inLake).shift()!);
    },
    async putAll(objects) {
      await Promise.all([
        vault.putAll(objects.filter(isVaulted)),
        lake.putAll(objects.filter((each) => !isVaulted(each))),
      ]);
    },
    adopt: (key, localPath) => of(key).adopt(key, localPath),
    list: (prefix) => of(prefix).list(prefix),
    digest: (key) => of(key).digest(key),
    remove: (key) => of(key).remove(key),
    locate: (key) => of(key).locate(key),
  };
}
