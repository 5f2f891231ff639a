/** Models of reports, realistic in shape and made of reserved addresses and example names. */
import type { Indicator, LedgerEntry, ReportModel, Share } from '../../src/report/model.ts';

const hash = (seed: number) =>
  Array.from({ length: 64 }, (_, i) => ((seed * 7 + i * 13 + ((i * seed) % 5)) % 16).toString(16)).join('');

/** Nothing was read, nothing is known. */
export function emptyModel(): ReportModel {
  return {
    schema_version: '1.0.0',
    tool: { name: 'ascribe', version: '0.1.0' },
    finding: 'cannot-say',
    sentence: 'The logs hold no events, so they cannot say whether there was an attack.',
    synthetic: false,
    tlp: 'TLP:AMBER',
    period: null,
    windows: [],
    surges: [],
    sources_answer: 'cannot-say',
    sources_reason: null,
    sources: null,
    sources_count: 0,
    leads: [],
    countries: [],
    countries_reason: null,
    networks: [],
    networks_reason: null,
    clusters: [],
    impact: { attack_caused: [], mitigation_caused: [], sentence: 'No effect was measured.' },
    coverage: { logs: [], gaps: [], orphans: [], sentence: 'No log was read.' },
    data_access: {
      answer: 'cannot-say',
      sentence: 'No log of a sensitive surface was read.',
      needs: [],
      findings: [],
    },
    assessment: {
      status: 'machine-draft',
      hypotheses: [],
      indicators: [],
      judgements: [],
      confidence: {
        rating: 'Low',
        statement: 'There is nothing to judge.',
        information_base: 1,
        rigour: 1,
        stability: 1,
      },
      changes_if: [],
      sentence: 'There is nothing to assess.',
    },
    cannot_say: [],
    series: [],
    ledger: [],
    refused: [],
    snapshot: { merkle_root: '', objects: 0, profile: '' },
    queries: [],
    datasets: [],
    method: [],
  };
}

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

const countries = (): Share[] =>
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

const networks = (): Share[] =>
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

const START = Date.parse('2019-11-11T00:00:00.000Z');
const iso = (minute: number) => new Date(START + minute * 60_000).toISOString();

