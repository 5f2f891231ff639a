import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type AcceptedDelivery,
  custodyKey,
  custodyRecord,
  type Delivery,
  deliveryId,
  encodeCustodyRecord,
  verifyCustodyRecord,
} from '../../src/evidence/custody.ts';
import { canonicalJson, sha256 } from '../../src/lake/digest.ts';

const file: Delivery = {
  kind: 'file',
  path: 'logs/edge.log.gz',
  size: 5120,
  mtime: '2019-11-12T18:00:00.000Z',
};
const arrival = {
  delivery: file,
  receivedAt: '2019-11-13T09:00:00.000Z',
  event: 'received' as const,
  tool: { name: 'ascribe', version: '0.1.0' },
  profile: 'a'.repeat(64),
  storedSha256: 'b'.repeat(64),
  storedBytes: 5120,
};
const accepted: AcceptedDelivery = {
  ...arrival,
  objectId: 'c'.repeat(64),
  bytes: 90_000,
  format: 'cloudflare-http',
  sourceId: 'cloudflare-http:campaign.example',
  ledger: { records: 10, rows: 7, rejects: 1, headers: 1, blanks: 1, notices: 0 },
  firstEvent: '2019-11-11T10:00:00.000Z',
  lastEvent: '2019-11-12T17:59:59.000Z',
  damage: null,
};

describe('a delivery is named by what it is', () => {
  test('the name is SHA-256 of the canonical JSON, whatever the order of the keys', () => {
    const text = '{"kind":"file","mtime":"2019-11-12T18:00:00.000Z","path":"logs/edge.log.gz","size":5120}';
    assert.equal(deliveryId(file), sha256(text));
    const { kind, ...rest } = file;
    assert.equal(deliveryId({ ...rest, kind } as Delivery), deliveryId(file));
    assert.equal(custodyKey(file), `custody/${sha256(text)}.json`);
  });

  test('the same path at another time, or another member of it, is another delivery', () => {
    const s3: Delivery = { kind: 's3', bucket: 'logs', key: 'logs/edge.log.gz', version: '1' };
    const others = [
      { ...file, mtime: '2019-11-12T18:00:01.000Z' },
      { ...file, member: 'edge.log' },
      { ...file, size: 1 },
      s3,
    ];
    assert.equal(new Set([file, ...others].map((delivery) => deliveryId(delivery as Delivery))).size, 5);
  });
});

describe('a custody record', () => {
  test('has its own hash and verifies under its key', () => {
    const record = custodyRecord(accepted);
    const { hash, ...rest } = record;
    assert.equal(hash, sha256(canonicalJson(rest)));
    const verdict = verifyCustodyRecord(encodeCustodyRecord(record), { key: custodyKey(file) });
    assert.deepEqual(verdict, { ok: true, record });
  });

  test('of a refused delivery says why, and has no ledger', () => {
    const record = custodyRecord({
      ...arrival,
      refused: { kind: 'unknown-format', reason: 'no format recognises it' },
    });
    assert.equal(record.refused?.reason, 'no format recognises it');
    assert.equal(record.ledger, null);
    assert.equal(record.object_id, null);
    assert.ok(verifyCustodyRecord(encodeCustodyRecord(record)).ok);
  });

  test('is not made of a ledger that does not balance', () => {
    const ledger = { ...accepted.ledger, rows: 8 };
    assert.throws(() => custodyRecord({ ...accepted, ledger }), /does not balance/);
  });

  test('is refused with any byte changed', () => {
    const bytes = encodeCustodyRecord(custodyRecord(accepted));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= flip;
        return !verifyCustodyRecord(changed).ok;
      }),
    );
  });

  const rehashed = (change: object) => {
    const { hash: _hash, ...rest } = { ...custodyRecord(accepted), ...change };
    return Buffer.from(`${canonicalJson({ ...rest, hash: sha256(canonicalJson(rest)) })}\n`);
  };
  const good = encodeCustodyRecord(custodyRecord(accepted));
  const forged: [what: string, bytes: Uint8Array, problem: RegExp][] = [
    ['another delivery', rehashed({ delivery: { ...file, size: 1 } }), /not named by its delivery/],
    [
      'rows taken out of the ledger',
      rehashed({ ledger: { ...accepted.ledger, rows: 0 } }),
      /does not balance/,
    ],
    ['the name of another reading', rehashed({ reading_id: '0'.repeat(64) }), /not named by its profile/],
    ['an outcome left out', rehashed({ ledger: null }), /neither accepted nor refused/],
    [
      'both outcomes',
      rehashed({ refused: { kind: 'unknown-format', reason: 'x' } }),
      /neither accepted nor refused/,
    ],
    ['a later version', rehashed({ custody_version: 2 }), /version/],
    [
      'a name given twice',
      Buffer.from(Buffer.from(good).toString().replace('{', '{"bytes":1,')),
      /canonical/,
    ],
    ['white space', Buffer.from(` ${Buffer.from(good)}`), /canonical/],
    ['no JSON', Buffer.from('{'), /no JSON object/],
    ['no object', Buffer.from('null'), /no JSON object/],
    ['no UTF-8', Uint8Array.of(0xff), /no JSON object/],
  ];
  for (const [what, bytes, problem] of forged) {
    test(`is refused with ${what}`, () => {
      const verdict = verifyCustodyRecord(bytes);
      assert.ok(!verdict.ok);
      assert.match(verdict.problem, problem);
    });
  }

  test('is refused under the key of another', () => {
    const verdict = verifyCustodyRecord(good, { key: `custody/${'0'.repeat(64)}.json` });
    assert.ok(!verdict.ok);
    assert.match(verdict.problem, /belongs under custody\//);
  });
});
