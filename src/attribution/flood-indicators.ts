import { type IndicatorRule, MALICIOUS, outOf, sumOf } from './indicator.ts';

/** Indicators of floods below HTTP: of flows and of DNS queries. */
export const floodIndicators: readonly IndicatorRule[] = [
  {
    id: 'I07',
    name: 'UDP reflection',
    strength: 3,
    group: 'vector',
    caveat: 'The sources are reflectors, never the attacker; reflection is for hire by anyone.',
    reference: 'US-CERT TA14-017A',
    query: 'technique/udp-reflection',
    surfaces: ['network'],
    read({ windows }) {
      const reflected = windows.filter(({ techniques }) =>
        techniques?.some((each) => each.endsWith('-reflection')),
      );
      const services = [...new Set(reflected.flatMap(({ techniques }) => techniques ?? []))];
      return {
        observation: `${outOf(reflected.length, windows.length)} windows of flows are made of answers that nobody asked for${services.length > 0 ? `: ${services.join(', ')}` : ''}.`,
        cells: reflected.length > 0 ? { ...MALICIOUS, H1: 'CC' } : {},
      };
    },
  },
  {
    id: 'I09',
    name: 'Connections that nobody opened',
    strength: 3,
    group: 'vector',
    caveat:
      'A balancer hides it, and flags are or-ed over the interval of the log. No country follows from such sources.',
    reference: 'Moore, Voelker and Savage, USENIX Security 2001',
    query: 'technique/syn-flood',
    surfaces: ['network'],
    read({ windows }) {
      const told = windows.flatMap(({ id, testsById }) =>
        Object.values(testsById)
          .filter((test) => test.id?.endsWith('nothing-opened') && test.result === 'attack')
          .map((test) => `${id}: ${test.observation}`),
      );
      if (told.length === 0) return 'no window is of half-open or unopened connections';
      return { observation: `${told.join('; ')}.`, cells: MALICIOUS };
    },
  },
  {
    id: 'I31',
    name: 'Several surfaces at once',
    strength: 1,
    group: 'surfaces',
    caveat:
      'Trouble of a provider that surfaces share looks alike; surfaces of which no log was given are not seen.',
    reference: 'Cloudflare DDoS reports',
    query: null,
    surfaces: ['http', 'network', 'dns'],
    read({ windows }) {
      const surfaces = new Set(windows.map(({ surface = 'http' }) => surface));
      if (surfaces.size < 2) return 'windows of one surface alone were observed';
      const together = windows.filter((one) =>
        windows.some(
          (other) =>
            (one.surface ?? 'http') !== (other.surface ?? 'http') &&
            one.start < other.end &&
            other.start < one.end,
        ),
      );
      return {
        observation: `Windows of ${[...surfaces].join(' and ')} were observed; ${outOf(together.length, windows.length)} overlap one of another surface, ${Math.round(sumOf(together, (each) => each.end - each.start) / 60_000)} minutes in all.`,
        cells: together.length > 0 ? { H2: 'C', H4: 'C' } : {},
      };
    },
  },
];