/** Two days of minutes: a day's swing, two waves and an hour of silence. */
function points() {
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

const IDS = ['H0', 'H1', 'H2', 'H3', 'H4', 'H5', 'H9'] as const;
const NAMES = {
  H0: 'no attack',
  H1: 'individual or customer of a booter',
  H2: 'organised crime',
  H3: 'independent hacktivist',
  H4: 'state-aligned hacktivist',
  H5: 'state-ordered or state-executed',
  H9: 'none of these, or unknown',
};

const indicator = (id: string, name: string, row: string, rest: Partial<Indicator> = {}): Indicator => ({
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

function ledger(objects: number): LedgerEntry[] {
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

/** Two waves against a campaigning platform behind a CDN. */
export function attackModel(): ReportModel {
  const own = {
    rung: 'own-minutes' as const,
    sentence: 'Less than seven days of history: the level is what the quiet minutes of the same log show.',
  };
  return {
    ...emptyModel(),
    finding: 'attack',
    sentence:
      'Two HTTP floods on www.example.org were observed at the edge; the second was stopped there to 94.9 %.',
    synthetic: true,
    period: { from: iso(0), until: iso(2880) },
    windows: [
      {
        id: 'W1',
        surface: 'http',
        vantage: 'edge',
        source_id: 'cloudflare-http',
        host: 'www.example.org',
        hosts: ['www.example.org', 'donate.example.org'],
        start: iso(602),
        peak_at: iso(711),
        end: iso(820),
        forced: false,
        kind: 'http-flood',
        techniques: ['search-exhaustion'],
        attack: ['T1499.003'],
        attack_because: [
          {
            id: 'T1499.003',
            because: '71 % of the attack requests asked for /search, each with a new term; usual is 2 %.',
          },
        ],
        requests: 1_301_220,
        requests_total: 1_403_911,
        peak_per_minute: 9_871,
        sources: 2_004,
        mitigated: 1_101_020,
        reached_origin: 200_200,
        baseline: { ...own, expected_per_minute: 512.4 },
        duplicates: 18,
        queries: ['detection/minute-activity', 'detection/attack-requests'],
      },
      {
        id: 'W2',
        surface: 'http',
        vantage: 'edge',
        source_id: 'cloudflare-http',
        host: 'donate.example.org',
        hosts: ['donate.example.org'],
        start: iso(2281),
        peak_at: iso(2308),
        end: iso(2335),
        forced: false,
        kind: 'http-flood',
        techniques: ['cache-busting', 'rapid-reset'],
        attack: ['T1499.002', 'T1090.003'],
        attack_because: [
          { id: 'T1499.002', because: '61,204 requests in the peak minute, 119 times the expected.' },
          { id: 'T1090.003', because: '212 addresses are exit nodes of the day in the data set.' },
        ],
        requests: 2_114_907,
        requests_total: 2_140_301,
        peak_per_minute: 61_716,
        sources: 3_871,
        mitigated: 2_007_113,
        reached_origin: null,
        baseline: { ...own, expected_per_minute: 512 },
        duplicates: 0,
        queries: ['detection/minute-activity'],
      },
    ],
    surges: [],
    sources_answer: 'listed',
    sources: 'package/sources.csv',
    sources_count: 5_112,
    leads: [
      {
        kind: 'direct-to-origin',
        value: '198.18.44.7',
        window_id: 'W2',
        sentence: 'Sent 4,120 requests to the origin past the edge, before and during the window.',
        query: 'origin/direct',
      },
      {
        kind: 'pingback-requester',
        value: 'http://198.18.9.1/xmlrpc.php',
        window_id: null,
        sentence: 'Named by 311 WordPress sites as the requester of their pingbacks.',
        query: 'origin/pingback',
      },
    ],
    countries: countries(),
    networks: networks(),
    clusters: [
      {
        window_id: 'W1',
        template: 'GET /search?q={term}',
        user_agent:
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/61.0.3163.100 Safari/537.36',
        ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
        requests: 902_113,
        usual_requests: 12,
        sources: 1_702,
      },
      {
        window_id: 'W2',
        template: 'GET /?{number}={number}',
        user_agent: null,
        ja4: null,
        requests: 1_711_220,
        usual_requests: 0,
        sources: 3_300,
      },
    ],
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
    cannot_say: [
      'Who operated the machines, or paid for them.',
      'Whether data was accessed.',
      'What the edge saw between 01:00 and 02:00 on 12 November.',
    ],
    series: [{ source_id: 'cloudflare-http', vantage: 'edge', bucket_seconds: 60, points: points() }],
    ledger: ledger(30),
    refused: [
      {
        object: 'logs/notes.docx',
        reason:
          'No format recognised it: tried 14; the nearest, cloudflare-http, fails on the first record (no JSON object).',
      },
    ],
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
    method: ['Windows open where the log leaves its baseline by seven median deviations for three minutes.'],
  };
}

/** A broadcast sent readers, and nobody attacked. */
export function surgeModel(): ReportModel {
  const attack = attackModel();
  return {
    ...attack,
    finding: 'no-attack',
    sentence: 'No attack was observed; one surge, a flash crowd, has a reason in the logs.',
    synthetic: false,
    tlp: 'TLP:GREEN',
    windows: [],
    surges: [
      {
        id: 'S1',
        surface: 'http',
        vantage: 'origin',
        source_id: 'nginx',
        host: 'www.example.org',
        start: iso(600),
        peak_at: iso(611),
        end: iso(655),
        kind: 'flash-crowd',
        requests: 40_112,
        peak_per_minute: 2_011,
        baseline: {
          rung: 'seasonal',
          sentence: 'The same minute of the last four weeks.',
          expected_per_minute: 210,
        },
        sentence:
          'Readers came by one referring page, loaded pictures and styles, and asked for many pages each.',
        tests: [
          { id: 'referrers', result: 'benign', observation: '81 % came by news.example.' },
          { id: 'new-addresses', result: 'neither', observation: 'Half of the addresses were new.' },
          { id: 'ja4', result: 'not-computable', observation: 'The log has no fingerprint.' },
        ],
        queries: ['detection/minute-activity'],
      },
    ],
    sources_answer: 'listed',
    sources: null,
    sources_count: 0,
    leads: [],
    countries: [],
    countries_reason: 'There is no attack, so no country of one.',
    networks: [],
    networks_reason: 'There is no attack, so no network of one.',
    clusters: [],
    impact: {
      attack_caused: [],
      mitigation_caused: [],
      sentence: 'There is no attack, so no effect of one.',
    },
    data_access: {
      answer: 'no-sign',
      sentence: 'The logs of every sensitive surface are complete for the period and show no sign of access.',
      needs: [],
      findings: [],
    },
    assessment: {
      ...attack.assessment,
      status: 'reviewed',
      hypotheses: [],
      indicators: [],
      judgements: attack.assessment.judgements.slice(0, 1),
    },
    series: [
      {
        source_id: 'nginx',
        vantage: 'origin',
        bucket_seconds: 60,
        points: points()
          .slice(500, 720)
          .map((point) => ({ ...point, attack: 0, mitigated: null, expected: null })),
      },
    ],
    ledger: ledger(3),
    refused: [],
  };
}

/** An origin log behind a CDN: every address in it is the CDN's. */
export function behindProxyModel(): ReportModel {
  const attack = attackModel();
  return {
    ...attack,
    sentence: 'An HTTP flood was observed at the origin; the log holds the addresses of the CDN alone.',
    synthetic: false,
    windows: [
      {
        ...attack.windows[0]!,
        vantage: 'origin',
        source_id: 'nginx',
        host: null,
        hosts: [],
        sources: null,
        mitigated: null,
        reached_origin: null,
        forced: true,
      },
    ],
    sources_answer: 'cannot-say',
    sources_reason: 'Every client address in the log is that of the CDN in front.',
    sources: null,
    sources_count: 0,
    countries: [],
    countries_reason: 'No client address is logged, so no country is known.',
    networks: [],
    networks_reason: 'No client address is logged, so no network is known.',
    series: [{ source_id: 'nginx', vantage: 'origin', bucket_seconds: 3600, points: [] }],
  };
}

/** The same hostile text in every place that a log, a file name or a header reaches. */
export function hostileModel(text: string): ReportModel {
  const attack = attackModel();
  const inside = `Requests with ${text} were observed.`;
  return {
    ...attack,
    sentence: inside,
    tlp: text,
    windows: attack.windows.map((window) => ({
      ...window,
      host: text,
      hosts: [text, `${text}2`],
      source_id: text,
      techniques: [text],
      attack_because: [{ id: 'T1499', because: inside }],
    })),
    surges: surgeModel().surges.map((surge) => ({
      ...surge,
      host: text,
      source_id: text,
      sentence: inside,
      tests: [{ id: 'referrers', result: 'benign', observation: inside }],
    })),
    sources: text,
    leads: [{ kind: text, value: text, window_id: 'W1', sentence: inside, query: text }],
    countries: attack.countries.map((one) => ({ ...one, label: text, dataset: text })),
    networks: attack.networks.map((one) => ({ ...one, label: text })),
    clusters: [
      {
        window_id: 'W1',
        template: text,
        user_agent: text,
        ja4: text,
        requests: 1,
        usual_requests: 0,
        sources: 1,
      },
    ],
    coverage: {
      ...attack.coverage,
      logs: attack.coverage.logs.map((log) => ({ ...log, source_id: text, host: text, sampling: inside })),
      gaps: attack.coverage.gaps.map((gap) => ({ ...gap, source_id: text, sentence: inside })),
      orphans: [text],
      sentence: inside,
    },
    data_access: {
      ...attack.data_access,
      sentence: inside,
      needs: [inside],
      findings: [{ sentence: inside, addresses: [text], rows: [{ object_id: text, record_no: 1 }] }],
    },
    cannot_say: [inside, text],
    series: [{ source_id: text, vantage: 'edge', bucket_seconds: 60, points: points().slice(600, 660) }],
    ledger: ledger(14).map((entry) => ({ ...entry, object: text, damage: inside, source_id: text })),
    refused: [{ object: text, reason: inside }],
    queries: [{ id: text, title: text, text: `select '${text}'`, parameters: { host: text }, rows: 1 }],
    section_queries: { countries: [text] },
    method: [text, inside],
  };
}

export const MODELS: Record<string, () => ReportModel> = {
  attack: attackModel,
  'no attack, a surge': surgeModel,
  'behind a proxy': behindProxyModel,
  empty: emptyModel,
};
