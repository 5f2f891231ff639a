/** A charity behind Cloudflare, with two hosts. */
import type { OtherCase } from './cases.ts';
import { fingerprint } from './logs.ts';
import { agent, flood, HOUR, MINUTE, moments, type Site, sourcesOf, visit } from './site.ts';

const tool = 'Mozilla/5.0 (X11; Linux x86_64)';

export const charityCases: Record<string, OtherCase> = {
  'charity-flood': {
    format: 'cloudflare',
    hours: 24,
    perMinute: 150,
    windows: ['http-flood'],
    happen(site, { fingerprints }) {
      const sources = sourcesOf(site, 3000);
      const same = fingerprint(site.random);
      for (const each of sources) fingerprints.set(each, same);
      const span = { from: 11 * HOUR, until: 11 * HOUR + 20 * MINUTE };
      flood(site, { wave: 0, ...span, perSecond: 80, sources, target: () => '/donate', agent });
    },
  },
  'charity-small-host': {
    format: 'cloudflare',
    hours: 24,
    perMinute: 400,
    windows: ['http-flood'],
    happen(site) {
      const what = {
        target: (random: Site['random']) => `/api/v1/join?e=${random.below(1e6)}`,
        method: 'POST',
      };
      const span = { from: 9 * HOUR, until: 9.25 * HOUR };
      flood(site, {
        wave: 0,
        ...span,
        perSecond: 3,
        sources: sourcesOf(site, 150),
        agent,
        ...what,
      });
    },
  },
  'charity-like-agent': {
    format: 'cloudflare',
    hours: 24,
    perMinute: 150,
    windows: ['http-flood'],
    happen(site, { fingerprints }) {
      const sources = sourcesOf(site, 1200);
      const same = fingerprint(site.random);
      for (const each of sources) fingerprints.set(each, same);
      for (const at of moments(site, { from: 15 * HOUR, until: 15 * HOUR + 25 * MINUTE, perSecond: 3 }))
        visit(site, { at, who: { address: site.random.pick(sources), agent: agent(site.random) }, wave: 0 });
    },
  },
  'charity-two-waves': {
    format: 'cloudflare',
    hours: 36,
    perMinute: 150,
    windows: ['http-flood', 'http-flood'],
    happen(site) {
      const sources = sourcesOf(site, 800);
      const first = { wave: 0, from: 8 * HOUR, until: 8 * HOUR + 10 * MINUTE, perSecond: 30 };
      const second = { wave: 1, from: 20 * HOUR, until: 20.25 * HOUR, perSecond: 50 };
      flood(site, { ...first, sources, target: () => '/', agent: () => tool });
      flood(site, { ...second, sources, target: (random) => `/?s=${random.below(1e7)}`, agent: () => tool });
    },
  },
  'charity-long': {
    format: 'cloudflare',
    hours: 30,
    perMinute: 150,
    windows: ['http-flood'],
    happen(site) {
      const what = { target: (random: Site['random']) => random.pick(site.pages), agent };
      flood(site, {
        wave: 0,
        from: 10 * HOUR,
        until: 15 * HOUR,
        perSecond: 5,
        sources: sourcesOf(site, 2500),
        ...what,
      });
    },
  },
};
