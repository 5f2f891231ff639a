import { DECLARED } from './robot-tests.ts';
import { type Composition, type Counted, signatureKey } from './signatures.ts';
import type { JudgedSource, SourceRow } from './sources.ts';

/** Who sent so many requests just before, and at this share of its rate now or more, goes on. */
const FEWEST_BEFORE = 5;
const SHARE_OF_RATE = 2 / 3;
/** Beside more usual requests than this share of those that grew, an address is of several: what was before is not all of it. */
const MOST_USUAL = 0.2;

/** A robot of which the log has so many requests at other times goes on up to this multiple of their rate. */
const FEWEST_OF_ROBOT = 10;
const MOST_OF_ROBOT = 2;
/** So much of what grew and was sent by an address is of such robots. */
const SHARE_OF_ROBOTS = 0.9;

/**
 * Addresses whose part in what grew is of agents that call themselves robots, and that did not grow: folded among rare
 * agents they look like a flood of many. What others forge of their name makes it grow. Lengths in minutes.
 */
export function steadyRobots(
  { rows, minutes }: { rows: readonly SourceRow[]; minutes: number },
  usual: { counted: readonly Counted[]; minutes: number },
  { attackKeys }: Composition,
): Set<string> {
  const known = new Map<string, number>();
  for (const { signature, requests } of usual.counted) add(known, signature.userAgent, requests);
  const now = new Map<string, number>();
  for (const { original, requests } of rows) add(now, original.userAgent, requests);
  const steady = new Set(
    known
      .entries()
      .filter(
        ([agent, requests]) =>
          requests >= FEWEST_OF_ROBOT &&
          (now.get(agent) ?? 0) / minutes <= (MOST_OF_ROBOT * requests) / usual.minutes &&
          DECLARED.test(agent),
      )
      .map(([agent]) => agent),
  );
  const sent = new Map<string, { all: number; steady: number }>();
  for (const { srcIp, signature, original, requests } of rows) {
    if (!attackKeys.has(signatureKey(signature))) continue;
    const sum = sent.get(srcIp) ?? { all: 0, steady: 0 };
    sent.set(srcIp, sum);
    sum.all += requests;
    if (steady.has(original.userAgent ?? '')) sum.steady += requests;
  }
  const found = sent.entries().filter(([, sum]) => sum.steady >= SHARE_OF_ROBOTS * sum.all);
  return new Set(found.map(([srcIp]) => srcIp));
}

function add(sums: Map<string, number>, agent: string | null, requests: number): void {
  sums.set(agent ?? '', (sums.get(agent ?? '') ?? 0) + requests);
}

/** What addresses sent just before a window; lengths in minutes. */
export type JustBefore = { sent: ReadonlyMap<string, number>; minutes: number; windowMinutes: number };

/**
 * Attackers less steady robots and those that sent as much just before: a crawler or a monitor asks on for what a flood asks for, too. Not who
 * sent an attack before: its waves may follow one another.
 */
export function withoutGoingOn(
  judged: readonly JudgedSource[],
  {
    before,
    robots,
    attackedBefore,
  }: { before: JustBefore | null; robots: ReadonlySet<string>; attackedBefore: ReadonlySet<string> },
): JudgedSource[] {
  const goesOn = ({ srcIp, attackRequests, otherRequests }: JudgedSource): boolean => {
    if (robots.has(srcIp)) return true;
    if (!before) return false;
    const sent = before.sent.get(srcIp) ?? 0;
    const rate = (attackRequests + otherRequests) / before.windowMinutes;
    return (
      sent >= FEWEST_BEFORE &&
      sent / before.minutes >= SHARE_OF_RATE * rate &&
      otherRequests <= MOST_USUAL * attackRequests &&
      !attackedBefore.has(srcIp)
    );
  };
  return judged.map((source) =>
    source.attacking && goesOn(source) ? { ...source, attacking: false } : source,
  );
}
