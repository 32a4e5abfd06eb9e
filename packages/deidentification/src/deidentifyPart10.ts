import {
  datasetBytes,
  DatasetError,
  type DicomJson,
  part10Head,
  readPart10,
  rewriteHead,
  text,
  transferSyntax,
  TRANSFER_SYNTAXES,
  type Vr,
} from '@hutong/dicom';
import type { Deidentified, Deidentifier, Subject } from './deidentifier.ts';

/** The beginning of a stored object. */
export interface ObjectHead {
  /** Its bytes from the first to the value of the pixel data, or all of it where it has none; inflated if it was deflated. */
  head: Uint8Array;
  transferSyntaxUid: string;
  pixelDataFollows: boolean;
}

export interface DeidentifiedHead extends Omit<Deidentified, 'dataset'> {
  /** What precedes the value of the pixel data: preamble, group 2, dataset. The value follows; nothing else does. */
  bytes: Buffer;
  transferSyntaxUid: string;
  sopInstanceUid: string;
  /** The VR of pixel data in big endian words, which are to be swapped; null where the value stays as it is. */
  swapped: Vr | null;
}

/** So that no value is left where it is by reference. */
const ALL = 256 * 1024 * 1024;

/**
 * De-identifies an object of the DICOM File Format (PS3.10 §7) but for the value of its pixel data, which is copied behind
 * `bytes` as it is. Its preamble and group 2 are new ones; what stood behind the pixel data (padding, signatures, private
 * attributes) is left out. The transfer syntax stays; implicit, big endian and deflated datasets become Explicit VR Little
 * Endian. Text is UTF-8.
 *
 * @throws DicomError, DatasetError where the object cannot be read or written; RangeError for an unknown transfer syntax
 */
export function deidentifyPart10(
  { head, transferSyntaxUid, pixelDataFollows }: ObjectHead,
  deidentifier: Deidentifier,
  subject: Subject,
): DeidentifiedHead {
  const explicit = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
  const rewritten = rewriteHead(head, { from: transferSyntaxUid, to: explicit, pixelDataFollows });
  const plain = Buffer.concat([rewritten.prefix, rewritten.dataset]);
  const { dataset: original } = readPart10(plain, {
    bulkThreshold: ALL,
    valueThreshold: ALL,
    maxHeaderBytes: ALL,
  });
  // Whether there are pixels is known here, whatever describes them.
  const marked = pixelDataFollows ? { ...original, '7FE00010': { vr: 'OW' } } : original;
  const { dataset: cleaned, ...result } = deidentifier.dataset(marked, subject);
  const dataset = pixelDataFollows ? attributesWhere(cleaned, (tag) => tag < '7FE00008') : cleaned;
  const from = transferSyntax(transferSyntaxUid);
  const to = from?.explicit === true && !from.bigEndian && !from.deflated ? from.uid : explicit;
  const sopInstanceUid = text(dataset, '00080018');
  const prefix = part10Head({
    transferSyntaxUid: to,
    sopClassUid: text(dataset, '00080016'),
    sopInstanceUid,
  });
  const { pixelData } = rewritten;
  const pieces = [prefix, encode(dataset), ...(pixelData === null ? [] : [pixelData.header])];
  return {
    ...result,
    bytes: Buffer.concat(pieces),
    transferSyntaxUid: to,
    sopInstanceUid,
    swapped: pixelData?.bigEndian === true ? pixelData.vr : null,
  };
}

function attributesWhere(dataset: DicomJson, belongs: (tag: string) => boolean): DicomJson {
  return Object.fromEntries(Object.entries(dataset).filter(([tag]) => belongs(tag)));
}

/** Encodes the dataset; attributes with values that no reader would take are left out. */
function encode(dataset: DicomJson): Buffer {
  let rest = dataset;
  for (;;) {
    try {
      return datasetBytes(rest);
    } catch (error) {
      const bad = error instanceof DatasetError ? error.path.slice(0, 8) : '';
      if (rest[bad] === undefined) throw error;
      rest = attributesWhere(rest, (tag) => tag !== bad);
    }
  }
}
