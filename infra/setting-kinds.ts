import { isIP } from 'node:net';

/** What a setting can be: what it takes, in words, and how its text becomes a value. Context is text from a command line. */
export type Kind<Value> = {
  expects: string;
  /** Null where the given is none of these. */
  read(given: unknown): Value | null;
};

/** `undefined` as default: the setting is required. */
export type Setting<Value> = Kind<Value> & { about: string; byDefault?: unknown };

function plain(given: unknown): string | null {
  return typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean'
    ? String(given).trim()
    : null;
}

export function oneOf<const Word extends string>(...words: Word[]): Kind<Word> {
  return {
    expects: words.map((word) => `\`${word}\``).join(' or '),
    read: (given) => words.find((word) => word === plain(given)) ?? null,
  };
}

export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    expects: `a whole number from ${least} to ${most}`,
    read: (given) => {
      const text = plain(given) ?? '';
      const value = Number(text);
      return /^\d{1,15}$/.test(text) && value >= least && value <= most ? value : null;
    },
  };
}

export function numberOf(numbers: readonly number[]): Kind<number> {
  return {
    expects: `one of ${numbers.join(', ')}`,
    read: (given) => numbers.find((value) => String(value) === plain(given)) ?? null,
  };
}

export function text(pattern: RegExp, expects: string): Kind<string> {
  return {
    expects,
    read: (given) => {
      const value = plain(given);
      return value !== null && pattern.test(value) ? value : null;
    },
  };
}

/** A list in `cdk.json`, or one text with commas or spaces between, as `--context` gives it. */
export function listOf(pattern: RegExp, expects: string): Kind<string[]> {
  return {
    expects: `a list of ${expects}`,
    read: (given) => {
      const values = Array.isArray(given)
        ? given.map(plain)
        : (plain(given) ?? ' ').split(/[\s,]+/).filter((value) => value !== '');
      if (given === undefined || given === null || (typeof given === 'object' && !Array.isArray(given)))
        return null;
      const good = values.every((value) => value !== null && pattern.test(value));
      return good && new Set(values).size === values.length ? (values as string[]) : null;
    },
  };
}

/** A list of networks, each `address/bits`, and of names. */
export function networksOr(...names: string[]): Kind<string[]> {
  const texts = listOf(
    new RegExp(`^([^/]+/\\d+|${names.join('|')})$`),
    `networks, such as \`198.51.100.0/24\` or \`2001:db8::/48\` (IPv6 up to /64), and of ${names.map((name) => `\`${name}\``).join(', ')}`,
  );
  return {
    expects: texts.expects,
    read: (given) => {
      const values = texts.read(given);
      return values?.every((value) => names.includes(value) || isNetwork(value)) ? values : null;
    },
  };
}

/** What the ingest function takes (`parseCidr` in src/enrich/address.ts), or a deployment would end at its first log. */
function isNetwork(text: string): boolean {
  const [address, bits] = text.split('/') as [string, string];
  const most = { 0: -1, 4: 32, 6: 64 }[isIP(address)]!;
  // An IPv4 address in IPv6 clothes is counted in other bits, and a zone is no part of a network.
  return Number(bits) <= most && !/%|:.*\./.test(address) && !/^[0:]*:ffff:/i.test(address);
}

export function yesOrNo(): Kind<boolean> {
  return {
    expects: '`true` or `false`',
    read: (given) => {
      const value = plain(given);
      return value === 'true' ? true : value === 'false' ? false : null;
    },
  };
}

export function timeZone(): Kind<string> {
  return {
    expects: 'the name of a time zone, such as `Europe/London`',
    read: (given) => {
      const value = plain(given) ?? '';
      try {
        // EventBridge Scheduler takes names, not offsets.
        return /^[A-Z]/.test(value) && new Intl.DateTimeFormat('en', { timeZone: value }) ? value : null;
      } catch {
        return null;
      }
    },
  };
}
