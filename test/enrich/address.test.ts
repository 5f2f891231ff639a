import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contains, formatAddress, formatPrefix, parseAddress, parseCidr } from '../../src/enrich/address.ts';

function canonical(text: string): string | null {
  const address = parseAddress(text);
  return address && formatAddress(address);
}

describe('An address', () => {
  // RFC 5952, sections 1 to 5, and what surrounds them.
  for (const [text, written] of [
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8::aaaa:0:0:1', '2001:db8::aaaa:0:0:1'],
    ['2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:00AA', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aa'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1::', '1::'],
    ['0:0:0:0:0:0:13.1.68.3', '::d01:4403'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['192.0.2.255', '192.0.2.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
  ] as const) {
    test(`${text} is written ${written}`, () => assert.equal(canonical(text), written));
  }

  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.04',
    '00.0.0.0',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4/24',
    '-',
    'localhost',
    '١.2.3.4',
    '1.2.3.4\0',
    '0x1.2.3.4',
    '3221225985',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    'g::1',
    'fe80::1%eth0',
    '[::1]',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '::1.2.3.256',
    '::01.2.3.4',
    '1.2.3.4::',
    '::1:',
    ':1::',
    '2001:db8::1:2817:',
  ]) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseAddress(text), null));
  }

  test('is one to Ascribe where it is one to Node, zone indexes and leading zeros apart', () => {
    const pieces = fc.constantFrom(
      '0',
      '1',
      '00',
      '01',
      '255',
      '256',
      'ffff',
      'FFFF',
      '12345',
      'g',
      ':',
      '::',
      '.',
      ':',
      '.',
      '%a',
      ' ',
    );
    const texts = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(pieces, { maxLength: 17 }).map((parts) => parts.join('')),
    );
    let addresses = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const known = isIP(text) > 0 && !text.includes('%');
        if (known) addresses += 1;
        assert.equal(parseAddress(text) !== null, known, text);
      }),
      { numRuns: 5000, seed: 42 },
    );
    assert.ok(addresses > 1000);
  });

  test('is the same address when its text is read again', () => {
    const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 });
    const six = fc.oneof(
      fc.record({ version: fc.constant(6 as const), upper: bits, lower: bits }),
      sparse.map((groups) => {
        const join = (part: number[]) => part.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
        return { version: 6 as const, upper: join(groups.slice(0, 4)), lower: join(groups.slice(4)) };
      }),
    );
    const four = fc.record({ version: fc.constant(4 as const), value: fc.nat({ max: 2 ** 32 - 1 }) });
    fc.assert(
      fc.property(fc.oneof(six, four), (address) => {
        const text = formatAddress(address);
        assert.ok(isIP(text));
        // An IPv4-mapped address comes back as the IPv4 address that it is.
        const mapped = address.version === 6 && address.upper === 0n && address.lower >> 32n === 0xffffn;
        if (!mapped) assert.deepEqual(parseAddress(text), { ...address });
        // The URL parser writes hosts by the same rules.
        if (address.version === 6) assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('A prefix', () => {
  for (const [text, prefix] of [
    ['198.51.100.77', '198.51.100.0/24'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:1234:5678::1', '2001:db8:1234::/48'],
    ['::1', '::/48'],
    ['::ffff:192.0.2.1', '192.0.2.0/24'],
  ] as const) {
    test(`of ${text} is ${prefix}`, () => {
      assert.equal(formatPrefix(parseAddress(text)!), prefix);
      assert.ok(contains(parseCidr(prefix)!, parseAddress(text)!));
    });
  }
});

describe('A network', () => {
  for (const { cidr, first, last } of [
    { cidr: '198.51.100.77/24', first: '198.51.100.0', last: '198.51.100.255' },
    { cidr: '192.0.2.1/32', first: '192.0.2.1', last: '192.0.2.1' },
    { cidr: '203.0.113.9/0', first: '0.0.0.0', last: '255.255.255.255' },
    { cidr: '240.0.0.0/4', first: '240.0.0.0', last: '255.255.255.255' },
    { cidr: '2001:db8::1/64', first: '2001:db8::', last: '2001:db8::ffff:ffff:ffff:ffff' },
    { cidr: '2001:db8::/29', first: '2001:db8::', last: '2001:dbf:ffff:ffff:ffff:ffff:ffff:ffff' },
    { cidr: '::/0', first: '::', last: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' },
  ]) {
    test(`${cidr} goes from ${first} to ${last}`, () => {
      const network = parseCidr(cidr)!;
      assert.deepEqual([formatAddress(network.first), formatAddress(network.last)], [first, last]);
    });
  }

  for (const text of [
    '198.51.100.0',
    '198.51.100.0/33',
    '198.51.100.0/-1',
    '198.51.100.0/',
    '/24',
    '2001:db8::/65',
    '2001:db8::/129',
    '198.51.100.0/24/24',
    'a/24',
    '198.51.100.0/1e1',
  ]) {
    test(`${text} is none`, () => assert.equal(parseCidr(text), null));
  }

  test('holds an address exactly where its first bits agree', () => {
    const value = fc.nat({ max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(value, value, fc.nat({ max: 32 }), (base, other, bits) => {
        const near =
          bits === 0 ? other : (base >>> (32 - bits)) * 2 ** (32 - bits) + (other % 2 ** (32 - bits));
        const network = parseCidr(`${formatAddress({ version: 4, value: base })}/${bits}`)!;
        for (const candidate of [other, near]) {
          const agree = bits === 0 || base >>> (32 - bits) === candidate >>> (32 - bits);
          assert.equal(contains(network, { version: 4, value: candidate }), agree);
        }
        assert.ok(!contains(network, { version: 6, upper: 0n, lower: BigInt(base) }));
      }),
      { numRuns: 2000 },
    );
  });
});
