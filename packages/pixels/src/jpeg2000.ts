import { type Jpeg2000Header, readJpeg2000Header } from './codestreamHeaders.ts';
import { decoded, type PlainImage } from './jpegLs.ts';
import { unsupported } from './pixelError.ts';
import { bytesOf } from './samples.ts';
import { type FrameInfo, type Jpeg2000Encoder, type WasmDecoder, withCodec } from './wasmCodecs.ts';

const OPENJPEG = '@cornerstonejs/codec-openjpeg/wasmjs';
const OPENJPH = '@cornerstonejs/codec-openjph/wasmjs';
const SMALLEST_SIDE = 32;
const MAX_DECOMPOSITIONS = 5;
const RPCL = 2;

/** Samples of a JPEG 2000 image, unsigned (a signed one is lifted by half of its range), colour by pixel. */
export interface Jpeg2000Samples {
  bytes: Uint8Array;
  rows: number;
  columns: number;
}

/**
 * Decodes JPEG 2000 or HTJ2K. Signed components are declared unsigned before the library sees them: the two differ only
 * by a shift of half the range (ITU-T T.800 Annex G.1), and the libraries clamp some signed samples.
 *
 * @param reduce how often the size is to be halved
 * @throws PixelError CORRUPT, UNSUPPORTED
 */
export async function decodeJpeg2000(
  bytes: Uint8Array,
  header: Jpeg2000Header,
  reduce = 0,
): Promise<Jpeg2000Samples> {
  const { components, precision } = header;
  if (components !== 1 && components !== 3) {
    throw unsupported(
      `JPEG 2000 of ${components} components is not decoded`,
      `不支持 ${components} 个分量的 JPEG 2000`,
    );
  }
  if (precision > 16 || (components === 3 && precision > 8 && !header.highThroughput)) {
    throw unsupported(
      'JPEG 2000 of more than 16 bits, or more than 8 in colour, is not decoded',
      '不支持超过 16 位（彩色超过 8 位）的 JPEG 2000',
    );
  }
  const codestream = withSign(bytes.subarray(header.start), header, false);
  const size = { rows: halved(header.rows, reduce), columns: halved(header.columns, reduce) };
  const expected = size.rows * size.columns * components * (precision > 8 ? 2 : 1);
  const run = (Decoder: new () => WasmDecoder): Uint8Array => {
    const decoder = new Decoder();
    try {
      if (reduce === 0) return decoded(decoder, codestream, expected);
      decoder.getEncodedBuffer(codestream.length).set(codestream);
      decoder.decodeSubResolution(reduce, 0);
      const samples = decoder.getDecodedBuffer();
      if (samples.length < expected) throw new Error('the decoder gave too few samples');
      return new Uint8Array(samples).subarray(0, expected);
    } finally {
      decoder.delete();
    }
  };
  if (!header.highThroughput)
    return { ...size, bytes: await withCodec(OPENJPEG, ({ J2KDecoder }) => run(J2KDecoder)) };
  const samples = await withCodec(OPENJPH, ({ HTJ2KDecoder }) => run(HTJ2KDecoder));
  const planar = components === 3 && !header.colourTransform;
  return { ...size, bytes: planar ? fromPlanarLines(samples, size, precision > 8 ? 2 : 1) : samples };
}

function halved(size: number, times: number): number {
  return times === 0 ? size : halved(Math.ceil(size / 2), times - 1);
}

/** The codestream with its components declared signed or unsigned. */
function withSign(codestream: Uint8Array, header: Jpeg2000Header, signed: boolean): Uint8Array {
  if (header.signed === signed) return codestream;
  const out = new Uint8Array(codestream);
  for (const offset of header.depthBytes) {
    const at = offset - header.start;
    out[at] = ((out[at] as number) & 0x7f) | (signed ? 0x80 : 0);
  }
  return out;
}

/**
 * OpenJPH hands over components that were not transformed one after the other; its wrapper takes them for lines of
 * each in turn. This puts them right: line k that came is line k mod rows of component k / rows.
 */
function fromPlanarLines(
  samples: Uint8Array,
  { rows, columns }: { rows: number; columns: number },
  sampleBytes: number,
): Uint8Array {
  const out = new Uint8Array(samples.length);
  forPlanarLines(rows, columns, (wrong, right) => {
    for (let b = 0; b < sampleBytes; b++)
      out[right * sampleBytes + b] = samples[wrong * sampleBytes + b] as number;
  });
  return out;
}

