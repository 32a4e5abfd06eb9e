import { transferSyntax } from '@hutong/dicom';
import { isYbr } from './description.ts';
import { type PixelError, unsupported } from './pixelError.ts';
import type { PixelDescription } from './types.ts';

/** How pixels come out of an encoder: as they went in, or changed where the caller asked for that. */
export type Encoding = 'lossless' | 'lossy';

/** What is done with frames of one transfer syntax. */
export interface Codec {
  uid: string;
  name: string;
  /** Native samples, whose encodings differ in the bytes of the dataset alone. */
  native: boolean;
  decode: boolean;
  /** null: frames are not encoded in this transfer syntax. */
  encode: Encoding | null;
  /** Bits Stored that is decoded, from and to. */
  decodedBits: readonly [number, number];
  /** Bits Stored that is encoded, of images with one sample and with three; null where they are not. */
  encodedBits: { mono: readonly [number, number] | null; colour: readonly [number, number] | null };
  /** Further limits, in both languages; empty for none. */
  note: string;
  noteZh: string;
}

type Row = Omit<Codec, 'uid' | 'name' | 'native'> & { native?: true };

const NO_BITS = { mono: null, colour: null };
const ANY_BITS = { mono: [1, 32], colour: [8, 32] } as const;
const UP_TO_16 = { mono: [2, 16], colour: [2, 16] } as const;
const COLOUR_8 = { mono: [2, 16], colour: [2, 8] } as const;
const EIGHT = { mono: [8, 8], colour: [8, 8] } as const;

const NATIVE: Row = {
  native: true,
  decode: true,
  encode: 'lossless',
  decodedBits: [1, 32],
  encodedBits: ANY_BITS,
  note: 'Subsampled colour (YBR_FULL_422) stays so, and is encoded with all of its samples. Floating point pixels come native alone, never encapsulated.',
  noteZh: '下采样彩色（YBR_FULL_422）保持原样，编码时补全全部样本。浮点像素仅以原始形式提供，不封装。',
};
const JPEG_2000_NOTE =
  'Colour of more than 8 bits is not decoded, YBR_FULL not encoded; noise that does not become smaller is refused.';
const JPEG_2000_NOTE_ZH = '不解码超过 8 位的彩色，不编码 YBR_FULL；无法压缩的噪声图像将被拒绝。';

const ROWS: Record<string, Row> = {
  '1.2.840.10008.1.2': NATIVE,
  '1.2.840.10008.1.2.1': NATIVE,
  '1.2.840.10008.1.2.1.99': NATIVE,
  '1.2.840.10008.1.2.1.98': NATIVE,
  '1.2.840.10008.1.2.2': {
    ...NATIVE,
    encode: null,
    encodedBits: NO_BITS,
    note: 'Source only.',
    noteZh: '仅作来源。',
  },
  '1.2.840.10008.1.2.5': {
    decode: true,
    encode: 'lossless',
    decodedBits: [1, 32],
    encodedBits: { mono: [2, 32], colour: [2, 16] },
    note: 'Pixels of 1 bit are decoded alone.',
    noteZh: '1 位像素仅解码。',
  },
  '1.2.840.10008.1.2.8.1': {
    decode: true,
    encode: null,
    decodedBits: [1, 32],
    encodedBits: NO_BITS,
    note: '',
    noteZh: '',
  },
  '1.2.840.10008.1.2.4.50': {
    decode: true,
    encode: 'lossy',
    decodedBits: [2, 8],
    encodedBits: EIGHT,
    note: 'Encoded as 4:4:4; unsigned samples alone.',
    noteZh: '以 4:4:4 编码；仅限无符号样本。',
  },
  '1.2.840.10008.1.2.4.51': {
    decode: true,
    encode: null,
    decodedBits: [2, 12],
    encodedBits: NO_BITS,
    note: '8 and 12 bits; 12 bits in grey alone.',
    noteZh: '支持 8 位和 12 位，12 位仅限灰度。',
  },
  '1.2.840.10008.1.2.4.57': {
    decode: true,
    encode: 'lossless',
    decodedBits: [2, 16],
    encodedBits: UP_TO_16,
    note: 'Encoded with selection value 1; subsampled components are not decoded.',
    noteZh: '以选择值 1 编码；不解码下采样分量。',
  },
  '1.2.840.10008.1.2.4.70': {
    decode: true,
    encode: 'lossless',
    decodedBits: [2, 16],
    encodedBits: UP_TO_16,
    note: 'Subsampled components are not decoded.',
    noteZh: '不解码下采样分量。',
  },
  '1.2.840.10008.1.2.4.80': {
    decode: true,
    encode: 'lossless',
    decodedBits: [2, 16],
    encodedBits: UP_TO_16,
    note: '',
    noteZh: '',
  },
  '1.2.840.10008.1.2.4.81': {
    decode: true,
    encode: 'lossy',
    decodedBits: [2, 16],
    encodedBits: UP_TO_16,
    note: 'Encoded with an error of at most 2 grey levels in 256 at the default quality; unsigned samples alone.',
    noteZh: '默认质量下每 256 级灰度误差不超过 2 级；仅限无符号样本。',
  },
  '1.2.840.10008.1.2.4.90': {
    decode: true,
    encode: 'lossless',
    decodedBits: [1, 16],
    encodedBits: COLOUR_8,
    note: JPEG_2000_NOTE,
    noteZh: JPEG_2000_NOTE_ZH,
  },
  '1.2.840.10008.1.2.4.91': {
    decode: true,
    encode: 'lossy',
    decodedBits: [1, 16],
    encodedBits: COLOUR_8,
    note: JPEG_2000_NOTE,
    noteZh: JPEG_2000_NOTE_ZH,
  },
  '1.2.840.10008.1.2.4.201': {
    decode: true,
    encode: 'lossless',
    decodedBits: [1, 16],
    encodedBits: COLOUR_8,
    note: '',
    noteZh: '',
  },
  '1.2.840.10008.1.2.4.202': {
    decode: true,
    encode: 'lossless',
    decodedBits: [1, 16],
    encodedBits: COLOUR_8,
    note: '',
    noteZh: '',
  },
  '1.2.840.10008.1.2.4.203': {
    decode: true,
    encode: 'lossless',
    decodedBits: [1, 16],
    encodedBits: COLOUR_8,
    note: 'Encoded without loss.',
    noteZh: '以无损方式编码。',
  },
};

