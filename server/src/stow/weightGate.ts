/**
 * Bounds the weight of what is worked on at once in the whole process: what one request may hold is bounded where it is
 * read, what many hold together is bounded here.
 */
export class WeightGate {
  readonly #limit: number;
  readonly #waiting: { weight: number; enter: () => void }[] = [];
  #inside = 0;

  /** @param limit weight inside at once; something heavier goes in alone */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when there is room for its weight, in the order of asking. */
  async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#hasRoom(weight)) {
      await new Promise<void>((enter) => this.#waiting.push({ weight, enter }));
    } else this.#inside += weight;
    try {
      return await work();
    } finally {
      this.#inside -= weight;
      this.#admit();
    }
  }

  #hasRoom(weight: number): boolean {
    return this.#inside === 0 || this.#inside + weight <= this.#limit;
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#hasRoom(next.weight);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#inside += next.weight;
      next.enter();
    }
  }
}
