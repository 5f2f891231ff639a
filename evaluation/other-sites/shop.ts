/** A shop, whose web server writes combined lines. */
import type { OtherCase } from './cases.ts';
import {
  agent,
  flood,
  HOUR,
  MINUTE,
  moments,
  person,
  put,
  type Site,
  sourcesOf,
  visit,
  word,
} from './site.ts';

const tool = 'Mozilla/5.0 (X11; Linux x86_64)';

export const shopCases: Record<string, OtherCase> = {
  'shop-quiet': { format: 'combined', hours: 24, perMinute: 120, happen() {} },
  'shop-quiet-and-small': { format: 'combined', hours: 48, perMinute: 6, happen() {} },
  'shop-hourly-job': {
    format: 'combined',
    hours: 24,
    perMinute: 60,
    happen(site) {
      const who = { address: '240.254.0.7', agent: 'inventory-sync/2.1' };
      for (let hour = 0; hour < 24; hour += 1)
        for (let call = 0; call < 500; call += 1)
          put(site, who, { at: hour * HOUR + 5 * MINUTE + call * 120, target: `/export/stock/${call}.json` });
    },
  },
  'shop-flood': {
    format: 'combined',
    hours: 24,
    perMinute: 120,
    windows: ['http-flood'],
    happen(site) {
      const span = { from: 14 * HOUR + 137_000, until: 14 * HOUR + 857_000 };
      flood(site, {
        wave: 0,
        ...span,
        perSecond: 25,
        sources: sourcesOf(site, 2000),
        target: () => '/',
        agent,
      });
    },
  },
  'shop-pulses': {
    format: 'combined',
    hours: 12,
    perMinute: 100,
    windows: ['http-flood'],
    happen(site) {
      const sources = sourcesOf(site, 600);
      for (let pulse = 0; pulse < 12; pulse += 1) {
        const from = 8 * HOUR + pulse * 5 * MINUTE;
        flood(site, {
          wave: 0,
          from,
          until: from + 30_000,
          perSecond: 60,
          sources,
          target: () => '/',
          agent,
        });
      }
    },
  },
  'shop-one-minute': {
    format: 'combined',
    hours: 12,
    perMinute: 100,
    windows: ['http-flood'],
    happen(site) {
      const what = {
        target: () => '/',
        agent: () => 'python-requests/2.25.1',
        method: 'HEAD',
        status: () => 200,
      };
      const span = { from: 5 * HOUR, until: 5 * HOUR + MINUTE };
      flood(site, { wave: 0, ...span, perSecond: 300, sources: sourcesOf(site, 1), ...what });
    },
  },
  'shop-xmlrpc': {
    format: 'combined',
    hours: 24,
    perMinute: 50,
    windows: ['http-flood'],
    happen(site) {
      const what = { target: () => '/xmlrpc.php', agent: () => tool, method: 'POST', status: () => 200 };
      const span = { from: 11 * HOUR, until: 13 * HOUR };
      flood(site, { wave: 0, ...span, perSecond: 2, sources: sourcesOf(site, 40), ...what });
    },
  },
  'shop-searches': {
    format: 'combined',
    hours: 24,
    perMinute: 240,
    windows: ['http-flood'],
    happen(site) {
      const what = { target: (random: Site['random']) => `/search?q=${word(random)}`, agent };
      const span = { from: 13 * HOUR, until: 13 * HOUR + 25 * MINUTE };
      flood(site, { wave: 0, ...span, perSecond: 2, sources: sourcesOf(site, 500), ...what });
    },
  },
  'shop-ramp': {
    format: 'combined',
    hours: 24,
    perMinute: 120,
    windows: ['http-flood'],
    happen(site) {
      const span = { from: 15 * HOUR, until: 15.75 * HOUR };
      flood(site, {
        ...{ wave: 0, ...span, perSecond: 30, sources: sourcesOf(site, 3000) },
        ...{ target: (random) => `/?${random.below(1e6)}`, agent },
        share: (at) => Math.max(0.02, (at - span.from) / (span.until - span.from)),
      });
    },
  },
  'shop-newsletter': {
    format: 'combined',
    hours: 24,
    perMinute: 80,
    rises: [{ from: 18 * HOUR, until: 20 * HOUR }],
    happen(site) {
      const span = { from: 18 * HOUR, until: 19.5 * HOUR, perSecond: 1.6 };
      const share = (at: number) => ((span.until - at) / (span.until - span.from)) ** 3;
      for (const at of moments(site, { ...span, share }))
        visit(site, {
          at,
          who: person(site.random),
          entry: `/c/spring?utm_source=letter&utm_id=${site.random.below(3)}`,
        });
    },
  },
  'shop-crawler': {
    format: 'combined',
    hours: 24,
    perMinute: 60,
    rises: [{ from: 9 * HOUR, until: 15 * HOUR }],
    happen(site) {
      const sources = sourcesOf(site, 30);
      for (const at of moments(site, { from: 9 * HOUR, until: 15 * HOUR, perSecond: 2 }))
        put(
          site,
          {
            address: site.random.pick(sources),
            agent: 'Mozilla/5.0 (compatible; Gatherbot/7.0; +http://gather.example/robot/)',
          },
          { at, target: site.random.pick(site.pages) },
        );
    },
  },
};
