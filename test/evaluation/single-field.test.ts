/** In no scenario does one field tell attackers, unless the technique is that field. `labour-2019` is judged by its logs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bestF1, singleFields } from '../../evaluation/single-field.ts';
import { scenarios } from '../../src/simulate/scenarios.ts';

const MOST = 0.8;

/** Fields that are the technique itself, with the reason. */
const TECHNIQUE: Record<string, { fields: string[]; why: string }> = {
  pingback: {
    fields: ['agent', 'ja4', 'prefix', 'asn', 'network type'],
    why: 'blogs on hosts say by their agent what they do',
  },
  'random-paths': { fields: ['path'], why: 'nobody else asks for a path that was drawn' },
  'login-stuffing': { fields: ['path'], why: 'passwords are tried where one logs in' },
};

describe('one field alone', () => {
  test('is measured by the best set of its values', () => {
    const cases = (values: string) => [...values].map((value) => ({ value, positive: value === 'a' }));
    assert.equal(bestF1(cases('aabb')), 1);
    const mixed = [...cases('aab'), { value: 'a', positive: false }, { value: 'c', positive: true }];
    assert.equal(bestF1(mixed), 6 / 7);
  });

  const floods = Object.values(scenarios).filter(
    ({ id, attack }) => attack.waves.length > 0 && id !== 'labour-2019',
  );
  for (const scenario of floods)
    test(`does not tell the attackers of ${scenario.id}`, (t) => {
      for (const { field, addresses, requests } of singleFields(scenario, 1)) {
        const said = `${field}: F1 by address ${addresses.toFixed(3)}, by request ${requests.toFixed(3)}`;
        t.diagnostic(said);
        const isTechnique = TECHNIQUE[scenario.id]?.fields.includes(field) ?? false;
        const isBelow = addresses <= MOST && requests <= MOST;
        if (!isTechnique) assert.ok(isBelow, said);
      }
    });
});
