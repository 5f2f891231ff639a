/** So many blocks are projected at a time, whoever asks: one a core, since a part is written by one thread. */
export type Slots = { run<Result>(work: () => Promise<Result>): Promise<Result> };

export function slots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
