import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type KnownSigner,
  type SignatureVerdict,
  signBag,
  verifyBagSignature,
} from '../../src/evidence/bag-signature.ts';
import { signEnvelope } from '../../src/evidence/dsse.ts';
import {
  PACKAGE_PREDICATE,
  packageStatement,
  STATEMENT_PAYLOAD,
  sealStatement,
} from '../../src/evidence/statement.ts';
import { verifyBag } from '../../src/evidence/verify-bag.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { type Bag, bag, claim, kms, local, signedAt, signedBag, signing } from './signed-bag.ts';

async function check(store: Bag, known: KnownSigner = {}): Promise<SignatureVerdict> {
  const verdict = await verifyBag(store, 'bag');
  assert.ok(verdict.ok);
  return verifyBagSignature(store, 'bag', { ...known, tagManifestSha256: verdict.tagManifestSha256 });
}

async function problemOf(store: Bag, known: KnownSigner = {}): Promise<string> {
  const verdict = await check(store, known);
  assert.equal(verdict.state, 'wrong');
  return `${verdict.file} ${verdict.problem}`;
}

describe('a signed bag', () => {
  for (const signer of [local, kms]) {
    test(`verifies with the ${signer.kind} key, with its fingerprint, and unauthenticated without`, async () => {
      const store = await signedBag({ signer });
      const byKey = await check(store, { keyPem: signer.publicKeyPem });
      assert.equal(byKey.state, 'signed');
      assert.ok(byKey.isAuthenticated);
      assert.equal(byKey.fingerprint, signer.keyId);
      assert.deepEqual(byKey.predicate, {
        ...{ kind: 'report', window: claim.window, snapshot: claim.snapshot, synthetic: true },
        tool: claim.tool,
        custody_head: null,
        key: {
          kind: signer.kind === 'local' ? 'local key' : 'KMS key',
          reference: signer.reference,
          fingerprint: signer.keyId,
          algorithm: 'ECDSA_SHA_256',
        },
        signed_at: signedAt,
      });
      const byFingerprint = await check(store, { fingerprint: signer.keyId });
      assert.deepEqual(byFingerprint, byKey);
      const byNobody = await check(store);
      assert.deepEqual(byNobody, { ...byKey, isAuthenticated: false });
    });
  }

  test('has an in-toto statement over its tag manifest, in a DSSE envelope, beside the key', async () => {
    const store = await signedBag();
    assert.equal(
      Buffer.from(store.objects.get('bag/signatures/public-key.pem')!).toString(),
      local.publicKeyPem,
    );
    const envelope = JSON.parse(Buffer.from(store.objects.get('bag/signatures/dsse.json')!).toString());
    assert.deepEqual(Object.keys(envelope), ['payload', 'payloadType', 'signatures']);
    assert.equal(envelope.payloadType, 'application/vnd.in-toto+json');
    assert.equal(envelope.signatures[0].keyid, local.keyId);
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    assert.equal(statement._type, 'https://in-toto.io/Statement/v1');
    assert.equal(statement.predicateType, PACKAGE_PREDICATE);
    assert.deepEqual(statement.subject, [
      {
        name: 'tagmanifest-sha256.txt',
        digest: { sha256: sha256(store.objects.get('bag/tagmanifest-sha256.txt')!) },
      },
    ]);
  });

  test('is still the bag that it was: signatures are in no manifest', async () => {
    assert.ok((await verifyBag(await signedBag(), 'bag')).ok);
  });

  test('signed again is found signed, and the first signature stays', async () => {
    const store = await signedBag();
    const before = [...store.objects];
    assert.equal(
      await signBag(store, 'bag', { ...signing, signedAt: '2020-01-01T00:00:00.000Z' }),
      'already-signed',
    );
    assert.deepEqual([...store.objects], before);
  });

  test('is not signed a second time by another', async () => {
    const store = await signedBag();
    await assert.rejects(signBag(store, 'bag', { ...signing, signer: kms }), {
      name: 'SigningError',
      message: /public-key\.pem is another key than arn:.*a bag is signed once/,
    });
  });

  test('whose signing was killed between its two files is signed by the next run', async () => {
    const store = await signedBag();
    store.objects.delete('bag/signatures/dsse.json');
    assert.match(await problemOf(store), /dsse\.json is missing though the key is there/);
    assert.equal(await signBag(store, 'bag', signing), 'signed');
    assert.equal((await check(store)).state, 'signed');
  });
});

describe('a bag is not signed', () => {
  test('that is not as it was packed', async () => {
    const store = await bag();
    store.objects.set('bag/bag-info.txt', Buffer.from('other'));
    await assert.rejects(signBag(store, 'bag', signing), {
      name: 'SigningError',
      message: /memory:bag\/bag-info\.txt differs .*only a bag that is as it was packed is signed/,
    });
    assert.ok(!store.objects.has('bag/signatures/public-key.pem'));
  });

  test('with a changed payload, where the payload is asked for', async () => {
    const store = await bag();
    store.objects.set('bag/data/report.json', Buffer.from('other'));
    await assert.rejects(signBag(store, 'bag', { ...signing, check: 'everything' }), /report\.json differs/);
    assert.equal(await signBag(store, 'bag', signing), 'signed', 'the tag files alone are whole');
    assert.ok(!(await verifyBag(store, 'bag')).ok);
  });

  test('over a signature of something else', async () => {
    const store = await bag();
    const other = (await signedBag()).objects.get('bag/signatures/dsse.json')!;
    store.objects.set('bag/signatures/dsse.json', other);
    store.objects.set('bag/data/more', Buffer.from('x'));
    assert.equal(await signBag(store, 'bag', signing), 'already-signed');
    const another = await bag('another report');
    another.objects.set('bag/signatures/dsse.json', other);
    await assert.rejects(
      signBag(another, 'bag', signing),
      /is there already and is no signature of case-off/,
    );
  });
});

