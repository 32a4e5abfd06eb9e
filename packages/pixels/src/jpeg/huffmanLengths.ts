export const MAX_CODE_LENGTH = 16;

/**
 * Code lengths of a Huffman code for symbols with these frequencies, none longer than 16 bits, and none of all ones, as
 * JPEG asks (ITU-T T.81 K.2).
 *
 * @returns one length for each symbol; 0 for those that do not occur
 */
export function huffmanLengths(counts: Uint32Array): Uint8Array {
  for (let scaled = counts; ; scaled = scaled.map((count) => (count === 0 ? 0 : (count >>> 1) | 1))) {
    const lengths = unlimitedLengths(scaled);
    // Frequencies that are nearer to each other make a flatter code.
    if (Math.max(...lengths) <= MAX_CODE_LENGTH) return lengths.subarray(0, counts.length);
  }
}

function unlimitedLengths(counts: Uint32Array): Uint8Array {
  // One symbol more than there are keeps the code of all ones free: it is the rarest, and so gets the longest code.
  const nodes = [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([symbol, count]) => ({ count, symbols: [symbol] }));
  nodes.push({ count: 0, symbols: [counts.length] });
  const lengths = new Uint8Array(counts.length + 1);
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.count - a.count);
    const last = nodes.pop() as (typeof nodes)[number];
    const other = nodes.pop() as (typeof nodes)[number];
    const symbols = [...last.symbols, ...other.symbols];
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] as number) + 1;
    nodes.push({ count: last.count + other.count, symbols });
  }
  return lengths;
}
