/** Larger memory is not kept for the next picture. */
const LARGEST_KEPT = 16 * 1024 * 1024;

let spare = new Uint8Array(0);

/**
 * Memory for the samples of one picture, for as long as the picture is needed: memory outside of the heap that is asked for
 * anew for each picture makes the collector walk the whole heap every few dozen pictures. Its content is what was there
 * before.
 *
 * @param length in bytes
 */
export function lend(length: number): Uint8Array {
  if (spare.length < length) return new Uint8Array(length);
  const lent = spare.subarray(0, length);
  // Whoever asks before it is given back gets other memory.
  spare = new Uint8Array(0);
  return lent;
}

/** Takes back what was lent, once nothing looks at it any more. */
export function giveBack(samples: Uint8Array): void {
  const whole = new Uint8Array(samples.buffer as ArrayBuffer);
  if (whole.length > spare.length && whole.length <= LARGEST_KEPT) spare = whole;
}
