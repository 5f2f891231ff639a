/**
 * Verifies a bag as `writeBag` leaves it, stricter than RFC 8493 asks: both payload manifests and both tag
 * manifests must be there, and every byte but those of `signatures/` counts. Who can write the bag can also write
 * new manifests: that it is the bag that was sealed, only the signature over `tagmanifest-sha256.txt` says.
 */
import type { Store } from '../lake/store.ts';
import { bagDeclaration, insideOf } from './bag.ts';
import { readBagInfo } from './bag-info.ts';
import {
  type Algorithm,
  algorithms,
  digestsOf,
  exactText,
  inCodePointOrder,
  pathProblem,
  payloadManifest,
  readManifest,
  signatures,
  tagManifest,
} from './bag-manifest.ts';

export type BagProblem = { ok: false; file: string; problem: string };
export type BagVerdict =
  | {
      ok: true;
      files: number;
      bytes: number;
      /** SHA-256 of `tagmanifest-sha256.txt`, which a signature must be over. */
      tagManifestSha256: string;
    }
  | BagProblem;

/** What the checks read: sizes by path in the bag, from the list alone, since a list follows no symbolic link. */
type Bag = { sizes: ReadonlyMap<string, number>; read(path: string): Promise<Uint8Array | BagProblem> };
type Manifests = Record<Algorithm, Map<string, string>>;
type TagFiles = { ok: true; tagManifestSha256: string };

const tagsEveryBagHas = ['bag-info.txt', 'bagit.txt', ...algorithms.map(payloadManifest)];

export async function verifyBag(store: Store, prefix: string): Promise<BagVerdict> {
  const bag = await openBag(store, prefix);
  const tagFiles = await checkTagFiles(bag);
  if (!tagFiles.ok) return tagFiles;

  const payload = await readManifests(bag, payloadManifest);
  if ('problem' in payload) return payload;
  const payloadProblem =
    checkPayloadList(payload) ??
    (await checkFiles(bag, payload, payloadManifest)) ??
    checkNoneUnlisted(bag, payload.sha256, (path) => path.startsWith('data/'));
  if (payloadProblem) return payloadProblem;

  const files = payload.sha256.size;
  const bytes = [...payload.sha256.keys()].reduce((sum, path) => sum + bag.sizes.get(path)!, 0);
  return (await checkDeclarations(bag, `${bytes}.${files}`)) ?? { ...tagFiles, files, bytes };
}

/** The tag files alone, the payload's manifests among them: quick, however large the payload is. */
export async function verifyTagFiles(store: Store, prefix: string): Promise<TagFiles | BagProblem> {
  return checkTagFiles(await openBag(store, prefix));
}

async function checkTagFiles(bag: Bag): Promise<TagFiles | BagProblem> {
  const unsafe = unsafeName(bag);
  if (unsafe) return unsafe;
  const signed = await bag.read(tagManifest('sha256'));
  if ('problem' in signed) return signed;
  // Read once: what was checked is what is signed, whatever happens to the file meanwhile.
  const read: Bag['read'] = async (path) => (path === tagManifest('sha256') ? signed : bag.read(path));
  const tags = await readManifests({ ...bag, read }, tagManifest);
  if ('problem' in tags) return tags;
  const tagProblem = checkTagList(tags) ?? (await checkFiles(bag, tags, tagManifest));
  if (tagProblem) return tagProblem;
  const isTagFile = (path: string) =>
    !path.startsWith('data/') &&
    !path.startsWith(signatures) &&
    !algorithms.some((name) => path === tagManifest(name));
  const strayTag = checkNoneUnlisted(bag, tags.sha256, isTagFile);
  return strayTag ?? { ok: true, tagManifestSha256: digestsOf(signed).sha256 };
}

