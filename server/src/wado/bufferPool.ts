/**
 * Memory for ranges that are read, sent and forgotten: new memory for each frame costs page faults and, being outside
 * of the heap, more collections of garbage than all else together.
 */
export class BufferPool {
  readonly #size: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];

  /**
   * @param size bytes of each buffer
   * @param most buffers that are kept while nobody uses them
   */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size);
  }

  /** Only for a buffer that nothing reads or writes any more; one that is never given back is garbage. */
  giveBack(buffer: Buffer): void {
    if (this.#free.length < this.#most) this.#free.push(buffer);
  }
}
