/** The name servers of the campaign platform over a day. */
import type { DnsScenario, Zone } from '../surface-scenario.ts';
import { labour2019 } from './labour-2019.ts';

const campaign: Zone = {
  id: 'Z0123456789CAMPAIGN',
  name: 'campaign.example',
  weight: 8,
  records: [
    { label: '', types: ['A', 'AAAA', 'MX', 'NS', 'TXT', 'SOA'], weight: 14 },
    { label: 'www', types: ['A', 'AAAA', 'HTTPS'], weight: 46 },
    { label: 'events', types: ['A', 'AAAA'], weight: 14 },
    { label: 'donate', types: ['A', 'AAAA'], weight: 12 },
    { label: 'api', types: ['A', 'AAAA'], weight: 9 },
    { label: 'mail', types: ['A', 'AAAA'], weight: 4 },
    { label: '_dmarc', types: ['TXT'], weight: 3 },
  ],
};

const day: Omit<DnsScenario, 'id' | 'title'> = {
  surface: 'dns',
  synthetic: true,
  note: 'Simulated. Every address, network, query and figure is invented.',
  period: { from: '2019-11-14T00:00:00Z', until: '2019-11-15T00:00:00Z' },
  networks: labour2019.networks,
  networksVersion: labour2019.networksVersion,
  edge: labour2019.edge,
  account: '123456789012',
  zones: [
    campaign,
    {
      ...{ id: 'Z0123456789MEMBERS0', name: 'members.example', weight: 2 },
      records: [
        { label: '', types: ['A', 'AAAA', 'MX', 'TXT'], weight: 10 },
        { label: 'login', types: ['A', 'AAAA'], weight: 20 },
      ],
    },
  ],
  resolvers: [
    { network: 'gb-access-1', count: 60 },
    { network: 'gb-access-2', count: 40 },
    { network: 'gb-mobile-1', count: 20 },
    { network: 'us-hosting-1', count: 40 },
    { network: 'de-access-1', count: 20 },
    { network: 'br-access-1', count: 20 },
    { network: 'ru-access-1', count: 20 },
    { network: 'in-access-1', count: 15 },
  ],
  queries: 140,
  mistaken: 0.04,
  inside: null,
  waves: [],
};

export const dnsScenarios: DnsScenario[] = [
  {
    ...day,
    id: 'dns-quiet',
    title: 'A day without any attack, in the query logs of name servers and of a VPC (synthetic)',
    inside: {
      ...{ vpc: 'vpc-0a1b2c3d4e5f60718', region: 'eu-west-2', queries: 20 },
      instances: ['10.20.1.11', '10.20.1.12', '10.20.1.13'],
      names: ['sts.example', 'queue.example', 'mail.example', 'payments.example', 'maps.example'],
    },
  },
  {
    ...day,
    id: 'dns-random-subdomains',
    title: 'A flood of names that were drawn at random, in the query logs of name servers (synthetic)',
    waves: [
      {
        ...{ from: '2019-11-14T14:20:15Z', until: '2019-11-14T14:46:50Z', rampSeconds: 30 },
        ...{ zone: campaign.id, queries: 1_500, labelLength: 10 },
      },
    ],
  },
];
