/**
 * What is usual, minute by minute. How much history there is decides how it is known: the ladder of the
 * standards, section 3.1. Minutes of candidate windows never enter the baseline.
 */
export type Rung = 'seasonal' | 'hour-of-day' | 'own-minutes';

const DAY = 1440;
const WEEK = 7 * DAY;

/** Points that a minute's reference needs; below that all quiet minutes of the log serve. */
const ENOUGH = 20;

export type BaselineSeries = { rung: Rung; expected: Float64Array; scale: Float64Array };

export function rungOf(minutes: number): Rung {
  if (minutes >= 21 * DAY) return 'seasonal';
  return minutes >= 7 * DAY ? 'hour-of-day' : 'own-minutes';
}

export const RUNG_SENTENCES: Record<Rung, string> = {
  seasonal: 'Compared with the same minute of the week in the weeks around it (21 days of history or more).',
  'hour-of-day': 'Compared with the same hour of the other days (7 to 21 days of history).',
  'own-minutes':
    "Compared with the log's own quiet minutes of the same hour, and with the usual composition of the traffic (less than 7 days of history): confidence is at most Low.",
};

/** Offsets, in minutes, from a minute to those that it is compared with. */
function* referenceOffsets(rung: Rung, minutes: number): Generator<[center: number, spread: number]> {
  if (rung === 'seasonal') {
    for (let week = 1; week <= 4; week += 1)
      yield* [[-week * WEEK, 5] as [number, number], [week * WEEK, 5] as [number, number]];
    return;
  }
  const days = Math.ceil(minutes / DAY);
  if (rung === 'own-minutes') yield [0, 30];
  for (let day = 1; day <= days; day += 1)
    yield* [[-day * DAY, 30] as [number, number], [day * DAY, 30] as [number, number]];
}

/** Puts the value of a rank at its place, smaller ones before it: a median needs no sorting, and there are many. */
function select(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left]!;
      values[left] = values[right]!;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank]!;
}

/** The median; 0 of none. Reorders the values. */
function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  const middle = values.length >> 1;
  const upper = select(values, middle);
  if (values.length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < middle; index += 1) lower = Math.max(lower, values[index]!);
  return (lower + upper) / 2;
}

/**
 * Expected counts and their scale (one robust standard deviation) for each minute.
 * `quiet` says which minutes can serve as reference. The scale never falls below what the measured
 * dispersion gives: real traffic varies several times more than a Poisson process.
 */
export function baselineOf(counts: Float64Array, quiet: Uint8Array): BaselineSeries {
  const minutes = counts.length;
  const rung = rungOf(minutes);
  const offsets = [...referenceOffsets(rung, minutes)];
  const all = counts.filter((_, index) => quiet[index] === 1);
  const deviation = (values: Float64Array, from: number): number =>
    1.4826 * median(values.map((value) => Math.abs(value - from)));
  const overall = median(Float64Array.from(all));
  const overallSpread = deviation(all, overall);
  const near = new Float64Array(offsets.reduce((sum, [, width]) => sum + 2 * width + 1, 0));
  const expected = new Float64Array(minutes);
  const spread = new Float64Array(minutes);
  for (let minute = 0; minute < minutes; minute += 1) {
    let count = 0;
    for (const [center, width] of offsets) {
      const from = Math.max(0, minute + center - width);
      const until = Math.min(minutes - 1, minute + center + width);
      for (let index = from; index <= until; index += 1) {
        if (quiet[index] !== 1) continue;
        near[count] = counts[index]!;
        count += 1;
      }
    }
    const enough = count >= ENOUGH;
    const reference = near.subarray(0, count);
    expected[minute] = enough ? median(reference) : overall;
    spread[minute] = enough ? deviation(reference, expected[minute]!) : overallSpread;
  }
  const dispersion = measuredDispersion(counts, { expected, quiet });
  const scale = spread.map((value, minute) =>
    Math.max(value, Math.sqrt(dispersion * Math.max(expected[minute]!, 1)), 1),
  );
  return { rung, expected, scale };
}

/** A log of fewer days shows no other days in their majority. */
const FEW_DAYS = 3;
/** Hours before and after a minute: a rise of fewer is not their median. */
const HOURS = 4;
/** A median of hours is the same for as many minutes. */
const SAME_MINUTES = 10;

/**
 * What the hours around each minute had, in a log of so few days that they are all there is to hold a rise of hours
 * against; null for a longer one.
 */
export function hoursAround(counts: Float64Array, quiet: Uint8Array): BaselineSeries | null {
  const minutes = counts.length;
  if (minutes >= FEW_DAYS * DAY) return null;
  const medianAround = (minute: number): number => {
    const from = Math.max(0, minute - HOURS * 60);
    const until = Math.min(minutes, minute + HOURS * 60);
    const around = counts.subarray(from, until).filter((_, index) => quiet[from + index] === 1);
    return around.length < ENOUGH ? 0 : median(around);
  };
  const expected = new Float64Array(minutes);
  // Where working hours begin, half of the hours around are of the night: just after, fewer are.
  let here = medianAround(0);
  for (let minute = 0; minute < minutes; minute += SAME_MINUTES) {
    const next = medianAround(minute + SAME_MINUTES);
    expected.fill(Math.max(here, next), minute, minute + SAME_MINUTES);
    here = next;
  }
  const dispersion = measuredDispersion(counts, { expected, quiet });
  const scale = expected.map((count) => Math.max(Math.sqrt(dispersion * Math.max(count, 1)), 1));
  return { rung: 'own-minutes', expected, scale };
}

/** Variance over mean of the quiet minutes, robustly: the median of squared deviations over that of a normal, 0.4549. */
function measuredDispersion(
  counts: Float64Array,
  { expected, quiet }: { expected: Float64Array; quiet: Uint8Array },
): number {
  const squares: number[] = [];
  for (const [minute, count] of counts.entries()) {
    if (quiet[minute] === 1) squares.push((count - expected[minute]!) ** 2 / Math.max(expected[minute]!, 1));
  }
  return Math.max(1, median(Float64Array.from(squares)) / 0.4549);
}
