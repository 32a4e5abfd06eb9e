import { words } from '../samples.ts';
import type { NativeFrame, PixelDescription } from '../types.ts';
import { type GreyPipeline, greyFunction } from './grey.ts';
import { lend } from './lentSamples.ts';

/** Samples of 8 bits, one or three to the pixel. */
export interface Picture {
  samples: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
  /** Memory that is to be given back when the picture is no longer needed. */
  lent?: Uint8Array;
}

/**
 * A frame of one sample as grey levels, made smaller by a whole factor in the same pass, by averaging what would be
 * displayed.
 */
export function greyPicture(frame: NativeFrame, pipeline: GreyPipeline, shrink: number): Picture {
  const { description, bytes } = frame;
  const { rows, columns, bitsAllocated } = description;
  const pixels = rows * columns;
  if (bitsAllocated > 16) return shrunk(deepGrey(frame, pipeline), shrink);
  const samples = bitsAllocated === 16 ? words(bytes) : bitsAllocated === 8 ? bytes : unpacked(bytes, pixels);
  const table = tableFor(samples, description, pipeline);
  if (shrink > 1) return shrunkThrough(samples, table, columns, rows, shrink);
  const out = lend(pixels);
  throughTable(samples, table, out);
  return { samples: out, width: columns, height: rows, channels: 1, lent: out };
}

/** A function of its own, so that it is compiled for two kinds of samples and nothing else. */
function throughTable(samples: Uint8Array | Uint16Array, table: Uint8Array, out: Uint8Array): void {
  const { length } = out;
  for (let i = 0; i < length; i++) out[i] = table[samples[i] as number] as number;
}

/** Bits as samples of 0 and 1 (PS3.5 §8.1.1). */
function unpacked(bytes: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) out[i] = ((bytes[i >> 3] as number) >> (i & 7)) & 1;
  return out;
}

const TABLES = 8;
const tables = new Map<string, Uint8Array>();

/** Grey levels by word as it lies in the frame, whatever its unused bits are. Slices of a series have the same. */
function tableFor(
  samples: Uint8Array | Uint16Array,
  description: PixelDescription,
  pipeline: GreyPipeline,
): Uint8Array {
  const { bitsStored, highBit, signed, bitsAllocated } = description;
  const shift = highBit - bitsStored + 1;
  const range = pipeline.voi === null ? rangeOf(samples, description, pipeline) : ([0, 0] as const);
  const key = JSON.stringify(
    [bitsStored, shift, signed, bitsAllocated, pipeline, range],
    (_, value: unknown) =>
      value instanceof Uint16Array
        ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
        : value,
  );
  const known = tables.get(key);
  if (known !== undefined) return known;
  const grey = greyFunction(pipeline, range);
  const size = 2 ** bitsStored;
  const half = signed ? size / 2 : size;
  const stored = new Uint8Array(size);
  for (let i = 0; i < size; i++) stored[i] = grey(i < half ? i : i - size);
  const table = new Uint8Array(bitsAllocated === 16 ? 65_536 : 256);
  for (let i = 0; i < table.length; i++) table[i] = stored[(i >> shift) & (size - 1)] as number;
  if (tables.size >= TABLES) tables.delete(tables.keys().next().value ?? '');
  tables.set(key, table);
  return table;
}

/** Smallest and largest stored value that is no padding. */
function rangeOf(
  samples: Uint8Array | Uint16Array,
  { bitsStored, highBit, signed }: PixelDescription,
  { padding }: GreyPipeline,
): readonly [number, number] {
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  const [from, to] = padding ?? [1, 0];
  let low = Infinity;
  let high = -Infinity;
  for (const word of samples) {
    const value = signed ? (word << left) >> right : (word << left) >>> right;
    if (value >= from && value <= to) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

/** Reads one sample of more than 16 bits. */
function deepSample({ description, bytes }: NativeFrame): (index: number) => number {
  const { signed, highBit, bitsStored, bitsAllocated, sampleType } = description;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (sampleType === 'float') {
    return bitsAllocated === 64
      ? (index) => view.getFloat64(index * 8, true)
      : (index) => view.getFloat32(index * 4, true);
  }
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  return (index) => {
    const word = view.getInt32(index * 4, true) << left;
    return signed ? word >> right : word >>> right;
  };
}

/** Samples of more than 16 bits, for which a table would be too large. Those that are no numbers are black. */
function deepGrey(frame: NativeFrame, pipeline: GreyPipeline): Picture {
  const { rows, columns } = frame.description;
  const sample = deepSample(frame);
  const [from, to] = pipeline.padding ?? [1, 0];
  const values = new Float64Array(rows * columns);
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = sample(i);
    values[i] = value;
    if ((value >= from && value <= to) || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const grey = greyFunction(pipeline, low > high ? [0, 0] : [low, high]);
  return { samples: Uint8Array.from(values, grey), width: columns, height: rows, channels: 1 };
}

function shrunkThrough(
  samples: Uint8Array | Uint16Array,
  table: Uint8Array,
  columns: number,
  rows: number,
  factor: number,
): Picture {
  const width = Math.floor(columns / factor);
  const height = Math.floor(rows / factor);
  const out = new Uint8Array(width * height);
  const sums = new Uint32Array(width);
  const area = factor * factor;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let line = 0; line < factor; line++) {
      let from = (y * factor + line) * columns;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < factor; k++) sum += table[samples[from++] as number] as number;
        sums[x] = (sums[x] as number) + sum;
      }
    }
    for (let x = 0; x < width; x++) out[y * width + x] = ((sums[x] as number) + (area >> 1)) / area;
  }
  return { samples: out, width, height, channels: 1 };
}

/** A picture made smaller by a whole factor. */
export function shrunk(picture: Picture, factor: number): Picture {
  if (factor === 1) return picture;
  const { samples, channels } = picture;
  const width = Math.floor(picture.width / factor);
  const height = Math.floor(picture.height / factor);
  const out = new Uint8Array(width * height * channels);
  const area = factor * factor;
  const stride = picture.width * channels;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = area >> 1;
        for (
          let v = 0, line = y * factor * stride + x * factor * channels + c;
          v < factor;
          v++, line += stride
        )
          for (let h = 0; h < factor; h++) sum += samples[line + h * channels] as number;
        out[to++] = sum / area;
      }
    }
  }
  return { samples: out, width, height, channels };
}
