/**
 * Sites, visitors and attackers that were thought out apart from the project's simulator: another model of people, whose
 * agents are their own, and of pages. They are for measuring alone. Addresses are of 240.0.0.0/4, which nobody has.
 */
import { createRandom, type Random, weighted } from '../../src/simulate/random.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export type Person = { address: string; agent: string };

/** A request; `wave` is the number of the attack that it is of, null: none. `at` in ms since the log's start. */
export type SiteRequest = Person & {
  at: number;
  method: string;
  target: string;
  status: number;
  bytes: number;
  referrer: string | null;
  wave: number | null;
};

export type Site = {
  random: Random;
  hours: number;
  pages: string[];
  people: Person[];
  requests: SiteRequest[];
};

const AGENTS: readonly [string, number][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%.0.%.% Safari/537.36',
    5,
  ],
  [
    'Mozilla/5.0 (Linux; Android %; SM-G%0F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/7%.0.3904.96 Mobile Safari/537.36',
    4,
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS %_% like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%.0 Mobile/15E148 Safari/604.1',
    3,
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_%_%) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/1%.0 Safari/605.1.15',
    2,
  ],
  ['Mozilla/5.0 (Windows NT 10.0; rv:%.%) Gecko/20100101 Firefox/%.0', 1],
];
const VERSIONS = [9, 10, 11, 12, 13, 70, 71, 78];
const drawAgent = weighted(AGENTS, ([, weight]) => weight);

const LETTERS = 'abcdefghijklmnoprstuw';
export const word = (random: Random): string =>
  Array.from({ length: 4 + random.below(6) }, () => LETTERS[random.below(LETTERS.length)]).join('');

export const address = (random: Random): string =>
  `${240 + random.below(12)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`;

export const agent = (random: Random): string =>
  drawAgent(random)[0].replaceAll('%', () => String(random.pick(VERSIONS)));

export const person = (random: Random): Person => ({ address: address(random), agent: agent(random) });

export function createSite(
  id: string,
  { seed, hours, perMinute }: { seed: number; hours: number; perMinute: number },
): Site {
  const random = createRandom(seed, `other-sites/${id}`);
  const pages = ['/', ...Array.from({ length: 300 }, (_, index) => `/p/${index}-${word(random)}`)];
  for (let index = 0; index < 20; index += 1) pages.push(`/c/${word(random)}`);
  const people = Array.from({ length: perMinute * hours * 6 + 50 }, () => person(random));
  return { random, hours, pages, people, requests: [] };
}

export function put(
  site: Site,
  who: Person,
  request: Partial<SiteRequest> & Pick<SiteRequest, 'at' | 'target'>,
): void {
  const { address: from, agent: by } = who;
  site.requests.push({
    ...{ address: from, agent: by, method: 'GET', status: 200, referrer: null, wave: null },
    ...{ bytes: Math.round(200 + site.random.skewed(4000)) },
    ...request,
  });
}

const ASSETS = ['css', 'js', 'png', 'jpg', 'woff2'].flatMap((kind) =>
  [1, 2, 3, 4, 5, 6].map((number) => `/static/${'abcdef'[number - 1]}${kind}.${kind}`),
);
const ORIGIN = 'https://www.site.example';

/** A visitor looks at some pages and their parts, and sends a form now and then. */
export function visit(
  site: Site,
  {
    at,
    who = site.random.pick(site.people),
    entry,
    referrer,
    wave = null,
  }: {
    at: number;
    who?: Person;
    entry?: string;
    referrer?: string | null;
    wave?: number | null;
  },
): void {
  const { random, pages } = site;
  let now = at;
  let target = entry ?? (random.chance(0.01) ? '/' : random.pick(pages));
  let from =
    referrer === undefined
      ? random.pick([null, null, 'https://www.google.com/', 'https://t.co/x'])
      : referrer;
  for (let left = 1 + Math.min(11, Math.floor(random.skewed(1.1))); left > 0; left -= 1) {
    const status = random.chance(0.97) ? 200 : random.pick([304, 404, 301, 500]);
    put(site, who, { at: now, target, status, referrer: from, wave });
    from = `${ORIGIN}${target}`;
    for (const asset of random.shuffled(ASSETS).slice(0, random.below(7)))
      put(site, who, {
        at: now + random.below(2000),
        target: asset,
        status: random.pick([200, 200, 304]),
        referrer: from,
        wave,
      });
    if (random.chance(0.05)) {
      const form = random.pick(['/cart', '/login', '/search']);
      put(site, who, {
        at: now + 3000,
        target: form,
        method: 'POST',
        status: random.pick([200, 302]),
        referrer: from,
        wave,
      });
    }
    now += 5000 + random.skewed(13_000);
    target = random.pick(pages);
  }
}

