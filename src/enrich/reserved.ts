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
