import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { inclusionProof, leafHash, merkleRoot, verifyInclusion } from '../../src/evidence/merkle.ts';

const bytes = (value: string) => new Uint8Array(Buffer.from(value));

describe('published vectors', () => {
  test('the empty tree is SHA-256 of nothing', () => {
    assert.equal(merkleRoot([]), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('an empty leaf', () => {
    const expected = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
    assert.equal(leafHash(bytes('')), expected);
    assert.equal(merkleRoot([bytes('')]), expected);
  });

  test('three leaves a, b, c', () => {
    const expected = '36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1';
    assert.equal(merkleRoot(['a', 'b', 'c'].map(bytes)), expected);
  });

  // The test data of the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test).
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  for (const [n, root] of roots.entries()) {
    test(`the first ${n + 1} leaves of Certificate Transparency's test tree`, () => {
      assert.equal(merkleRoot(leaves.slice(0, n + 1).map((hex) => Buffer.from(hex, 'hex'))), root);
    });
  }
});

const trees = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 });
const treeAndIndex = trees.chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat(leaves.length - 1)));

describe('inclusion', () => {
  test('every leaf of every tree is proved', () => {
    fc.assert(
      fc.property(trees, (leaves) => {
        const root = merkleRoot(leaves);
        return leaves.every((leaf, index) => {
          const proof = inclusionProof(leaves, index);
          const isShort = proof.length <= Math.ceil(Math.log2(leaves.length));
          return isShort && verifyInclusion({ leaf, index, size: leaves.length, proof, root });
        });
      }),
    );
  });

  test('another leaf, index, size, root or a changed proof is not', () => {
    fc.assert(
      fc.property(treeAndIndex, fc.nat(), ([leaves, index], pick) => {
        const root = merkleRoot(leaves);
        const proof = inclusionProof(leaves, index);
        const good = { leaf: leaves[index]!, index, size: leaves.length, proof, root };
        assert.ok(!verifyInclusion({ ...good, leaf: Uint8Array.of(...good.leaf, 0) }));
        assert.ok(!verifyInclusion({ ...good, root: merkleRoot([...leaves, bytes('')]) }));
        assert.ok(!verifyInclusion({ ...good, proof: [...proof, root] }));
        assert.ok(!verifyInclusion({ ...good, index: leaves.length }));
        assert.ok(!verifyInclusion({ ...good, size: leaves.length * 2 + 1 }));
        if (proof.length === 0) return;
        const at = pick % proof.length;
        assert.ok(!verifyInclusion({ ...good, proof: proof.toSpliced(at, 1) }));
        assert.ok(!verifyInclusion({ ...good, proof: proof.with(at, leafHash(bytes('other'))) }));
        assert.ok(!verifyInclusion({ ...good, proof: proof.with(at, 'no hash') }));
      }),
    );
  });

  test('a node cannot pass for a leaf', () => {
    const [left, right] = ['a', 'b'].map((leaf) => leafHash(bytes(leaf)));
    const forged = Buffer.from(`${left}${right}`, 'hex');
    assert.notEqual(merkleRoot([forged]), merkleRoot(['a', 'b'].map(bytes)));
  });

  test('an index outside the tree is an error of the caller', () => {
    for (const index of [-1, 1, 0.5]) assert.throws(() => inclusionProof([bytes('a')], index), RangeError);
  });

  test('a tree with its last leaf doubled has another root, unlike in trees that pad by doubling', () => {
    assert.notEqual(merkleRoot(['a', 'b', 'c'].map(bytes)), merkleRoot(['a', 'b', 'c', 'c'].map(bytes)));
  });
});
