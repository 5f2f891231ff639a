/** Rises of hours that begin and end abruptly, in a log so short that no other day and no hours around show them. */

/** Minutes before a step and after it, of which the levels are compared. */
const BEFORE = 30;
const AFTER = 10;
/** Of the minutes before a step, so many must be known. */
const ENOUGH = 20;
/** A step goes to this multiple of the level before it, and so far of it within minutes: a morning takes half an hour. */
const UP_MULTIPLE = 3;
const ABRUPT_MINUTES = 3;
const ABRUPT_MULTIPLE = 2;
const ABRUPT_SHARE = 0.7;
/** It is over where half of its level is left. */
const DOWN_SHARE = 0.5;
/** A shorter one is seen against the hours around it. */
const LEAST_MINUTES = 180;
const FLOOR_REQUESTS = 60;

/**
 * Steps of three hours and more, as indexes of minutes, half-open, to a few minutes; one that does not end goes on to the
 * end. `known` has 1 for each minute of which the log is there.
 */
export function longSteps(counts: Float64Array, known: Uint8Array): { from: number; until: number }[] {
  const found: { from: number; until: number }[] = [];
  const level = (from: number, until: number): number | null => {
    const inside = counts
      .slice(Math.max(0, from), until)
      .filter((_, index) => known[Math.max(0, from) + index] === 1);
    return inside.length === 0 ? null : inside.sort()[inside.length >> 1]!;
  };
  const stepsUp = (minute: number): boolean => {
    if (known.subarray(minute - BEFORE, minute).filter((each) => each === 1).length < ENOUGH) return false;
    const [before, after] = [level(minute - BEFORE, minute)!, level(minute, minute + AFTER) ?? 0];
    if (after < Math.max(FLOOR_REQUESTS, UP_MULTIPLE * before)) return false;
    const [last, first] = [level(minute - ABRUPT_MINUTES, minute), level(minute, minute + ABRUPT_MINUTES)];
    if (last === null || first === null) return false;
    return first >= Math.max(ABRUPT_MULTIPLE * last, ABRUPT_SHARE * level(minute, minute + BEFORE)!);
  };
  for (let minute = BEFORE; minute < counts.length; minute += 1) {
    if (counts[minute]! < FLOOR_REQUESTS || !stepsUp(minute)) continue;
    const high = level(minute, minute + BEFORE)!;
    let until = minute + 1;
    while (until < counts.length && (level(until, until + AFTER) ?? high) >= DOWN_SHARE * high) until += 1;
    if (until - minute >= LEAST_MINUTES) found.push({ from: minute, until });
    minute = until;
  }
  return found;
}
