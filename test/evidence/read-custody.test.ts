import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { signEnvelope } from '../../src/evidence/dsse.ts';
import { merkleRoot, verifyInclusion } from '../../src/evidence/merkle.ts';
import { type CustodyReading, proveCustody, readCustody } from '../../src/evidence/read-custody.ts';
import { sealCustody } from '../../src/evidence/seal.ts';
import { readSealChain } from '../../src/evidence/seal-chain.ts';
import { sealStatement } from '../../src/evidence/statement.ts';
import { verifySeals } from '../../src/evidence/verify-seals.ts';
import { sha256 } from '../../src/lake/digest.ts';
import type { Store } from '../../src/lake/store.ts';
import { madeSigner } from './made-signer.ts';
import { memoryStore } from './memory-store.ts';
import { check, deliver, problemsOf, record, sealedStore, sealing, signer } from './sealed-store.ts';

type Stored = Awaited<ReturnType<typeof sealedStore>>;

async function entries(store: Store, reading: CustodyReading = {}) {
  const found = [];
  for await (const entry of readCustody(store, reading)) found.push(entry);
  return found;
}

type Lies = { root?: string; leaves?: number; fingerprint?: string };

/** A seal as only who has the key can make it, and as the sealer never does. */
async function putSeal(store: Stored, bytes: Uint8Array, lies: Lies = {}): Promise<void> {
  const { seals } = await readSealChain(store, { keys: 'unchecked' });
  const before = seals.at(-1)!;
  const { root = merkleRoot([bytes]), leaves = 1, fingerprint = signer.keyId } = lies;
  const name = `seals/${root}.jsonl`;
  store.objects.set(name, bytes);
  const subjects = [
    { name: 'custody-tree', sha256: root },
    { name, sha256: sha256(bytes) },
  ];
  const number = before.number + 1;
  const payload = sealStatement(
    { seal: number, leaves, previous: before.sha256, tool: sealing.tool },
    { signer: { ...signer, keyId: fingerprint }, signedAt: '2019-11-14T09:00:00.000Z', subjects },
  );
  const payloadType = 'application/vnd.in-toto+json';
  store.objects.set(`seals/0000000${number}.json`, await signEnvelope(payload, { payloadType, signer }));
}

const linesOf = async (store: Store, number: number) => {
  const { seals } = await readSealChain(store, { keys: 'unchecked' });
  return `seals/${seals.find((seal) => seal.number === number)!.root}.jsonl`;
};

describe('reading custody', () => {
  test('gives every record once with its bytes: sealed ones by their seal, then the others', async () => {
    const store = await sealedStore([1, 2], [3], [4, 5]);
    const found = await entries(store);
    assert.deepEqual(
      found.map(({ seal }) => seal),
      [1, 1, 2, null, null],
    );
    const expected = new Map([1, 2, 3, 4, 5].map(record).map(({ key, bytes }) => [key, bytes]));
    assert.equal(found.length, expected.size);
    for (const { key, bytes } of found) assert.deepEqual(Buffer.from(bytes), Buffer.from(expected.get(key)!));
  });

  test('takes two reads a seal, whatever it holds, and 32 at once of the others', async () => {
    const sealed = Array.from({ length: 300 }, (_, index) => index);
    const store = await sealedStore(
      sealed,
      Array.from({ length: 100 }, (_, index) => 1000 + index),
    );
    let reads = 0;
    let open = 0;
    let most = 0;
    const counting: Store = {
      ...store,
      async read(key) {
        reads += 1;
        open += 1;
        most = Math.max(most, open);
        await new Promise(setImmediate);
        open -= 1;
        return store.read(key);
      },
    };
    assert.equal((await entries(counting)).length, 400);
    assert.equal(reads, 2 + 100);
    assert.equal(most, 32);
  });

  test('of a place without seals or without custody', async () => {
    assert.deepEqual(await entries(memoryStore()), []);
    assert.equal((await entries(await sealedStore([1]))).length, 1);
  });

  test('stops at a seal that does not hold, or goes on by the records themselves', async () => {
    const store = await sealedStore([1, 2], [3], []);
    const lines = await linesOf(store, 1);
    store.objects.set(lines, Buffer.from('{}\n'));
    await assert.rejects(entries(store), {
      name: 'SealError',
      message: /^memory:seals\/[0-9a-f]+\.jsonl is not the file that seal 1 was made over: look into it/,
    });
    const problems: string[] = [];
    const found = await entries(store, { onProblem: ({ key }) => problems.push(key) });
    assert.deepEqual(problems, [lines]);
    assert.deepEqual(
      found.map(({ seal }) => seal),
      [2, null, null],
    );
  });
});

