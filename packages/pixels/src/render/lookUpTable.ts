import { type DicomJson, number } from '@hutong/dicom';
import { badDescription } from '../pixelError.ts';

/** A look-up table of a dataset (PS3.3 C.7.6.3.1.5, C.11.1.1). */
export interface LookUpTable {
  /** Input value of the first entry; smaller ones map to it, larger ones than the last to the last. */
  first: number;
  entries: Uint16Array;
  /** Bits of an entry. */
  bits: number;
}

const LUT_DESCRIPTOR = '00283002';
const LUT_DATA = '00283006';

/** The table of an item of the Modality, VOI or Presentation LUT Sequence. @throws PixelError DESCRIPTION */
export function tableOf(item: DicomJson, signedInput: boolean): LookUpTable {
  const descriptor = descriptorOf(item, LUT_DESCRIPTOR, signedInput);
  return { ...descriptor, entries: entriesOf(item, LUT_DATA, descriptor) };
}

interface Descriptor {
  count: number;
  first: number;
  bits: number;
}

/** Number of entries, first input value, bits of an entry. */
export function descriptorOf(item: DicomJson, tag: string, signedInput: boolean): Descriptor {
  const count = number(item, tag, 0);
  const first = number(item, tag, 1);
  const bits = number(item, tag, 2);
  if (count === null || first === null || bits === null || bits < 1 || bits > 16) throw noTable();
  return {
    // Of 16 bits 65536 does not fit, and stands as 0; as signed numbers both fields may come out negative.
    count: (count & 0xffff) === 0 ? 65_536 : count & 0xffff,
    first: signedInput ? (first << 16) >> 16 : first & 0xffff,
    bits,
  };
}

/** Entries of a table; 8-bit ones may lie two to a word. @throws PixelError DESCRIPTION */
export function entriesOf(item: DicomJson, tag: string, { count }: Pick<Descriptor, 'count'>): Uint16Array {
  const words = wordsOf(item, tag);
  if (words.length >= count) return words.subarray(0, count);
  if (words.length * 2 >= count) {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    return Uint16Array.from(bytes.subarray(0, count));
  }
  throw noTable();
}

/** The value of an attribute as 16-bit words: numbers, or inline bytes (little endian). */
export function wordsOf(item: DicomJson, tag: string): Uint16Array {
  const attribute = item[tag];
  if (attribute?.InlineBinary !== undefined) {
    const bytes = new Uint8Array(Buffer.from(attribute.InlineBinary, 'base64'));
    return new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  }
  return Uint16Array.from(attribute?.Value ?? [], Number);
}

/** The bytes of an attribute that is kept inline. @throws PixelError DESCRIPTION */
export function bytesOfAttribute(item: DicomJson, tag: string): Uint8Array {
  const text = item[tag]?.InlineBinary;
  if (text === undefined)
    throw badDescription('a value that rendering needs is missing', '缺少渲染所需的数据');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export function lookUp(table: LookUpTable, value: number): number {
  const index = Math.round(value) - table.first;
  const { entries } = table;
  return entries[index < 0 ? 0 : index >= entries.length ? entries.length - 1 : index] as number;
}

function noTable(): Error {
  return badDescription('a look-up table is incomplete', '查找表不完整');
}
