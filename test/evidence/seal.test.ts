import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { merkleRoot } from '../../src/evidence/merkle.ts';
import { sealCustody } from '../../src/evidence/seal.ts';
import { readSealChain, sealHead } from '../../src/evidence/seal-chain.ts';
import { SEAL_PREDICATE } from '../../src/evidence/statement.ts';
import { sha256 } from '../../src/lake/digest.ts';
import type { Store } from '../../src/lake/store.ts';
import { madeSigner } from './made-signer.ts';
import { memoryStore } from './memory-store.ts';
import { check, deliver, record, sealedStore, sealing, signer } from './sealed-store.ts';

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes!).toString();
const inOrderOfKeys = (...numbers: number[]) => numbers.map(record).sort((a, b) => (a.key < b.key ? -1 : 1));

describe('a seal', () => {
  test('signs the root, the number and the file of its records, which hold them byte for byte', async () => {
    const store = await sealedStore([1, 2, 3], []);
    const leaves = inOrderOfKeys(1, 2, 3).map(({ bytes }) => bytes);
    const root = merkleRoot(leaves);
    const lines = store.objects.get(`seals/${root}.jsonl`);
    assert.equal(text(lines), leaves.map((leaf) => text(leaf)).join(''));
    const envelope = JSON.parse(text(store.objects.get('seals/00000001.json')));
    assert.equal(envelope.payloadType, 'application/vnd.in-toto+json');
    assert.deepEqual(JSON.parse(Buffer.from(envelope.payload, 'base64').toString()), {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'custody-tree', digest: { sha256: root } },
        { name: `seals/${root}.jsonl`, digest: { sha256: sha256(lines!) } },
      ],
      predicateType: SEAL_PREDICATE,
      predicate: {
        ...{ seal: 1, leaves: 3, previous: null, tool: sealing.tool },
        key: {
          kind: 'local key',
          reference: signer.reference,
          fingerprint: signer.keyId,
          algorithm: 'ECDSA_SHA_256',
        },
        signed_at: '2019-11-13T09:00:00.000Z',
      },
    });
  });

  test('is chained to the one before, and holds what that one does not', async () => {
    const store = await sealedStore([1, 2], [3], [4, 5], [6]);
    const { seals } = await readSealChain(store, { keys: [signer.publicKeyPem] });
    assert.deepEqual(
      seals.map(({ number, leaves }) => [number, leaves]),
      [
        [1, 2],
        [2, 1],
        [3, 2],
      ],
    );
    const first = JSON.parse(text(store.objects.get('seals/00000001.json')));
    assert.equal(seals[1]!.previous, sha256(Buffer.from(first.payload, 'base64')));
    assert.equal(seals[2]!.previous, seals[1]!.sha256);
    assert.deepEqual(await sealHead(store), { number: 3, sha256: seals[2]!.sha256 });
    assert.equal(await sealHead(memoryStore()), null);
  });

  test('is not made over nothing', async () => {
    const store = await sealedStore([1], []);
    const before = [...store.objects.keys()];
    assert.deepEqual(await sealCustody(store, sealing), { made: [], leftOut: [] });
    assert.deepEqual([...store.objects.keys()], before);
  });

  test('holds so many records at most, and the rest goes to the next', async () => {
    const store = memoryStore();
    await deliver(store, 1, 2, 3, 4, 5);
    const { made } = await sealCustody(store, { ...sealing, most: 2 });
    assert.deepEqual(
      made.map(({ leaves }) => leaves),
      [2, 2, 1],
    );
    assert.deepEqual((await check(store)).problems, []);
  });

  test('leaves out what is no record, names it, and takes it when it is put back', async () => {
    const store = memoryStore();
    await deliver(store, 1, 2, 3);
    const { key, bytes } = record(2);
    store.objects.set(key, Buffer.from('{}\n'));
    store.objects.set('custody/note.txt', Buffer.from('hello'));
    const { made, leftOut } = await sealCustody(store, sealing);
    assert.equal(made[0]?.leaves, 2);
    assert.deepEqual(leftOut, [
      { key, problem: 'does not have the hash it states' },
      { key: 'custody/note.txt', problem: 'is no JSON object' },
    ]);
    store.objects.set(key, bytes);
    assert.equal((await sealCustody(store, sealing)).made[0]?.leaves, 1);
  });
});

