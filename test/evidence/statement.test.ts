import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signBag } from '../../src/evidence/bag-signature.ts';
import { packageStatement, readPackageStatement, STATEMENT_PAYLOAD } from '../../src/evidence/statement.ts';
import { madeSigner } from './made-signer.ts';
import { bag, claim, kms, signedAt, signing } from './signed-bag.ts';

describe('a statement', () => {
  const subject = { name: 'tagmanifest-sha256.txt', sha256: 'b'.repeat(64) };

  test('reads back as it was made, with the head of the chain of seals', () => {
    const custodyHead = { number: 7, sha256: 'd'.repeat(64) };
    const payload = packageStatement(
      { ...claim, custodyHead, window: null },
      { signer: kms, signedAt, subject },
    );
    const read = readPackageStatement({ payload, payloadType: STATEMENT_PAYLOAD });
    assert.ok(!('problem' in read));
    assert.deepEqual(read.predicate.custody_head, custodyHead);
    assert.deepEqual(read.subjects, [subject]);
  });

  test('of the longest names that keys and tools have is still signed whole', async () => {
    const signer = madeSigner({
      kind: 'kms',
      reference: `arn:aws:kms:eu-west-2:123456789012:${'k'.repeat(2048)}`,
    });
    assert.equal(await signBag(await bag(), 'bag', { ...signing, signer }), 'signed');
  });

  test('that is too long to be signed is refused before anything is signed', async () => {
    const signer = madeSigner({ reference: 'k'.repeat(4096) });
    await assert.rejects(
      signBag(await bag(), 'bag', { ...signing, signer }),
      /and a key signs fewer than 4096/,
    );
  });
});
