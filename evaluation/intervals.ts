/** Intervals that hold the true value in 95 of 100 cases. */

const Z = 1.959964;

/** Of a share (Wilson 1927), as lower and upper end. */
export function shareInterval(part: number, whole: number): [number, number] {
  if (whole === 0) return [0, 1];
  const share = part / whole;
  const spread = Z * Math.sqrt((share * (1 - share)) / whole + Z ** 2 / (4 * whole ** 2));
  const middle = share + Z ** 2 / (2 * whole);
  const scale = 1 + Z ** 2 / whole;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}

/** Of how often something comes that came so many times (Garwood 1936, exact for a Poisson process). */
export function countInterval(count: number): [number, number] {
  // The chance of at most so many, where `mean` are expected.
  const atMost = (most: number, mean: number): number => {
    let term = Math.exp(-mean);
    let sum = term;
    for (let index = 1; index <= most; index += 1) {
      term *= mean / index;
      sum += term;
    }
    return sum;
  };
  const solve = (holds: (mean: number) => boolean): number => {
    let [low, high] = [0, count * 2 + 20];
    for (let step = 0; step < 60; step += 1) {
      const middle = (low + high) / 2;
      if (holds(middle)) low = middle;
      else high = middle;
    }
    return low;
  };
  return [
    count === 0 ? 0 : solve((mean) => 1 - atMost(count - 1, mean) < 0.025),
    solve((mean) => atMost(count, mean) > 0.025),
  ];
}
