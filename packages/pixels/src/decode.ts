import { inflateRawSync } from 'node:zlib';
import { CODECS } from './codecTable.ts';
import { type CodestreamHeader, readJpegLsHeader, readJpeg2000Header } from './codestreamHeaders.ts';
import { ybrToRgb } from './colour.ts';
import { checkDescription, frameBytes, isYbr } from './description.ts';
import { decodeJpeg, type JpegImage } from './jpeg/decode.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import { decodeJpegLs } from './jpegLs.ts';
import { decodeNative } from './native.ts';
import { corrupt, PixelError, unsupported } from './pixelError.ts';
import { decodeRle } from './rle.ts';
import { bytesOf, extendSign, inWordsOf, samplesOf } from './samples.ts';
import type { NativeFrame, PixelDescription } from './types.ts';

type Decoder = (bytes: Uint8Array, description: PixelDescription, reduce: number) => Promise<NativeFrame>;

const native: Decoder = (bytes, description) => Promise.resolve(decodeNative(bytes, description));

/** Deflated Image Frame Compression (PS3.5 §A.4.13): each frame is native samples, deflated. */
const deflated: Decoder = (bytes, description) => {
  try {
    const maxOutputLength = frameBytes(description) + 1;
    return Promise.resolve(decodeNative(inflateRawSync(bytes, { maxOutputLength }), description));
  } catch (error) {
    if (error instanceof PixelError) throw error;
    throw corrupt('the deflated frame is damaged or too long', '压缩帧已损坏或过长', error);
  }
};

const DECODERS: Record<string, Decoder> = {
  '1.2.840.10008.1.2': native,
  '1.2.840.10008.1.2.1': native,
  '1.2.840.10008.1.2.1.98': native,
  '1.2.840.10008.1.2.1.99': native,
  '1.2.840.10008.1.2.2': native,
  '1.2.840.10008.1.2.5': rle,
  '1.2.840.10008.1.2.8.1': deflated,
  '1.2.840.10008.1.2.4.50': jpeg,
  '1.2.840.10008.1.2.4.51': jpeg,
  '1.2.840.10008.1.2.4.57': jpeg,
  '1.2.840.10008.1.2.4.70': jpeg,
  '1.2.840.10008.1.2.4.80': jpegLs,
  '1.2.840.10008.1.2.4.81': jpegLs,
  '1.2.840.10008.1.2.4.90': jpeg2000,
  '1.2.840.10008.1.2.4.91': jpeg2000,
  '1.2.840.10008.1.2.4.201': jpeg2000,
  '1.2.840.10008.1.2.4.202': jpeg2000,
  '1.2.840.10008.1.2.4.203': jpeg2000,
};

/**
 * One frame as native samples. Its description says what they are: lossy colour comes as RGB, and a frame may be smaller
 * than asked for where `reduce` allows it.
 *
 * @param bytes the frame as stored, its fragments joined
 * @param reduce how often the size may be halved; codecs that cannot do that cheaply give the whole frame
 * @throws PixelError
 */
export async function decodeFrame(
  bytes: Uint8Array,
  description: PixelDescription,
  reduce = 0,
): Promise<NativeFrame> {
  checkDescription(description);
  // Where words lie is known of the whole value alone: whoever cuts frames out of it puts their bytes in order.
  if (description.bigEndianWord !== undefined) throw new Error('the frame is still in big-endian words');
  const decoder = DECODERS[description.transferSyntaxUid];
  if (decoder === undefined || CODECS[description.transferSyntaxUid]?.decode !== true)
    throw unsupported('the transfer syntax of the image is not decoded', '不支持解码该图像的传输语法');
  return decoder(bytes, description, reduce);
}

function rle(bytes: Uint8Array, description: PixelDescription): Promise<NativeFrame> {
  const samples = decodeRle(bytes, description);
  return Promise.resolve(
    result(samples, { ...description, planarConfiguration: 0 }, allSamples(description)),
  );
}

/** Encodings that hold each sample have none to be filled in, though some datasets say so. */
function allSamples({ photometricInterpretation: pi }: PixelDescription): string {
  return pi === 'YBR_FULL_422' ? 'YBR_FULL' : pi;
}

/** Compares what a codestream says of itself with the attributes. @throws PixelError CORRUPT */
function checkHeader(header: CodestreamHeader, description: PixelDescription): void {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored } = description;
  if (header.rows !== rows || header.columns !== columns || header.components !== samplesPerPixel) {
    throw corrupt(
      `the codestream has ${header.columns}×${header.rows} pixels of ${header.components} samples, the attributes say ${columns}×${rows} of ${samplesPerPixel}`,
      `码流为 ${header.columns}×${header.rows} 像素、${header.components} 个样本，属性为 ${columns}×${rows}、${samplesPerPixel} 个样本`,
    );
  }
  if (header.precision > Math.max(8, bitsAllocated)) {
    throw corrupt(
      `the codestream has samples of ${header.precision} bits, the attributes allocate ${bitsAllocated} (stored: ${bitsStored})`,
      `码流样本为 ${header.precision} 位，属性分配 ${bitsAllocated} 位（存储 ${bitsStored} 位）`,
    );
  }
}

