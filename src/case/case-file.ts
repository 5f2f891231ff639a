import { type Cidr, parseAddress, parseCidr } from '../enrich/address.ts';
import { isTrustable, TRUSTED_NAMES } from '../enrich/proxies.ts';
import { sha256 } from '../lake/digest.ts';

/** Who a known source is to the platform. */
export const ROLES = ['office', 'monitor', 'tester', 'partner'] as const;

/** Addresses whose requests are not the attack's, by the word of the investigator, with the reason. */
export type KnownSource = {
  name: string;
  role: (typeof ROLES)[number];
  reason: string;
  /** Addresses (192.0.2.7) and networks (192.0.2.0/24; IPv6 up to /64), as they were given. */
  networks: string[];
};

/** A place where data can be taken from, and the log that would show who did. */
export type Surface = {
  name: string;
  /** Null: on every host. */
  host: string | null;
  /** Paths, in which `*` stands for any text: `/admin/*`. Upper and lower case are one. */
  paths: string[];
  /** A log's source id, or a vantage, of which any log will do. */
  log: string;
};

/** What the investigator says of a case: `case.json` in the lake, or the file of `--case`. */
export type CaseFile = {
  known_sources: KnownSource[];
  /** The hosts that the case is about, in lower case; none: all. */
  hosts: string[];
  surfaces: Surface[];
  /** As `address/bits` or by name, sorted; null: the file says nothing of them. */
  trusted_proxies: string[] | null;
  /** SHA-256 of the file's bytes. */
  sha256: string;
  /** The file as it was given, for the package. */
  text: string;
};

/** Where a lake has the file of its case. */
export const CASE_KEY = 'case.json';

/** A case file that cannot be used: names the file, the place in it, and what was expected. */
export class CaseFileError extends Error {
  override name = 'CaseFileError';
}

/** Reads a case file. `name` is what a message calls it. Throws CaseFileError. */
export function parseCaseFile(bytes: Uint8Array, name: string): CaseFile {
  const text = Buffer.from(bytes).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CaseFileError(`${name} is no JSON: ${(error as Error).message}. ${ADVICE}`);
  }
  const root = fieldsOf({ file: name, path: '', value }, [
    'known_sources',
    'hosts',
    'surfaces',
    'trusted_proxies',
  ]);
  const known = optionalList(root.known_sources).map(knownSource);
  const surfaces = optionalList(root.surfaces).map(surface);
  refuseTwice(known, optionalList(root.known_sources));
  refuseTwice(surfaces, optionalList(root.surfaces));
  return {
    known_sources: known,
    hosts: [
      ...new Set(
        optionalList(root.hosts).map((each) => textOf(each, 'a host such as www.example.org').toLowerCase()),
      ),
    ],
    surfaces,
    trusted_proxies:
      root.trusted_proxies.value === undefined
        ? null
        : [...new Set(listOf(root.trusted_proxies).map(proxy))].sort(),
    sha256: sha256(bytes),
    text,
  };
}

const ADVICE = 'docs/case-file.md shows a whole one.';

/** A value and where in which file it stands. */
type Place = { file: string; path: string; value: unknown };

function wrong({ file, path, value }: Place, expected: string): CaseFileError {
  const shown =
    value === undefined ? 'is missing' : `is ${(JSON.stringify(value) ?? 'nothing').slice(0, 80)}`;
  return new CaseFileError(
    `${file}: ${path === '' ? 'the whole' : path} ${shown}, but expected ${expected}. ${ADVICE}`,
  );
}

function fieldsOf<Key extends string>(place: Place, known: readonly Key[]): Record<Key, Place> {
  const { file, path, value } = place;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(place, `an object with the keys ${known.join(', ')}`);
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const strange = Object.keys(value).find((key) => !known.some((each) => each === key));
  if (strange !== undefined)
    throw new CaseFileError(
      `${file}: ${at(strange)} is no key that is read there: expected ${known.join(', ')}. ${ADVICE}`,
    );
  const record = value as Record<string, unknown>;
  return Object.fromEntries(known.map((key) => [key, { file, path: at(key), value: record[key] }])) as Record<
    Key,
    Place
  >;
}

function listOf(place: Place): Place[] {
  const { file, path, value } = place;
  if (!Array.isArray(value)) throw wrong(place, 'a list');
  return value.map((each, index) => ({ file, path: `${path}[${index}]`, value: each }));
}

function optionalList(place: Place): Place[] {
  return place.value === undefined ? [] : listOf(place);
}

function fullList(place: Place, expected: string): Place[] {
  const list = listOf(place);
  if (list.length === 0) throw wrong(place, `a list of ${expected}`);
  return list;
}

function textOf(place: Place, expected: string): string {
  const { value } = place;
  if (typeof value !== 'string' || value.trim() === '' || value.length > 2000) throw wrong(place, expected);
  return value.trim();
}

function knownSource(place: Place): KnownSource {
  const { name, role, reason, networks } = fieldsOf(place, ['networks', 'role', 'name', 'reason']);
  const roleText = ROLES.find((each) => each === role.value);
  if (!roleText) throw wrong(role, `one of ${ROLES.join(', ')}`);
  return {
    name: textOf(name, 'the name of the source'),
    role: roleText,
    reason: textOf(reason, 'the reason why its requests are left out'),
    networks: fullList(networks, 'networks').map(network),
  };
}

const NETWORK = 'an address or a network such as 192.0.2.0/24 (IPv6 up to /64)';

function network(place: Place): string {
  const text = textOf(place, NETWORK);
  if (!parseNetwork(text)) throw wrong(place, NETWORK);
  return text;
}

/** An address or a network; null where the text is neither. */
export function parseNetwork(text: string): Cidr | null {
  const address = parseAddress(text);
  if (!address) return parseCidr(text);
  return { version: address.version, first: address, last: address, bits: address.version === 4 ? 32 : 128 };
}

function proxy(place: Place): string {
  const expected = `a network of proxies such as 10.0.0.0/8 (IPv6 up to /64), or one of ${TRUSTED_NAMES.join(', ')}`;
  const text = textOf(place, expected);
  if (!isTrustable(text)) throw wrong(place, expected);
  return text;
}

function surface(place: Place): Surface {
  const { name, host, paths, log } = fieldsOf(place, ['name', 'host', 'paths', 'log']);
  return {
    name: textOf(name, 'the name of the surface'),
    host: host.value === undefined ? null : textOf(host, 'a host such as www.example.org').toLowerCase(),
    paths: fullList(paths, 'paths such as /admin/*').map((each) => {
      const path = textOf(each, 'a path such as /admin/*');
      if (!path.startsWith('/')) throw wrong(each, 'a path that begins with /, such as /admin/*');
      return path.toLowerCase();
    }),
    log: textOf(log, 'the source id of the log that would show its use, or a vantage such as origin'),
  };
}

function refuseTwice(named: readonly { name: string }[], places: readonly Place[]): void {
  const names = new Set<string>();
  for (const [index, { name }] of named.entries()) {
    const { file, path } = places[index]!;
    if (names.has(name)) throw wrong({ file, path: `${path}.name`, value: name }, 'a name that no other has');
    names.add(name);
  }
}