async function openBag(store: Store, prefix: string): Promise<Bag> {
  const inBag = insideOf(prefix);
  const start = inBag('');
  const sizes = new Map((await store.list(start)).map(({ key, size }) => [key.slice(start.length), size]));
  return {
    sizes,
    async read(path) {
      if (!sizes.has(path)) return wrong(path, 'is missing');
      try {
        return (await store.read(inBag(path))) ?? wrong(path, 'is no plain file');
      } catch (error) {
        // To an examiner a file that cannot be read, such as a symbolic link, is a fault of the bag.
        return wrong(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

function unsafeName(bag: Bag): BagProblem | null {
  for (const path of bag.sizes.keys()) {
    const problem = pathProblem(path);
    if (problem !== null) return wrong(path, `has a path that ${problem}`);
  }
  return null;
}

async function readManifests(
  bag: Bag,
  nameOf: (algorithm: Algorithm) => string,
): Promise<Manifests | BagProblem> {
  const manifests: Partial<Manifests> = {};
  for (const algorithm of algorithms) {
    const bytes = await bag.read(nameOf(algorithm));
    if ('problem' in bytes) return bytes;
    const entries = readManifest(bytes, algorithm);
    if ('problem' in entries) return wrong(nameOf(algorithm), entries.problem);
    manifests[algorithm] = entries;
  }
  return (await differingLists(bag, manifests as Manifests, nameOf)) ?? (manifests as Manifests);
}

/** Of two manifests that list different files, the one that the bag belies is at fault. */
async function differingLists(
  bag: Bag,
  manifests: Manifests,
  nameOf: (algorithm: Algorithm) => string,
): Promise<BagProblem | null> {
  const { sha256, sha512 } = manifests;
  for (const path of inCodePointOrder(new Set([...sha256.keys(), ...sha512.keys()]))) {
    if (sha256.has(path) && sha512.has(path)) continue;
    const [having, lacking] = sha256.has(path) ? algorithms : algorithms.toReversed();
    if (bag.sizes.has(path)) return wrong(nameOf(lacking!), `does not list ${path}`);
    return wrong(nameOf(having!), `lists ${path}, which is not there`);
  }
  return null;
}

function checkTagList(tags: Manifests): BagProblem | null {
  for (const required of tagsEveryBagHas) {
    if (!tags.sha256.has(required)) return wrong(tagManifest('sha256'), `does not list ${required}`);
  }
  for (const path of tags.sha256.keys()) {
    const isForeign =
      path.startsWith('data/') || path.startsWith(signatures) || path.startsWith('tagmanifest-');
    if (isForeign) return wrong(tagManifest('sha256'), `lists ${path}, which is no tag file to list`);
  }
  return null;
}

function checkPayloadList(payload: Manifests): BagProblem | null {
  for (const path of payload.sha256.keys()) {
    if (!path.startsWith('data/'))
      return wrong(payloadManifest('sha256'), `lists ${path}, which is not in data/`);
  }
  return null;
}

/** Every listed file is there and has both its digests. One alone that differs is the manifest's fault. */
async function checkFiles(
  bag: Bag,
  manifests: Manifests,
  nameOf: (algorithm: Algorithm) => string,
): Promise<BagProblem | null> {
  for (const path of manifests.sha256.keys()) {
    const bytes = await bag.read(path);
    if ('problem' in bytes) return bytes;
    const digests = digestsOf(bytes);
    const differing = algorithms.filter((algorithm) => digests[algorithm] !== manifests[algorithm].get(path));
    if (differing.length === algorithms.length)
      return wrong(path, 'differs from its SHA-256 and its SHA-512');
    if (differing[0])
      return wrong(nameOf(differing[0]), `has another digest for ${path} than the bag's other manifest`);
  }
  return null;
}

function checkNoneUnlisted(
  bag: Bag,
  listed: ReadonlyMap<string, string>,
  isOfKind: (path: string) => boolean,
): BagProblem | null {
  for (const path of bag.sizes.keys()) {
    if (isOfKind(path) && !listed.has(path)) return wrong(path, 'is in no manifest');
  }
  return null;
}

async function checkDeclarations(bag: Bag, oxum: string): Promise<BagProblem | null> {
  const declaration = await bag.read('bagit.txt');
  if ('problem' in declaration) return declaration;
  if (exactText(declaration) !== bagDeclaration)
    return wrong('bagit.txt', 'does not declare BagIt 1.0 in UTF-8');
  const infoBytes = await bag.read('bag-info.txt');
  if ('problem' in infoBytes) return infoBytes;
  const info = readBagInfo(exactText(infoBytes) ?? '\0');
  if (info === null) return wrong('bag-info.txt', 'has a line that is no "Label: value"');
  const stated = info.filter(([label]) => label === 'Payload-Oxum').map(([, value]) => value);
  if (stated.length !== 1) return wrong('bag-info.txt', 'does not state Payload-Oxum once');
  if (stated[0] !== oxum)
    return wrong('bag-info.txt', `states Payload-Oxum ${stated[0]}, the payload has ${oxum}`);
  return null;
}

function wrong(file: string, problem: string): BagProblem {
  return { ok: false, file, problem };
}
