/**
 * Whose request it was, as far as a log earns it (decisions 9, 28 and 44). A header that clients can send, such as
 * X-Forwarded-For, is read from its right end: each proxy appends the address that it saw, so what stands left of the
 * first address that is no trusted proxy is a claim of the client, and could name anybody.
 */
import { type Address, MOST_PORT, parseAddress } from './address.ts';
import { isPrivate } from './reserved.ts';

/**
 * What a log says its address is: `client-field` (its provider vouches for it), `peer` (the other end of an HTTP
 * connection), `packet` (of packets, which a sender can forge), `resolver` (asks for others).
 */
export const CLAIMS = ['client-field', 'peer', 'packet', 'resolver'] as const;
export type Claim = (typeof CLAIMS)[number];

export const SOURCE_BASES = [
  ...CLAIMS,
  'private-peer',
  'forwarded',
  'behind-proxy',
  'not-an-address',
] as const;
export type SourceBasis = (typeof SOURCE_BASES)[number];

/** Bases of a connection that a proxy made: its port is not the client's. */
export const PROXY_BASES: readonly SourceBasis[] = ['forwarded', 'behind-proxy'];

/** `port`: of a `forwarded` one, where the proxy that saw it wrote one. */
export type Source = { address: Address | null; basis: SourceBasis; port?: number };

/** Who speaks for others, and of whom of them it is believed. */
export type Speakers = { has(address: Address): boolean; isTrusted(address: Address): boolean };

/** The source of a record: `address` is the logged one, null where the text is none; `forwarded` is as in the log. */
export function sourceOf(
  { address, claim, forwarded }: { address: Address | null; claim: Claim; forwarded: string },
  proxies: Speakers,
): Source {
  if (address === null) return { address, basis: 'not-an-address' };
  if (claim === 'client-field') return { address, basis: claim };
  if (proxies.has(address))
    return claim === 'peer' && proxies.isTrusted(address)
      ? behindProxy(forwarded, proxies)
      : { address: null, basis: 'behind-proxy' };
  // A machine inside, or a balancer of the platform that nobody has named: it is kept, and accuses nobody outside.
  return { address, basis: claim === 'peer' && isPrivate(address) ? 'private-peer' : claim };
}

function behindProxy(forwarded: string, proxies: Speakers): Source {
  const hops = forwarded.split(',');
  for (let index = hops.length - 1; index >= 0; index -= 1) {
    const { address, port } = hopOf(hops[index]!);
    if (address === null) break;
    if (proxies.isTrusted(address)) continue;
    return proxies.has(address) || isPrivate(address)
      ? { address: null, basis: 'behind-proxy' }
      : { address, basis: 'forwarded', ...(port <= MOST_PORT ? { port } : {}) };
  }
  return { address: null, basis: 'behind-proxy' };
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; no address for `unknown` and all else, no port: NaN. */
function hopOf(hop: string): { address: Address | null; port: number } {
  const text = hop.trim();
  const [, address = text, port] =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? /^([\d.]+):(\d+)$/.exec(text) ?? [];
  return { address: parseAddress(address), port: Number(port) };
}
