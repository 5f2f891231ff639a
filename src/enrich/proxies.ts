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

/**
 * Networks that Cloudflare publishes as its own, and that Workers ask from: code of any of its customers, which can send
 * any header.
 */
const WORKERS = parseCidr('2a06:98c0:3600::/48')!;

/** Who speaks for others: the address that connects is not the client's. */
export type Proxies = {
  datasets: Dataset[];
  has(address: Address): boolean;
  /** Whether it is believed whom it speaks for: by the user's word alone, since others can send through the same proxies. */
  isTrusted(address: Address): boolean;
  /** Whether the quoted field after the agent of Apache's and nginx's logs is X-Forwarded-For, by the user's word. */
  nginxMain: boolean;
};

/** What can be trusted by name. */
export const TRUSTED_NAMES = ['cloudflare', 'cloudfront', 'nginx-main'] as const;
type TrustedName = (typeof TRUSTED_NAMES)[number];

const isTrustedName = (text: string): text is TrustedName => TRUSTED_NAMES.some((name) => name === text);

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

const parsed = (networks: readonly string[]): Cidr[] => networks.map((text) => parseCidr(text)!);

const published: Record<TrustedName, readonly Cidr[]> = {
  cloudflare: parsed(CLOUDFLARE.networks),
  cloudfront: parsed(CLOUDFRONT.networks),
  'nginx-main': [],
};

const isIn = (address: Address, networks: readonly Cidr[]): boolean =>
  networks.some((network) => contains(network, address));

/** Proxies whose ranges their operators publish; none is trusted. */
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
  has: (address) => isIn(address, published.cloudflare) || isIn(address, published.cloudfront),
  isTrusted: () => false,
  nginxMain: false,
};

export class ProxiesError extends Error {
  constructor(text: string) {
    super(
      `${JSON.stringify(text)} is no network: trusted proxies are given as address/bits, such as 10.0.0.0/8 (IPv6 up to /64), or as ${TRUSTED_NAMES.join(', ')}.`,
    );
    this.name = 'ProxiesError';
  }
}

/** Whether a text names what can be trusted: a network as `address/bits`, or a name. */
export function isTrustable(text: string): boolean {
  return isTrustedName(text) || parseCidr(text) !== null;
}

/** The published proxies, and whom the user trusts: networks as `address/bits`, and names. Throws ProxiesError. */
export function withTrusted(texts: readonly string[]): Proxies {
  if (texts.length === 0) return knownProxies;
  const sorted = [...new Set(texts.map((text) => text.trim()))].sort();
  const own = sorted.flatMap((text) => {
    if (isTrustedName(text)) return published[text];
    const network = parseCidr(text);
    if (!network) throw new ProxiesError(text);
    return [network];
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
    has: (address) => knownProxies.has(address) || isIn(address, own),
    isTrusted: (address) => isIn(address, own) && !contains(WORKERS, address),
    nginxMain: sorted.includes('nginx-main'),
  };
}
