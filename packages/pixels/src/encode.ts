import type { DicomJson } from '@hutong/dicom';
import { CODECS, keepsStoredBitsAlone } from './codecTable.ts';
import { encodeLosslessJpeg } from './jpeg/encodeLossless.ts';
import { encodeBaselineJpeg } from './jpeg/encodeBaseline.ts';
import { encodeJpeg2000 } from './jpeg2000.ts';
import { encodeJpegLs, type PlainImage } from './jpegLs.ts';
import { unsupported } from './pixelError.ts';
import { encodeRle } from './rle.ts';
import { samplesOf } from './samples.ts';
import type { NativeFrame, PixelDescription, TranscodeOptions } from './types.ts';

interface Encoded {
  bytes: Uint8Array;
  photometricInterpretation?: string;
}

type Encoder = (
  frame: { image: PlainImage; samples: Uint8Array | Uint16Array; description: PixelDescription },
  quality: number,
) => Promise<Encoded>;

const DEFAULT_QUALITY = 90;

const losslessJpeg: Encoder = ({ image, samples }) =>
  Promise.resolve({ bytes: encodeLosslessJpeg(samples, image) });

const htj2k =
  (rpcl: boolean): Encoder =>
  async ({ image, samples, description }) => {
    const colourTransform = description.photometricInterpretation === 'RGB';
    const settings = { highThroughput: true, rpcl, lossless: true, strength: 0, colourTransform };
    const bytes = await encodeJpeg2000(samples, image, { ...settings, signed: description.signed });
    return colourTransform ? { bytes, photometricInterpretation: 'YBR_RCT' } : { bytes };
  };

const jpeg2000 =
  (lossless: boolean): Encoder =>
  async ({ image, samples, description }, quality) => {
    const colourTransform = image.components === 3;
    // Ten times smaller at the default quality, which observers take for the original (of grey, of 8 and 12 bits), and
    // never so small that nothing is left.
    const strength = 1 + (100 - quality) * 0.9;
    const settings = { highThroughput: false, rpcl: false, lossless, strength, colourTransform };
    const bytes = await encodeJpeg2000(samples, image, { ...settings, signed: description.signed });
    return colourTransform
      ? { bytes, photometricInterpretation: lossless ? 'YBR_RCT' : 'YBR_ICT' }
      : { bytes };
  };

const ENCODERS: Record<string, Encoder> = {
  '1.2.840.10008.1.2.4.50': async ({ image, samples }, quality) => ({
    bytes: await encodeBaselineJpeg(samples, image, quality),
    // Said of colour whether or not its chrominance is subsampled (PS3.3 C.7.6.3.1.2).
    ...(image.components === 3 ? { photometricInterpretation: 'YBR_FULL_422' } : {}),
  }),
  '1.2.840.10008.1.2.4.57': losslessJpeg,
  '1.2.840.10008.1.2.4.70': losslessJpeg,
  '1.2.840.10008.1.2.4.80': async ({ image, samples }) => ({ bytes: await encodeJpegLs(samples, image, 0) }),
  '1.2.840.10008.1.2.4.81': async ({ image, samples }, quality) => {
    const error = Math.ceil(((100 - quality) / 5) * 2 ** (image.precision - 8));
    // An error may be at most half of the range, and 255 (ITU-T T.87 C.2.3).
    const near = Math.min(255, 2 ** (image.precision - 1) - 1, Math.max(1, error));
    return { bytes: await encodeJpegLs(samples, image, near) };
  },
  '1.2.840.10008.1.2.4.90': jpeg2000(true),
  '1.2.840.10008.1.2.4.91': jpeg2000(false),
  '1.2.840.10008.1.2.4.201': htj2k(false),
  '1.2.840.10008.1.2.4.202': htj2k(true),
  '1.2.840.10008.1.2.4.203': htj2k(false),
};

const METHODS: Record<string, string> = {
  '1.2.840.10008.1.2.4.50': 'ISO_10918_1',
  '1.2.840.10008.1.2.4.81': 'ISO_14495_1',
  '1.2.840.10008.1.2.4.91': 'ISO_15444_1',
};

/**
 * Encodes native samples.
 *
 * @param frame whose layout the target takes, see `encodingRefusal`
 * @returns the bytes, and attributes that differ from those of the frame's description
 * @throws PixelError UNSUPPORTED
 */
export async function encodeFrame(
  frame: NativeFrame,
  target: string,
  options: TranscodeOptions = {},
): Promise<{ bytes: Uint8Array; changedAttributes: DicomJson }> {
  const { description, bytes } = frame;
  const codec = CODECS[target];
  if (codec?.native === true) return { bytes, changedAttributes: {} };
  if (target === '1.2.840.10008.1.2.5')
    return { bytes: encodeRle(bytes, description), changedAttributes: {} };
  const encoder = ENCODERS[target];
  if (encoder === undefined || codec == null)
    throw unsupported('the transfer syntax is not encoded', '不支持编码为该传输语法');
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored } = description;
  const samples = keepsStoredBitsAlone(target)
    ? storedBits(samplesOf(bytes, bitsAllocated), description, target)
    : samplesOf(bytes, bitsAllocated);
  const image = { rows, columns, components: samplesPerPixel, precision: bitsStored };
  const quality = Math.min(100, Math.max(1, options.quality ?? DEFAULT_QUALITY));
  const encoded = await encoder({ image, samples, description }, quality);
  const changedAttributes: DicomJson = {};
  if (encoded.photometricInterpretation !== undefined)
    changedAttributes['00280004'] = { vr: 'CS', Value: [encoded.photometricInterpretation] };
  if (codec.encode === 'lossy') {
    const stored = (rows * columns * samplesPerPixel * bitsStored) / 8;
    const ratio = Number((stored / encoded.bytes.length).toFixed(2));
    changedAttributes['00282110'] = { vr: 'CS', Value: ['01'] };
    changedAttributes['00282112'] = { vr: 'DS', Value: [...(options.earlierRatios ?? []), ratio] };
    changedAttributes['00282114'] = {
      vr: 'CS',
      Value: [...(options.earlierMethods ?? []), METHODS[target] ?? ''],
    };
  }
  return { bytes: encoded.bytes, changedAttributes };
}

const IS_LIFTED = /\.4\.(90|91|201|202|203)$/;

/**
 * The stored bits alone, as the encoders take them: two's complement cut to Bits Stored, for JPEG 2000 lifted by half of
 * the range.
 *
 * @throws PixelError UNSUPPORTED where bits outside of them would be lost, as those of overlays in the pixel data
 */
function storedBits(
  samples: Uint8Array | Uint16Array,
  { bitsStored, signed }: PixelDescription,
  target: string,
): Uint8Array | Uint16Array {
  const whole = samples.BYTES_PER_ELEMENT * 8;
  const mask = 2 ** bitsStored - 1;
  const sign = signed ? 2 ** (bitsStored - 1) : 0;
  const lift = signed && IS_LIFTED.test(target) ? sign : 0;
  // JPEG 2000 takes samples of up to 8 bits in bytes, the others in the words they have.
  const out = bitsStored <= 8 ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  const high = bitsStored === whole ? 0 : 2 ** whole - 2 ** bitsStored;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i] as number;
    const outside = value & high;
    if (outside !== 0 && (outside !== high || (value & sign) === 0)) {
      throw unsupported(
        'pixels with bits outside of BitsStored (such as overlays) would lose them in this transfer syntax',
        '像素在存储位之外含有数据（如叠加层），以该传输语法编码会丢失',
      );
    }
    out[i] = lift === 0 ? value & mask : ((value & mask) ^ lift) & mask;
  }
  return out;
}
