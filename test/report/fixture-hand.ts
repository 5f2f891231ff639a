/** What people say of a case, as a report has it; every text of theirs is `text`, where one is given. */
import type { ReportModel } from '../../src/report/model.ts';

type Hand = Required<Pick<ReportModel, 'rejected_clusters' | 'open_clusters' | 'judgements' | 'case'>>;

const WINDOW = { from: '2019-11-11T15:42:00.000Z', until: '2019-11-11T16:25:00.000Z' };

export function attackHand(text?: string): Hand {
  const cluster = {
    template: text ?? 'GET /news/archive',
    user_agent: text ?? 'wget/2.0',
    ja4: text ?? null,
    window_id: 'W1',
  };
  const said = {
    by: text ?? 'A. Analyst',
    reason: text ?? 'A mirror of ours.',
    at: '2019-11-13T10:00:00.000Z',
  };
  return {
    rejected_clusters: [{ id: '0a1b2c3d', ...cluster, requests: 2_790, sources: 30, ...said }],
    open_clusters: [{ id: '4e5f6a7b', ...cluster, requests: 24, expected: 8.3 }],
    judgements: [
      {
        ...{ cluster: '0a1b2c3d', judgement: 'reject', tag: null, by_field: null, window: WINDOW },
        ...{ ...said, hash: 'a'.repeat(64) },
      },
      {
        ...{ cluster: '1a2b3c4d', judgement: 'tag', tag: text ?? 'booter A', by_field: null, window: null },
        ...{ ...said, hash: 'b'.repeat(64) },
      },
    ],
    case: {
      sha256: 'c'.repeat(64),
      known_sources: [
        {
          name: text ?? 'Load test',
          role: 'tester',
          reason: text ?? 'Commissioned, order 4711.',
          networks: ['198.18.7.0/24'],
          addresses: 1,
          requests: 4_120,
          attack_requests: 4_000,
          window_ids: ['W1'],
          suspects: [{ src_ip: '198.18.7.9', attack_requests: 4_000 }],
          sentence: `${text ?? 'Load test'}: look at it.`,
        },
      ],
      hosts: {
        named: [text ?? 'www.example.org'],
        not_seen: [],
        requests_aside: 12,
        sentence: `The case is about ${text ?? 'www.example.org'}.`,
      },
      surfaces: [
        {
          name: text ?? 'Export',
          host: text ?? null,
          paths: [text ?? '/admin/*'],
          log: text ?? 'origin',
          complete: false,
          answered: 3,
          needs: [text ?? 'The log of the surface.'],
        },
      ],
      trusted_proxies: ['10.0.0.0/8'],
    },
  };
}
