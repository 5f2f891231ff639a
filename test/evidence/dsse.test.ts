import assert from 'node:assert/strict';
import { createPublicKey, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { openEnvelope, preAuthEncoding, signEnvelope, verifyEnvelope } from '../../src/evidence/dsse.ts';
import { madeSigner } from './made-signer.ts';

const signer = madeSigner();
const payloadType = 'application/vnd.in-toto+json';
const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

/** X, Y and the signature of the example in DSSE's protocol.md; the signature is r and s, 32 bytes each. */
const example = {
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  envelope: {
    payload: 'aGVsbG8gd29ybGQ=',
    payloadType: 'http://example.com/HelloWorld',
    signatures: [
      {
        sig: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
      },
    ],
  },
};
const coordinate = (value: bigint) =>
  Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
const exampleKey = createPublicKey({
  key: { kty: 'EC', crv: 'P-256', x: coordinate(example.x), y: coordinate(example.y) },
  format: 'jwk',
})
  .export({ type: 'spki', format: 'pem' })
  .toString();

describe('published examples', () => {
  test("the encoding of DSSE's own example", () => {
    const text = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    assert.equal(Buffer.from(text).toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  test('a length is one of bytes, and an empty body leaves a space at the end', () => {
    const text = (type: string, body: string) =>
      Buffer.from(preAuthEncoding(type, Buffer.from(body))).toString();
    assert.equal(text('application/vnd.exämple+json', '{}'), 'DSSEv1 29 application/vnd.exämple+json 2 {}');
    assert.equal(text('a', ''), 'DSSEv1 1 a 0 ');
  });

  test('its signature verifies, in standard and in URL-safe base64', () => {
    const [{ sig }] = example.envelope.signatures as [{ sig: string }];
    for (const given of [sig, sig.replaceAll('+', '-').replaceAll('/', '_')]) {
      const verdict = verifyEnvelope(
        bytesOf({ ...example.envelope, signatures: [{ sig: given }] }),
        exampleKey,
      );
      assert.ok(verdict.ok);
      assert.equal(Buffer.from(verdict.payload).toString(), 'hello world');
      assert.equal(verdict.payloadType, 'http://example.com/HelloWorld');
    }
  });
});

describe('any payload', () => {
  test('is signed and read back to the byte, in both forms of a signature', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 1000 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        async (payload, type) => {
          const text = preAuthEncoding(type, payload);
          const raw = sign('sha256', text, { key: signer.privateKey, dsaEncoding: 'ieee-p1363' });
          const der = await signEnvelope(payload, { payloadType: type, signer });
          const p1363 = bytesOf({ ...json(der), signatures: [{ sig: `${raw.toString('base64url')}==` }] });
          for (const envelope of [der, p1363]) {
            const verdict = verifyEnvelope(envelope, signer.publicKeyPem);
            assert.ok(verdict.ok);
            assert.deepEqual(Buffer.from(verdict.payload), Buffer.from(payload));
            assert.equal(verdict.payloadType, type);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('no two pairs of type and body give one text to sign', () => {
    const pair = fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array());
    fc.assert(
      fc.property(pair, pair, ([typeA, bodyA], [typeB, bodyB]) => {
        const isSame = typeA === typeB && Buffer.from(bodyA).equals(bodyB);
        const texts = [preAuthEncoding(typeA, bodyA), preAuthEncoding(typeB, bodyB)] as const;
        assert.equal(Buffer.from(texts[0]).equals(texts[1]), isSame);
      }),
    );
  });

  test('is refused where it is too long to be signed whole', async () => {
    const careless = { ...signer, sign: async () => assert.fail('it was asked to sign') };
    await assert.rejects(signEnvelope(new Uint8Array(4096), { payloadType, signer: careless }), {
      name: 'SigningError',
    });
  });

  test('is not put into an envelope that its own key does not verify', async () => {
    const broken = { ...signer, sign: async () => Uint8Array.of(1, 2, 3) };
    await assert.rejects(signEnvelope(new Uint8Array(), { payloadType, signer: broken }), {
      name: 'SigningError',
      message: /case-officer\.key gave a signature that its own public key does not verify/,
    });
  });
});

/** Both alphabets of base64 are read: of the only letter in which they differ, either writing is the same bytes. */
const inStandardAlphabet = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');

const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
const good = await signEnvelope(payload, { payloadType, signer });

describe('a changed envelope', () => {
  test('never verifies with other bytes than were signed, whatever byte of it changes', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(good);
        changed[at]! ^= flip;
        const verdict = verifyEnvelope(changed, signer.publicKeyPem);
        // keyid is a hint that is not signed: a change there changes nothing that is read.
        if (!verdict.ok) return;
        assert.deepEqual(Buffer.from(verdict.payload), payload);
        assert.equal(verdict.payloadType, payloadType);
        const [changedSig, goodSig] = [changed, good].map((each) => json(each).signatures[0].sig);
        assert.equal(inStandardAlphabet(changedSig), inStandardAlphabet(goodSig));
      }),
      { numRuns: 2000 },
    );
  });

  test('never verifies with a character put into, taken from or changed in payload, type or signature', () => {
    const letters = fc.constantFrom(...'ABab01+/-_=. \n\u0000é');
    fc.assert(
      fc.property(
        fc.constantFrom('payload', 'payloadType', 'sig'),
        fc.nat(),
        fc.constantFrom('put', 'take', 'change'),
        letters,
        (field, pick, how, letter) => {
          const envelope = json(good);
          const holder = field === 'sig' ? envelope.signatures[0] : envelope;
          const text: string = holder[field];
          const at = pick % text.length;
          const rest = text.slice(how === 'put' ? at : at + 1);
          const changed = `${text.slice(0, at)}${how === 'take' ? '' : letter}${rest}`;
          fc.pre(inStandardAlphabet(changed) !== inStandardAlphabet(text));
          holder[field] = changed;
          assert.ok(!verifyEnvelope(bytesOf(envelope), signer.publicKeyPem).ok, changed);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('has a verdict for any JSON and any bytes, and throws nothing', () => {
    const field = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.base64String());
    const shaped = fc.record(
      {
        payload: field,
        payloadType: field,
        signatures: fc.oneof(field, fc.array(fc.oneof(field, fc.record({ sig: field, keyid: field })))),
      },
      { requiredKeys: [] },
    );
    const hostile = fc.oneof(
      shaped.map(bytesOf),
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const verdict = verifyEnvelope(bytes, signer.publicKeyPem);
        assert.ok(!verdict.ok && verdict.problem !== '');
      }),
      { numRuns: 1000 },
    );
    for (const pem of ['', 'no key', `${signer.publicKeyPem}${signer.publicKeyPem}`])
      assert.ok(!verifyEnvelope(good, pem).ok);
  });

  const envelope = json(good);
  const [signature] = envelope.signatures;
  const wrong: [what: string, value: unknown, problem: RegExp][] = [
    ['no object', [envelope], /is no JSON object/],
    ['no payload', { ...envelope, payload: undefined }, /has no payload in base64/],
    ['a payload of two alphabets', { ...envelope, payload: 'a+_/' }, /has no payload in base64/],
    ['no type', { ...envelope, payloadType: 7 }, /has no payloadType/],
    ['half a character for a type', { ...envelope, payloadType: '\ud800' }, /has no payloadType/],
    ['no signatures', { ...envelope, signatures: [] }, /has no signatures/],
    ['null for a signature', { ...envelope, signatures: [null] }, /signature that is no base64/],
    ['signatures without end', { ...envelope, signatures: Array(17).fill(signature) }, /more signatures/],
    ['the signature of another type', { ...envelope, payloadType: 'x' }, /no signature of this key/],
  ];
  for (const [what, value, problem] of wrong) {
    test(`is refused with ${what}`, () => {
      const verdict = verifyEnvelope(bytesOf(value), signer.publicKeyPem);
      assert.ok(!verdict.ok);
      assert.match(verdict.problem, problem);
    });
  }
});

describe('an envelope', () => {
  const other = madeSigner();

  test('does not verify with another key, whatever keyid says', () => {
    const envelope = json(good);
    envelope.signatures[0].keyid = other.keyId;
    assert.ok(!verifyEnvelope(bytesOf(envelope), other.publicKeyPem).ok);
    assert.ok(verifyEnvelope(bytesOf(envelope), signer.publicKeyPem).ok);
  });

  test('of several signers verifies with the key of each', async () => {
    const second = json(await signEnvelope(payload, { payloadType, signer: other }));
    const both = { ...second, signatures: [...json(good).signatures, ...second.signatures] };
    for (const { publicKeyPem } of [signer, other]) assert.ok(verifyEnvelope(bytesOf(both), publicKeyPem).ok);
  });

  test('may hold fields that nobody knows, and lack keyid', () => {
    const { signatures, ...rest } = json(good);
    const [{ sig }] = signatures;
    const known = { ...rest, extra: { a: 1 }, signatures: [{ sig, cert: 'x' }] };
    assert.ok(verifyEnvelope(bytesOf(known), signer.publicKeyPem).ok);
  });

  test('can be opened unverified, and says why where it cannot', () => {
    const open = openEnvelope(good);
    assert.ok(!('problem' in open));
    assert.deepEqual(Buffer.from(open.payload), payload);
    assert.deepEqual(openEnvelope(Buffer.from('{}')), { problem: 'has no payload in base64' });
  });
});