describe('no seal is put behind', () => {
  const spoiled: [what: string, spoil: (objects: Map<string, Uint8Array>) => void, says: RegExp][] = [
    [
      'a missing one',
      (objects) => objects.delete('seals/00000001.json'),
      /memory:seals\/00000001\.json is missing, so that no seal is put behind it: .*ascribe custody/,
    ],
    [
      'one that is none',
      (objects) => objects.set('seals/00000003.json', Buffer.from('{}')),
      /seals\/00000003\.json has no payload in base64/,
    ],
    [
      'one under another number',
      (objects) => objects.set('seals/00000003.json', objects.get('seals/00000002.json')!),
      /seals\/00000003\.json is seal 2 under another number/,
    ],
    [
      'one whose records were changed',
      (objects) => {
        const key = [...objects.keys()].find((name) => name.endsWith('.jsonl'))!;
        objects.set(key, objects.get(key)!.slice(0, -1));
      },
      /seals\/[0-9a-f]{64}\.jsonl is not the file that seal 1 was made over/,
    ],
  ];
  for (const [what, spoil, says] of spoiled) {
    test(what, async () => {
      const store = await sealedStore([1], [2], [3]);
      spoil(store.objects);
      const before = [...store.objects.keys()];
      await assert.rejects(sealCustody(store, sealing), { name: 'SealError', message: says });
      assert.deepEqual([...store.objects.keys()], before);
    });
  }

  test('one of another key, unless that key is named', async () => {
    const store = await sealedStore([1], [2]);
    const other = { ...sealing, signer: madeSigner({ kind: 'kms' }) };
    await assert.rejects(sealCustody(store, other), /has no signature of this key.*name the public key/);
    const { made } = await sealCustody(store, { ...other, earlierKeys: [signer.publicKeyPem] });
    assert.equal(made[0]?.number, 2);
    const { seals, problems } = await readSealChain(store, {
      keys: [signer.publicKeyPem, other.signer.publicKeyPem],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      seals.map(({ signedBy }) => signedBy),
      [signer.keyId, other.signer.keyId],
    );
  });

  test('records planted under its name', async () => {
    const store = memoryStore();
    await deliver(store, 1);
    const root = merkleRoot([record(1).bytes]);
    store.objects.set(`seals/${root}.jsonl`, Buffer.from('{}\n'));
    await assert.rejects(sealCustody(store, sealing), /does not hold the records of its name: remove it/);
    assert.ok(!store.objects.has('seals/00000001.json'));
  });
});

/** Everything is under a seal, once, and the chain holds. */
async function assertAllSealed(store: Store, count: number): Promise<void> {
  const verdict = await check(store);
  assert.deepEqual(verdict.problems, []);
  assert.equal(verdict.sealed, count);
  assert.equal(verdict.unsealed, 0);
}

describe('no record is lost', () => {
  /** Fails from the given call on, before or after it has done its work, as a killed process does. */
  function dying(store: Store, { at, how }: { at: number; how: 'before' | 'after' }): Store {
    let calls = 0;
    const dyingOnce =
      <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        calls += 1;
        if (calls > at || (calls === at && how === 'before')) throw new Error('killed');
        const result = await call(...args);
        if (calls === at) throw new Error('killed');
        return result;
      };
    return {
      ...store,
      read: dyingOnce(store.read),
      create: dyingOnce(store.create),
      list: dyingOnce(store.list),
    };
  }

  for (const how of ['before', 'after'] as const) {
    test(`by a sealer that is killed ${how} any of its calls and run again`, async () => {
      let killed = 0;
      for (let at = 1; ; at += 1) {
        const store = await sealedStore([1, 2], [3, 4, 5, 6]);
        const sealer = sealCustody(dying(store, { at, how }), { ...sealing, most: 3 });
        const outcome = await sealer.catch((error: Error) => error.message);
        if (outcome !== 'killed') break;
        killed += 1;
        await deliver(store, 7);
        await sealCustody(store, sealing);
        await assertAllSealed(store, 7);
      }
      assert.ok(killed >= 10, `${killed} places to be killed at`);
    });
  }

  test('by sealers that run at once while records arrive, and they give one chain', async () => {
    let contested = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 3 }), async (scheduler, sealers) => {
        const store = await sealedStore([1], [2, 3]);
        const scheduled = {
          ...store,
          read: scheduler.scheduleFunction(store.read),
          create: scheduler.scheduleFunction(store.create),
          list: scheduler.scheduleFunction(store.list),
        };
        const running = Promise.all([
          deliver(scheduled, 4, 5, 6),
          ...Array.from({ length: sealers }, () => sealCustody(scheduled, { ...sealing, most: 2 })),
        ]);
        await scheduler.waitFor(running);
        const [, ...outcomes] = await running;
        const made = outcomes.flatMap((outcome) => outcome.made.map(({ number }) => number));
        assert.equal(new Set(made).size, made.length, 'each number was given once');
        if (outcomes.filter((outcome) => outcome.made.length > 0).length > 1) contested += 1;
        assert.deepEqual((await check(store)).problems, []);
        await sealCustody(store, sealing);
        await assertAllSealed(store, 6);
      }),
      { numRuns: 100 },
    );
    assert.ok(contested >= 10, `two sealers shared the work in ${contested} of 100 runs`);
  });
});
