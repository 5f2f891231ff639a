/** Floods of many kinds against the campaign platform. */
import type { Network, Scenario, ToolProfile } from '../scenario.ts';
import { campaign, donate, events, visitorsTimes, www } from './campaign.ts';
import { crowd } from './crowds.ts';
import { labour2019 } from './labour-2019.ts';
import { libraryJa4, popularJa4 } from './labour-2019-agents.ts';
import { labour2019Networks } from './labour-2019-networks.ts';
import { wave } from './waves.ts';

const library = { ja4: libraryJa4, weight: 1, botScore: { from: 1, until: 20 } };
const browser = { ja4: popularJa4, weight: 1, botScore: { from: 3, until: 60 } };

/** Every page of the site, plain: what the tool asks for is what people ask for. */
const pages = labour2019.site.pages
  .filter(({ query }) => query === undefined)
  .map(({ host, path, weight }) => ({ host, path, query: '', weight }));

const tools: Record<'bust' | 'search' | 'plain' | 'random' | 'pingback' | 'login', ToolProfile> = {
  bust: {
    ...library,
    id: 'bust',
    templates: [
      { host: www, path: '/', query: '?{token}={token}', weight: 3 },
      { host: www, path: '/manifesto', query: '?{token}={token}', weight: 1 },
    ],
  },
  search: {
    ...browser,
    id: 'search',
    templates: [
      { host: www, path: '/search', query: '?q={token}', weight: 1 },
      { host: events, path: '/events/find', query: '?postcode={token}', weight: 1 },
    ],
  },
  plain: { ...browser, id: 'plain', templates: pages },
  random: {
    ...library,
    id: 'random',
    templates: [
      { host: www, path: '/{token}', query: '', weight: 2 },
      { host: www, path: '/news/{token}', query: '?p={token}', weight: 1 },
    ],
  },
  pingback: {
    ...library,
    id: 'pingback',
    ja4: 't12d1209h1_d34a8e72043a_b39be8c56a14',
    agents: [
      'WordPress/4.9.{number}; https://blog-{number}.example; verifying pingback from 192.0.2.77',
      'WordPress/5.2.{number}; https://site-{number}.example; verifying pingback from 192.0.2.78',
    ],
    templates: [
      { host: www, path: '/', query: '', weight: 3 },
      { host: donate, path: '/donate', query: '', weight: 1 },
    ],
  },
  login: {
    ...browser,
    id: 'login',
    templates: [
      { host: www, path: '/account/login', query: '', weight: 97, method: 'POST', status: 401 },
      { host: www, path: '/account/login', query: '', weight: 3, method: 'POST', status: 303 },
    ],
  },
};

/** A tool in two builds: on an HTTP library, and with the fingerprint of a browser. */
function asTwo(tool: ToolProfile): ToolProfile[] {
  return [
    { ...tool, ...library },
    { ...tool, ...browser, id: `${tool.id}-browser` },
  ];
}

const popular = new Set(labour2019.visitors.map(({ network }) => network));

/** The networks that people come from, each with room for thousands more. */
const wideNetworks: Network[] = labour2019Networks.map((network, index) => ({
  ...network,
  blocks: [
    ...network.blocks,
    ...(popular.has(network.id) ? [{ cidr: `240.${16 + index}.0.0/16`, populated: 48 }] : []),
  ],
}));

const isSix = ({ cidr }: Network['blocks'][number]): boolean => cidr.includes(':');

/** The networks that have IPv6 have nothing else. */
const sixNetworks: Network[] = labour2019Networks.map((network) =>
  network.blocks.some(isSix) ? { ...network, blocks: network.blocks.filter(isSix) } : network,
);

const AFTERNOON = ['2019-11-15T14:10:00Z', '2019-11-15T14:50:00Z'] as const;

