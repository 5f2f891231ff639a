import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concentrations } from '../../src/case/origin.ts';
import type { Share } from '../../src/report/model.ts';

const share = (key: string, numerator: number): Share => ({
  key,
  label: key,
  numerator,
  denominator: 100,
  sources: 1,
  usual_numerator: 0,
  usual_denominator: 0,
  basis: 'dataset',
  dataset_numerator: null,
  dataset: 'by hand',
  distance_days: 0,
});

test('the attack requests by country and network, as measures of concentration', () => {
  const countries = [share('RU', 50), share('BR', 25), share('GB', 25)];
  assert.deepEqual(concentrations({ countries, networks: [] }), [
    {
      of: 'country',
      things: 3,
      requests: 100,
      hhi: 0.375,
      effective_number: 2.6667,
      gini: 0.1667,
      entropy_bits: 1.5,
      most_entropy_bits: 1.585,
    },
  ]);
  const [, networks] = concentrations({ countries, networks: [share('64496', 7)] });
  assert.deepEqual([networks!.of, networks!.hhi, networks!.entropy_bits], ['network', 1, 0]);
});