function toPlanarLines(
  samples: Uint8Array,
  { rows, columns }: { rows: number; columns: number },
): Uint8Array {
  const out = new Uint8Array(samples.length);
  forPlanarLines(rows, columns, (wrong, right) => {
    out[wrong] = samples[right] as number;
  });
  return out;
}

/** Calls with the place that the wrapper gives a sample, and the place where it belongs. */
function forPlanarLines(rows: number, columns: number, visit: (wrong: number, right: number) => void): void {
  for (let line = 0; line < rows * 3; line++) {
    const component = Math.floor(line / rows);
    let wrong = Math.floor(line / 3) * columns * 3 + (line % 3);
    let right = (line % rows) * columns * 3 + component;
    for (let x = 0; x < columns; x++, wrong += 3, right += 3) visit(wrong, right);
  }
}

export interface Jpeg2000Settings {
  highThroughput: boolean;
  /** Resolution-major order with tile-part lengths, as .202 asks. */
  rpcl: boolean;
  lossless: boolean;
  /** Of lossy encodings: how many times smaller than the samples (JPEG 2000), or the quantisation step (HTJ2K). */
  strength: number;
  /** The first three components are transformed together. */
  colourTransform: boolean;
  /** The samples are two's complement, lifted by half of their range. */
  signed: boolean;
}

/**
 * Encodes JPEG 2000 or HTJ2K from unsigned samples, colour by pixel.
 *
 * @throws PixelError UNSUPPORTED where the image cannot be encoded
 */
export async function encodeJpeg2000(
  samples: Uint8Array | Uint16Array,
  image: PlainImage,
  settings: Jpeg2000Settings,
): Promise<Uint8Array> {
  const { precision } = image;
  // OpenJPH's wrapper takes whole bytes alone. Deeper samples are lifted so that the shift of their centre comes out the
  // same, and the depth is put right afterwards.
  const depth = settings.highThroughput ? (precision > 8 ? 16 : 8) : precision;
  const lift = (1 << (depth - 1)) - (1 << (precision - 1));
  const lifted = lift === 0 ? samples : samples.map((value) => value + lift);
  const planar = settings.highThroughput && image.components === 3 && !settings.colourTransform;
  const input = planar ? toPlanarLines(bytesOf(lifted), image) : bytesOf(lifted);
  const refusal = () =>
    unsupported(
      'the image cannot be encoded as JPEG 2000; it may not be compressible',
      '该图像无法编码为 JPEG 2000，可能不可压缩',
    );
  const run = (Encoder: new () => Jpeg2000Encoder): Uint8Array =>
    encodeWith(new Encoder(), input, { ...image, precision: depth }, settings);
  const bytes = settings.highThroughput
    ? await withCodec(OPENJPH, ({ HTJ2KEncoder }) => run(HTJ2KEncoder), refusal)
    : await withCodec(OPENJPEG, ({ J2KEncoder }) => run(J2KEncoder), refusal);
  for (const at of readJpeg2000Header(bytes).depthBytes)
    bytes[at] = (precision - 1) | (settings.signed ? 0x80 : 0);
  return bytes;
}

function encodeWith(
  encoder: Jpeg2000Encoder,
  input: Uint8Array,
  image: PlainImage,
  settings: Jpeg2000Settings,
): Uint8Array {
  const { rows, columns, components, precision } = image;
  const info: FrameInfo = {
    width: columns,
    height: rows,
    bitsPerSample: precision,
    componentCount: components,
    isSigned: false,
    isUsingColorTransform: settings.colourTransform,
  };
  try {
    encoder.getDecodedBuffer(info).set(input);
    // OpenJPH loses the lowest value of the range where nothing is decomposed.
    const fewest = settings.highThroughput ? 1 : 0;
    const levels = Math.floor(Math.log2(Math.min(rows, columns) / SMALLEST_SIDE));
    encoder.setDecompositions(Math.max(fewest, Math.min(MAX_DECOMPOSITIONS, levels)));
    encoder.setProgressionOrder(settings.rpcl ? RPCL : 0);
    if (settings.highThroughput) {
      encoder.setQuality(settings.lossless, settings.strength);
      encoder.setTLMMarker(settings.rpcl);
      encoder.setTilePartDivisionsAtResolutions(settings.rpcl);
    } else {
      encoder.setQuality(settings.lossless, 1);
      encoder.setCompressionRatio(0, settings.lossless ? 0 : settings.strength);
    }
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}
