import { type ByteRange, TRANSFER_SYNTAXES, transferSyntax } from '@hutong/dicom';
import { swapWords, wordBytes } from '@hutong/pixels';
import type { ObjectStore } from '@hutong/storage-config';
import type { StoredInstance } from '../lookUp.ts';
import { ForwardReader, inflatedDataset } from './inflate.ts';

/** Reads one value of an instance as little-endian bytes, whatever it is stored as. */
export interface ValueReader {
  /** False where ranges of the object are the bytes themselves. */
  readonly converts: boolean;
  /** `range` counts from the first byte of the value. */
  read(range: ByteRange): Promise<Buffer>;
  close(): void;
}

/** Bytes of one word of a value representation whose bytes are stored in words (PS3.5 §7.3). */
const WORD: Record<string, 2 | 4 | 8> = {
  OW: 2,
  US: 2,
  SS: 2,
  AT: 2,
  OF: 4,
  OL: 4,
  FL: 4,
  UL: 4,
  SL: 4,
  OD: 8,
  OV: 8,
  FD: 8,
  SV: 8,
  UV: 8,
};
const EXPLICIT_HEADER = 12;

/**
 * @param value where the value lies: in the object, or in the inflated dataset of a deflated one
 * @param bitsAllocated of pixel data, whose samples may be larger than the words of its value representation; else 0
 */
export async function openValue(
  objects: ObjectStore,
  instance: StoredInstance,
  value: ByteRange,
  bitsAllocated = 0,
): Promise<ValueReader> {
  const { object_key: key, transfer_syntax_uid: uid } = instance;
  const at = ({ offset, length }: ByteRange): ByteRange => ({ offset: value.offset + offset, length });
  if (transferSyntax(uid)?.deflated === true) {
    const reader = new ForwardReader(() => inflatedDataset(objects, instance));
    return {
      converts: true,
      read: (range) => reader.read(at(range)),
      close: () => {
        reader.close();
      },
    };
  }
  const plain: ValueReader = {
    converts: false,
    read: (range) => objects.read(key, at(range)),
    close: () => undefined,
  };
  if (uid !== TRANSFER_SYNTAXES.explicitVrBigEndian.uid) return plain;
  const header = await objects.read(key, { offset: value.offset - EXPLICIT_HEADER, length: EXPLICIT_HEADER });
  const vr = vrIn(header, value.length);
  const word =
    bitsAllocated > 0 && (vr === 'OW' || vr === 'OB') ? wordBytes(vr, bitsAllocated) : (WORD[vr] ?? 1);
  if (word === 1) return plain;
  return {
    converts: true,
    read: async ({ offset, length }) => {
      const begin = offset - (offset % word);
      const end = Math.min(Math.ceil((offset + length) / word) * word, value.length);
      const bytes = await objects.read(key, at({ offset: begin, length: end - begin }));
      swapWords(bytes.subarray(0, bytes.length - (bytes.length % word)), word);
      return bytes.subarray(offset - begin, offset - begin + length);
    },
    close: () => undefined,
  };
}

/**
 * The VR of the big-endian element header that ends these bytes: of 12 bytes, or of 8 for VRs with a short length
 * (PS3.5 §7.1.2). Empty where it says another length, as one in another encoding does.
 */
function vrIn(header: Buffer, length: number): string {
  if (header.readUInt32BE(8) === length && header.readUInt16BE(6) === 0)
    return header.toString('latin1', 4, 6);
  return header.readUInt16BE(10) === length ? header.toString('latin1', 8, 10) : '';
}