function needs8Or16Bits({ bitsAllocated }: PixelDescription): void {
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    throw unsupported(
      `this encoding of ${bitsAllocated}-bit words is not decoded`,
      `不支持 ${bitsAllocated} 位字的此种编码`,
    );
}

function jpeg(bytes: Uint8Array, description: PixelDescription): Promise<NativeFrame> {
  needs8Or16Bits(description);
  const image = decodeJpeg(bytes, (frame) => {
    checkHeader({ ...frame, components: frame.components.length }, description);
  });
  let pi = image.lossless ? allSamples(description) : description.photometricInterpretation;
  const samples = inWordsOf(image.samples, description.bitsAllocated);
  if (!image.lossless && description.samplesPerPixel === 3) {
    if (isTransformed(image, pi)) {
      if (image.frame.precision !== 8 || !(samples instanceof Uint8Array))
        throw unsupported('colour JPEG of more than 8 bits is not decoded', '不支持超过 8 位的彩色 JPEG');
      ybrToRgb(samples);
    }
    pi = 'RGB';
  }
  if (description.signed && image.frame.precision === description.bitsStored)
    extendSign(samples, description.bitsStored);
  return Promise.resolve(result(bytesOf(samples), { ...description, planarConfiguration: 0 }, pi));
}

/**
 * Whether three components are luminance and chrominance: what the codestream says of itself goes before the dataset,
 * which often names the colour space from before the compression.
 */
function isTransformed({ hints, frame }: JpegImage, photometricInterpretation: string): boolean {
  if (hints.adobeTransform !== null) return hints.adobeTransform !== 0;
  const [first] = frame.components;
  if (frame.components.some(({ h, v }) => h !== first?.h || v !== first.v)) return true;
  if (String.fromCharCode(...frame.components.map(({ id }) => id)) === 'RGB') return false;
  return hints.jfif || isYbr(photometricInterpretation);
}

async function jpegLs(bytes: Uint8Array, description: PixelDescription): Promise<NativeFrame> {
  needs8Or16Bits(description);
  const header = readJpegLsHeader(bytes);
  checkHeader(header, description);
  const decoded = await decodeJpegLs(bytes, header);
  const samples = inWordsOf(samplesOf(decoded, header.precision > 8 ? 16 : 8), description.bitsAllocated);
  if (description.signed && header.precision === description.bitsStored)
    extendSign(samples, description.bitsStored);
  return result(bytesOf(samples), { ...description, planarConfiguration: 0 }, allSamples(description));
}

async function jpeg2000(
  bytes: Uint8Array,
  description: PixelDescription,
  reduce: number,
): Promise<NativeFrame> {
  const header = readJpeg2000Header(bytes);
  checkHeader(header, description);
  if (description.bitsAllocated === 1 && header.precision === 1) {
    const { bytes: samples } = await decodeJpeg2000(bytes, header);
    return result(packed(samples), description, description.photometricInterpretation);
  }
  needs8Or16Bits(description);
  const { precision, signed, colourTransform } = header;
  const decoded = await decodeJpeg2000(bytes, header, Math.min(reduce, header.decompositions));
  const samples = inWordsOf(samplesOf(decoded.bytes, precision > 8 ? 16 : 8), description.bitsAllocated);
  // Signed samples come lifted by half of their range; below their precision both signs are the same bits.
  if (signed) {
    const half = 1 << (precision - 1);
    for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) - half;
  } else if (description.signed) {
    extendSign(samples, precision);
  }
  const { photometricInterpretation: pi } = description;
  // The decoder has undone the transform of the codestream, or there was none and the samples are what was encoded.
  const untransformed = colourTransform || !pi.startsWith('YBR_FULL') ? 'RGB' : 'YBR_FULL';
  return result(
    bytesOf(samples),
    { ...description, rows: decoded.rows, columns: decoded.columns, planarConfiguration: 0 },
    description.samplesPerPixel === 1 ? pi : untransformed,
  );
}

/** Samples of 0 and 1 as bits, from the lowest of each byte (PS3.5 §8.1.1). */
function packed(samples: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(samples.length / 8));
  for (let i = 0; i < samples.length; i++)
    out[i >> 3] = (out[i >> 3] as number) | ((samples[i] as number) << (i & 7));
  return out;
}

function result(
  bytes: Uint8Array,
  description: PixelDescription,
  photometricInterpretation: string,
): NativeFrame {
  return { description: { ...description, photometricInterpretation }, bytes };
}
