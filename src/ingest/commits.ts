/**
 * Commits at hand. Between the markers of objects and what custody keeps of them no signal ends the process: what is in
 * the lake would be in no custody until it is read again.
 */
export class Commits {
  readonly #atHand = new Set<Promise<void>>();
  #isOver = false;

  /** Runs a commit. After `end` it does not begin, and waits for the end of the process. */
  async run(commit: () => Promise<void>): Promise<void> {
    if (this.#isOver) return new Promise(() => {});
    const running = commit();
    this.#atHand.add(running);
    try {
      await running;
    } finally {
      this.#atHand.delete(running);
    }
  }

  /** Lets no further commit begin, and resolves once those at hand are over. Whoever runs one hears of its failure. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#atHand);
  }
}
