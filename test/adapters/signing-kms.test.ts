import assert from 'node:assert/strict';
import { type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { type KmsKey, kmsSigner } from '../../src/adapters/kms-signer.ts';
import { foreignKeys, madeKey } from '../evidence/made-signer.ts';
import { signerContract } from '../evidence/signer.contract.ts';

const keyArn = 'arn:aws:kms:eu-west-2:123456789012:key/6f0d3a52-0000-4000-8000-000000000007';
const ours = {
  KeyId: keyArn,
  KeySpec: 'ECC_NIST_P256',
  KeyUsage: 'SIGN_VERIFY',
  SigningAlgorithms: ['ECDSA_SHA_256'],
};

/** Answers as KMS does: a public key in DER, and signatures of RAW messages of at most 4,096 bytes. */
function stubOf(
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  known: object = {},
): KmsKey['client'] & { sent: unknown[] } {
  const sent: unknown[] = [];
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const send = async (command: unknown): Promise<unknown> => {
    sent.push(command);
    if (command instanceof GetPublicKeyCommand) return { ...ours, PublicKey: spki, ...known };
    assert.ok(command instanceof SignCommand);
    const { Message, MessageType, SigningAlgorithm, KeyId } = command.input;
    assert.equal(MessageType, 'RAW');
    assert.equal(SigningAlgorithm, 'ECDSA_SHA_256');
    assert.equal(KeyId, keyArn);
    assert.ok(Message!.byteLength < 4096, 'RAW takes no more');
    return { KeyId, Signature: new Uint8Array(sign('sha256', Message!, privateKey)) };
  };
  return { sent, send: send as KmsKey['client']['send'] };
}

signerContract('KMS', { make: () => kmsSigner({ client: stubOf(madeKey()), keyArn }), kind: 'kms' });

test('the public key is asked for once, and what is signed names the key behind an alias', async () => {
  const client = stubOf(madeKey(), { KeyId: `${keyArn}-behind` });
  const signer = await kmsSigner({ client, keyArn });
  await signer.sign(Buffer.from('a'));
  await signer.sign(Buffer.from('b'));
  assert.equal(signer.reference, `${keyArn}-behind`);
  assert.equal(client.sent.filter((command) => command instanceof GetPublicKeyCommand).length, 1);
});

test('a text that is too long is not sent', async () => {
  const client = stubOf(madeKey());
  const signer = await kmsSigner({ client, keyArn });
  await assert.rejects(signer.sign(new Uint8Array(5000)), { name: 'SigningError' });
  assert.equal(client.sent.length, 1);
});

const others: [what: string, known: object][] = [
  ['another curve', { KeySpec: 'ECC_NIST_P384', SigningAlgorithms: ['ECDSA_SHA_384'] }],
  ['another use', { KeyUsage: 'KEY_AGREEMENT', SigningAlgorithms: undefined }],
  ['a symmetric key', { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' }],
  ['no algorithm of ours', { SigningAlgorithms: ['ECDSA_SHA_384'] }],
  ['no public key', { PublicKey: undefined }],
];
for (const [what, known] of others) {
  test(`a key is refused with ${what}`, async () => {
    await assert.rejects(kmsSigner({ client: stubOf(madeKey(), known), keyArn }), {
      name: 'SigningError',
      message: /^The KMS key arn:\S+ is \S+ for \S+, and Ascribe signs with ECC_NIST_P256/,
    });
  });
}

test('a public key that is not what KMS says it is, is refused', async () => {
  const [, pair] = foreignKeys[0]!;
  await assert.rejects(kmsSigner({ client: stubOf(pair), keyArn }), /holds a key of another kind \(rsa\)/);
});

test('no signature is an error, and an error of KMS stays what it is', async () => {
  const key = madeKey();
  const client = stubOf(key);
  const signer = await kmsSigner({ client, keyArn });
  client.send = (async () => ({})) as KmsKey['client']['send'];
  await assert.rejects(signer.sign(Buffer.from('a')), /KMS gave no signature/);
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  client.send = (async () => Promise.reject(denied)) as KmsKey['client']['send'];
  await assert.rejects(signer.sign(Buffer.from('a')), denied);
});
