import type { Slots } from './slots.ts';

/**
 * Hands each piece of work that enters to the next lane in turn, and waits until it is free and a slot is: what has entered is
 * at work, and of what waits, which is memory, there is one piece. What fails stops what enters after it.
 */
export class Lanes<Lane> {
  readonly #lanes: readonly Lane[];
  readonly #busy: Promise<void>[];
  readonly #failures: unknown[] = [];
  readonly #slots: Slots;
  #turn = 0;

  constructor(lanes: readonly Lane[], slots: Slots) {
    this.#lanes = lanes;
    this.#slots = slots;
    this.#busy = lanes.map(() => Promise.resolve());
  }

  async enter(work: (lane: Lane) => Promise<void>): Promise<void> {
    const turn = this.#turn;
    await this.#busy[turn];
    this.#throwFailure();
    const done = await this.#slots.take();
    this.#busy[turn] = work(this.#lanes[turn]!)
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(done);
    this.#turn = (turn + 1) % this.#lanes.length;
  }

  /** Waits for all work, whatever became of it. */
  async settle(): Promise<void> {
    await Promise.all(this.#busy);
  }

  /** Waits for all work, and throws what failed first. */
  async end(): Promise<void> {
    await this.settle();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
