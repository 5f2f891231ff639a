/** What every adapter of the Signer port does. Run from the adapter's own test. */
import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { signEnvelope, verifyEnvelope } from '../../src/evidence/dsse.ts';
import { type KeyKind, SIGNED_BYTES_LIMIT, type Signer } from '../../src/evidence/signer.ts';
import { sha256 } from '../../src/lake/digest.ts';

export function signerContract(
  name: string,
  { make, kind }: { make: () => Promise<Signer>; kind: KeyKind },
): void {
  describe(`${name} keeps the contract of a signer`, () => {
    test('says what it is, and is named by the digest of its public key', async () => {
      const signer = await make();
      assert.equal(signer.kind, kind);
      assert.equal(signer.algorithm, 'ECDSA_SHA_256');
      assert.notEqual(signer.reference, '');
      const key = createPublicKey(signer.publicKeyPem);
      assert.equal(key.asymmetricKeyDetails?.namedCurve, 'prime256v1');
      assert.equal(signer.keyId, sha256(key.export({ type: 'spki', format: 'der' })));
    });

    test('signs bytes of any kind, in DER, so that its public key verifies them and no others', async () => {
      const signer = await make();
      for (const bytes of [Buffer.from('DSSEv1'), Uint8Array.of(0), randomBytes(SIGNED_BYTES_LIMIT - 1)]) {
        const signature = await signer.sign(bytes);
        assert.equal(signature[0], 0x30, 'a SEQUENCE');
        const key = { key: signer.publicKeyPem, dsaEncoding: 'der' as const };
        assert.ok(verify('sha256', bytes, key, signature));
        assert.ok(!verify('sha256', Buffer.concat([bytes, Uint8Array.of(0)]), key, signature));
      }
    });

    test('signs what an envelope holds', async () => {
      const signer = await make();
      const envelope = await signEnvelope(Buffer.from('{}'), { payloadType: 'application/x', signer });
      assert.ok(verifyEnvelope(envelope, signer.publicKeyPem).ok);
    });

    test('refuses more than KMS signs whole', async () => {
      const signer = await make();
      await assert.rejects(signer.sign(new Uint8Array(SIGNED_BYTES_LIMIT)), {
        name: 'SigningError',
        message: /has 4096 bytes, and a key signs fewer than 4096/,
      });
    });
  });
}
