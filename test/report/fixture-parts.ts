/** Parts of the made-up models of reports: realistic in shape, of reserved addresses and example names. */
import type { Indicator, LedgerEntry, Share } from '../../src/report/model.ts';

export const hash = (seed: number) =>
  Array.from({ length: 64 }, (_, i) => ((seed * 7 + i * 13 + ((i * seed) % 5)) % 16).toString(16)).join('');

const COUNTRIES: [string, string, number, number, number][] = [
  ['BR', 'Brazil', 412_003, 611, 120],
  ['RU', 'Russia', 263_110, 402, 88],
  ['ID', 'Indonesia', 151_220, 240, 40],
  ['GB', 'United Kingdom', 120_400, 133, 71_400],
  ['IN', 'India', 98_120, 190, 900],
  ['VN', 'Viet Nam', 71_004, 120, 12],
  ['UA', 'Ukraine', 61_870, 101, 30],
  ['US', 'United States', 55_201, 90, 5_100],
  ['TH', 'Thailand', 33_090, 60, 9],
  ['TR', 'Türkiye', 21_002, 44, 44],
  ['ZA', 'South Africa', 9_800, 9, 21],
  ['NL', 'Netherlands', 400, 4, 310],
];

export const countries = (): Share[] =>
  COUNTRIES.map(([key, label, numerator, sources, usual]) => ({
    key,
    label,
    numerator,
    denominator: 1_297_220,
    sources,
    usual_numerator: usual,
    usual_denominator: 80_122,
    basis: 'provider',
    dataset_numerator: Math.floor(numerator * 0.97),
    dataset: 'Cloudflare ClientCountry',
    distance_days: null,
  }));

export const networks = (): Share[] =>
  Array.from({ length: 27 }, (_, i) => ({
    key: String(64_496 + (i % 16) + (i > 15 ? 1040 + i : 0)),
    label: `EXAMPLE-${String.fromCharCode(65 + (i % 26))} Broadband of the North`,
    numerator: Math.floor(300_000 / (i + 1)),
    denominator: 1_301_220,
    sources: Math.floor(500 / (i + 1)),
    usual_numerator: i * 11,
    usual_denominator: 80_122,
    basis: 'dataset',
    dataset_numerator: null,
    dataset: 'asn 2.3.2026061719',
    distance_days: 2409,
  }));

export const START = Date.parse('2019-11-11T00:00:00.000Z');
export const iso = (minute: number) => new Date(START + minute * 60_000).toISOString();

/** Two days of minutes: a day's swing, two waves and an hour of silence. */
export function points() {
  const rows = [];
  for (let minute = 0; minute < 2880; minute++) {
    if (minute >= 1500 && minute < 1560) continue;
    const usual = Math.round(
      400 + 180 * Math.sin(((minute % 1440) / 1440) * 2 * Math.PI - 1.6) + ((minute * 37) % 29),
    );
    const wave = (from: number, until: number, high: number) =>
      minute >= from && minute < until
        ? Math.round(high * Math.sin(((minute - from + 8) / (until - from + 16)) * Math.PI))
        : 0;
    const attack = wave(602, 820, 9_400) + wave(2281, 2335, 61_204);
    rows.push({
      at: iso(minute),
      requests: usual + attack,
      mitigated: Math.round(attack * (minute < 640 ? 0.2 : 0.96)),
      expected: Math.round(400 + 180 * Math.sin(((minute % 1440) / 1440) * 2 * Math.PI - 1.6)),
      attack,
    });
  }
  return rows;
}

export const IDS = ['H0', 'H1', 'H2', 'H3', 'H4', 'H5', 'H9'] as const;
export const NAMES = {
  H0: 'no attack',
  H1: 'individual or customer of a booter',
  H2: 'organised crime',
  H3: 'independent hacktivist',
  H4: 'state-aligned hacktivist',
  H5: 'state-ordered or state-executed',
  H9: 'none of these, or unknown',
};

export const indicator = (
  id: string,
  name: string,
  row: string,
  rest: Partial<Indicator> = {},
): Indicator => ({
  id,
  name,
  computable: true,
  observation:
    'Of 2,004 addresses 1,871 answer on no service port, and 12 are in the list of open proxies of the day.',
  strength: 1.5,
  group: 'source set',
  cells: Object.fromEntries(IDS.map((h, i) => [h, row.split(' ')[i]])) as Indicator['cells'],
  diagnosticity: 2,
  caveat: 'A rented botnet looks the same from here whoever rents it.',
  reference: 'https://www.ncsc.gov.uk/collection/denial-service-dos-guidance-collection',
  query: 'indicators/source-kinds',
  ...rest,
});

export function ledger(objects: number): LedgerEntry[] {
  return Array.from({ length: objects }, (_, i) => {
    const rejects = i === 3 ? 2 : 0;
    return {
      object: `logs/cloudflare/2019111${1 + (i % 2)}/http_requests-${String(i).padStart(3, '0')}.ndjson.gz`,
      sha256: hash(i + 1),
      object_id: hash(i + 101),
      format: 'cloudflare-http',
      source_id: i % 5 === 4 ? 'aws-alb' : 'cloudflare-http',
      bytes: 18_220_113 + i,
      records: 52_110 + i,
      rows: 52_110 + i - rejects - 1,
      rejects,
      headers: 0,
      blanks: 1,
      notices: 0,
      damage:
        i === 7 ? 'The gzip stream ends inside a member: 3,113 bytes after the last whole record.' : null,
      deliveries: i === 2 ? 2 : 1,
    };
  });
}
