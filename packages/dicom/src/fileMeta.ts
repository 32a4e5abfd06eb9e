import { Buffer } from 'node:buffer';
import { TAG, tagNumber } from './attributes.ts';
import { elementHeader, ElementSink } from './elementSink.ts';
import { PART10_PREFIX_LENGTH } from './preamble.ts';

/** ImplementationClassUID (0002,0012) of what this product writes. */
export const IMPLEMENTATION_CLASS_UID = '2.25.209331212255614739857507528927510832054';
/** ImplementationVersionName (0002,0013), at most 16 characters. */
export const IMPLEMENTATION_VERSION_NAME = 'HUTONG_0_1';

export interface FileMeta {
  transferSyntaxUid: string;
  sopClassUid: string;
  sopInstanceUid: string;
  /** SourceApplicationEntityTitle (0002,0016), where known. */
  sourceApplicationEntityTitle?: string;
}

/** Preamble of zeros, `DICM` and group 0002 (PS3.10 §7.1): what stands before the dataset in an object. */
export function part10Head(meta: FileMeta): Buffer {
  const group = new ElementSink();
  const uid = (tag: string, value: string): void =>
    group.element(tagNumber(tag), 'UI', Buffer.from(value, 'latin1'));
  group.element(tagNumber(TAG.FileMetaInformationVersion), 'OB', Buffer.from([0, 1]));
  uid(TAG.MediaStorageSOPClassUID, meta.sopClassUid);
  uid(TAG.MediaStorageSOPInstanceUID, meta.sopInstanceUid);
  uid(TAG.TransferSyntaxUID, meta.transferSyntaxUid);
  uid(TAG.ImplementationClassUID, IMPLEMENTATION_CLASS_UID);
  group.element(
    tagNumber(TAG.ImplementationVersionName),
    'SH',
    Buffer.from(IMPLEMENTATION_VERSION_NAME, 'latin1'),
  );
  if (meta.sourceApplicationEntityTitle !== undefined) {
    const title = Buffer.from(meta.sourceApplicationEntityTitle, 'latin1');
    group.element(tagNumber(TAG.SourceApplicationEntityTitle), 'AE', title);
  }
  const prefix = Buffer.alloc(PART10_PREFIX_LENGTH);
  prefix.write('DICM', PART10_PREFIX_LENGTH - 4, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  return Buffer.concat([prefix, elementHeader(0x00020000, 'UL', 4), length, group.bytes()]);
}
