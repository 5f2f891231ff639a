import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contains, parseAddress, parseCidr } from '../../src/enrich/address.ts';
import { CLOUDFRONT } from '../../src/enrich/cloudfront-ranges.ts';
import { knownProxies } from '../../src/enrich/proxies.ts';
import { PRIVATE_NETWORKS, RESERVED_NETWORKS } from '../../src/enrich/reserved.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const networks = CLOUDFRONT.networks.map((text) => parseCidr(text)!);
const firstOf = (text: string) => parseAddress(text.split('/')[0]!)!;

describe('The ranges that CloudFront connects to origins from', () => {
  test('are networks, each once, of the day that they say', () => {
    assert.match(CLOUDFRONT.date, /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(networks.every((network) => network !== null));
    assert.equal(new Set(CLOUDFRONT.networks).size, CLOUDFRONT.networks.length);
    // As AWS's file of that day has them: 46 of IPv4 and 35 of IPv6.
    const six = CLOUDFRONT.networks.filter((text) => text.includes(':')).length;
    assert.deepEqual([CLOUDFRONT.networks.length - six, six], [46, 35]);
  });

  test('lie in no reserved and no private space, nor such space in them', () => {
    for (const text of [...RESERVED_NETWORKS, ...PRIVATE_NETWORKS]) {
      const space = parseCidr(text)!;
      assert.ok(!CLOUDFRONT.networks.some((network) => contains(space, firstOf(network))), text);
      assert.ok(!networks.some((network) => contains(network, firstOf(text))), text);
    }
  });

  test('are those of proxies, to their edges', () => {
    for (const text of ['130.176.0.0', '130.176.63.255', '15.158.255.255', '2600:9000:1fff:ffff::'])
      assert.ok(knownProxies.has(parseAddress(text)!), text);
    // The last is of those that viewers connect to.
    for (const text of ['130.175.255.255', '15.159.0.0', '2600:9000:2000::', '54.230.0.1'])
      assert.ok(!knownProxies.has(parseAddress(text)!), text);
  });

  test('are a data set of their own beside those of Cloudflare', () => {
    const [cloudflare, cloudfront, ...more] = knownProxies.datasets;
    assert.deepEqual(more, []);
    assert.equal(cloudfront!.date, CLOUDFRONT.date);
    assert.match(cloudfront!.name, /CloudFront/);
    assert.match(cloudfront!.attribution, /^https:\/\/ip-ranges\.amazonaws\.com\//);
    assert.notEqual(cloudflare!.sha256, cloudfront!.sha256);
  });

  test('make the client known from the header of a request that came through CloudFront', async () => {
    const lake = await temporaryLake({ trusted: ['cloudfront', 'nginx-main'] });
    await lake.take(
      [
        `${apacheLine({ ip: '130.176.1.2' })} "203.0.113.66, 198.51.100.7"`,
        `${apacheLine({ ip: '130.176.1.2' })} "-"`,
      ].join('\n'),
    );
    assert.deepEqual(
      await lake.rows('select src_ip, src_ip_basis, peer_ip from http_activity order by record_no'),
      [
        { src_ip: '198.51.100.7', src_ip_basis: 'forwarded', peer_ip: '130.176.1.2' },
        { src_ip: null, src_ip_basis: 'behind-proxy', peer_ip: '130.176.1.2' },
      ],
    );
  });
});
