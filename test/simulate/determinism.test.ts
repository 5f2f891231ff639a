import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { createRandom, weighted } from '../../src/simulate/random.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';
import { scenarios } from '../../src/simulate/scenarios.ts';
import { simulate } from '../../src/simulate/simulate.ts';

/** The same scenario with a tenth of the people and bots: the engine is the same, and it is quick. */
const small: Scenario = {
  ...labour2019,
  visitors: labour2019.visitors.map((group) => ({ ...group, people: Math.ceil(group.people / 10) })),
  attack: {
    ...labour2019.attack,
    waves: labour2019.attack.waves.map((wave) => ({
      ...wave,
      bots: wave.bots / 10,
      requests: wave.requests / 10,
    })),
  },
};

async function run(seed: number): Promise<{ hash: string; paths: string[]; bytes: Uint8Array[] }> {
  const hash = createHash('sha256');
  const paths: string[] = [];
  const all: Uint8Array[] = [];
  await simulate(small, {
    seed,
    write: async (path, bytes) => {
      hash.update(`${path}\n`).update(bytes);
      paths.push(path);
      all.push(bytes);
    },
  });
  return { hash: hash.digest('hex'), paths, bytes: all };
}

describe('a seed fixes every byte', () => {
  test('the same seed gives the same objects with the same bytes, another seed others', async () => {
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    assert.ok(first.paths.length > 1_000);
    assert.equal(first.hash, again.hash);
    assert.notEqual(first.hash, other.hash);
    assert.equal(new Set(first.paths).size, first.paths.length);
  });

  test('a compressed object names neither a time nor a machine', async () => {
    const { paths, bytes } = await run(7);
    const headers = bytes
      .filter((_, index) => paths[index]!.endsWith('.gz'))
      .map((object) =>
        Buffer.from(object.subarray(0, 10))
          .toString('hex')
          .replace(/..(?=ff$)/, '--'),
      );
    assert.deepEqual([...new Set(headers)], ['1f8b080000000000--ff']);
  });

  test('the list of scenarios names each by its id', () => {
    assert.ok(Object.keys(scenarios).includes('labour-2019'));
    for (const [id, scenario] of Object.entries(scenarios)) {
      assert.equal(scenario.id, id);
      assert.equal(scenario.synthetic, true);
    }
  });
});

describe('the source of chance', () => {
  test('streams of one seed differ, and so do near seeds', () => {
    const first = (seed: number, stream: string) => createRandom(seed, stream).next();
    assert.equal(first(1, 'a'), first(1, 'a'));
    assert.notEqual(first(1, 'a'), first(1, 'b'));
    assert.notEqual(first(1, 'a'), first(2, 'a'));
  });

  test('a draw by weight follows the weights and never takes a weight of zero', () => {
    const random = createRandom(1, 'draw');
    const draw = weighted(['none', 'once', 'thrice'], (item) =>
      ['none', 'once', 'x', 'thrice'].indexOf(item),
    );
    const counts = { none: 0, once: 0, thrice: 0 };
    for (let i = 0; i < 40_000; i++) counts[draw(random) as keyof typeof counts] += 1;
    assert.equal(counts.none, 0);
    assert.ok(Math.abs(counts.thrice / counts.once - 3) < 0.15);
    assert.throws(() => weighted(['none'], () => 0), RangeError);
  });

  test('hexadecimal text has the length asked for', () => {
    const random = createRandom(1, 'hex');
    for (const digits of [1, 7, 8, 16, 24, 32])
      assert.match(random.hex(digits), new RegExp(`^[0-9a-f]{${digits}}$`));
  });
});
