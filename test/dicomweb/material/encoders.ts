import { createRequire } from 'node:module';
import sharp from 'sharp';

/** Samples of one frame: little endian, colour by pixel. */
export interface Samples {
  rows: number;
  columns: number;
  samplesPerPixel: 1 | 3;
  bitsAllocated: 8 | 16;
  bitsStored: number;
  signed: boolean;
  bytes: Uint8Array;
}

interface FrameInfo {
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform?: boolean;
}

interface Encoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array;
  setQuality(reversible: boolean, quantization: number): void;
  setNearLossless(near: number): void;
  setProgressionOrder(order: number): void;
  setDecompositions(count: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
}

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): FrameInfo;
  getDecodedBuffer(): Uint8Array;
}

type Codec = Record<string, new () => Encoder & Decoder>;
const require = createRequire(import.meta.url);
const loaded = new Map<string, Promise<Codec>>();

function codec(name: 'charls' | 'openjpeg' | 'openjph'): Promise<Codec> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const factory = require(`@cornerstonejs/codec-${name}`) as (module?: object) => Promise<Codec>;
  // The codecs print what they do; a test says only what failed.
  const loading = factory({ print: () => undefined, printErr: () => undefined });
  loaded.set(name, loading);
  return loading;
}

const infoOf = ({ rows, columns, bitsStored, samplesPerPixel, signed }: Samples): FrameInfo => ({
  width: columns,
  height: rows,
  bitsPerSample: bitsStored,
  componentCount: samplesPerPixel,
  isSigned: signed,
  isUsingColorTransform: samplesPerPixel === 3,
});

/** JPEG-LS, lossless (near 0) or near-lossless. */
export async function encodeJpegLs(samples: Samples, near = 0): Promise<Buffer> {
  const encoder = new (await codec('charls'))['JpegLSEncoder']!();
  encoder.getDecodedBuffer(infoOf(samples)).set(samples.bytes);
  encoder.setNearLossless(near);
  encoder.encode();
  return Buffer.from(encoder.getEncodedBuffer());
}

/** JPEG 2000 codestream, reversible. */
export async function encodeJpeg2000(samples: Samples): Promise<Buffer> {
  const encoder = new (await codec('openjpeg'))['J2KEncoder']!();
  encoder.getDecodedBuffer(infoOf(samples)).set(samples.bytes);
  encoder.setDecompositions(2);
  encoder.setQuality(true, 0);
  encoder.encode();
  return Buffer.from(encoder.getEncodedBuffer());
}

/** High-Throughput JPEG 2000 codestream, reversible; RPCL progression. */
export async function encodeHtj2k(samples: Samples): Promise<Buffer> {
  const encoder = new (await codec('openjph'))['HTJ2KEncoder']!();
  encoder.getDecodedBuffer(infoOf(samples)).set(samples.bytes);
  encoder.setDecompositions(2);
  encoder.setQuality(true, 0);
  encoder.setProgressionOrder(2);
  encoder.encode();
  return Buffer.from(encoder.getEncodedBuffer());
}

const DECODERS: Record<string, ['charls' | 'openjpeg' | 'openjph', string]> = {
  'image/jls': ['charls', 'JpegLSDecoder'],
  'image/jp2': ['openjpeg', 'J2KDecoder'],
  'image/jphc': ['openjph', 'HTJ2KDecoder'],
};

/** Native little-endian samples of a frame under one of the media types that can be read here. @throws Error for others */
export async function decode(type: string, bytes: Uint8Array): Promise<{ info: FrameInfo; bytes: Buffer }> {
  const known = DECODERS[type];
  if (known === undefined) throw new Error(`the suite has no decoder for ${type}`);
  const decoder = new (await codec(known[0]))[known[1]]!();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  decoder.decode();
  return { info: decoder.getFrameInfo(), bytes: Buffer.from(decoder.getDecodedBuffer()) };
}

/** JPEG Baseline, 8 bits, no chroma subsampling. */
export async function encodeJpegBaseline(samples: Samples, quality = 95): Promise<Buffer> {
  const { rows, columns, samplesPerPixel, bytes } = samples;
  const image = sharp(bytes, { raw: { width: columns, height: rows, channels: samplesPerPixel } });
  const grey = samplesPerPixel === 1 ? image.toColourspace('b-w') : image;
  return grey.jpeg({ quality, chromaSubsampling: '4:4:4', mozjpeg: false }).toBuffer();
}

/** A picture of a rendered media type as 8-bit RGB or grey samples. */
export async function picture(
  bytes: Uint8Array,
): Promise<{ width: number; height: number; channels: number; data: Buffer; format: string }> {
  const image = sharp(bytes);
  const { format, channels: stored } = await image.metadata();
  const plain = stored < 3 ? image.removeAlpha().toColourspace('b-w') : image.removeAlpha();
  const { data, info } = await plain.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data, format };
}