describe('checking custody', () => {
  test('finds nothing wrong with what was sealed, and says what waits', async () => {
    const store = await sealedStore([1, 2], [3], [4]);
    const { head, ...verdict } = await check(store);
    assert.deepEqual(verdict, { seals: 2, sealed: 3, unsealed: 1, problems: [] });
    assert.equal(head?.number, 2);
  });

  const { key: first } = record(1);
  const { key: third } = record(3);
  const spoiled: [
    what: string,
    spoil: (store: Stored) => Promise<void> | void,
    problems: (string | RegExp)[],
  ][] = [
    [
      'a record that is gone',
      ({ objects }) => void objects.delete(first),
      [`${first} is missing: seal 1 holds it`],
    ],
    [
      'a record that was changed, though it verifies by itself',
      ({ objects }) => void objects.set(first, record(2).bytes),
      [`${first} was changed: seal 1 holds another`],
    ],
    [
      'a record that no seal holds and that is none',
      ({ objects }) => void objects.set(record(4).key, Buffer.from('{}')),
      [`${record(4).key} does not have the hash it states`],
    ],
    [
      'records of a seal that are gone',
      async (store) => void store.objects.delete(await linesOf(store, 2)),
      [/jsonl is missing: it holds the records of seal 2$/],
    ],
    [
      'a seal that is gone',
      ({ objects }) => void objects.delete('seals/00000001.json'),
      ['seals/00000001.json is missing'],
    ],
    [
      'a hole of many seals',
      ({ objects }) => void objects.set('seals/99999999.json', Buffer.from('{}')),
      [/00000004\.json is missing/, ...Array(99).fill(/is missing/), /99999999\.json has no payload/],
    ],
    [
      'a chain of two halves',
      async ({ objects }) => {
        const other = await sealedStore([1, 2, 7], [3], []);
        objects.set('seals/00000002.json', other.objects.get('seals/00000002.json')!);
      },
      ['seals/00000002.json is not chained to the seal before it', /00000003\.json is not chained/],
    ],
    [
      'a seal of another key',
      async ({ objects }) => {
        const other = memoryStore();
        await deliver(other, 1, 2);
        await sealCustody(other, { ...sealing, signer: madeSigner() });
        objects.set('seals/00000001.json', other.objects.get('seals/00000001.json')!);
      },
      [/00000001\.json has no signature of this key over this payload/],
    ],
    [
      'a record that two seals hold',
      (store) => putSeal(store, record(1).bytes),
      [`${first} is in seal 4 and in an earlier one`],
    ],
    [
      'a root that its records do not have',
      (store) => putSeal(store, record(4).bytes, { root: 'e'.repeat(64) }),
      [`seals/${'e'.repeat(64)}.jsonl does not have the root of seal 4`],
    ],
    [
      'a number of records that is another',
      (store) => putSeal(store, record(4).bytes, { leaves: 2 }),
      [/\.jsonl has 1 records, and seal 4 says 2$/],
    ],
    [
      'a line that is no record',
      (store) => putSeal(store, Buffer.from('{}\n')),
      [/\.jsonl has a line that is no custody record, number 1$/],
    ],
    [
      'a key that is stated and did not sign',
      (store) => putSeal(store, record(4).bytes, { fingerprint: 'c'.repeat(64) }),
      [`seals/00000004.json states another key than the one that signed, ${signer.keyId}`],
    ],
  ];
  for (const [what, spoil, expected] of spoiled) {
    test(`finds ${what}`, async () => {
      const store = await sealedStore([1, 2], [3], [5], [4]);
      await spoil(store);
      const problems = await problemsOf(store);
      assert.equal(problems.length, expected.length, problems.join('\n'));
      for (const [index, problem] of problems.entries()) {
        const says = expected[index]!;
        if (typeof says === 'string') assert.equal(problem, says);
        else assert.match(problem, says);
      }
    });
  }

  test('finds seals that were cut off at the end, where one was noted elsewhere', async () => {
    const store = await sealedStore([1], [3], []);
    const { head } = await check(store);
    const publicKeys = [signer.publicKeyPem];
    assert.deepEqual((await verifySeals(store, { publicKeys, noted: head!.sha256 })).problems, []);
    store.objects.delete('seals/00000002.json');
    assert.deepEqual((await check(store)).problems, [], 'nothing in the store tells');
    const { problems } = await verifySeals(store, { publicKeys, noted: head!.sha256 });
    assert.match(problems[0]!.problem, /has no seal with the SHA-256 [0-9a-f]{64} that was noted/);
    assert.ok(store.objects.has(third));
  });

  test('finds any byte that was changed in a seal, its records or the originals', async () => {
    const untouched = await sealedStore([1, 2], [3], [4]);
    const sealText = (store: Stored) =>
      [...store.objects]
        .filter(([key]) => /^seals\/\d{8}\.json$/.test(key))
        .map(([, bytes]) => JSON.parse(Buffer.from(bytes).toString()))
        .map(({ payload, payloadType, signatures: [{ sig }] }) => [payload, payloadType, sig]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...untouched.objects.keys()),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (key, at, flip) => {
          const store = memoryStore();
          for (const [name, bytes] of untouched.objects) store.objects.set(name, Uint8Array.from(bytes));
          const bytes = store.objects.get(key)!;
          bytes[at % bytes.length]! ^= flip;
          const problems = await problemsOf(store);
          // The hint of the key is not signed: all that is read stays as it was.
          if (problems.length === 0) assert.deepEqual(sealText(store), sealText(untouched));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a record is proved', () => {
  test('to be under its seal, without the others, against the root that is signed', async () => {
    const store = await sealedStore([1, 2, 3, 4, 5, 6, 7], [8], [9]);
    const { seals } = await readSealChain(store, { keys: [signer.publicKeyPem] });
    for (const number of [1, 4, 7, 8]) {
      const { key, bytes } = record(number);
      const proof = await proveCustody(store, { key, keys: [signer.publicKeyPem] });
      assert.ok(proof);
      assert.deepEqual(Buffer.from(proof.leaf), Buffer.from(bytes));
      const root = seals.find((seal) => seal.number === proof.seal)!.root;
      assert.ok(verifyInclusion({ ...proof, root }));
      assert.ok(!verifyInclusion({ ...proof, root, leaf: record(9).bytes }));
    }
    assert.equal(await proveCustody(store, { key: record(9).key }), null);
    assert.equal(await proveCustody(store, { key: record(1).key, keys: [madeSigner().publicKeyPem] }), null);
  });
});
