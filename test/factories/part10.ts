import { dcmjs, withTextEncoder, type DcmjsDataset, type DcmjsElement } from './dcmjs.ts';
import { encodeGb18030 } from './gb18030.ts';
import { uidFrom } from './random.ts';

export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';

/** An element with its VR said, for private attributes. */
export interface ExplicitElement {
  vr: string;
  value: readonly (string | number)[] | Uint8Array;
}

export type DatasetValue =
  string | number | readonly (string | number)[] | Uint8Array | readonly Dataset[] | ExplicitElement;

/**
 * A dataset to be written: keys are DICOM keywords (`PatientName`) or eight upper-case hex digits for private
 * attributes (`0019100C`, with the VR said). `undefined` leaves an attribute out, `''` writes it empty.
 */
export interface Dataset {
  [keywordOrTag: string]: DatasetValue | undefined;
}

export interface Part10Options {
  transferSyntaxUid?: string;
  /** Written as (0002,0016); absent by default. */
  sourceApplicationEntityTitle?: string;
}

const IMPLEMENTATION_CLASS_UID = uidFrom('hutong test data writer');

function isExplicit(value: DatasetValue): value is ExplicitElement {
  return typeof value === 'object' && 'vr' in value && 'value' in value;
}

function isSequence(value: readonly unknown[]): value is readonly Dataset[] {
  return value.some((item) => typeof item === 'object');
}

/** dcmjs wants bytes as an ArrayBuffer of their own. */
function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function vrOf(keyword: string, dataset: Dataset): { tag: string; vr: string } {
  const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword];
  if (entry === undefined) throw new TypeError(`No DICOM keyword ${keyword}`);
  const tag = entry.tag.replace(/[(),]/g, '');
  if (entry.vr === 'ox') return { tag, vr: dataset['BitsAllocated'] === 8 ? 'OB' : 'OW' };
  if (entry.vr === 'xs') return { tag, vr: dataset['PixelRepresentation'] === 1 ? 'SS' : 'US' };
  return { tag, vr: entry.vr };
}

const NUMBER_TEXT = new Set(['DS', 'IS']);

/** A decimal string of at most 16 characters (PS3.5 §6.2). */
function decimalString(value: number): string {
  const plain = String(value);
  if (plain.length <= 16) return plain;
  for (let digits = 12; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  return '0';
}

function elementOf(vr: string, value: Exclude<DatasetValue, ExplicitElement>): DcmjsElement {
  if (value instanceof Uint8Array) return { vr, Value: [arrayBufferOf(value)] };
  if (typeof value === 'string' || typeof value === 'number') return elementOf(vr, [value]);
  if (isSequence(value)) return { vr: 'SQ', Value: value.map(toDcmjs) };
  if (value.length === 1 && value[0] === '') return { vr, Value: [] };
  const values: readonly (string | number)[] = value;
  return {
    vr,
    Value: NUMBER_TEXT.has(vr)
      ? values.map((v) => (typeof v === 'number' ? decimalString(v) : v))
      : [...values],
  };
}

/** The dataset in dcmjs' own form. */
export function toDcmjs(dataset: Dataset): DcmjsDataset {
  const made: DcmjsDataset = {};
  for (const [key, value] of Object.entries(dataset)) {
    if (value === undefined) continue;
    if (isExplicit(value)) {
      const tag = /^[0-9A-F]{8}$/.test(key) ? key : vrOf(key, dataset).tag;
      made[tag] = elementOf(value.vr, value.value);
    } else {
      const { tag, vr } = vrOf(key, dataset);
      made[tag] = elementOf(vr, value);
    }
  }
  return made;
}

function textOf(dataset: Dataset, keyword: string): string {
  const value = dataset[keyword];
  return typeof value === 'string' ? value : '';
}

/**
 * Writes a dataset as a DICOM Part 10 file (PS3.10 §7) with dcmjs. Text is encoded as the dataset's
 * SpecificCharacterSet says: `ISO_IR 192` (UTF-8), `GB18030`, `GBK`; anything else must be ASCII.
 * Pixel data is native; for other transfer syntaxes only the name is written.
 */
export function part10(dataset: Dataset, options: Part10Options = {}): Uint8Array {
  const transferSyntaxUid = options.transferSyntaxUid ?? EXPLICIT_VR_LITTLE_ENDIAN;
  const meta: DcmjsDataset = toDcmjs({
    MediaStorageSOPClassUID: textOf(dataset, 'SOPClassUID'),
    MediaStorageSOPInstanceUID: textOf(dataset, 'SOPInstanceUID'),
    TransferSyntaxUID: transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: 'HUTONG_FACTORY',
    SourceApplicationEntityTitle: options.sourceApplicationEntityTitle,
  });
  meta['00020001'] = { vr: 'OB', Value: [Uint8Array.of(0, 1).buffer] };
  const dict = new dcmjs.data.DicomDict(meta);
  dict.dict = toDcmjs(dataset);
  const write = (): ArrayBuffer => dict.write({ allowInvalidVRLength: true });
  const characterSet = textOf(dataset, 'SpecificCharacterSet');
  const written =
    characterSet === 'GB18030' || characterSet === 'GBK' ? withTextEncoder(encodeGb18030, write) : write();
  return new Uint8Array(written);
}
