/**
 * The chance of so many successes or more among independent trials, each with the same chance: 0 to 1. A sum of terms,
 * each from the one before, which is exact enough for any number of requests.
 */
export function binomialTail({
  successes,
  trials,
  chance,
}: {
  successes: number;
  trials: number;
  chance: number;
}): number {
  if (successes <= 0) return 1;
  if (chance <= 0) return 0;
  if (chance >= 1) return 1;
  // Of many trials with far more successes than by chance the terms vanish: their logarithm does not.
  let logTerm = 0;
  for (let k = 1; k <= successes; k += 1) logTerm += Math.log((trials - k + 1) / k);
  logTerm += successes * Math.log(chance) + (trials - successes) * Math.log1p(-chance);
  let term = Math.exp(logTerm);
  let sum = term;
  for (let k = successes; k < trials && (term > sum * 1e-12 || k < trials * chance); k += 1) {
    logTerm += Math.log(((trials - k) / (k + 1)) * (chance / (1 - chance)));
    term = Math.exp(logTerm);
    sum += term;
  }
  return Math.min(sum, 1);
}
