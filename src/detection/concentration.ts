/** How unevenly requests fall on what sent them, folded from the rows of `origin/concentration`. */
export type Share = { requests_each: number | bigint | null; things: number | bigint };

export type Concentration = {
  things: number;
  requests: number;
  /** Herfindahl–Hirschman index, the sum of squared shares: 1 / things where all are equal, 1 where one has all. */
  hhi: number;
  /** The same from 0 to 1 whatever the number of things; null of one thing. */
  hhi_normalised: number | null;
  /** As many equal things would be as concentrated. */
  effective_number: number;
  entropy_bits: number;
  /** Of the greatest entropy that so many things can have; null of one thing. */
  entropy_normalised: number | null;
  /** 0 where all are equal, nearly 1 where few have nearly all. */
  gini: number;
  /** Requests of the 1, 10 and 100 things that sent most. */
  of_first: { 1: number; 10: number; 100: number };
};

/** Sums are of integers and exact; each measure is one division of them, the entropy apart. Null of no requests. */
export function concentrationOf(shares: readonly Share[]): Concentration | null {
  const groups = shares
    .filter(({ requests_each }) => requests_each !== null)
    .map(({ requests_each, things }) => ({ each: BigInt(requests_each!), things: BigInt(things) }))
    .sort((a, b) => Number(a.each - b.each));
  const things = groups.reduce((sum, group) => sum + group.things, 0n);
  const requests = groups.reduce((sum, group) => sum + group.things * group.each, 0n);
  if (requests === 0n) return null;
  let squares = 0n;
  // The sum of (2i − k − 1) x over things in order of their x, a group of equal ones at once.
  let ranks = 0n;
  let before = 0n;
  let entropy = 0;
  for (const group of groups) {
    squares += group.things * group.each * group.each;
    ranks += group.each * group.things * (2n * before + group.things - things);
    before += group.things;
    const share = ratio(group.each, requests);
    if (share > 0) entropy -= Number(group.things) * share * Math.log2(share);
  }
  const hhi = ratio(squares, requests * requests);
  const count = Number(things);
  return {
    things: count,
    requests: Number(requests),
    hhi,
    hhi_normalised:
      count === 1 ? null : ratio(squares * things - requests * requests, requests * requests * (things - 1n)),
    effective_number: ratio(requests * requests, squares),
    entropy_bits: entropy,
    entropy_normalised: count === 1 ? null : entropy / Math.log2(count),
    gini: ratio(ranks, things * requests),
    of_first: { 1: first(groups, 1), 10: first(groups, 10), 100: first(groups, 100) },
  };
}

/** The double that is nearest, of integers of any size. */
function ratio(part: bigint, whole: bigint): number {
  const scale = 1n << 80n;
  return Number((part * scale) / whole) / 2 ** 80;
}

function first(ascending: readonly { each: bigint; things: bigint }[], most: number): number {
  let left = most;
  let sum = 0n;
  for (const { each, things } of ascending.toReversed()) {
    const taken = Math.min(Number(things), left);
    sum += BigInt(taken) * each;
    left -= taken;
  }
  return Number(sum);
}
