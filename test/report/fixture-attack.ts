/** Models of reports, realistic in shape and made of reserved addresses and example names. */

import { concentrations } from '../../src/case/origin.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { attackHand } from './fixture-hand.ts';
import { countries, iso, ledger, networks, points } from './fixture-parts.ts';
import { attackAssessment, attackEffect, attackRecord } from './fixture-sections.ts';

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
    focus: null,
    supersedes: null,
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
    coverage: { logs: [], gaps: [], orphans: [], overlapping: [], sentence: 'No log was read.' },
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
        tests: [
          {
            id: 'composition',
            result: 'attack',
            observation: '97 % of the growth is of signatures that grew',
          },
        ],
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
        tests: [
          {
            id: 'composition',
            result: 'attack',
            observation: '97 % of the growth is of signatures that grew',
          },
        ],
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
    concentration: concentrations({ countries: countries(), networks: networks() }),
    networks: networks(),
    clusters: [
      {
        id: '1a2b3c4d',
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
        id: '5e6f7a8b',
        window_id: 'W2',
        template: 'GET /?{number}={number}',
        user_agent: null,
        ja4: null,
        requests: 1_711_220,
        usual_requests: 0,
        sources: 3_300,
      },
    ],
    ...attackHand(),
    ...attackEffect(),
    ...attackAssessment(),
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
    ...attackRecord(),
    method: ['Windows open where the log leaves its baseline by seven median deviations for three minutes.'],
  };
}
