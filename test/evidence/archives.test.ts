import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { archiveFaults, archiveIdOf, archivesOf } from '../../src/evidence/archives.ts';
import {
  custodyKey,
  custodyRecord,
  type Delivery,
  deliveryId,
  encodeCustodyRecord,
  type OpenedDelivery,
  verifyCustodyRecord,
} from '../../src/evidence/custody.ts';
import { canonicalJson, sha256 } from '../../src/lake/digest.ts';

const file: Delivery = { kind: 'file', path: 'logs.zip', size: 900, mtime: '2019-11-12T18:00:00.000Z' };
const opened: OpenedDelivery = {
  delivery: file,
  receivedAt: '2019-11-13T09:00:00.000Z',
  event: 'received',
  tool: { name: 'ascribe', version: '0.1.0' },
  profile: 'a'.repeat(64),
  storedSha256: 'b'.repeat(64),
  storedBytes: 900,
  archive: { members: 3, objects: 2, problems: [{ member: '../evil', reason: 'leads out' }] },
};

describe('The custody record of an archive', () => {
  test('verifies under its key, with neither a ledger nor a refusal', () => {
    const record = custodyRecord(opened);
    assert.deepEqual([record.ledger, record.refused, record.object_id], [null, null, null]);
    const verdict = verifyCustodyRecord(encodeCustodyRecord(record), { key: custodyKey(file) });
    assert.deepEqual(verdict, { ok: true, record });
  });

  for (const [what, change, problem] of [
    ['a refusal beside it', { refused: { kind: 'empty', reason: 'x' } }, /or more than one of these/],
    ['an account that is null', { archive: null }, /neither objects nor problems/],
    [
      'less than no objects',
      { archive: { members: 0, objects: -1, problems: [{ member: 'a', reason: 'b' }] } },
      /neither/,
    ],
    ['numbers that are texts', { archive: { members: '12', objects: '1', problems: [1, 2] } }, /neither/],
    ['an object of its own', { object_id: 'c'.repeat(64) }, /is an archive and an object/],
    ['a member left out', { archive: { ...opened.archive, members: 2 } }, /neither objects nor problems/],
    ['no list of problems', { archive: { members: 2, objects: 2 } }, /neither objects nor problems/],
    ['no account at all', { archive: 'whole' }, /neither objects nor problems/],
  ] as const)
    test(`is refused with ${what}`, () => {
      const { hash: _hash, ...rest } = { ...custodyRecord(opened), ...change };
      const verdict = verifyCustodyRecord(
        Buffer.from(`${canonicalJson({ ...rest, hash: sha256(canonicalJson(rest)) })}\n`),
      );
      assert.ok(!verdict.ok);
      assert.match(verdict.problem, problem);
    });

  test('says what was not read: its problems, its damage, or that it holds nothing', () => {
    const faults = (damage: string | null, archive = opened.archive) => archiveFaults({ archive, damage });
    const evil = { member: '../evil', reason: 'leads out' };
    assert.deepEqual(faults(null), [evil]);
    assert.deepEqual(faults('is damaged'), [evil, { member: null, reason: 'is damaged' }]);
    const empty = { members: 0, objects: 0, problems: [] };
    assert.match(faults(null, empty)[0]!.reason, /holds no file/);
    assert.deepEqual(faults('is damaged', empty), [{ member: null, reason: 'is damaged' }]);
    assert.deepEqual(archiveFaults({ damage: 'cut off' }), [], 'of what is no archive');
  });

  test('is found by the members that were delivered in it', () => {
    const member: Delivery = { ...file, member: 'a.log' };
    assert.equal(archiveIdOf(member), deliveryId(file));
    assert.equal(archiveIdOf(file), null);
    const record = custodyRecord(opened);
    const ofMember = custodyRecord({ ...opened, delivery: member, refused: { kind: 'empty', reason: 'x' } });
    assert.equal(archivesOf([ofMember])(record), true);
    assert.equal(archivesOf([record])(record), false);
  });
});
