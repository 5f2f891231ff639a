/** So many things at a time; who comes when none is free waits, in the order of coming. */
export class Slots {
  readonly #all: number;
  readonly #waiting: { wanted: number; go(): void }[] = [];
  #free: number;

  constructor(all: number) {
    this.#all = all;
    this.#free = all;
  }

  take<Of>(work: () => Promise<Of>): Promise<Of> {
    return this.#take(1, work);
  }

  /** Nothing else at the time. */
  takeAll<Of>(work: () => Promise<Of>): Promise<Of> {
    return this.#take(this.#all, work);
  }

  async #take<Of>(wanted: number, work: () => Promise<Of>): Promise<Of> {
    if (this.#waiting.length > 0 || this.#free < wanted)
      await new Promise<void>((go) => this.#waiting.push({ wanted, go }));
    else this.#free -= wanted;
    try {
      return await work();
    } finally {
      this.#free += wanted;
      while (this.#waiting.length > 0 && this.#waiting[0]!.wanted <= this.#free) {
        const next = this.#waiting.shift()!;
        this.#free -= next.wanted;
        next.go();
      }
    }
  }
}
