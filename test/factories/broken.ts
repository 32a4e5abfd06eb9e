import { anInstance, type FactoryInstance } from './instance.ts';

/** What a hostile or broken sender sends, each with the instance it was made from. */
export interface BrokenInput {
  name: string;
  bytes: Uint8Array;
  /** The identity that was meant, where there is one. */
  from: FactoryInstance;
}

/** A file cut in the middle of its pixel data. */
export function truncatedInstance(seed = 'truncated'): BrokenInput {
  const from = anInstance({}, { seed });
  return { name: 'truncated in the pixel data', bytes: from.bytes.slice(0, from.bytes.length - 1000), from };
}

/** A file cut in the middle of its header. */
export function truncatedHeader(seed = 'truncated-header'): BrokenInput {
  const from = anInstance({}, { seed });
  return { name: 'truncated in the header', bytes: from.bytes.slice(0, 700), from };
}

/** A file without one of the UIDs that identify it. */
export function missingUid(
  keyword: 'SOPInstanceUID' | 'SeriesInstanceUID' | 'StudyInstanceUID' | 'SOPClassUID',
  seed = `missing-${keyword}`,
): BrokenInput {
  const from = anInstance({}, { seed });
  return { name: `without ${keyword}`, bytes: anInstance({ [keyword]: undefined }, { seed }).bytes, from };
}

/** A file whose SOPInstanceUID has 65 characters (PS3.5 §9.1 allows 64). */
export function overlongUid(seed = 'overlong'): BrokenInput {
  const from = anInstance({}, { seed });
  const uid = '1.2.840.'.padEnd(65, '1');
  return { name: 'a UID of 65 characters', bytes: anInstance({ SOPInstanceUID: uid }, { seed }).bytes, from };
}

/** A file that names a transfer syntax nobody knows. */
export function unknownTransferSyntax(seed = 'unknown-syntax'): BrokenInput {
  const from = anInstance({}, { seed });
  const bytes = anInstance({}, { seed, transferSyntaxUid: '1.2.840.10008.1.2.4.999' }).bytes;
  return { name: 'an unknown transfer syntax', bytes, from };
}

/** Bytes that are no DICOM at all. */
export function notDicom(): Uint8Array {
  return new TextEncoder().encode('This is a text file, whatever its sender believes.\n'.repeat(20));
}

/** A dataset without preamble and File Meta Information (PS3.10 §7.1). */
export function withoutPreamble(seed = 'no-preamble'): BrokenInput {
  const from = anInstance({}, { seed });
  const groupLength = new DataView(from.bytes.buffer, from.bytes.byteOffset + 140, 4).getUint32(0, true);
  return { name: 'without Part 10 header', bytes: from.bytes.slice(144 + groupLength), from };
}

/** A file whose preamble begins an executable (the "PEDICOM" trick). */
export function executablePreamble(seed = 'executable'): BrokenInput {
  const from = anInstance({}, { seed });
  const bytes = from.bytes.slice();
  bytes.set([0x4d, 0x5a, 0x90, 0x00], 0);
  return { name: 'a preamble that begins an executable', bytes, from };
}

/** Two files with one SOPInstanceUID and different datasets. */
export function conflictingPair(seed = 'conflict'): [FactoryInstance, FactoryInstance] {
  return [anInstance({}, { seed }), anInstance({ SeriesDescription: '另一份' }, { seed })];
}

/** The same dataset written with other group 2 content: a retry through another node, not a conflict. */
export function sameDatasetOtherMeta(seed = 'retry'): [FactoryInstance, FactoryInstance] {
  return [anInstance({}, { seed }), anInstance({}, { seed, sourceApplicationEntityTitle: 'OTHER_NODE' })];
}
