/**
 * Two floods against a party's campaign platform, 11 and 12 November 2019. What the press reported of the incident
 * is the frame (days, the hour of the second wave, "computers in Russia and Brazil", no breach); no vector, volume,
 * address or network was ever published, and everything of that kind here is invented.
 */
import type { Scenario, Verdict } from '../scenario.ts';
import { labour2019Agents, libraryJa4, popularJa4 } from './labour-2019-agents.ts';
import { labour2019Networks, labour2019Visitors } from './labour-2019-networks.ts';
import { labour2019Services } from './labour-2019-services.ts';
import { labour2019Site } from './labour-2019-site.ts';

const ruleIds = {
  flood: '5e1c0d3a7b9f4e62a1d80c4479b3f216',
  rate: '0f7a64c29d1b4b0c8e35d2617fa98b43',
  suspicious: 'c83b5d10e6fa47299b04a7f1283e6d5c',
  scanner: '71d9e2f04ca84b6f93c5b8a06e1f7d22',
};

const blocked: Verdict = { action: 'block', source: 'l7ddos', ruleId: ruleIds.flood, status: 403 };
const limited: Verdict = { action: 'block', source: 'ratelimit', ruleId: ruleIds.rate, status: 429 };
const challenge: Verdict = {
  action: 'managedChallenge',
  source: 'firewallCustom',
  ruleId: ruleIds.suspicious,
  status: 403,
};
const floodChallenge: Verdict = { ...challenge, source: 'l7ddos', ruleId: ruleIds.flood };
const solved: Verdict = { ...challenge, action: 'managedChallengeNonInteractiveSolved', status: 200 };
const scannerRule: Verdict = {
  action: 'block',
  source: 'firewallManaged',
  ruleId: ruleIds.scanner,
  status: 403,
};

const www = 'www.campaign.example';
const events = 'events.campaign.example';
const donate = 'donate.campaign.example';

