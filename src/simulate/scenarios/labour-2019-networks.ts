/** Invented networks in reserved space (RFC 2544, 240.0.0.0/4, RFC 3849; AS numbers of RFC 5398), and who lives there. */
import type { Network, VisitorGroup } from '../scenario.ts';

type Row = [id: string, asn: number, organisation: string, country: string, type: Network['type']];

const network = ([id, asn, organisation, country, type]: Row, ...blocks: Network['blocks']): Network => ({
  id,
  asn,
  organisation: `Synthetic ${organisation}`,
  country,
  type,
  blocks,
});
const block = (cidr: string, populated: number) => ({ cidr, populated });

export const labour2019Networks: Network[] = [
  network(
    ['ru-access-1', 64496, 'Access Russia 1', 'RU', 'access'],
    block('198.18.0.0/20', 9),
    block('2001:db8:100::/48', 1),
  ),
  network(['ru-access-2', 64497, 'Access Russia 2', 'RU', 'access'], block('198.18.16.0/20', 8)),
  network(['ru-mobile-1', 64498, 'Mobile Russia 1', 'RU', 'mobile'], block('198.18.32.0/21', 5)),
  network(
    ['br-access-1', 64499, 'Access Brazil 1', 'BR', 'access'],
    block('198.18.64.0/20', 9),
    block('2001:db8:200::/48', 1),
  ),
  network(['br-access-2', 64500, 'Access Brazil 2', 'BR', 'access'], block('198.18.80.0/20', 8)),
  network(['br-mobile-1', 64501, 'Mobile Brazil 1', 'BR', 'mobile'], block('198.18.96.0/21', 5)),
  network(
    ['gb-access-1', 64502, 'Access Britain 1', 'GB', 'access'],
    block('198.19.0.0/19', 20),
    block('2001:db8:300::/48', 1),
  ),
  network(['gb-access-2', 64503, 'Access Britain 2', 'GB', 'access'], block('198.19.32.0/19', 14)),
  network(
    ['gb-mobile-1', 64504, 'Mobile Britain 1', 'GB', 'mobile'],
    block('198.19.64.0/20', 8),
    block('2001:db8:310::/48', 1),
  ),
  network(['gb-education-1', 64505, 'University Britain 1', 'GB', 'education'], block('198.19.80.0/22', 3)),
  network(['ua-access-1', 64506, 'Access Ukraine 1', 'UA', 'access'], block('240.0.0.0/22', 2)),
  network(
    ['in-access-1', 64507, 'Access India 1', 'IN', 'access'],
    block('240.0.16.0/21', 3),
    block('2001:db8:400::/48', 1),
  ),
  network(['us-access-1', 64508, 'Access United States 1', 'US', 'access'], block('240.0.32.0/21', 4)),
  network(['de-access-1', 64509, 'Access Germany 1', 'DE', 'access'], block('240.0.48.0/22', 3)),
  network(['fr-access-1', 64510, 'Access France 1', 'FR', 'access'], block('240.0.64.0/22', 2)),
  network(['ie-access-1', 64511, 'Access Ireland 1', 'IE', 'access'], block('240.0.80.0/22', 3)),
  network(['id-access-1', 65536, 'Access Indonesia 1', 'ID', 'access'], block('240.0.96.0/22', 2)),
  network(['pl-access-1', 65537, 'Access Poland 1', 'PL', 'access'], block('240.0.112.0/22', 2)),
  network(['es-access-1', 65538, 'Access Spain 1', 'ES', 'access'], block('240.0.128.0/22', 2)),
  network(['us-hosting-1', 65539, 'Hosting United States 1', 'US', 'hosting'], block('240.1.0.0/22', 2)),
  network(['nl-hosting-1', 65540, 'Hosting Netherlands 1', 'NL', 'hosting'], block('240.1.16.0/22', 2)),
  network(['search-1', 65541, 'Search Crawler 1', 'US', 'hosting'], block('240.1.32.0/24', 1)),
  network(['monitor-1', 65542, 'Uptime Monitor 1', 'IE', 'hosting'], block('240.1.48.0/24', 1)),
  network(['tor', 65543, 'Anonymiser Exits', 'DE', 'anonymiser'], block('240.1.64.0/24', 1)),
  {
    ...network(['cdn', 65544, 'Content Delivery', '', 'cdn'], block('240.2.0.0/22', 2)),
    validFrom: '2018-01-01',
  },
];

const group = (
  id: string,
  people: number,
  utcOffsetHours: number,
  challengedShare: number,
): VisitorGroup => ({
  network: id,
  people,
  utcOffsetHours,
  challengedShare,
});

export const labour2019Visitors: VisitorGroup[] = [
  group('gb-access-1', 2_150, 0, 0.17),
  group('gb-access-2', 1_400, 0, 0.17),
  group('gb-mobile-1', 1_000, 0, 0.17),
  group('gb-education-1', 300, 0, 0.17),
  group('ru-access-1', 520, 3, 0.4),
  group('ru-access-2', 400, 3, 0.4),
  group('ru-mobile-1', 260, 3, 0.4),
  group('br-access-1', 500, -3, 0.4),
  group('br-access-2', 390, -3, 0.4),
  group('br-mobile-1', 250, -3, 0.4),
  group('ua-access-1', 120, 2, 0.3),
  group('in-access-1', 240, 5, 0.25),
  group('us-access-1', 400, -5, 0.2),
  group('de-access-1', 230, 1, 0.2),
  group('fr-access-1', 180, 1, 0.2),
  group('ie-access-1', 240, 0, 0.17),
  group('id-access-1', 110, 7, 0.3),
  group('pl-access-1', 150, 1, 0.2),
  group('es-access-1', 170, 1, 0.2),
  group('us-hosting-1', 60, -5, 0.5),
  group('nl-hosting-1', 60, 1, 0.5),
  group('tor', 24, 1, 0.8),
];
