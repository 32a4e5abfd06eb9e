import type { Attributes, Value } from './headerTypes.ts';

const ENHANCED_MR = '1.2.840.10008.5.1.4.1.1.4.1';

/** Attributes of the classic object that an enhanced one keeps at its top level (PS3.3 §A.36). */
const KEPT = [
  'Modality',
  'Manufacturer',
  'ManufacturerModelName',
  'SeriesDescription',
  'ProtocolName',
  'BodyPartExamined',
  'MRAcquisitionType',
  'AcquisitionNumber',
  'SeriesNumber',
  'SeriesDate',
  'SeriesTime',
  'Rows',
  'Columns',
  'FrameOfReferenceUID',
  'RequestAttributesSequence',
  'PerformedProcedureStepDescription',
] as const;

/**
 * One enhanced multi-frame MR instance from the attributes that its frames would have as classic images:
 * timing, echo, modifiers and geometry go to functional groups (PS3.3 §C.8.13.5), as XA software writes them.
 */
export function enhancedInstance(frames: readonly Attributes[]): Attributes {
  const first = frames[0] ?? {};
  const top: Record<string, Value> = { SOPClassUID: ENHANCED_MR, NumberOfFrames: frames.length };
  for (const keyword of KEPT) {
    const value = first[keyword];
    if (value !== undefined) top[keyword] = value;
  }
  const sequences = list(first['ScanningSequence']);
  const type = list(first['ImageType']);
  const frameType = [type[0] ?? 'ORIGINAL', 'PRIMARY', frameTypeOf(type, sequences), derivedType(type)];
  Object.assign(top, {
    ImageType: frameType,
    VolumetricProperties: first['MRAcquisitionType'] === '3D' ? 'VOLUME' : 'SAMPLED',
    EchoPulseSequence: sequences.includes('GR') ? 'GRADIENT' : 'SPIN',
    ...(first['SequenceName'] === undefined ? {} : { PulseSequenceName: first['SequenceName'] }),
    ...(first['AcquisitionTime'] === undefined ? {} : { AcquisitionDateTime: dateTime(first) }),
    ...(first['ContrastBolusAgent'] === undefined
      ? {}
      : { ContrastBolusAgentSequence: [{ CodeMeaning: first['ContrastBolusAgent'] }] }),
    SharedFunctionalGroupsSequence: [shared(first, frameType, sequences)],
    PerFrameFunctionalGroupsSequence: frames.map((frame, index) => perFrame(frame, index)),
  });
  return top;
}

function shared(
  first: Attributes,
  frameType: readonly (string | number)[],
  sequences: readonly (string | number)[],
): Attributes {
  const fat = list(first['ScanOptions']).some((one) => ['FS', 'SFS', 'SPAIR'].includes(String(one)));
  return {
    MRImageFrameTypeSequence: [{ FrameType: frameType }],
    MRTimingAndRelatedParametersSequence: [pick(first, ['RepetitionTime', 'FlipAngle', 'EchoTrainLength'])],
    MREchoSequence: [{ EffectiveEchoTime: first['EchoTime'] ?? 0 }],
    MRModifierSequence: [
      {
        InversionRecovery: sequences.includes('IR') ? 'YES' : 'NO',
        ...(first['InversionTime'] === undefined
          ? {}
          : { InversionTimes: [first['InversionTime'] as number] }),
        SpectrallySelectedSuppression: fat ? 'FAT' : 'NONE',
      },
    ],
    PixelMeasuresSequence: [pick(first, ['PixelSpacing', 'SliceThickness', 'SpacingBetweenSlices'])],
    PlaneOrientationSequence: [pick(first, ['ImageOrientationPatient'])],
  };
}

function perFrame(frame: Attributes, index: number): Attributes {
  const b = frame['SiemensBValue'] ?? frame['DiffusionBValue'] ?? frame['PhilipsBValue'];
  return {
    FrameContentSequence: [
      {
        StackID: '1',
        InStackPositionNumber: index + 1,
        ...(frame['AcquisitionTime'] === undefined ? {} : { FrameAcquisitionDateTime: dateTime(frame) }),
        ...(frame['TemporalPositionIdentifier'] === undefined
          ? {}
          : { TemporalPositionIndex: frame['TemporalPositionIdentifier'] }),
      },
    ],
    PlanePositionSequence: [pick(frame, ['ImagePositionPatient'])],
    ...(b === undefined
      ? {}
      : {
          MRDiffusionSequence: [
            { DiffusionBValue: b, DiffusionDirectionality: Number(b) < 10 ? 'NONE' : 'ISOTROPIC' },
          ],
        }),
  };
}

function frameTypeOf(type: readonly (string | number)[], sequences: readonly (string | number)[]): string {
  if (type.includes('DIFFUSION') || sequences.includes('EP')) return 'DIFFUSION';
  if (type.includes('MPR')) return 'MPR';
  return 'M';
}

function derivedType(type: readonly (string | number)[]): string {
  const found = ['ADC', 'TRACEW', 'FA', 'RESAMPLED', 'MIP'].find((one) => type.includes(one));
  return found ?? 'NONE';
}

function pick(from: Attributes, keywords: readonly string[]): Attributes {
  const out: Record<string, Value> = {};
  for (const keyword of keywords) {
    const value = from[keyword];
    if (value !== undefined) out[keyword] = value;
  }
  return out;
}

function list(value: Value | undefined): (string | number)[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as (string | number)[]) : [value as string | number];
}

function dateTime(frame: Attributes): string {
  const date = frame['AcquisitionDate'];
  const time = frame['AcquisitionTime'];
  return `${typeof date === 'string' ? date : '20240603'}${typeof time === 'string' ? time : '000000'}`;
}
