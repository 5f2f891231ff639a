import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type FiledPackage,
  type Filing,
  filedAt,
  filedPackages,
  filePackage,
  packageOf,
  signFiled,
} from '../../src/case/filed-packages.ts';
import { verifyBag } from '../../src/evidence/verify-bag.ts';
import type { Store } from '../../src/lake/store.ts';
import { madeSigner } from '../evidence/made-signer.ts';
import { memoryStore } from '../evidence/memory-store.ts';

const ROOT = 'a'.repeat(64);
const PLACE = `reports/2019-11-12/${ROOT}`;

function filing(content: string, changed: Partial<FiledPackage> = {}): Filing {
  return {
    filed: {
      kind: 'report',
      place: PLACE,
      root: ROOT,
      made_by: 'b'.repeat(64),
      synthetic: false,
      window: { from: '2019-11-12T00:00:00.000Z', until: '2019-11-13T00:00:00.000Z' },
      supersedes: null,
      filed_at: '2019-11-13T05:00:00.000Z',
      ...changed,
    },
    payload: [
      { path: 'report.md', bytes: Buffer.from(content) },
      { path: 'engine.json', bytes: Buffer.from('{}') },
    ],
    infoAt: (now) => [['Bagging-Date', now.toISOString().slice(0, 10)]],
  };
}

/** A store under a lock whose process ends after so many writes. */
function mortal(store: Store, writes: number): Store {
  let left = writes;
  return {
    ...store,
    create: async (key, bytes) => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return store.create(key, bytes);
    },
    remove: async () => assert.fail('nothing is removed under a lock'),
  };
}

describe('A package in the vault', () => {
  test('lies where it was filed, is whole, and is found', async () => {
    const store = memoryStore();
    const { prefix } = await filePackage(store, filing('one'));
    assert.equal(prefix, PLACE);
    assert.ok((await verifyBag(store, prefix)).ok);
    assert.equal(await packageOf(store, { place: PLACE }), PLACE);
    assert.deepEqual(
      (await filedPackages(store, 'reports/')).map(({ place }) => place),
      [PLACE],
    );
  });

  test('is taken up where a run was cut short, with the day of the first one, at every write', async () => {
    const whole = memoryStore();
    await filePackage(whole, filing('one'));
    for (let writes = 0; writes < whole.objects.size; writes += 1) {
      const store = memoryStore();
      await assert.rejects(filePackage(mortal(store, writes), filing('one')), /killed/);
      if (writes > 0) assert.equal(await packageOf(store, { place: PLACE }), null);
      const late = writes === 0 ? {} : { filed_at: '2019-11-14T05:00:00.000Z' };
      assert.equal((await filePackage(store, filing('one', late))).prefix, PLACE);
      assert.deepEqual(store.objects, whole.objects, `cut after ${writes} writes`);
    }
  });

  test('goes beside one that was begun with other bytes, since nothing is taken back', async () => {
    const store = memoryStore();
    await assert.rejects(filePackage(mortal(store, 2), filing('one')), /killed/);
    const { prefix } = await filePackage(store, filing('two'));
    assert.equal(prefix, `${PLACE}-2`);
    assert.equal(await packageOf(store, { place: PLACE }), prefix);
    assert.equal((await filedAt(store, prefix))?.place, PLACE);
  });

  test('is signed by what was filed of it, once, and not before it is whole', async () => {
    const store = memoryStore();
    const signing = {
      signer: madeSigner(),
      tool: { name: 'ascribe', version: '0' },
      now: new Date('2019-11-13T06:00:00Z'),
    };
    const { filed } = filing('one');
    assert.equal(await signFiled(store, filed, signing), null);
    await filePackage(store, filing('one'));
    assert.deepEqual(await signFiled(store, filed, signing), { prefix: PLACE, outcome: 'signed' });
    assert.deepEqual(await signFiled(store, filed, signing), { prefix: PLACE, outcome: 'already-signed' });
  });
});
