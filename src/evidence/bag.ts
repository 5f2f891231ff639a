/**
 * Writes a BagIt 1.0 bag (RFC 8493) into a store: the payload under `data/`, SHA-256 and SHA-512 manifests of it,
 * and tag manifests of all else. The same files and labels give the same bytes.
 */
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';
import { type BagInfo, writeBagInfo } from './bag-info.ts';
import {
  algorithms,
  type Digests,
  digestsOf,
  pathProblem,
  payloadManifest,
  signatures,
  tagManifest,
  writeManifest,
} from './bag-manifest.ts';

export const bagDeclaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** Files written at a time: a store far away takes many at once. None is taken up while those that wait hold so many octets. */
const WRITES = 16;
const MOST_OCTETS = 1 << 26;

export type BagFile = {
  /** Payload: relative to `data/`. Tag file: relative to the bag. */
  path: string;
  bytes: Uint8Array;
};

export type BagPlan = {
  /** Where in the store the bag goes; nothing may lie there. `''` is the store itself. */
  prefix: string;
  payload: AsyncIterable<BagFile> | Iterable<BagFile>;
  /** Labels in order, `Bagging-Date` among them. `Payload-Oxum` is added. */
  info: BagInfo;
  /** Further tag files, as `custody/…`. */
  tags?: Iterable<BagFile>;
  /** Takes up a bag that an earlier run began: what lies there may be the same, and nothing else. */
  resume?: boolean;
};

/** Something else lies where a bag should go. */
export class BagConflictError extends Error {
  override name = 'BagConflictError';
}

export type BagReceipt = {
  /** Payload files and their octets. */
  files: number;
  bytes: number;
  /** SHA-256 of `tagmanifest-sha256.txt`, which covers the whole bag: what a signature signs. */
  tagManifestSha256: string;
};

export async function writeBag(
  store: Store,
  { prefix, payload, info, tags = [], resume = false }: BagPlan,
): Promise<BagReceipt> {
  const inBag = insideOf(prefix);
  const [occupant] = resume ? [] : await store.list(inBag(''));
  if (occupant)
    throw new BagConflictError(
      `There is something in the way of a bag, ${store.locate(occupant.key)}: ${remedy}`,
    );
  const write = async (path: string, bytes: Uint8Array) => {
    const outcome = await store.create(inBag(path), bytes);
    const digests = digestsOf(bytes);
    const isSame = async () => resume && (await store.digest(inBag(path))) === digests.sha256;
    if (outcome === 'exists' && !(await isSame()))
      throw new BagConflictError(`Another file came in the way, ${store.locate(inBag(path))}: ${remedy}`);
    return digests;
  };
  checkInfo(info);

  const payloadDigests = new Map<string, Digests>();
  const names = new Map<string, string>();
  let octets = 0;
  const writeSome = async (files: readonly BagFile[]) => {
    const digests = await sideBySide(files, WRITES, ({ path, bytes }) => write(`data/${path}`, bytes));
    for (const [index, { path, bytes }] of files.entries()) {
      payloadDigests.set(`data/${path}`, digests[index]!);
      octets += bytes.byteLength;
    }
  };
  let waiting: BagFile[] = [];
  let room = MOST_OCTETS;
  for await (const each of payload) {
    checkPath(`data/${each.path}`, names);
    waiting.push(each);
    room -= each.bytes.byteLength;
    if (waiting.length < WRITES && room > 0) continue;
    await writeSome(waiting);
    waiting = [];
    room = MOST_OCTETS;
  }
  await writeSome(waiting);

  const files: BagFile[] = algorithms.map((algorithm) => ({
    path: payloadManifest(algorithm),
    bytes: writeManifest(payloadDigests, algorithm),
  }));
  const oxum = ['Payload-Oxum', `${octets}.${payloadDigests.size}`] as const;
  files.push({ path: 'bag-info.txt', bytes: writeBagInfo([...info, oxum]) });
  files.push({ path: 'bagit.txt', bytes: Buffer.from(bagDeclaration) }, ...tags);
  const tagDigests = new Map<string, Digests>();
  for (const { path, bytes } of files) {
    checkTagPath(path);
    checkPath(path, names);
    tagDigests.set(path, await write(path, bytes));
  }

  // Last, so that a bag with both of them is a whole one.
  const written = [];
  for (const algorithm of algorithms) {
    written.push(await write(tagManifest(algorithm), writeManifest(tagDigests, algorithm)));
  }
  return { files: payloadDigests.size, bytes: octets, tagManifestSha256: written[0]!.sha256 };
}

/** The key of a path in the bag. */
export function insideOf(prefix: string): (path: string) => string {
  const start = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  return (path) => `${start}${path}`;
}

const remedy = 'remove what lies there or give the bag another place.';

function checkInfo(info: BagInfo): void {
  const dates = info.filter(([label]) => label === 'Bagging-Date');
  if (dates.length !== 1 || !/^\d{4}-\d\d-\d\d$/.test(dates[0]![1])) {
    throw new Error('A bag needs one Bagging-Date of the form YYYY-MM-DD: add it to the info.');
  }
  if (info.some(([label]) => label.toLowerCase() === 'payload-oxum')) {
    throw new Error('Payload-Oxum is counted from the payload: leave it out of the info.');
  }
}

function checkTagPath(path: string): void {
  const reserved = path === 'fetch.txt' || path.startsWith('data/') || path.startsWith('tagmanifest-');
  if (!reserved && !path.startsWith(signatures)) return;
  throw new Error(`No tag file can be ${path}: the name has a meaning of its own in a bag.`);
}

/** Two names that differ only in case or in Unicode's composition are one file on Windows and macOS. */
function checkPath(path: string, names: Map<string, string>): void {
  const problem = pathProblem(path);
  if (problem !== null) throw new Error(`A bag cannot hold ${JSON.stringify(path)}: the path ${problem}.`);
  const folded = path.normalize('NFC').toLowerCase();
  const other = names.get(folded);
  if (other !== undefined)
    throw new Error(`A bag cannot hold both ${path} and ${other}: some systems take them for one.`);
  names.set(folded, path);
}
