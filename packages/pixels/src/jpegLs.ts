import { interleaved } from './native.ts';
import { unsupported } from './pixelError.ts';
import { bytesOf } from './samples.ts';
import { type JpegLsEncoder, type WasmDecoder, withCodec } from './wasmCodecs.ts';

const MODULE = '@cornerstonejs/codec-charls/wasmjs';
const END_OF_IMAGE = [0xff, 0xd9];
const INTERLEAVED_BY_PLANE = 0;
const INTERLEAVED_BY_LINE = 1;

export interface PlainImage {
  rows: number;
  columns: number;
  components: number;
  precision: number;
}

/** Decodes JPEG-LS (ITU-T T.87), colour by pixel, in words of 8 bits up to that precision, else of 16. @throws PixelError CORRUPT */
export async function decodeJpegLs(bytes: Uint8Array, image: PlainImage): Promise<Uint8Array> {
  const { rows, columns, components, precision } = image;
  const sampleBytes = precision > 8 ? 2 : 1;
  return withCodec(MODULE, ({ JpegLSDecoder }) => {
    const decoder = new JpegLSDecoder();
    try {
      // CharLS takes very long to notice that image data end without a marker.
      const ended = new Uint8Array(bytes.length + 2);
      ended.set(bytes);
      ended.set(END_OF_IMAGE, bytes.length);
      const samples = decoded(decoder, ended, rows * columns * components * sampleBytes);
      return components === 3 && decoder.getInterleaveMode() === INTERLEAVED_BY_PLANE
        ? interleaved(samples, rows * columns, sampleBytes)
        : samples;
    } finally {
      decoder.delete();
    }
  });
}

/** Feeds a decoder. @throws Error where it gives another number of bytes */
export function decoded(decoder: WasmDecoder, bytes: Uint8Array, expected: number): Uint8Array {
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  decoder.decode();
  const samples = decoder.getDecodedBuffer();
  if (samples.length !== expected) throw new Error('the decoder gave another number of samples');
  return new Uint8Array(samples);
}

/** Encodes JPEG-LS. @param near largest error of a sample; 0 for lossless. @throws PixelError UNSUPPORTED */
export async function encodeJpegLs(
  samples: Uint8Array | Uint16Array,
  image: PlainImage,
  near: number,
): Promise<Uint8Array> {
  const { rows, columns, components, precision } = image;
  const use = ({ JpegLSEncoder }: { JpegLSEncoder: new () => JpegLsEncoder }) => {
    const encoder = new JpegLSEncoder();
    try {
      encoder
        .getDecodedBuffer({
          width: columns,
          height: rows,
          bitsPerSample: precision,
          componentCount: components,
          isSigned: false,
          isUsingColorTransform: false,
        })
        .set(bytesOf(samples));
      encoder.setNearLossless(near);
      encoder.setInterleaveMode(components === 1 ? INTERLEAVED_BY_PLANE : INTERLEAVED_BY_LINE);
      encoder.encode();
      return new Uint8Array(encoder.getEncodedBuffer());
    } finally {
      encoder.delete();
    }
  };
  return withCodec(MODULE, use, () =>
    unsupported(
      'the image cannot be encoded as JPEG-LS; it may not be compressible',
      '该图像无法编码为 JPEG-LS，可能不可压缩',
    ),
  );
}