/** One RLE segment (PackBits of PS3.5 Annex G): literal runs alone and runs of equal bytes. */
function packBits(bytes: Uint8Array): Buffer {
  const out: number[] = [];
  for (let i = 0; i < bytes.length;) {
    let run = 1;
    while (run < 128 && bytes[i + run] === bytes[i]) run += 1;
    if (run > 1) {
      out.push(257 - run, bytes[i]!);
      i += run;
      continue;
    }
    let end = i + 1;
    while (end < bytes.length && end - i < 128 && bytes[end] !== bytes[end + 1]) end += 1;
    out.push(end - i - 1, ...bytes.subarray(i, end));
    i = end;
  }
  return Buffer.from(out);
}

/** RLE Lossless (PS3.5 Annex G): a segment for each byte plane, the most significant first; rows apart. */
export function encodeRle({ rows, columns, samplesPerPixel, bitsAllocated, bytes }: Samples): Buffer {
  const width = bitsAllocated / 8;
  const segments: Buffer[] = [];
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let plane = width - 1; plane >= 0; plane--) {
      const encoded: Buffer[] = [];
      for (let row = 0; row < rows; row++) {
        const line = Buffer.alloc(columns);
        for (let column = 0; column < columns; column++)
          line[column] = bytes[((row * columns + column) * samplesPerPixel + sample) * width + plane]!;
        encoded.push(packBits(line));
      }
      const segment = Buffer.concat(encoded);
      segments.push(segment.length % 2 === 0 ? segment : Buffer.concat([segment, Buffer.alloc(1)]));
    }
  }
  const head = Buffer.alloc(64);
  head.writeUInt32LE(segments.length, 0);
  let at = 64;
  segments.forEach((segment, i) => {
    head.writeUInt32LE(at, 4 + i * 4);
    at += segment.length;
  });
  return Buffer.concat([head, ...segments]);
}

/** Takes an RLE frame apart (PS3.5 Annex G): native little-endian samples, colour by pixel. */
export function decodeRle(
  frame: Uint8Array,
  shape: Pick<Samples, 'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated'>,
): Buffer {
  const { rows, columns, samplesPerPixel, bitsAllocated } = shape;
  const input = Buffer.from(frame);
  const width = bitsAllocated / 8;
  const size = rows * columns;
  const out = Buffer.alloc(size * width * samplesPerPixel);
  const count = input.readUInt32LE(0);
  if (count !== width * samplesPerPixel) throw new Error(`RLE frame of ${count} segments`);
  for (let segment = 0; segment < count; segment++) {
    const sample = Math.floor(segment / width);
    const plane = width - 1 - (segment % width);
    let at = input.readUInt32LE(4 + segment * 4);
    for (let done = 0; done < size;) {
      const control = input.readInt8(at++);
      if (control === -128) continue;
      const length = control < 0 ? 1 - control : control + 1;
      for (let i = 0; i < length && done < size; i++, done++)
        out[(done * samplesPerPixel + sample) * width + plane] = input[control < 0 ? at : at + i]!;
      at += control < 0 ? 1 : length;
    }
  }
  return out;
}

/**
 * JPEG Lossless, Process 14, first-order prediction (ITU-T T.81 Annex H), one component of up to 16 bits. Every
 * difference category has a code of five bits: simple, and any decoder reads it.
 */
export function encodeJpegLossless({ rows, columns, bitsStored, bytes }: Samples): Buffer {
  const wide = bitsStored > 8;
  const source = Buffer.from(bytes);
  const sampleAt = (i: number): number => (wide ? source.readUInt16LE(i * 2) : source[i]!);
  const segment = (marker: number, content: number[]): number[] => [
    0xff,
    marker,
    (content.length + 2) >> 8,
    (content.length + 2) & 255,
    ...content,
  ];
  const categories = Array.from({ length: 17 }, (_, i) => i);
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xc3, [bitsStored, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0]),
    ...segment(0xc4, [0, 0, 0, 0, 0, 17, ...new Array<number>(11).fill(0), ...categories]),
    ...segment(0xda, [1, 1, 0, 1, 0, 0]),
  ];
  const out: number[] = [];
  let held = 0;
  let bits = 0;
  const put = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) {
      held = (held << 1) | ((value >> bit) & 1);
      if (++bits < 8) continue;
      out.push(held);
      if (held === 0xff) out.push(0);
      held = 0;
      bits = 0;
    }
  };
  for (let i = 0; i < rows * columns; i++) {
    const predicted =
      i === 0 ? 1 << (bitsStored - 1) : i % columns === 0 ? sampleAt(i - columns) : sampleAt(i - 1);
    // Differences are taken modulo 65536; −32768 has a category of its own without further bits.
    let difference = (sampleAt(i) - predicted) & 0xffff;
    if (difference >= 0x8000) difference -= 0x10000;
    const magnitude = Math.abs(difference);
    const category = magnitude === 0 ? 0 : 32 - Math.clz32(magnitude);
    put(category, 5);
    if (category > 0 && category < 16)
      put(difference > 0 ? difference : difference + (1 << category) - 1, category);
  }
  while (bits > 0) put(1, 1);
  return Buffer.from([...head, ...out, 0xff, 0xd9]);
}