describe('a signature that does not hold is told apart:', () => {
  test('none at all', async () => {
    assert.deepEqual(await check(await bag(), { fingerprint: local.keyId }), { state: 'unsigned' });
  });

  test('by another key than the one given', async () => {
    const store = await signedBag();
    for (const known of [{ keyPem: kms.publicKeyPem }, { fingerprint: kms.keyId }])
      assert.equal(
        await problemOf(store, known),
        `signatures/dsse.json was signed by another key, ${local.keyId}, than the one you gave, ${kms.keyId}`,
      );
    const both = { keyPem: local.publicKeyPem, fingerprint: kms.keyId };
    assert.match(await problemOf(store, both), /was signed by another key/);
  });

  test('over another bag', async () => {
    const store = await bag('another report');
    for (const [key, bytes] of (await signedBag()).objects)
      if (key.startsWith('bag/signatures/')) store.objects.set(key, bytes);
    for (const known of [{}, { keyPem: local.publicKeyPem }])
      assert.match(
        await problemOf(store, known),
        /^signatures\/dsse\.json is the signature of another package, or this one was packed anew/,
      );
  });

  test('with the key replaced by one that signed nothing', async () => {
    const store = await signedBag();
    store.objects.set('bag/signatures/public-key.pem', Buffer.from(kms.publicKeyPem));
    assert.match(
      await problemOf(store),
      /has no signature of this key over this payload \(key [0-9a-f]{64}\)/,
    );
    assert.match(
      await problemOf(store, { keyPem: local.publicKeyPem }),
      /public-key\.pem is not the key that signed, which is/,
    );
  });

  const spoiled: [what: string, file: string, content: string | null, problem: RegExp][] = [
    ['the key is gone', 'public-key.pem', null, /public-key\.pem is missing: give the public key/],
    ['the key is none', 'public-key.pem', 'hello', /public-key\.pem holds no public key/],
    ['the envelope is none', 'dsse.json', 'hello', /dsse\.json is no JSON object: it is no signature/],
  ];
  for (const [what, file, content, problem] of spoiled) {
    test(what, async () => {
      const store = await signedBag();
      store.objects.delete(`bag/signatures/${file}`);
      if (content !== null) store.objects.set(`bag/signatures/${file}`, Buffer.from(content));
      assert.match(await problemOf(store), problem);
    });
  }

  test('the key is gone from the bag, and verifies as given', async () => {
    const store = await signedBag();
    store.objects.delete('bag/signatures/public-key.pem');
    assert.equal((await check(store, { keyPem: local.publicKeyPem })).state, 'signed');
  });

  const subject = { name: 'tagmanifest-sha256.txt', sha256: 'b'.repeat(64) };
  const statement = packageStatement(claim, { signer: local, signedAt, subject });
  const changed = (change: (value: { predicate: { key: object } }) => object) =>
    Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(statement).toString()))));
  const seal = sealStatement(
    { seal: 1, leaves: 1, previous: null, tool: claim.tool },
    { signer: local, signedAt, subjects: [subject] },
  );
  const otherwise: [what: string, payload: Uint8Array, problem: RegExp, payloadType?: string][] = [
    ['a good signature over no statement', Buffer.from('{}'), /no in-toto statement/],
    ['over no JSON', Buffer.from('hello'), /no in-toto statement/],
    ['over another type of payload', statement, /a payload of type "x"/, 'x'],
    ['over a seal', seal, /a statement of another type/],
    [
      'over another file',
      changed((value) => ({ ...value, subject: [{ name: 'x', digest: { sha256: subject.sha256 } }] })),
      /does not sign tagmanifest-sha256\.txt/,
    ],
    ['over nothing', changed((value) => ({ ...value, subject: [] })), /without a subject/],
    ['without a predicate', changed((value) => ({ ...value, predicate: null })), /predicate cannot be read/],
    [
      'that states another key',
      changed(({ predicate, ...rest }) => ({
        ...rest,
        predicate: { ...predicate, key: { ...predicate.key, fingerprint: 'c'.repeat(64) } },
      })),
      /states another key than the one that signed/,
    ],
  ];
  for (const [what, payload, problem, payloadType = STATEMENT_PAYLOAD] of otherwise) {
    test(what, async () => {
      const store = await signedBag();
      const envelope = await signEnvelope(payload, { payloadType, signer: local });
      store.objects.set('bag/signatures/dsse.json', envelope);
      assert.match(await problemOf(store, { keyPem: local.publicKeyPem }), problem);
    });
  }

  test('any byte of the envelope changed gives the statement that was signed, or none', async () => {
    const store = await signedBag();
    const good = store.objects.get('bag/signatures/dsse.json')!;
    const expected = await check(store, { fingerprint: local.keyId });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Uint8Array.from(good);
        bytes[at]! ^= flip;
        store.objects.set('bag/signatures/dsse.json', bytes);
        const verdict = await check(store, { fingerprint: local.keyId });
        if (verdict.state !== 'wrong') assert.deepEqual(verdict, expected);
      }),
      { numRuns: 300 },
    );
  });
});