export const floodScenarios: Scenario[] = [
  campaign({
    id: 'few-strong-sources',
    title: 'A flood of two dozen strong sources',
    attack: {
      waves: [wave(...AFTERNOON, { bots: 24, requests: 30_000, rampSeconds: 20 })],
    },
  }),
  campaign({
    id: 'many-weak-sources',
    title: 'A flood of 30,000 weak sources with one request a minute each',
    networks: wideNetworks,
    visitors: visitorsTimes(3),
    attack: {
      waves: [wave('2019-11-15T14:10:00Z', '2019-11-15T14:18:00Z', { bots: 30_000, requests: 240_000 })],
      networks: labour2019.visitors.map(({ network, people }) => ({ network, weight: people })),
      minimumRequests: 2,
    },
  }),
  campaign({
    id: 'random-paths',
    title: 'A flood with random paths, and the names of visitors’ browsers',
    attack: { waves: [wave(...AFTERNOON, { techniques: [] })], profiles: asTwo(tools.random) },
  }),
  campaign({
    id: 'usual-pages',
    title: 'A flood that asks for what visitors ask for',
    attack: { waves: [wave(...AFTERNOON, { techniques: [] })], profiles: [tools.plain] },
  }),
  campaign({
    id: 'cache-busting',
    title: 'A flood past the cache',
    attack: { waves: [wave(...AFTERNOON, { techniques: ['cache-busting'] })], profiles: asTwo(tools.bust) },
  }),
  campaign({
    id: 'pingback',
    title: 'A flood of blogs that verify pingbacks',
    attack: {
      waves: [
        wave(...AFTERNOON, { bots: 500, requests: 25_000, kind: 'pingback', techniques: ['pingback'] }),
      ],
      profiles: [tools.pingback],
      networks: [
        { network: 'us-hosting-1', weight: 1 },
        { network: 'nl-hosting-1', weight: 1 },
      ],
      shared: { share: 0, networks: [], people: 0 },
    },
  }),
  campaign({
    id: 'flood-in-a-crowd',
    title: 'A flood that begins while a crowd is there',
    crowds: [crowd('2019-11-15T20:00:00Z', '2019-11-15T20:45:00Z', 1)],
    attack: { waves: [wave('2019-11-15T20:12:00Z', '2019-11-15T20:40:00Z')] },
  }),
  campaign({
    id: 'slow-growth',
    title: 'A flood that grows over an hour',
    attack: {
      waves: [
        wave('2019-11-15T13:00:00Z', '2019-11-15T14:20:00Z', {
          rampSeconds: 3_600,
          bots: 1_500,
          requests: 60_000,
          reactionSeconds: 2_700,
        }),
      ],
    },
  }),
  campaign({
    id: 'changing-vector',
    title: 'Waves that change their vector after each mitigation',
    attack: {
      waves: [
        wave('2019-11-15T14:00:00Z', '2019-11-15T14:12:00Z', {
          profiles: ['bust'],
          requests: 14_000,
          techniques: ['cache-busting'],
        }),
        wave('2019-11-15T14:20:00Z', '2019-11-15T14:32:00Z', {
          profiles: ['search'],
          requests: 14_000,
          techniques: ['search-exhaustion'],
        }),
        wave('2019-11-15T14:40:00Z', '2019-11-15T14:52:00Z', {
          profiles: ['random'],
          requests: 14_000,
          techniques: [],
        }),
      ],
      profiles: [tools.bust, tools.search, tools.random],
      returningShare: 0.7,
    },
  }),
  campaign({
    id: 'half-of-usual',
    title: 'A flood of half the usual traffic',
    attack: {
      waves: [wave(...AFTERNOON, { bots: 260, requests: 2_600, reactionSeconds: 3_600 })],
      minimumRequests: 3,
    },
  }),
  campaign({
    id: 'login-stuffing',
    title: 'Passwords tried at a low rate',
    app: {
      ...labour2019.app,
      calls: [...labour2019.app.calls, { method: 'POST', path: '/account/login', weight: 2 }],
    },
    attack: {
      waves: [
        wave('2019-11-15T13:00:00Z', '2019-11-15T15:00:00Z', {
          bots: 400,
          requests: 4_800,
          kind: 'credential-stuffing',
          techniques: ['credential-stuffing'],
          reactionSeconds: 7_200,
        }),
      ],
      profiles: [tools.login],
      minimumRequests: 4,
    },
  }),
  campaign({
    id: 'shared-addresses',
    title: 'A flood of bots behind addresses that people share',
    attack: {
      waves: [wave(...AFTERNOON, { bots: 600, requests: 30_000 })],
      shared: { ...labour2019.attack.shared, share: 0.6 },
    },
  }),
  campaign({
    id: 'ipv6-sources',
    title: 'A flood of IPv6 sources',
    networks: sixNetworks,
    attack: {
      waves: [wave(...AFTERNOON)],
      networks: sixNetworks
        .filter(({ blocks }) => blocks.every(isSix))
        .map(({ id }) => ({ network: id, weight: 1 })),
      shared: { share: 0, networks: [], people: 0 },
    },
  }),
];
