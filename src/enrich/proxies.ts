import { canonicalJson, sha256 } from '../lake/digest.ts';
import { type Address, type Cidr, contains, parseCidr } from './address.ts';
import { CLOUDFRONT } from './cloudfront-ranges.ts';
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

/** Who speaks for others: the address that connects is not the client's. */
export type Proxies = { datasets: Dataset[]; has(address: Address): boolean };

type Published = { date: string; networks: readonly string[] };

function datasetOf(
  ranges: Published,
  { id, name, attribution }: Pick<Dataset, 'id' | 'name' | 'attribution'>,
): Dataset {
  return {
    id,
    name,
    version: ranges.date,
    date: ranges.date,
    sha256: sha256(canonicalJson(ranges)),
    licence: 'published facts',
    attribution,
    synthetic: false,
  };
}

const published: Cidr[] = [...CLOUDFLARE.networks, ...CLOUDFRONT.networks].map((text) => parseCidr(text)!);

/** Proxies whose ranges their operators publish. */
export const knownProxies: Proxies = {
  datasets: [
    datasetOf(CLOUDFLARE, {
      id: 'cloudflare-proxies',
      name: 'Published ranges of Cloudflare',
      attribution: 'https://www.cloudflare.com/ips/',
    }),
    datasetOf(CLOUDFRONT, {
      id: 'cloudfront-proxies',
      name: 'Published ranges that CloudFront connects to origins from',
      attribution: 'https://ip-ranges.amazonaws.com/ip-ranges.json',
    }),
  ],
  has: (address) => published.some((network) => contains(network, address)),
};

export class ProxiesError extends Error {
  constructor(text: string) {
    super(
      `${JSON.stringify(text)} is no network: trusted proxies are given as address/bits, such as 10.0.0.0/8 (IPv6 up to /64).`,
    );
    this.name = 'ProxiesError';
  }
}

/** The published proxies and those of the platform itself, as `address/bits`. Throws ProxiesError. */
export function withTrusted(texts: readonly string[]): Proxies {
  if (texts.length === 0) return knownProxies;
  const sorted = [...new Set(texts.map((text) => text.trim()))].sort();
  const own = sorted.map((text) => {
    const network = parseCidr(text);
    if (!network) throw new ProxiesError(text);
    return network;
  });
  const digest = sha256(canonicalJson(sorted));
  return {
    datasets: [
      ...knownProxies.datasets,
      {
        id: 'trusted-proxies',
        name: 'Proxies of the platform itself',
        version: sorted.join(' '),
        date: null,
        sha256: digest,
        licence: 'given by the user',
        attribution: 'given by the user',
        synthetic: false,
      },
    ],
    has: (address) => knownProxies.has(address) || own.some((network) => contains(network, address)),
  };
}
