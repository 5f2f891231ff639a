/** Sections of the made-up models of reports: realistic in shape, of reserved addresses and example names. */
import type { ReportModel } from '../../src/report/model.ts';
import { hash, IDS, indicator, iso, NAMES } from './fixture-parts.ts';

export function attackEffect(): Pick<ReportModel, 'impact' | 'coverage' | 'data_access'> {
  return {
    impact: {
      attack_caused: [
        {
          window_id: 'W1',
          id: 'origin-errors',
          measure: 'Responses 5xx of other users',
          unit: '%',
          before: 0.1,
          during: 6.2,
          sentence: 'Of 102,691 requests by others 6,367 were answered 5xx, 6.2 %; before it was 0.1 %.',
          query: 'impact/origin-errors',
        },
      ],
      mitigation_caused: [
        {
          window_id: 'W1',
          id: 'challenged-others',
          measure: 'Other users challenged',
          unit: 'requests',
          before: 0,
          during: 3_120,
          sentence: 'The defence challenged 3,120 of 102,691 requests by others, 3.0 %.',
          query: 'impact/challenged',
        },
      ],
      times: [
        {
          window_id: 'W1',
          what: 'mitigate',
          answer: 'measured',
          basis: 'defence-change',
          at: '2019-11-11T15:51:04.000Z',
          least_seconds: 544,
          most_seconds: 544,
          sentence:
            'W1: the first change of the defence, UpdateWebACL (waf), came 9 min 4 s after the start.',
          query: 'impact/defence-changes',
        },
        {
          window_id: 'W1',
          what: 'recover',
          answer: 'cannot-say',
          basis: null,
          at: null,
          least_seconds: null,
          most_seconds: null,
          sentence: 'W1: these logs cannot say when service was as usual again: they end before.',
          query: 'impact/served-by-minute',
        },
      ],
      sentence:
        'Users were slowed in the first wave for 38 minutes; the second wave had no measured effect on them.',
    },
    coverage: {
      logs: [
        {
          source_id: 'cloudflare-http',
          format: 'cloudflare-http',
          vantage: 'edge',
          host: null,
          first: iso(0),
          last: '2019-11-12T23:59:59.812Z',
          records: 3_911_004,
          rows: 3_911_001,
          rejects: 2,
          sampling: 'none declared',
          duplicates: 18,
          client_address: 'logged',
        },
        {
          source_id: 'aws-alb',
          format: 'aws-alb',
          vantage: 'balancer',
          host: 'www.example.org',
          first: iso(4),
          last: iso(2870),
          records: 401_220,
          rows: 401_220,
          rejects: 0,
          sampling: 'best effort, says AWS',
          duplicates: 0,
          client_address: 'behind-proxy',
        },
      ],
      gaps: [
        {
          source_id: 'cloudflare-http',
          from: iso(1500),
          until: iso(1560),
          minutes: 60,
          sentence: 'The edge log is silent; the balancer logged 12,011 requests in the same hour.',
        },
      ],
      orphans: ['http/dt=2019-11-12/0a1b-3.parquet'],
      overlapping: [],
      sentence: 'Two logs of two vantages cover 47 of 48 hours.',
    },
    data_access: {
      answer: 'cannot-say',
      sentence:
        'The logs of the supporter database were not given, so they cannot say whether data was accessed.',
      needs: ['The audit log of the supporter database, 11 to 12 November 2019.'],
      findings: [
        {
          sentence: 'Answers over 5 MB to /export by addresses of W1.',
          addresses: ['198.18.3.9', '2001:db8::77'],
          rows: [{ object_id: hash(9), record_no: 4411 }],
        },
      ],
    },
  };
}

