/** Models of reports, realistic in shape and made of reserved addresses and example names. */

import type { ReportModel } from '../../src/report/model.ts';
import { attackModel, emptyModel } from './fixture-attack.ts';
import { attackHand } from './fixture-hand.ts';
import { iso, ledger, points } from './fixture-parts.ts';

export { attackModel, emptyModel };

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
        id: '9c0d1e2f',
        window_id: 'W1',
        template: text,
        user_agent: text,
        ja4: text,
        requests: 1,
        usual_requests: 0,
        sources: 1,
        part: { of: '9c0d1e2f', field: 'path', value: text },
        tag: text,
        accepted_by: text,
      },
    ],
    ...attackHand(text),
    coverage: {
      ...attack.coverage,
      logs: attack.coverage.logs.map((log) => ({ ...log, source_id: text, host: text, sampling: inside })),
      gaps: attack.coverage.gaps.map((gap) => ({ ...gap, source_id: text, sentence: inside })),
      orphans: [text],
      overlapping: [text],
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
    archives: [{ archive: text, sha256: text, bytes: 1, members: 2, objects: 1, damage: inside }],
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
