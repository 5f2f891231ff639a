import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { checkSignable, readPublicKey, type Signer, SigningError } from '../evidence/signer.ts';

export type KmsKey = { client: Pick<KMSClient, 'send'>; keyArn: string };

/** A signer whose key never leaves KMS. Asks for its public key once. Throws SigningError for a key of another kind. */
export async function kmsSigner({ client, keyArn }: KmsKey): Promise<Signer> {
  const known = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
  const { PublicKey: spki, KeyUsage: usage, SigningAlgorithms: algorithms = [] } = known;
  // The older name of the same: some endpoints answer with it alone.
  const spec = known.KeySpec ?? known.CustomerMasterKeySpec;
  const isOurs = spec === 'ECC_NIST_P256' && usage === 'SIGN_VERIFY' && algorithms.includes('ECDSA_SHA_256');
  if (!isOurs || !spki)
    throw new SigningError(
      `The KMS key ${keyArn} is ${spec ?? 'of no known kind'} for ${usage ?? 'no known use'}, and Ascribe signs with ECC_NIST_P256 for SIGN_VERIFY: name such a key.`,
    );
  const publicKeyPem = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const key = readPublicKey(publicKeyPem);
  if ('problem' in key)
    throw new SigningError(`The KMS key ${keyArn} ${key.problem}: name a key of ECC_NIST_P256.`);
  return {
    keyId: key.fingerprint,
    kind: 'kms',
    algorithm: 'ECDSA_SHA_256',
    publicKeyPem,
    // An alias may be given; what is signed names the key itself.
    reference: known.KeyId?.startsWith('arn:') ? known.KeyId : keyArn,
    async sign(bytes) {
      checkSignable(bytes);
      const { Signature: signature } = await client.send(
        new SignCommand({
          KeyId: keyArn,
          Message: bytes,
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (!signature) throw new SigningError(`KMS gave no signature of ${keyArn}: try again.`);
      return signature;
    },
  };
}
