/**
 * Bounds the dataset text that is on its way into the index at once, in the whole process. The driver copies a text
 * several times while it sends it, so what many requests hold together must be bounded, not only what one holds.
 */
export class IndexGate {
  readonly #limit: number;
  readonly #waiting: { characters: number; enter: () => void }[] = [];
  #inside = 0;

  /** @param limit characters inside at once; a single heavier batch goes in alone */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when there is room for its text, in the order of asking. */
  async run<T>(characters: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#hasRoom(characters)) {
      await new Promise<void>((enter) => this.#waiting.push({ characters, enter }));
    } else this.#inside += characters;
    try {
      return await work();
    } finally {
      this.#inside -= characters;
      this.#admit();
    }
  }

  #hasRoom(characters: number): boolean {
    return this.#inside === 0 || this.#inside + characters <= this.#limit;
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#hasRoom(next.characters);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#inside += next.characters;
      next.enter();
    }
  }
}
