/** What is true of several runs whose logs lie together. */
import type { Truth } from './truth.ts';

/** Parts of one scenario: the same windows, of which each part has a share. */
export function truthOfParts(one: Truth, other: Truth): Truth {
  return {
    ...sums(one, other),
    windows: one.windows.map((window, index) => {
      const its = other.windows[index]!;
      return {
        ...window,
        from: [window.from, its.from].sort()[0]!,
        until: [window.until, its.until].sort()[1]!,
        attack_requests: window.attack_requests + its.attack_requests,
        // The parts have the same bots.
        attackers_count: Math.max(window.attackers_count, its.attackers_count),
      };
    }),
  };
}

/** Logs of two surfaces: the windows of both, in order of time. */
export function truthOfSurfaces(one: Truth, other: Truth): Truth {
  return {
    ...sums(one, other),
    windows: [...one.windows, ...other.windows].sort((a, b) => (a.from < b.from ? -1 : 1)),
    surges: [...one.surges, ...other.surges],
  };
}

function sums(one: Truth, other: Truth): Truth {
  const attackers = together(
    [one.attackers, one.attackers_requests],
    [other.attackers, other.attackers_requests],
  );
  const reflectors = together(
    [one.reflectors ?? [], one.reflectors_requests ?? []],
    [other.reflectors ?? [], other.reflectors_requests ?? []],
  );
  const hasReflectors = (one.reflectors ?? other.reflectors) !== undefined;
  const { sources_answer: answer, ...rest } = one;
  const isHidden = [one, other].every((each) => each.windows.length === 0 || each.sources_answer);
  return {
    ...rest,
    ...(isHidden && (answer ?? other.sources_answer) ? { sources_answer: 'cannot-say' as const } : {}),
    attackers: [...attackers.keys()],
    attackers_requests: [...attackers.values()],
    ...(hasReflectors
      ? { reflectors: [...reflectors.keys()], reflectors_requests: [...reflectors.values()] }
      : {}),
    shared: [...new Set([...one.shared, ...other.shared])].sort(),
    attack_requests: one.attack_requests + other.attack_requests,
    legitimate_requests: one.legitimate_requests + other.legitimate_requests,
  };
}

type Counted = [addresses: readonly string[], counts: readonly number[]];

function together(...lists: Counted[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const [addresses, counts] of lists)
    for (const [index, address] of addresses.entries())
      all.set(address, (all.get(address) ?? 0) + counts[index]!);
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