export function attackAssessment(): Pick<ReportModel, 'assessment'> {
  return {
    assessment: {
      status: 'machine-draft',
      hypotheses: IDS.map((id, i) => ({
        id,
        name: NAMES[id],
        rank: [7, 1, 3, 2, 4, 5, 6][i]!,
        score: [-8.49, 0, -1.41, -0.71, -1.5, -2.12, -3][i]!,
        inconsistencies: i === 1 ? [] : ['IND-01', 'IND-03'],
        likelihood: null,
        reason: 'These logs neither support nor exclude state involvement.',
      })),
      indicators: [
        indicator('IND-01', 'Size of the source set', 'II C C C C C N', { strength: 3, diagnosticity: 3 }),
        indicator('IND-02', 'Share of hosting networks', 'N C C N N I N', { group: 'source set' }),
        indicator('IND-03', 'Campaign page as the only target', 'I C I CC C C N', {
          group: 'target',
          query: null,
        }),
        indicator('IND-04', 'Hours of the waves', 'N N N N N N N', { diagnosticity: 0, group: 'time' }),
        indicator('IND-05', 'Claim of responsibility', 'NA NA NA NA NA NA NA', {
          computable: false,
          diagnosticity: 0,
          observation: 'No statement was given with the logs.',
        }),
      ],
      judgements: [
        {
          question: 'Was it an attack?',
          answer: 'Both windows are attacks.',
          likelihood: { word: 'almost certain', scale: 'PHIA-2025', gap_resolved: false },
          because: ['Six of seven tests speak for attack.', 'None speaks for a crowd.'],
        },
        {
          question: 'One operation or several?',
          answer: 'One operation sent both waves.',
          likelihood: { word: 'realistic possibility', scale: 'PHIA-2025', gap_resolved: true },
          because: ['763 addresses took part in both.'],
        },
        {
          question: 'Was a state involved?',
          answer: 'These logs neither support nor exclude state involvement.',
          likelihood: null,
          because: [],
        },
      ],
      confidence: {
        rating: 'Low',
        statement: 'Own logs alone, with a gap of an hour at the edge.',
        information_base: 1,
        rigour: 2,
        stability: 2,
      },
      changes_if: [
        'Seized infrastructure or a customer list of a booter names the operator.',
        'The edge log of the missing hour is delivered.',
      ],
      sentence: 'What happened is well logged; who sent it is not in these logs.',
    },
  };
}

export function attackRecord(): Pick<ReportModel, 'snapshot' | 'queries' | 'section_queries' | 'datasets'> {
  return {
    snapshot: { merkle_root: hash(5), objects: 30, profile: hash(6) },
    queries: [
      {
        id: 'detection/minute-activity',
        title: 'Requests a minute',
        text: 'with args as (\n\tselect cast(? as date) as from_day\n)\nselect minute, requests from minute_activity order by minute',
        parameters: { from_day: '2019-11-11', until_day: '2019-11-12' },
        rows: 2820,
      },
      {
        id: 'origin/countries',
        title: 'Countries the traffic came from',
        text: 'select country, count(*) from http_requests group by country',
        parameters: { from_time: iso(602) },
        rows: 12,
      },
      {
        id: 'origin/networks',
        title: 'Networks the traffic came from',
        text: 'select 1',
        parameters: {},
        rows: 27,
      },
      {
        id: 'detection/minute-activity',
        title: 'Requests a minute',
        text: 'with args as (\n\tselect cast(? as date) as from_day\n)\nselect minute, requests from minute_activity order by minute',
        parameters: { from_day: '2019-11-12', until_day: '2019-11-12' },
        rows: 1380,
      },
    ],
    section_queries: {
      countries: ['origin/countries'],
      networks: ['origin/networks'],
      series: ['detection/minute-activity'],
    },
    datasets: [
      {
        id: 'asn',
        name: 'ip-location-db asn',
        version: '2.3.2026061719',
        sha256: hash(8),
        date: '2026-06-17',
        distance_days: 2409,
        licence: 'CC0-1.0',
        attribution: 'https://github.com/sapics/ip-location-db',
        synthetic: false,
      },
    ],
  };
}
