/** Bytes of a word of pixel data by its VR. */
export const WORD_BYTES: Record<string, 2 | 4 | 8 | undefined> = { OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 };

/** Swaps the bytes of each word of a value that comes in chunks; bytes behind the last whole word stay as they are. */
export async function* swapWords(
  chunks: AsyncIterable<Buffer>,
  wordBytes: 2 | 4 | 8,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % wordBytes);
    rest = bytes.subarray(whole);
    const words = bytes.subarray(0, whole);
    if (wordBytes === 2) words.swap16();
    else if (wordBytes === 4) words.swap32();
    else words.swap64();
    if (whole > 0) yield words;
  }
  if (rest.length > 0) yield rest;
}
