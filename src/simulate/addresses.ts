/** Clients' addresses: each network's prefixes, from which supporters and bots alike are given one. */
import type { Random } from './random.ts';
import type { Network, Scenario } from './scenario.ts';

export type Client = { address: string; network: Network; colo: string };

export type AddressBook = {
  network(id: string): Network;
  /** An address of the network that nobody has been given before. */
  take(id: string): Client;
};

const hostsInPrefix = 254;
/** An IPv6 /48 holds as many clients as this many /24s. */
const sixWeight = 3;

export function createAddressBook(
  scenario: Pick<Scenario, 'networks' | 'edge'>,
  random: Random,
): AddressBook {
  const networks = new Map(scenario.networks.map((network) => [network.id, network]));
  const pools = new Map(scenario.networks.map((network) => [network.id, createPool(network, random)]));
  const find = (id: string) => {
    const network = networks.get(id);
    if (!network) throw new RangeError(`The scenario has no network ${id}`);
    return network;
  };
  return {
    network: find,
    take: (id) => {
      const network = find(id);
      const colos = scenario.edge.colosByCountry[network.country] ?? scenario.edge.colosByCountry['']!;
      return { address: pools.get(id)!(), network, colo: random.pick(colos) };
    },
  };
}

function createPool(network: Network, random: Random): () => string {
  const slots: (() => string | null)[] = network.blocks.flatMap(({ cidr, populated }) =>
    cidr.includes(':')
      ? Array(sixWeight * populated).fill(six(cidr, random))
      : fours(cidr, populated, random),
  );
  let turn = 0;
  return () => {
    for (let tries = 0; tries < slots.length * 20; tries++) {
      // Mostly in turn, so that all prefixes fill alike; the rest by chance, as nothing fills evenly.
      const slot = random.chance(0.2) ? random.below(slots.length) : turn++ % slots.length;
      const address = slots[slot]!();
      if (address) return address;
    }
    throw new RangeError(`Network ${network.id} has no address left: populate more prefixes`);
  };
}

function fours(cidr: string, populated: number, random: Random): (() => string | null)[] {
  const [a, b, c] = cidr.split('.').map((part) => Number.parseInt(part, 10));
  return Array.from({ length: populated }, (_, index) => {
    const prefix = `${a}.${b}.${c! + index}`;
    const hosts = random.shuffled(Array.from({ length: hostsInPrefix }, (_, host) => host + 1));
    return () => {
      const host = hosts.pop();
      return host === undefined ? null : `${prefix}.${host}`;
    };
  });
}

function six(cidr: string, random: Random): () => string {
  const prefix = cidr.slice(0, cidr.indexOf('::'));
  // No group is zero, so the text is canonical (RFC 5952) as it stands.
  const group = () => (1 + random.below(0xfffe)).toString(16);
  return () => `${prefix}:${[group(), group(), group(), group(), group()].join(':')}`;
}

export function networksCsv(scenario: Pick<Scenario, 'networks' | 'networksVersion'>): string {
  const { title, version, date } = scenario.networksVersion;
  const rows = scenario.networks.flatMap((network) =>
    network.blocks.map(({ cidr }) =>
      [
        cidr,
        network.asn,
        network.organisation,
        network.country,
        network.type,
        network.validFrom ?? '',
        '',
      ].join(','),
    ),
  );
  return `${[
    `# title: ${title}`,
    `# version: ${version}`,
    `# date: ${date}`,
    '# synthetic: true',
    'cidr,asn,as_org,country,network_type,valid_from,valid_until',
    ...rows,
  ].join('\n')}\n`;
}
