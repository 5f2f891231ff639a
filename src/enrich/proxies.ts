import { canonicalJson, sha256 } from '../lake/digest.ts';
import { type Address, type Cidr, contains, parseCidr } from './address.ts';
import type { Dataset } from './dataset.ts';

/** Networks that Cloudflare publishes as those its proxies connect from: https://www.cloudflare.com/ips/ */
const CLOUDFLARE = {
  date: '2023-09-28',
  networks: [
    '173.245.48.0/20',
    '103.21.244.0/22',
    '103.22.200.0/22',
    '103.31.4.0/22',
    '141.101.64.0/18',
    '108.162.192.0/18',
    '190.93.240.0/20',
    '188.114.96.0/20',
    '197.234.240.0/22',
    '198.41.128.0/17',
    '162.158.0.0/15',
    '104.16.0.0/13',
    '104.24.0.0/14',
    '172.64.0.0/13',
    '131.0.72.0/22',
    '2400:cb00::/32',
    '2606:4700::/32',
    '2803:f800::/32',
    '2405:b500::/32',
    '2405:8100::/32',
    '2a06:98c0::/29',
    '2c0f:f248::/32',
  ],
};

const known: Cidr[] = CLOUDFLARE.networks.map((text) => parseCidr(text)!);

export const knownProxies: Dataset = {
  id: 'proxies',
  name: 'Published ranges of Cloudflare',
  version: CLOUDFLARE.date,
  date: CLOUDFLARE.date,
  sha256: sha256(canonicalJson(CLOUDFLARE)),
  licence: 'published facts',
  attribution: 'https://www.cloudflare.com/ips/',
  synthetic: false,
};

/** The address is a proxy's: who connects from it speaks for others. */
export function isKnownProxy(address: Address): boolean {
  return known.some((network) => contains(network, address));
}
