/** Who a request came from: a header that clients can send must never name a third party. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, parseAddress } from '../../src/enrich/address.ts';
import { sourceOf } from '../../src/enrich/client-address.ts';
import {
  isTrustable,
  knownProxies,
  ProxiesError,
  TRUSTED_NAMES,
  withTrusted,
} from '../../src/enrich/proxies.ts';

const OWN = ['10.0.0.0/8', '2001:db8:ffff::/48'];
const proxies = withTrusted([...OWN, 'cloudflare']);
const CDN = '173.245.48.10';
/** Of a range that CloudFront publishes. */
const CLOUDFRONT = '13.124.199.1';
const WORKER = '2a06:98c0:3600::103';

const source = (
  logged: string,
  forwarded = '',
  claim: Parameters<typeof sourceOf>[0]['claim'] = 'peer',
  by = proxies,
) => {
  const { address, basis, port } = sourceOf({ address: parseAddress(logged), claim, forwarded }, by);
  return [basis, ...(address ? [formatAddress(address)] : []), ...(port === undefined ? [] : [port])].join(
    ' ',
  );
};

describe('The source of a request', () => {
  for (const { what, is, of } of [
    {
      what: 'the peer where no proxy is trusted',
      of: source('192.0.2.1', '198.51.100.7'),
      is: 'peer 192.0.2.1',
    },
    {
      what: 'the last hop where the peer is a proxy',
      of: source(CDN, '198.51.100.7'),
      is: 'forwarded 198.51.100.7',
    },
    {
      what: 'never what stands left of an address that is no proxy',
      of: source(CDN, '203.0.113.5, 198.51.100.7'),
      is: 'forwarded 198.51.100.7',
    },
    {
      what: 'behind a chain of proxies',
      of: source('10.0.0.9', `203.0.113.5, 198.51.100.7, ${CDN}, 10.1.1.1`),
      is: 'forwarded 198.51.100.7',
    },
    { what: 'not known behind a proxy alone', of: source(CDN), is: 'behind-proxy' },
    {
      what: 'not known behind a published proxy that nobody trusts',
      of: source(CDN, '198.51.100.7', 'peer', withTrusted(OWN)),
      is: 'behind-proxy',
    },
    {
      what: 'not known behind any proxy where none is named',
      of: source(CDN, '198.51.100.7', 'peer', knownProxies),
      is: 'behind-proxy',
    },
    {
      what: 'not known behind a proxy of ours that a published one asked, which nobody trusts',
      of: source('10.0.0.9', `198.51.100.7, ${CDN}`, 'peer', withTrusted(OWN)),
      is: 'behind-proxy',
    },
    {
      what: 'not known where the other CDN is trusted',
      of: source(CLOUDFRONT, '198.51.100.7'),
      is: 'behind-proxy',
    },
    {
      what: 'the last hop where that CDN is trusted by its name',
      of: source(CLOUDFRONT, '198.51.100.7', 'peer', withTrusted(['cloudfront'])),
      is: 'forwarded 198.51.100.7',
    },
    {
      what: 'not known where a Worker asked, which sends the header that it likes',
      of: source(CDN, `198.51.100.7, ${WORKER}`),
      is: 'behind-proxy',
    },
    { what: 'not known where a Worker is the peer', of: source(WORKER, '198.51.100.7'), is: 'behind-proxy' },
    {
      what: 'not known where all hops are proxies',
      of: source(CDN, '10.0.0.1, 10.0.0.2'),
      is: 'behind-proxy',
    },
    {
      what: 'not known where the last hop is none',
      of: source(CDN, '198.51.100.7, unknown'),
      is: 'behind-proxy',
    },
    {
      what: 'not known where a private hop is not trusted',
      of: source(CDN, '198.51.100.7, 192.168.1.1'),
      is: 'behind-proxy',
    },
    {
      what: 'a private peer that is not trusted, and not what it forwards',
      of: source('192.168.1.1', '198.51.100.7'),
      is: 'private-peer 192.168.1.1',
    },
    { what: 'read with a port', of: source(CDN, '198.51.100.7:4711'), is: 'forwarded 198.51.100.7 4711' },
    { what: 'read with brackets', of: source(CDN, '[2001:DB8::1]:443'), is: 'forwarded 2001:db8::1 443' },
    { what: 'read with brackets alone', of: source(CDN, '[2001:DB8::1]'), is: 'forwarded 2001:db8::1' },
    {
      what: 'without a port where none can be that',
      of: source(CDN, '198.51.100.7:65536'),
      is: 'forwarded 198.51.100.7',
    },
    {
      what: 'without the port of another hop',
      of: source('10.0.0.9', `203.0.113.5:51234, 198.51.100.7, ${CDN}:443, 10.1.1.1:80`),
      is: 'forwarded 198.51.100.7',
    },
    {
      what: 'without a port where nobody is believed',
      of: source('192.0.2.1', '198.51.100.7:4711'),
      is: 'peer 192.0.2.1',
    },
    {
      what: 'read from IPv6 proxies',
      of: source('2001:db8:ffff::1', '2001:db8::7'),
      is: 'forwarded 2001:db8::7',
    },
    {
      what: 'the field of the provider whatever it is',
      of: source(CDN, '', 'client-field'),
      is: `client-field ${CDN}`,
    },
    {
      what: 'a private sender of packets',
      of: source('192.168.1.1', '', 'packet'),
      is: 'packet 192.168.1.1',
    },
    { what: 'no proxy that packets came from', of: source(CDN, '', 'packet'), is: 'behind-proxy' },
    { what: 'none where the text is none', of: source('X.X.X.X', '198.51.100.7'), is: 'not-an-address' },
  ])
    test(`is ${what}`, () => assert.equal(of, is));

  test('is the hop that a proxy appended, whatever a client has sent before', () => {
    const hop = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom('unknown', '', 'localhost', `${CDN}`, '10.0.0.1', '"<script>"', '198.51.100.7:99999'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(hop), (forged) => {
        assert.equal(source(CDN, [...forged, '198.51.100.7'].join(', ')), 'forwarded 198.51.100.7');
        // Without a proxy that is trusted the header is worth nothing.
        assert.equal(source('192.0.2.1', forged.join(', ')), 'peer 192.0.2.1');
      }),
    );
  });
});

describe('Trusted proxies', () => {
  test('are named in the data sets, and the same in any order', () => {
    const digest = (texts: string[]) => withTrusted(texts).datasets.map(({ sha256 }) => sha256);
    assert.deepEqual(digest(['10.0.0.0/8', '192.0.2.0/24']), digest(['192.0.2.0/24', ' 10.0.0.0/8']));
    assert.notDeepEqual(digest(['10.0.0.0/8']), digest(['10.0.0.0/9']));
  });

  test('are refused where one is no network', () => {
    assert.throws(() => withTrusted(['10.0.0.1']), new ProxiesError('10.0.0.1'));
    assert.throws(() => withTrusted(['Cloudflare']), new ProxiesError('Cloudflare'));
    assert.ok(parseAddress('10.0.0.1'));
  });

  test('can be named', () => {
    for (const name of TRUSTED_NAMES) assert.ok(isTrustable(name));
    assert.deepEqual(
      [isTrustable('10.0.0.0/8'), isTrustable('10.0.0.1'), isTrustable('fastly')],
      [true, false, false],
    );
  });
});
