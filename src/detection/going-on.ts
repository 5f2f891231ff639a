import type { JudgedSource } from './sources.ts';

/** Who sent so many requests just before, and at this share of its rate now or more, goes on. */
const FEWEST_BEFORE = 5;
const SHARE_OF_RATE = 2 / 3;
/** Beside more usual requests than this share of those that grew, an address is of several: what was before is not all of it. */
const MOST_USUAL = 0.2;

/** What addresses sent just before a window; lengths in minutes. */
export type JustBefore = { sent: ReadonlyMap<string, number>; minutes: number; windowMinutes: number };

/**
 * Attackers less those that sent as much just before: a crawler or a monitor asks on for what a flood asks for, too. Not who
 * sent an attack before: its waves may follow one another.
 */
export function withoutGoingOn(
  judged: readonly JudgedSource[],
  { before, attackedBefore }: { before: JustBefore; attackedBefore: ReadonlySet<string> },
): JudgedSource[] {
  const goesOn = ({ srcIp, attackRequests, otherRequests }: JudgedSource): boolean => {
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