/** Every transfer syntax whose frames are decoded or encoded, by UID: what WADO offers, and the conformance statement says. */
export const CODECS: Readonly<Record<string, Codec>> = Object.fromEntries(
  Object.entries(ROWS).map(([uid, row]) => [
    uid,
    { native: false, ...row, uid, name: transferSyntax(uid)?.name ?? uid },
  ]),
);

/** Encodings whose samples are those of Bits Stored: what lies outside of these bits would be lost. */
export function keepsStoredBitsAlone(uid: string): boolean {
  return CODECS[uid]?.native !== true && uid !== '1.2.840.10008.1.2.5';
}

/**
 * Why frames of such an image cannot be had in a transfer syntax; null where they can, as far as the description tells.
 *
 * @param description of the source
 * @param target UID of the transfer syntax wanted
 */
export function encodingRefusal(description: PixelDescription, target: string): PixelError | null {
  const { transferSyntaxUid, bitsAllocated, bitsStored, highBit, samplesPerPixel, signed } = description;
  if (CODECS[transferSyntaxUid]?.decode !== true) {
    const name = transferSyntax(transferSyntaxUid)?.name ?? transferSyntaxUid;
    return unsupported(`images stored as ${name} are not decoded`, `无法解码以 ${name} 存储的图像`);
  }
  const name = transferSyntax(target)?.name ?? target;
  const refuse = (what: string, whatZh: string): PixelError =>
    unsupported(`${what} not encoded as ${name}`, `不支持将${whatZh}编码为 ${name}`);
  const codec = CODECS[target];
  if (codec?.encode == null) return refuse('images are', '图像');
  // Encapsulated, and thus in Pixel Data (7FE0,0010), they would be taken for whole numbers (PS3.5 §8.2, §A.4).
  if (description.sampleType === 'float' && transferSyntax(target)?.encapsulated !== false)
    return refuse('floating point pixels are', '浮点像素');
  if (codec.native) return null;
  if (bitsAllocated === 1) return refuse('pixels of 1 bit are', '1 位像素');
  const bits = samplesPerPixel === 1 ? codec.encodedBits.mono : codec.encodedBits.colour;
  if (bits === null || bitsStored < bits[0] || bitsStored > bits[1])
    return refuse(
      `${samplesPerPixel === 1 ? 'grey' : 'colour'} of ${bitsStored} bits is`,
      ` ${bitsStored} 位像素`,
    );
  if (!keepsStoredBitsAlone(target)) return null;
  if (bitsAllocated > 16)
    return refuse(`pixels in words of ${bitsAllocated} bits are`, ` ${bitsAllocated} 位字的像素`);
  if (highBit !== bitsStored - 1)
    return refuse('pixels that do not begin at the lowest bit are', '不从最低位开始的像素');
  if (codec.encode === 'lossy' && signed) return refuse('signed pixels are', '有符号像素');
  if (codec.encode === 'lossy' && description.photometricInterpretation === 'PALETTE COLOR')
    return refuse('indices of a palette are', '调色板索引');
  const isJpeg2000 = target.endsWith('.4.90') || target.endsWith('.4.91');
  // The encoder always transforms three components as if they were RGB.
  const staysYbr = ['YBR_FULL', 'YBR_FULL_422'].includes(description.photometricInterpretation);
  if (isJpeg2000 && staysYbr && isYbrAfterDecoding(description)) return refuse('YBR_FULL is', ' YBR_FULL ');
  return null;
}

/** Lossy JPEG is decoded to RGB; other encodings keep luminance and chrominance where they were not their own transform. */
function isYbrAfterDecoding({ transferSyntaxUid, photometricInterpretation }: PixelDescription): boolean {
  const lossyJpeg = transferSyntaxUid.endsWith('.4.50') || transferSyntaxUid.endsWith('.4.51');
  return isYbr(photometricInterpretation) && !lossyJpeg;
}
