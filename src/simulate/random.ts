/**
 * A seeded source of chance (sfc32, Chris Doty-Humphrey's small fast counter generator), so that a seed
 * fixes every byte. The draws use only + - * / and integers: IEEE 754 fixes those on every machine, which it
 * does not do for logarithms and exponentials.
 */
export type Random = {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, limit). */
  below(limit: number): number;
  /** A number in [from, until). */
  between(from: number, until: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Right-skewed with median 0.93, mean 1.9 and maximum 12.5 times the scale: for waits and rates. */
  skewed(scale: number): number;
  hex(digits: number): string;
  shuffled<T>(list: readonly T[]): T[];
};

/** Each part of the simulation draws from a stream of its own, so that a change in one leaves the others alone. */
export function createRandom(seed: number, stream: string): Random {
  const next = sfc32(seedWords(seed, stream));
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (from, until) => from + next() * (until - from),
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)]!,
    skewed: (scale) => {
      const u = next();
      return (scale * u) / (1 - 0.92 * u);
    },
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += (below(0x10000000) + 0x10000000).toString(16).slice(1);
      return text.slice(0, digits);
    },
    shuffled: (list) => {
      const copy = [...list];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
  };
}

/** Prepares a draw by weight; items of weight 0 are never drawn. */
export function weighted<T>(items: readonly T[], weightOf: (item: T) => number): (random: Random) => T {
  const sums: number[] = [];
  let total = 0;
  for (const item of items) {
    total += weightOf(item);
    sums.push(total);
  }
  if (!(total > 0)) throw new RangeError('A draw by weight needs a positive weight');
  return (random) => {
    const point = random.next() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > point) high = middle;
      else low = middle + 1;
    }
    return items[low]!;
  };
}

function sfc32([a0, b0, c0]: readonly [number, number, number]): () => number {
  let a = a0;
  let b = b0;
  let c = c0;
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 0x100000000;
  };
  // The generator's author advises to throw the first outputs away: near seeds start alike.
  for (let i = 0; i < 15; i++) next();
  return next;
}

function seedWords(seed: number, stream: string): [number, number, number] {
  let hash = 0x811c9dc5; // FNV-1a over the seed and the stream's name
  for (const character of `${seed}/${stream}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  const word = () => {
    hash = (hash + 0x9e3779b9) | 0; // splitmix32
    let z = hash;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  return [word(), word(), word()];
}

/** Where the chances of a scenario come from: who there is, which every part of a run shares, and what happens. */
export type Streams = { who(stream: string): Random; what(stream: string): Random };

/** The streams of a part; the first part has those of a run without parts. */
export function streamsOf(id: string, { seed, part }: { seed: number; part: number }): Streams {
  const who = (stream: string): Random => createRandom(seed, `${id}/${stream}`);
  return { who, what: (stream) => (part === 0 ? who(stream) : who(`${stream}/part ${part}`)) };
}
