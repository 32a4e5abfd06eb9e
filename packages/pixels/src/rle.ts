import { corrupt } from './pixelError.ts';
import type { PixelDescription } from './types.ts';

const HEADER_BYTES = 64;
const MAX_SEGMENTS = 15;

/**
 * A frame of RLE Lossless (PS3.5 Annex G): one segment for each byte of each sample, the most significant byte first.
 *
 * @returns little-endian samples, colour by pixel, whatever Planar Configuration says
 * @throws PixelError CORRUPT
 */
export function decodeRle(bytes: Uint8Array, description: PixelDescription): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated } = description;
  const oneBit = bitsAllocated === 1;
  // Pixels of one bit stay packed, eight to the byte of the one segment.
  const pixels = oneBit ? Math.ceil((rows * columns) / 8) : rows * columns;
  const sampleBytes = oneBit ? 1 : bitsAllocated / 8;
  const segments = samplesPerPixel * sampleBytes;
  if (bytes.length < HEADER_BYTES) throw damaged('its header is cut off', '头部不完整');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  if (count !== segments || count > MAX_SEGMENTS) {
    throw damaged(
      `it has ${count} segments, its attributes ask for ${segments}`,
      `含 ${count} 段，按属性应为 ${segments} 段`,
    );
  }
  const starts = Array.from({ length: count }, (_, i) => view.getUint32(4 + i * 4, true));
  const out = new Uint8Array(pixels * segments);
  for (const [i, start] of starts.entries()) {
    const end = Math.min(starts[i + 1] ?? bytes.length, bytes.length);
    if (start < HEADER_BYTES || start > end) throw damaged('a segment lies outside of it', '段偏移超出范围');
    const sample = Math.floor(i / sampleBytes);
    const offset = sample * sampleBytes + (sampleBytes - 1 - (i % sampleBytes));
    decodeSegment(bytes, start, end, out, offset, segments);
  }
  return out;
}

/** Writes one segment's bytes at every `step`-th place from `offset`. Bytes past the last pixel are padding. */
function decodeSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  offset: number,
  step: number,
): void {
  let to = offset;
  let from = start;
  const { length } = out;
  while (from < end && to < length) {
    const control = bytes[from++] as number;
    if (control < 128) {
      const literalEnd = from + control + 1;
      if (literalEnd > end) throw damaged('a segment is cut off', '段不完整');
      for (; from < literalEnd && to < length; to += step) out[to] = bytes[from++] as number;
      from = literalEnd;
    } else if (control > 128) {
      if (from >= end) throw damaged('a segment is cut off', '段不完整');
      const value = bytes[from++] as number;
      for (let run = 257 - control; run > 0 && to < length; run--, to += step) out[to] = value;
    }
  }
  if (to < length) throw damaged('a segment has too few bytes', '段数据不足');
}

/** Encodes little-endian samples, colour by pixel, as RLE Lossless (PS3.5 Annex G). */
export function encodeRle(samples: Uint8Array, description: PixelDescription): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated } = description;
  const pixels = rows * columns;
  const sampleBytes = bitsAllocated / 8;
  const segments = samplesPerPixel * sampleBytes;
  // A row grows by one byte in 128, and every segment is padded to an even length.
  const longest = HEADER_BYTES + segments * (rows * (columns + Math.ceil(columns / 128)) + 1);
  const out = new Uint8Array(longest);
  const view = new DataView(out.buffer);
  view.setUint32(0, segments, true);
  const plane = new Uint8Array(pixels);
  let to = HEADER_BYTES;
  for (let i = 0; i < segments; i++) {
    view.setUint32(4 + i * 4, to, true);
    const offset = Math.floor(i / sampleBytes) * sampleBytes + (sampleBytes - 1 - (i % sampleBytes));
    for (let p = 0, from = offset; p < pixels; p++, from += segments) plane[p] = samples[from] as number;
    // Each row is encoded separately (PS3.5 G.3.1).
    for (let row = 0; row < rows; row++) to = encodeRow(plane, row * columns, (row + 1) * columns, out, to);
    to += to & 1;
  }
  return out.slice(0, to);
}

function encodeRow(plane: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  let from = start;
  while (from < end) {
    const value = plane[from] as number;
    let run = 1;
    while (run < 128 && from + run < end && plane[from + run] === value) run++;
    if (run >= 2) {
      out[to++] = 257 - run;
      out[to++] = value;
      from += run;
      continue;
    }
    const literal = from++;
    // A literal ends where three equal bytes begin; two are not worth a run of their own inside a literal.
    while (
      from < end &&
      from - literal < 128 &&
      !(from + 2 < end && plane[from] === plane[from + 1] && plane[from] === plane[from + 2])
    )
      from++;
    out[to++] = from - literal - 1;
    out.set(plane.subarray(literal, from), to);
    to += from - literal;
  }
  return to;
}

function damaged(why: string, whyZh: string): Error {
  return corrupt(`the RLE frame cannot be decoded: ${why}`, `RLE 图像帧无法解码：${whyZh}`);
}
