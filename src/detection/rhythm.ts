/**
 * Jobs of one's own that a clock starts: short bursts of like size that come again and again, and so are what the
 * series is like. Indexes of a series, half-open.
 */
export type Burst = { from: number; until: number; size: number };

/** So many like bursts, from the first to the last over so much of the series. */
const FEWEST = 6;
const SPREAD = 2 / 3;
/** Like: no more than so many times as large, or as small. */
const LIKE = 3;
/** What comes at its time of so many of the other days, and of two at least, is a rhythm, too. */
const SHARE_OF_DAYS = 0.5;
const FEWEST_DAYS = 2;

/** A series: its length, that of a day, and how far from its time of day a clock's job begins; of one unit. */
type Clock = { length: number; day: number; late: number };

const isLike = (one: Burst, other: Burst): boolean =>
  other.size <= one.size * LIKE && one.size <= other.size * LIKE;

/** On how many of the other days, `of` in all, a like burst begins at the time of one; null: too few for a rhythm. */
export function dailyOf(
  burst: Burst,
  bursts: readonly Burst[],
  { length, day, late }: Clock,
): { days: number; of: number } | null {
  const days = bursts.filter((other) => {
    const apart = Math.abs(other.from - burst.from);
    const beside = apart % day;
    return isLike(burst, other) && apart >= day / 2 && Math.min(beside, day - beside) <= late;
  }).length;
  const of = Math.ceil(length / day) - 1;
  return days < Math.max(FEWEST_DAYS, of * SHARE_OF_DAYS) ? null : { days, of };
}

/** The bursts that are no rhythm. */
export function withoutRhythm<Found extends Burst>(bursts: readonly Found[], clock: Clock): Found[] {
  return bursts.filter((burst) => {
    const like = bursts.filter((other) => isLike(burst, other));
    if (like.length >= FEWEST && like.at(-1)!.from - like[0]!.from >= clock.length * SPREAD) return false;
    return dailyOf(burst, bursts, clock) === null;
  });
}
