/**
 * The Merkle tree of RFC 6962 section 2.1 (unchanged in RFC 9162): one hash for a set of records, and a short
 * proof that one record is in it which discloses no other. Hashes travel as lower-case hex.
 */
import { createHash } from 'node:crypto';

// The prefixes keep a leaf from passing for a node (second preimage, RFC 9162 section 2.1.1).
const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export function leafHash(leaf: Uint8Array): string {
  return createHash('sha256').update(leafPrefix).update(leaf).digest('hex');
}

export function merkleRoot(leaves: readonly Uint8Array[]): string {
  return rootOf(leaves.map(leafHash), 0, leaves.length);
}

/** The sibling hashes from the leaf to the root (RFC 9162 section 2.1.3.1). */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): string[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`No leaf ${index} in a tree of ${leaves.length}`);
  }
  const hashes = leaves.map(leafHash);
  const proof: string[] = [];
  let start = 0;
  let end = hashes.length;
  while (end - start > 1) {
    const middle = start + leftSize(end - start);
    if (index < middle) {
      proof.unshift(rootOf(hashes, middle, end));
      end = middle;
    } else {
      proof.unshift(rootOf(hashes, start, middle));
      start = middle;
    }
  }
  return proof;
}

export type Inclusion = {
  leaf: Uint8Array;
  index: number;
  /** Leaves in the tree. */
  size: number;
  proof: readonly string[];
  root: string;
};

/** The algorithm of RFC 9162 section 2.1.3.2, with division for shifts: an index may exceed 32 bits. */
export function verifyInclusion({ leaf, index, size, proof, root }: Inclusion): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let position = index;
  let last = size - 1;
  let hash = leafHash(leaf);
  for (const sibling of proof) {
    if (last === 0 || !/^[0-9a-f]{64}$/.test(sibling)) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash === root;
}

function nodeHash(left: string, right: string): string {
  const hash = createHash('sha256').update(nodePrefix);
  return hash.update(Buffer.from(left, 'hex')).update(Buffer.from(right, 'hex')).digest('hex');
}

function rootOf(hashes: readonly string[], start: number, end: number): string {
  if (end === start) return createHash('sha256').digest('hex');
  if (end - start === 1) return hashes[start]!;
  const middle = start + leftSize(end - start);
  return nodeHash(rootOf(hashes, start, middle), rootOf(hashes, middle, end));
}

/** The largest power of two below `size`. */
function leftSize(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
