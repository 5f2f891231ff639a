/** Crawlers, a monitor and scanners: automatic, and no part of the floods. */
import type { Agent, Service } from '../scenario.ts';

const agent = (userAgent: string, ja4: string): Agent => ({ userAgent, ja4, device: 'desktop', weight: 0 });
const www = (...paths: string[]) => paths.map((path) => ({ host: 'www.campaign.example', path }));

const crawled = [
  ...www(
    '/',
    '/manifesto',
    '/policies/nhs',
    '/policies/broadband',
    '/news/rally-leeds',
    '/news/register-to-vote',
    '/volunteer',
  ),
  { host: 'events.campaign.example', path: '/events' },
];

export const labour2019Services: Service[] = [
  {
    kind: 'crawler',
    category: 'Search Engine Crawler',
    network: 'search-1',
    addresses: 12,
    agent: agent(
      'Mozilla/5.0 (compatible; SearchExampleBot/2.1; +https://search.example/bot)',
      't13d1011h2_61a7ad8aa9b6_3fcd1a44f3e3',
    ),
    secondsBetween: 50,
    targets: crawled,
  },
  {
    kind: 'crawler',
    category: 'Page Preview',
    network: 'us-hosting-1',
    addresses: 10,
    agent: agent(
      'SocialExampleHit/1.1 (+https://social.example/preview)',
      't12d1510h2_76e208dd3e22_02ad6c2e5ba3',
    ),
    secondsBetween: 110,
    targets: crawled,
  },
  {
    kind: 'monitor',
    category: 'Monitoring & Analytics',
    network: 'monitor-1',
    addresses: 6,
    agent: agent(
      'Mozilla/5.0 (compatible; UptimeExample/2.0; +https://uptime.example/)',
      't13d1713h1_ab0a1bf427ad_8e6e362c5eac',
    ),
    secondsBetween: 30,
    targets: [...www('/'), { host: 'donate.campaign.example', path: '/donate' }],
  },
  {
    kind: 'scanner',
    category: '',
    network: 'nl-hosting-1',
    addresses: 5,
    agent: agent('Mozilla/5.0 zgrab/0.x', 't13d190900_9dc949149365_97f8aa674fd9'),
    secondsBetween: 260,
    targets: www(
      '/wp-login.php',
      '/.env',
      '/admin',
      '/admin/export',
      '/export/members.csv',
      '/.git/config',
      '/phpmyadmin/',
    ),
  },
];