export const labour2019: Scenario = {
  id: 'labour-2019',
  title: 'Two floods against a campaign platform, 11 and 12 November 2019 (synthetic)',
  synthetic: true,
  note: 'Simulated. Every address, network, person, request and figure is invented; only the days follow press reports.',
  period: { from: '2019-11-11T00:00:00Z', until: '2019-11-13T00:00:00Z' },
  zone: 'campaign.example',
  networks: labour2019Networks,
  networksVersion: { title: 'Synthetic networks of labour-2019', version: '1', date: '2019-11-01' },
  edge: {
    colosByCountry: {
      GB: ['LHR', 'LHR', 'MAN', 'EDI'],
      RU: ['DME', 'DME', 'LED'],
      BR: ['GRU', 'GRU', 'GIG'],
      US: ['EWR', 'ORD', 'LAX'],
      IN: ['BOM', 'DEL'],
      ID: ['CGK'],
      UA: ['KBP'],
      '': ['AMS', 'FRA', 'CDG'],
    },
    roundTripToOriginMs: { GB: 4, IE: 9, US: 38, RU: 26, BR: 48, IN: 45, ID: 55, '': 14 },
  },
  origin: {
    account: '123456789012',
    region: 'eu-west-2',
    loadBalancer: {
      name: 'campaign',
      id: '5f1d8a3c07b9e264',
      nodes: [
        { address: '192.0.2.10', skewMs: -1 },
        { address: '192.0.2.11', skewMs: 2 },
      ],
    },
    targets: ['198.51.100.21:8080', '198.51.100.22:8080', '198.51.100.23:8080'],
    targetGroup: 'campaign-web/2c9e41d7ab580f36',
    certificates: { '': '6d2f0c1e-93ab-4f57-8d10-b4e7a95c3812' },
    peers: { network: 'cdn', count: 60 },
  },
  agents: labour2019Agents,
  site: labour2019Site,
  visitors: labour2019Visitors,
  crowds: [
    {
      from: '2019-11-12T20:00:00Z',
      until: '2019-11-12T20:35:00Z',
      riseSeconds: 180,
      halfSeconds: 540,
      peakVisitsPerMinute: 52,
      networks: [
        { network: 'gb-access-1', weight: 46 },
        { network: 'gb-access-2', weight: 28 },
        { network: 'gb-mobile-1', weight: 20 },
        { network: 'gb-education-1', weight: 2 },
        { network: 'ie-access-1', weight: 4 },
      ],
      regularShare: 0.6,
      newcomers: 420,
      referers: [
        'https://search.example/',
        'https://social.example/',
        'https://short.example/debate',
        'https://broadcaster.example/debate/live',
        'https://news.example/politics/debate',
      ],
    },
  ],
  app: {
    host: www,
    ja4: libraryJa4,
    userAgents: [
      'CampaignCanvass/3.2.1 (Android 9)',
      'CampaignCanvass/3.2.1 (iOS 13.1)',
      'CampaignCanvass/3.1.0 (Android 8)',
    ],
    networks: ['gb-access-1', 'gb-access-2', 'gb-mobile-1'],
    users: 480,
    roundsPerUserDay: 0.6,
    callsPerRound: 15,
    calls: [
      { method: 'GET', path: '/api/canvass/walks/{number}', weight: 3 },
      { method: 'POST', path: '/api/canvass/results', weight: 5 },
      { method: 'GET', path: '/api/canvass/tallies', weight: 2 },
    ],
  },
  services: labour2019Services,
  attack: {
    waves: [
      {
        from: '2019-11-11T15:42:00Z',
        until: '2019-11-11T16:25:00Z',
        bots: 1_900,
        requests: 66_000,
        rampSeconds: 150,
        endSeconds: 35,
        techniques: ['cache-busting', 'search-exhaustion'],
        reactionSeconds: 165,
      },
      {
        from: '2019-11-12T13:20:00Z',
        until: '2019-11-12T14:02:00Z',
        bots: 1_900,
        requests: 67_000,
        rampSeconds: 110,
        endSeconds: 35,
        techniques: ['cache-busting', 'search-exhaustion'],
        reactionSeconds: 130,
      },
    ],
    networks: [
      { network: 'ru-access-1', weight: 20 },
      { network: 'ru-access-2', weight: 15 },
      { network: 'ru-mobile-1', weight: 6 },
      { network: 'br-access-1', weight: 19 },
      { network: 'br-access-2', weight: 14 },
      { network: 'br-mobile-1', weight: 6 },
      { network: 'gb-access-1', weight: 3 },
      { network: 'gb-mobile-1', weight: 1 },
      { network: 'ua-access-1', weight: 2.2 },
      { network: 'in-access-1', weight: 3.4 },
      { network: 'id-access-1', weight: 2 },
      { network: 'us-access-1', weight: 2 },
      { network: 'de-access-1', weight: 1.2 },
      { network: 'pl-access-1', weight: 1.6 },
      { network: 'us-hosting-1', weight: 1.2 },
      { network: 'nl-hosting-1', weight: 1.2 },
      { network: 'tor', weight: 0.3 },
    ],
    profiles: [
      {
        id: 'library',
        ja4: libraryJa4,
        weight: 52,
        templates: [
          { host: www, path: '/', query: '?{token}={token}', weight: 25 },
          { host: www, path: '/search', query: '?q={token}', weight: 22 },
          { host: events, path: '/events/find', query: '?postcode={token}', weight: 20 },
          { host: donate, path: '/donate', query: '', weight: 18 },
          { host: www, path: '/', query: '', weight: 15 },
        ],
        botScore: { from: 1, until: 20 },
      },
      {
        id: 'browser',
        ja4: popularJa4,
        weight: 48,
        templates: [
          { host: www, path: '/', query: '?{token}={token}', weight: 36 },
          { host: www, path: '/search', query: '?q={token}', weight: 22 },
          { host: events, path: '/events/find', query: '?postcode={token}', weight: 20 },
          { host: www, path: '/manifesto', query: '?{token}={token}', weight: 12 },
          { host: www, path: '/volunteer', query: '?{token}={token}', weight: 10 },
        ],
        botScore: { from: 3, until: 60 },
      },
    ],
    returningShare: 0.4,
    shared: {
      share: 0.05,
      networks: ['ru-access-1', 'ru-mobile-1', 'br-access-1', 'br-mobile-1'],
      people: 4,
    },
    minimumRequests: 6,
  },
  defence: {
    stoppedBefore: 0.35,
    stoppedAfter: 0.993,
    verdictsBefore: [
      { verdict: limited, weight: 6 },
      { verdict: challenge, weight: 4 },
    ],
    verdictsAfter: [
      { verdict: blocked, weight: 78 },
      { verdict: limited, weight: 11 },
      { verdict: floodChallenge, weight: 11 },
    ],
    challenge,
    solved,
    limited,
    solvedShare: 0.86,
    sharedChallengedShare: 0.5,
    sharedLimitedShare: 0.04,
    scannerRule,
    slowdown: { before: 6.5, after: 4.6 },
    failureShare: 0.012,
  },
};
