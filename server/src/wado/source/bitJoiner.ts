/**
 * Joins frames of one-bit pixels, which follow each other without padding (PS3.5 §8.1.1), where each comes in bytes of its
 * own, from the lowest bit of the first on.
 */
export class BitJoiner {
  readonly #frameBits: number;
  /** Bits of the last frame that fill no byte yet, the lowest ones first. */
  #carried = 0;
  #count = 0;

  constructor(frameBits: number) {
    this.#frameBits = frameBits;
  }

  /** The bytes that are whole with this frame. */
  add(frame: Uint8Array): Uint8Array {
    const out = new Uint8Array((this.#count + this.#frameBits) >> 3);
    const used = this.#frameBits % 8;
    let to = 0;
    for (let i = 0; i < frame.length; i += 1) {
      const isLast = i === frame.length - 1;
      const mask = isLast && used !== 0 ? (1 << used) - 1 : 0xff;
      this.#carried |= ((frame[i] ?? 0) & mask) << this.#count;
      if (to < out.length) {
        out[to++] = this.#carried & 0xff;
        this.#carried >>= 8;
      }
    }
    this.#count = (this.#count + this.#frameBits) % 8;
    return out;
  }

  /** The last bits, padded to a byte; empty where there are none. */
  get rest(): Uint8Array {
    return this.#count === 0 ? new Uint8Array(0) : Uint8Array.of(this.#carried & 0xff);
  }
}
