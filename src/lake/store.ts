/**
 * The Store port: where a lake's bytes lie. Keys are `/`-separated, relative, without `..`.
 * One contract suite (`test/lake/store.contract.ts`) runs against every adapter.
 */
export type Store = {
  /** The whole object, or null where there is none. */
  read(key: string): Promise<Uint8Array | null>;
  /** Writes an object only if the key is free: whole or not at all. `exists` leaves the first as it was. */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** Moves a finished local file to the key, replacing what is there: for parts, whose bytes the key determines. */
  adopt(key: string, localPath: string): Promise<void>;
  /** Keys below a prefix, in code-point order. */
  list(prefix: string): Promise<{ key: string; size: number }[]>;
  /** Removes an object; none there is no error. */
  remove(key: string): Promise<void>;
  /** What a person or an engine calls the object: a path, or `s3://…`. */
  locate(key: string): string;
};
