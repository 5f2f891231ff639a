import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPublicKey } from '../../src/evidence/signer.ts';
import { foreignKeys, madeKey, madeSigner } from './made-signer.ts';
import { signerContract } from './signer.contract.ts';

signerContract('The signer of these tests', { make: async () => madeSigner(), kind: 'local' });

describe('a public key', () => {
  const { pem, privateKey } = madeKey();

  test('is read, with text around it', () => {
    const read = readPublicKey(`Key of the case officer\n${pem}\n`);
    assert.ok(!('problem' in read));
    assert.match(read.fingerprint, /^[0-9a-f]{64}$/);
  });

  const others: [what: string, text: string, problem: RegExp][] = [
    ['no PEM', 'hello', /holds no public key in PEM/],
    ['nothing', '', /holds no public key in PEM/],
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /holds a private key/],
    ['two keys', pem + madeKey().pem, /more than one public key/],
    [
      'a broken one',
      '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n',
      /holds a public key that cannot be read/,
    ],
    ...foreignKeys.map(([what, { publicKey }]): [string, string, RegExp] => [
      what,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      new RegExp(`holds a key of another kind \\(${what}\\), not ECDSA P-256`),
    ]),
  ];
  for (const [what, text, problem] of others) {
    test(`is not ${what}`, () => {
      const read = readPublicKey(text);
      assert.ok('problem' in read);
      assert.match(read.problem, problem);
    });
  }
});
