/** The interface of an app behind a balancer. */
import type { OtherCase } from './cases.ts';
import { flood, HOUR, sourcesOf, word } from './site.ts';

export const appCases: Record<string, OtherCase> = {
  'app-quiet': { format: 'alb', hours: 24, perMinute: 200, app: true, happen() {} },
  'app-flood': {
    format: 'alb',
    hours: 24,
    perMinute: 200,
    app: true,
    windows: ['http-flood'],
    happen(site, { agents }) {
      flood(site, {
        ...{ wave: 0, from: 16 * HOUR, until: 16.25 * HOUR, perSecond: 40, sources: sourcesOf(site, 1500) },
        target: (random) =>
          random.chance(0.5) ? `/v1/feed?cursor=${random.below(1e7)}` : `/v1/search?q=${word(random)}`,
        agent: (random) => random.pick(agents),
      });
    },
  },
  'app-passwords': {
    format: 'alb',
    hours: 24,
    perMinute: 200,
    app: true,
    windows: ['credential-stuffing'],
    happen(site, { agents }) {
      flood(site, {
        ...{ wave: 0, from: 10 * HOUR, until: 11.5 * HOUR, perSecond: 1.2, sources: sourcesOf(site, 900) },
        ...{ target: () => '/v1/login', agent: (random) => random.pick(agents), method: 'POST' },
        status: (random) => (random.chance(0.97) ? 401 : 200),
      });
    },
  },
  'app-release': {
    format: 'alb',
    hours: 24,
    perMinute: 200,
    app: true,
    happen(site) {
      // By noon half of the people have the new version, by the evening nearly all.
      for (const request of site.requests)
        if (site.random.chance(Math.min(1, Math.max(0, (request.at / HOUR - 9) / 9))))
          request.agent = request.agent.replace('App/3.', 'App/4.');
    },
  },
};
