import type { DicomJson, DicomJsonAttribute } from '@hutong/dicom';

/**
 * Compact headers of example studies: what a scanner writes, never what the engine should conclude. A series
 * is one set of common attributes and a stack of slice positions; it expands to one dataset an instance.
 */
export interface StudyHeaders {
  common: Attributes;
  series: SeriesHeaders[];
}

export type Value = string | number | readonly (string | number)[] | readonly Attributes[];
export interface Attributes {
  readonly [keyword: string]: Value;
}

export interface SeriesHeaders {
  attributes: Attributes;
  /** Row and column cosines; absent for projection images. */
  orientation?: readonly number[];
  /** First slice position along the normal (mm), distance between slices and their number. */
  stack?: { start: number; step: number; slices: number };
  /** Images at each slice position: b-values, echoes or time points, one set of attributes each. */
  repeats?: readonly Attributes[];
  /** For projection images: one set of attributes an image. */
  images?: readonly Attributes[];
}

const TAGS: Readonly<Record<string, readonly [string, string]>> = {
  SOPClassUID: ['00080016', 'UI'],
  StudyDate: ['00080020', 'DA'],
  AcquisitionDate: ['00080022', 'DA'],
  AcquisitionTime: ['00080032', 'TM'],
  ImageType: ['00080008', 'CS'],
  Modality: ['00080060', 'CS'],
  PresentationIntentType: ['00080068', 'CS'],
  Manufacturer: ['00080070', 'LO'],
  StudyDescription: ['00081030', 'LO'],
  ProcedureCodeSequence: ['00081032', 'SQ'],
  SeriesDescription: ['0008103E', 'LO'],
  DerivationCodeSequence: ['00089215', 'SQ'],
  AnatomicRegionSequence: ['00082218', 'SQ'],
  CodeValue: ['00080100', 'SH'],
  CodingSchemeDesignator: ['00080102', 'SH'],
  CodeMeaning: ['00080104', 'LO'],
  ContrastBolusAgent: ['00180010', 'LO'],
  BodyPartExamined: ['00180015', 'CS'],
  ScanningSequence: ['00180020', 'CS'],
  SequenceVariant: ['00180021', 'CS'],
  ScanOptions: ['00180022', 'CS'],
  MRAcquisitionType: ['00180023', 'CS'],
  SequenceName: ['00180024', 'SH'],
  SliceThickness: ['00180050', 'DS'],
  RepetitionTime: ['00180080', 'DS'],
  EchoTime: ['00180081', 'DS'],
  InversionTime: ['00180082', 'DS'],
  SpacingBetweenSlices: ['00180088', 'DS'],
  ProtocolName: ['00181030', 'LO'],
  ContrastBolusVolume: ['00181041', 'DS'],
  ContrastBolusStartTime: ['00181042', 'TM'],
  TriggerTime: ['00181060', 'DS'],
  ConvolutionKernel: ['00181210', 'SH'],
  FlipAngle: ['00181314', 'DS'],
  ViewPosition: ['00185101', 'CS'],
  DetectorType: ['00187004', 'CS'],
  DiffusionBValue: ['00189087', 'FD'],
  ContrastBolusAgentPhase: ['00189344', 'CS'],
  VelocityEncodingMaximumValue: ['00189217', 'FD'],
  SeriesNumber: ['00200011', 'IS'],
  AcquisitionNumber: ['00200012', 'IS'],
  ImagePositionPatient: ['00200032', 'DS'],
  ImageOrientationPatient: ['00200037', 'DS'],
  FrameOfReferenceUID: ['00200052', 'UI'],
  Laterality: ['00200060', 'CS'],
  ImageLaterality: ['00200062', 'CS'],
  TemporalPositionIdentifier: ['00200100', 'IS'],
  NumberOfTemporalPositions: ['00200105', 'IS'],
  PhotometricInterpretation: ['00280004', 'CS'],
  Rows: ['00280010', 'US'],
  Columns: ['00280011', 'US'],
  PixelSpacing: ['00280030', 'DS'],
  RequestedProcedureDescription: ['00321060', 'LO'],
  RequestedProcedureCodeSequence: ['00321064', 'SQ'],
  ViewCodeSequence: ['00540220', 'SQ'],
  ViewModifierCodeSequence: ['00540222', 'SQ'],
  PatientOrientationCodeSequence: ['00540410', 'SQ'],
  GeBValueCreator: ['00430010', 'LO'],
  GeBValue: ['00431039', 'IS'],
  SiemensCreator: ['00190010', 'LO'],
  SiemensBValue: ['0019100C', 'IS'],
  PhilipsCreator: ['20010010', 'LO'],
  PhilipsBValue: ['20011003', 'FL'],
  UihCreator: ['00650010', 'LO'],
  UihBValue: ['00651009', 'FD'],
};

function dataset(attributes: Attributes): DicomJson {
  const out: DicomJson = {};
  for (const [keyword, value] of Object.entries(attributes)) {
    const known = TAGS[keyword];
    if (known === undefined) throw new Error(`no tag is known for ${keyword}`);
    const [tag, vr] = known;
    const list = Array.isArray(value)
      ? (value as readonly (string | number | Attributes)[])
      : [value as string | number];
    const attribute: DicomJsonAttribute = {
      vr,
      Value: list.map((one) => (typeof one === 'object' ? dataset(one) : one)),
    };
    out[tag] = attribute;
  }
  return out;
}

/** Expands example headers into one DICOM JSON dataset an instance. */
export function expand(study: StudyHeaders): DicomJson[] {
  const instances: DicomJson[] = [];
  const common: DicomJson = { ...dataset(study.common), '0020000D': { vr: 'UI', Value: ['2.25.1'] } };
  for (const [index, series] of study.series.entries()) {
    const base: DicomJson = {
      ...common,
      ...dataset({ SeriesNumber: index + 1, ...series.attributes }),
      '0020000E': { vr: 'UI', Value: [`2.25.1.${index + 1}`] },
    };
    for (const image of series.images ?? []) instances.push({ ...base, ...dataset(image) });
    if (series.stack === undefined) {
      if (series.images === undefined) instances.push(base);
      continue;
    }
    for (const repeat of series.repeats ?? [{}]) {
      const own = { ...base, ...dataset(repeat) };
      for (let slice = 0; slice < series.stack.slices; slice += 1) {
        instances.push({ ...own, ...position(series, series.stack.start + slice * series.stack.step) });
      }
    }
  }
  return instances;
}

function position(series: SeriesHeaders, along: number): DicomJson {
  const orientation = series.orientation;
  if (orientation === undefined) return {};
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = orientation;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const spacing = series.attributes['PixelSpacing'];
  const pixel = Array.isArray(spacing) ? Number(spacing[0]) : 0;
  const half = [
    (pixel * Number(series.attributes['Columns'] ?? 0)) / 2,
    (pixel * Number(series.attributes['Rows'] ?? 0)) / 2,
  ];
  const corner = [rx, ry, rz].map(
    (row, axis) =>
      -row * (half[0] ?? 0) - ([cx, cy, cz][axis] ?? 0) * (half[1] ?? 0) + (normal[axis] ?? 0) * along,
  );
  return dataset({ ImageOrientationPatient: orientation, ImagePositionPatient: corner });
}
