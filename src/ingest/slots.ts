/** So many blocks are projected at a time, whoever asks: one a core, since a part is written by one thread. */
export type Slots = {
  /** Waits for a free one; it is free again once what is given is called. */
  take(): Promise<() => void>;
  run<Result>(work: () => Promise<Result>): Promise<Result>;
};

export function slots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  async function take(): Promise<() => void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return giveBack;
  }
  return {
    take,
    async run(work) {
      const done = await take();
      try {
        return await work();
      } finally {
        done();
      }
    },
  };
}
