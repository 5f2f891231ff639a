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

/** The bursts that are no rhythm. `late`: how far from its time of day a clock's job begins. */
export function withoutRhythm<Found extends Burst>(
  bursts: readonly Found[],
  { length, day, late }: { length: number; day: number; late: number },
): Found[] {
  const days = Math.ceil(length / day) - 1;
  return bursts.filter((burst) => {
    const like = bursts.filter(({ size }) => size <= burst.size * LIKE && burst.size <= size * LIKE);
    if (like.length >= FEWEST && like.at(-1)!.from - like[0]!.from >= length * SPREAD) return false;
    const daily = like.filter((other) => {
      const apart = Math.abs(other.from - burst.from);
      const beside = apart % day;
      return apart >= day / 2 && Math.min(beside, day - beside) <= late;
    });
    return daily.length < Math.max(FEWEST_DAYS, days * SHARE_OF_DAYS);
  });
}
