import type { Counted, Signature } from '../detection/signatures.ts';
import { signatureKey } from '../detection/signatures.ts';
import type { SourceRow } from '../detection/sources.ts';
import { contains, parseAddress } from '../enrich/address.ts';
import type { ExcludedSource } from '../report/model.ts';
import { type CaseFile, type KnownSource, parseNetwork } from './case-file.ts';

/** Whose an address is, by the word of the case file: the first source that names it. */
export type KnownSources = { of(srcIp: string): KnownSource | null };

export function knownSources(caseFile: Pick<CaseFile, 'known_sources'> | null): KnownSources {
  const named = (caseFile?.known_sources ?? []).map((source) => ({
    source,
    networks: source.networks.map((text) => parseNetwork(text)!),
  }));
  const answers = new Map<string, KnownSource | null>();
  const find = (srcIp: string): KnownSource | null => {
    const address = parseAddress(srcIp);
    if (!address) return null;
    const found = named.find(({ networks }) =>
      networks.some((network) =>
        network.bits === 128 && address.version === 6 && network.first.version === 6
          ? address.upper === network.first.upper && address.lower === network.first.lower
          : contains(network, address),
      ),
    );
    return found?.source ?? null;
  };
  return {
    of(srcIp) {
      if (named.length === 0) return null;
      const known = answers.get(srcIp);
      if (known !== undefined) return known;
      const answer = find(srcIp);
      answers.set(srcIp, answer);
      return answer;
    },
  };
}

export type SetAside<Minute extends Counted> = { minutes: Minute[]; kept: SourceRow[]; aside: SourceRow[] };

/**
 * A window without some of its rows. The rows of a minute name no address, so each signature's are lessened in every
 * minute by the share of its requests in the window that is set aside: of the window exact, of one minute an estimate.
 */
export function setAside<Minute extends Counted>(
  { minutes, rows }: { minutes: readonly Minute[]; rows: readonly SourceRow[] },
  isAside: (row: SourceRow) => boolean,
): SetAside<Minute> {
  const aside = rows.filter(isAside);
  if (aside.length === 0) return { minutes: [...minutes], kept: [...rows], aside };
  const kept = rows.filter((row) => !isAside(row));
  const [of, all] = [tally(aside), tally(rows)];
  const left = minutes.map((minute) => {
    const key = signatureKey(minute.signature);
    const share = (of.get(key) ?? 0) / (all.get(key) ?? 1);
    return share === 0 ? minute : { ...minute, requests: minute.requests * (1 - share) };
  });
  return { minutes: left.filter(({ requests }) => requests > 0), kept, aside };
}

function tally(rows: readonly { signature: Signature; requests: number }[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { signature, requests } of rows) {
    const key = signatureKey(signature);
    totals.set(key, (totals.get(key) ?? 0) + requests);
  }
  return totals;
}

/** What was set aside of one window or surge. */
export type AsideOf = {
  id: string;
  aside: readonly SourceRow[];
  attackKeys: ReadonlySet<string>;
  /** The log names no client. */
  isAnonymous: boolean;
};

/** Each known source with what was left out of it: never silently, and what looks like the attack apart. */
export function excludedSources(
  sources: readonly KnownSource[],
  { known, windows }: { known: KnownSources; windows: readonly AsideOf[] },
): ExcludedSource[] {
  const isBlind = windows.length > 0 && windows.every(({ isAnonymous }) => isAnonymous);
  return sources.map((source) => {
    const addresses = new Map<string, { requests: number; attack: number }>();
    const ids = new Set<string>();
    for (const { id, aside, attackKeys } of windows) {
      for (const row of aside) {
        if (known.of(row.srcIp) !== source) continue;
        const sum = addresses.get(row.srcIp) ?? { requests: 0, attack: 0 };
        sum.requests += row.requests;
        if (attackKeys.has(signatureKey(row.signature))) sum.attack += row.requests;
        addresses.set(row.srcIp, sum);
        ids.add(id);
      }
    }
    const suspects = [...addresses]
      .filter(([, { attack }]) => attack > 0)
      .sort(([a, x], [b, y]) => y.attack - x.attack || (a < b ? -1 : 1))
      .map(([src_ip, { attack }]) => ({ src_ip, attack_requests: attack }));
    const sum = (of: 'requests' | 'attack'): number =>
      [...addresses.values()].reduce((total, each) => total + each[of], 0);
    return {
      ...source,
      addresses: addresses.size,
      requests: sum('requests'),
      attack_requests: sum('attack'),
      window_ids: [...ids],
      suspects,
      sentence: isBlind
        ? `${source.name} (${source.role}): the logs of the windows name no client, so what it sent could not be left out.`
        : sentenceOf(source, {
            addresses: addresses.size,
            requests: sum('requests'),
            attack: sum('attack'),
          }),
    };
  });
}

function sentenceOf(
  { name, role }: KnownSource,
  { addresses, requests, attack }: { addresses: number; requests: number; attack: number },
): string {
  const count = (value: number): string => value.toLocaleString('en-GB');
  if (requests === 0) return `${name} (${role}) sent nothing in the windows and surges.`;
  const sent = `${name} (${role}): ${count(requests)} requests of ${count(addresses)} ${addresses === 1 ? 'address' : 'addresses'} in the windows and surges are left out`;
  return attack === 0
    ? `${sent}; none of them has the attack's signatures.`
    : `${sent}. Excluded, and it sent ${count(attack)} requests with the attack's signatures: look at it.`;
}
