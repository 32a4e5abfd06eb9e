import { transferSyntax } from '@hutong/dicom';
import { unsupported } from './pixelError.ts';
import type { PixelError } from './pixelError.ts';
import type { PixelDescription } from './types.ts';

/** How pixels come out of an encoder: as they went in, or changed where the caller asked for that. */
export type Encoding = 'lossless' | 'lossy';

/** What is done with frames of one transfer syntax. */
export interface Codec {
  uid: string;
  name: string;
  decode: boolean;
  /** null: frames are not encoded in this transfer syntax. */
  encode: Encoding | null;
  /** BitsStored that is decoded, and that is encoded. */
  decodedBits: readonly [number, number];
  encodedBits: readonly [number, number] | null;
  /** What else is to be known, in both languages; empty for nothing. */
  note: string;
  noteZh: string;
  /** Encodes 8-bit samples of colour; `mono`: only images of one sample. */
  encodedSamples: 'any' | 'colour-8-bit' | 'mono';
  /** Signed samples of up to 8 bits are encoded. */
  encodesSigned: boolean;
}

type Row = Omit<Codec, 'uid' | 'name'>;

const NATIVE: Row = {
  decode: true,
  encode: 'lossless',
  decodedBits: [1, 32],
  encodedBits: [1, 32],
  note: '',
  noteZh: '',
  encodedSamples: 'any',
  encodesSigned: true,
};
const decodeOnly = (bits: readonly [number, number], note: string, noteZh: string): Row => ({
  ...NATIVE,
  encode: null,
  encodedBits: null,
  decodedBits: bits,
  note,
  noteZh,
});

const ROWS: Record<string, Row> = {
  '1.2.840.10008.1.2': NATIVE,
  '1.2.840.10008.1.2.1': NATIVE,
  '1.2.840.10008.1.2.1.99': NATIVE,
  '1.2.840.10008.1.2.1.98': NATIVE,
  '1.2.840.10008.1.2.2': decodeOnly([1, 32], 'Source only; retired.', '仅作为来源；已废止。'),
};

/** Every transfer syntax whose frames are decoded or encoded, by UID: what WADO offers, and the conformance statement says. */
export const CODECS: Readonly<Record<string, Codec>> = Object.fromEntries(
  Object.entries(ROWS).map(([uid, row]) => [uid, { uid, name: transferSyntax(uid)?.name ?? uid, ...row }]),
);

/**
 * Why frames of such an image cannot be had in a transfer syntax; null where they can, as far as the description tells.
 *
 * @param description of the source
 * @param target UID of the transfer syntax wanted
 */
export function encodingRefusal(description: PixelDescription, target: string): PixelError | null {
  const source = CODECS[description.transferSyntaxUid];
  if (source?.decode !== true) {
    const name = transferSyntax(description.transferSyntaxUid)?.name ?? description.transferSyntaxUid;
    return unsupported(`images stored as ${name} are not decoded`, `无法解码以 ${name} 存储的图像`);
  }
  const codec = CODECS[target];
  if (codec?.encode == null) {
    const name = transferSyntax(target)?.name ?? target;
    return unsupported(`images are not encoded as ${name}`, `不支持编码为 ${name}`);
  }
  return null;
}
