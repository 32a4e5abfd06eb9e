import { huffmanLengths, MAX_CODE_LENGTH } from './huffmanLengths.ts';

/**
 * Encodes samples by the lossless process 14 with selection value 1: each is predicted from its left neighbour, the
 * first of a line from the one above (ITU-T T.81 Annex H).
 *
 * @param samples components interleaved, not above `precision` bits
 */
export function encodeLosslessJpeg(
  samples: Uint8Array | Uint16Array,
  image: { rows: number; columns: number; components: number; precision: number },
): Uint8Array {
  const { rows, columns, components, precision } = image;
  const differences = new Int16Array(samples.length);
  const stride = columns * components;
  const counts = new Uint32Array(17);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let x = 0; x < stride; x++, i++) {
      const predicted =
        x >= components ? samples[i - components] : row > 0 ? samples[i - stride] : 1 << (precision - 1);
      const difference = (((samples[i] as number) - (predicted as number)) << 16) >> 16;
      differences[i] = difference;
      const category = categoryOf(difference);
      counts[category] = (counts[category] as number) + 1;
    }
  }
  const { lengths, codes, perLength, symbols } = codesOf(counts);
  const bits = counts.reduce(
    (sum, count, s) => sum + count * ((lengths[s] as number) + (s === 16 ? 0 : s)),
    0,
  );
  // Every byte may need a stuffed one after it.
  const out = new Uint8Array(Math.ceil(bits / 8) * 2 + 128);
  let at = writeHeader(out, image, perLength, symbols);

  let register = 0;
  let held = 0;
  const write = (value: number, length: number): void => {
    register = (register << length) | value;
    held += length;
    while (held >= 8) {
      held -= 8;
      const byte = (register >>> held) & 0xff;
      out[at++] = byte;
      if (byte === 0xff) out[at++] = 0;
    }
  };
  for (const difference of differences) {
    const category = categoryOf(difference);
    write(codes[category] as number, lengths[category] as number);
    if (category > 0 && category < 16)
      write((difference < 0 ? difference - 1 : difference) & ((1 << category) - 1), category);
  }
  if (held > 0) write((1 << (8 - held)) - 1, 8 - held);
  out[at++] = 0xff;
  out[at++] = 0xd9;
  return out.slice(0, at);
}

/** Bits that a difference needs (T.81 Table F.1 and H.2); -32768 stands for +32768, which is the same modulo 2^16. */
function categoryOf(difference: number): number {
  return 32 - Math.clz32(Math.abs(difference));
}

function codesOf(counts: Uint32Array): {
  lengths: Uint8Array;
  codes: Uint16Array;
  perLength: number[];
  symbols: number[];
} {
  const lengths = huffmanLengths(counts);
  const symbols = [...counts.keys()]
    .filter((s) => (lengths[s] as number) > 0)
    .sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  const codes = new Uint16Array(counts.length);
  const perLength = new Array<number>(MAX_CODE_LENGTH).fill(0);
  let code = 0;
  let previous = 0;
  for (const symbol of symbols) {
    const length = lengths[symbol] as number;
    code <<= length - previous;
    previous = length;
    codes[symbol] = code++;
    perLength[length - 1] = (perLength[length - 1] as number) + 1;
  }
  return { lengths, codes, perLength, symbols };
}

function writeHeader(
  out: Uint8Array,
  { rows, columns, components, precision }: Parameters<typeof encodeLosslessJpeg>[1],
  perLength: number[],
  symbols: number[],
): number {
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const high = (value: number): [number, number] => [value >> 8, value & 0xff];
  const frame = [
    precision,
    ...high(rows),
    ...high(columns),
    components,
    ...ids.flatMap((id) => [id, 0x11, 0]),
  ];
  const table = [0, ...perLength, ...symbols];
  const scan = [components, ...ids.flatMap((id) => [id, 0]), 1, 0, 0];
  const segment = (marker: number, body: number[]): number[] => [
    0xff,
    marker,
    ...high(body.length + 2),
    ...body,
  ];
  const header = [0xff, 0xd8, ...segment(0xc3, frame), ...segment(0xc4, table), ...segment(0xda, scan)];
  out.set(header);
  return header.length;
}
