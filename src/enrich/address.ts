/**
 * IP addresses as numbers and as text. IPv4 is a number of 32 bits; of IPv6 the upper 64 bits serve for
 * look-ups (no registry delegates below /64). Text is RFC 5952's.
 */
export type Address = { version: 4; value: number } | { version: 6; upper: bigint; lower: bigint };

export const MOST_PORT = 65_535;

function parse4(text: string): number | null {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) {
      // A leading zero is refused: some readers take 010 for eight.
      if (digits > 0 && part === 0) return null;
      part = part * 10 + code - 48;
      digits += 1;
      if (part > 255) return null;
    } else if (code === 46 && digits > 0 && dots < 3) {
      value = value * 256 + part;
      part = 0;
      digits = 0;
      dots += 1;
    } else return null;
  }
  return dots === 3 && digits > 0 ? value * 256 + part : null;
}

/** Reads groups; the last of an address (`atEnd`) can be an IPv4 address. */
function parseGroups(text: string, { atEnd }: { atEnd: boolean }): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (atEnd && index === parts.length - 1 && part.includes('.')) {
      const v4 = parse4(part);
      if (v4 === null) return null;
      groups.push(Math.floor(v4 / 65536), v4 % 65536);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

function joinGroups(groups: readonly number[]): bigint {
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

/** Reads an address; null where the text is none (a zone index such as %eth0 is none either). */
export function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const value = parse4(text);
    return value === null ? null : { version: 4, value };
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!, { atEnd: halves.length === 1 });
  const tail = halves.length === 2 ? parseGroups(halves[1]!, { atEnd: true }) : [];
  if (!head || !tail) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  // An IPv4 address in IPv6 clothes (::ffff:198.51.100.1) is the IPv4 address.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return { version: 4, value: groups[6]! * 65536 + groups[7]! };
  }
  return { version: 6, upper: joinGroups(groups.slice(0, 4)), lower: joinGroups(groups.slice(4)) };
}

export function format4(value: number): string {
  return `${Math.floor(value / 16777216)}.${Math.floor(value / 65536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`. */
function format6(upper: bigint, lower: bigint): string {
  const groups: number[] = [];
  for (const half of [upper, lower]) {
    for (let shift = 48n; shift >= 0n; shift -= 16n) groups.push(Number((half >> shift) & 0xffffn));
  }
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

export function formatAddress(address: Address): string {
  return address.version === 4 ? format4(address.value) : format6(address.upper, address.lower);
}

/** The /24 (IPv4) or /48 (IPv6) that holds the address. */
export function formatPrefix(address: Address): string {
  if (address.version === 4) return `${format4(address.value - (address.value % 256))}/24`;
  return `${format6((address.upper >> 16n) << 16n, 0n)}/48`;
}

export type Cidr = { version: 4 | 6; first: Address; last: Address; bits: number };

/** Reads `address/bits`; null where it is none, where bits are too many, or IPv6 is finer than /64. */
export function parseCidr(text: string): Cidr | null {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text.trim());
  if (!match) return null;
  const address = parseAddress(match[1]!);
  const bits = Number(match[2]);
  if (!address) return null;
  if (address.version === 4) {
    if (bits > 32) return null;
    const size = 2 ** (32 - bits);
    const first = address.value - (address.value % size);
    return {
      version: 4,
      bits,
      first: { version: 4, value: first },
      last: { version: 4, value: first + size - 1 },
    };
  }
  if (bits > 64) return null;
  const host = (1n << BigInt(64 - bits)) - 1n;
  const upper = address.upper & ~host;
  const all = 0xffffffffffffffffn;
  return {
    version: 6,
    bits,
    first: { version: 6, upper, lower: 0n },
    last: { version: 6, upper: upper | host, lower: all },
  };
}

export function contains(cidr: Cidr, address: Address): boolean {
  if (cidr.first.version === 4) {
    return (
      address.version === 4 &&
      cidr.last.version === 4 &&
      address.value >= cidr.first.value &&
      address.value <= cidr.last.value
    );
  }
  return (
    address.version === 6 &&
    cidr.last.version === 6 &&
    address.upper >= cidr.first.upper &&
    address.upper <= cidr.last.upper
  );
}