/** By night a tenth of what there is by day, most at two in the afternoon; a triangle, so that the rate is exact everywhere. */
const rhythm = (at: number): number => {
  const hour = (at / HOUR) % 24;
  const apart = Math.abs(((hour - 14 + 36) % 24) - 12);
  return 1 - 0.9 * (apart / 12);
};

/** Moments in a stretch, `perSecond` on average where `share` is 1. */
export function* moments(
  { random }: Site,
  {
    from,
    until,
    perSecond,
    share = () => 1,
  }: { from: number; until: number; perSecond: number; share?: (at: number) => number },
): Generator<number> {
  for (let at = from; ; ) {
    // Mean 1.9 times the scale.
    at += random.skewed(1000 / 1.9 / perSecond);
    if (at >= until) return;
    if (random.chance(share(at))) yield Math.floor(at);
  }
}

const REQUESTS_A_VISIT = 12;

/** People by day and night, a monitor and two crawlers. */
export function addUsual(site: Site, perMinute: number): void {
  const until = site.hours * HOUR;
  for (const at of moments(site, {
    from: 0,
    until,
    perSecond: perMinute / 60 / REQUESTS_A_VISIT,
    share: rhythm,
  }))
    visit(site, { at });
  const robots: [Person, number][] = [
    [{ address: '240.255.0.1', agent: 'Uptime-Check/1.4 (http://uptime.example/)' }, 60],
    [
      {
        address: '240.255.1.1',
        agent: 'Mozilla/5.0 (compatible; Findbot/2.1; +http://find.example/bot.html)',
      },
      40,
    ],
    [
      {
        address: '240.255.2.1',
        agent: 'Mozilla/5.0 (compatible; Seekbot/2.0; +http://seek.example/bot.htm)',
      },
      90,
    ],
  ];
  for (const [who, seconds] of robots)
    for (const at of moments(site, { from: 0, until, perSecond: 1 / seconds }))
      put(site, who, { at, target: who.agent.startsWith('Uptime') ? '/' : site.random.pick(site.pages) });
}

/** What the app's people ask for, by day and night. */
export function addApp(site: Site, perMinute: number): string[] {
  const { random } = site;
  const agents = ['iOS 15.1; iPhone', 'iOS 15.2; iPhone', 'Android 11', 'Android 12'].flatMap((os) =>
    [0, 1, 2].map((version) => `App/3.${version} (${os})`),
  );
  const people = site.people.map(({ address: from }) => ({ address: from, agent: random.pick(agents) }));
  const targets = [
    () => `/v1/feed?cursor=${random.below(1e7)}`,
    () => `/v1/items/${random.below(9999)}`,
    () => '/v1/me',
    () => '/v1/notifications',
    () => `/v1/search?q=${word(random)}`,
  ];
  const span = { from: 0, until: site.hours * HOUR, perSecond: perMinute / 60 / 7, share: rhythm };
  for (const at of moments(site, span)) {
    const who = random.pick(people);
    let now = at;
    if (random.chance(0.3))
      put(site, who, {
        at: now,
        method: 'POST',
        target: '/v1/login',
        status: random.chance(0.93) ? 200 : 401,
      });
    for (let left = 2 + random.below(11); left > 0; left -= 1) {
      now += 300 + random.skewed(1700);
      put(site, who, { at: now, target: random.pick(targets)(), status: random.chance(0.98) ? 200 : 500 });
    }
  }
  return agents;
}

export type Flood = {
  wave: number;
  from: number;
  until: number;
  perSecond: number;
  sources: readonly string[];
  target(random: Random): string;
  agent(random: Random): string;
  method?: string;
  status?(random: Random): number;
  share?(at: number): number;
};

export function flood(site: Site, { wave, from, until, perSecond, sources, share, ...what }: Flood): void {
  const { random } = site;
  for (const at of moments(site, { from, until, perSecond, ...(share && { share }) }))
    put(
      site,
      { address: random.pick(sources), agent: what.agent(random) },
      {
        ...{ at, target: what.target(random), method: what.method ?? 'GET', wave },
        status: what.status?.(random) ?? random.pick([200, 503]),
      },
    );
}

export const sourcesOf = ({ random }: Site, count: number): string[] =>
  Array.from({ length: count }, () => address(random));
