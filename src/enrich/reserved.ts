import { type Address, contains, parseCidr } from './address.ts';

/** Space reserved for documentation, benchmarks and the future: no host on the Internet has such an address. */
export const RESERVED_NETWORKS = [
  '192.0.2.0/24', // RFC 5737
  '198.51.100.0/24', // RFC 5737
  '203.0.113.0/24', // RFC 5737
  '198.18.0.0/15', // RFC 2544
  '240.0.0.0/4', // RFC 1112
  '2001:db8::/32', // RFC 3849
  '2001:2::/48', // RFC 5180
] as const;

const reserved = RESERVED_NETWORKS.map((text) => parseCidr(text)!);

export function isReserved(address: Address): boolean {
  return reserved.some((network) => contains(network, address));
}

/** Space of private networks: whoever has such an address is inside, or speaks through a device that is. */
export const PRIVATE_NETWORKS = [
  '10.0.0.0/8', // RFC 1918
  '172.16.0.0/12', // RFC 1918
  '192.168.0.0/16', // RFC 1918
  '100.64.0.0/10', // RFC 6598
  '127.0.0.0/8', // RFC 1122
  '169.254.0.0/16', // RFC 3927
  'fc00::/7', // RFC 4193
  'fe80::/10', // RFC 4291
  '::/64', // RFC 4291: the loopback address lies here
] as const;

const privateSpace = PRIVATE_NETWORKS.map((text) => parseCidr(text)!);

export function isPrivate(address: Address): boolean {
  return privateSpace.some((network) => contains(network, address));
}
