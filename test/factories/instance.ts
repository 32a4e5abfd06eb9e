import type { Uid } from '@hutong/dicom';

import { part10, type Dataset, type Part10Options } from './part10.ts';
import { randomFrom, uidFrom } from './random.ts';

export const SOP_CLASS = {
  CT: '1.2.840.10008.5.1.4.1.1.2',
  MR: '1.2.840.10008.5.1.4.1.1.4',
  DX_FOR_PRESENTATION: '1.2.840.10008.5.1.4.1.1.1.1',
  MG_FOR_PRESENTATION: '1.2.840.10008.5.1.4.1.1.1.2',
  SECONDARY_CAPTURE: '1.2.840.10008.5.1.4.1.1.7',
} as const;

/** A DICOM file with the identity that is in it. */
export interface FactoryInstance {
  bytes: Uint8Array;
  sopClassUid: Uid;
  sopInstanceUid: Uid;
  seriesInstanceUid: Uid;
  studyInstanceUid: Uid;
}

/** A study as files, in the order a modality would send them. */
export interface FactoryStudy {
  studyInstanceUid: Uid;
  instances: FactoryInstance[];
}

/** Writes a dataset and returns the bytes with their identity. */
export function toInstance(dataset: Dataset, options: Part10Options = {}): FactoryInstance {
  return {
    bytes: part10(dataset, options),
    sopClassUid: dataset['SOPClassUID'] as Uid,
    sopInstanceUid: dataset['SOPInstanceUID'] as Uid,
    seriesInstanceUid: dataset['SeriesInstanceUID'] as Uid,
    studyInstanceUid: dataset['StudyInstanceUID'] as Uid,
  };
}

export interface SmallStudyOptions {
  /** Everything follows from it; another seed is another study. */
  seed?: string;
  slices?: number;
  rows?: number;
  columns?: number;
  /** YYYYMMDD */
  studyDate?: string;
  /** Attributes for every instance; `undefined` removes one. */
  overrides?: Dataset;
}

/** A round phantom with noise: a different picture for every slice and seed. */
function smallPicture(seed: string, rows: number, columns: number, slice: number): Uint8Array {
  const random = randomFrom(`${seed}/pixels/${slice}`);
  const pixels = new Int16Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const r = Math.hypot((x + 0.5) / columns - 0.5, (y + 0.5) / rows - 0.5);
      pixels[y * columns + x] = Math.round((r < 0.42 ? 40 : -1000) + random.between(-10, 10));
    }
  }
  return new Uint8Array(pixels.buffer);
}

function smallCtDataset(options: SmallStudyOptions, slice: number): Dataset {
  const seed = options.seed ?? 'small';
  const rows = options.rows ?? 64;
  const columns = options.columns ?? 64;
  const studyDate = options.studyDate ?? '20261109';
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    SOPClassUID: SOP_CLASS.CT,
    SOPInstanceUID: uidFrom(`${seed}/instance/${slice}`),
    StudyDate: studyDate,
    SeriesDate: studyDate,
    AcquisitionDate: studyDate,
    ContentDate: studyDate,
    StudyTime: '093000',
    SeriesTime: '093112',
    AcquisitionTime: '093112',
    ContentTime: '093140',
    AccessionNumber: `A${seed}`.slice(0, 16),
    Modality: 'CT',
    Manufacturer: 'UIH',
    ManufacturerModelName: 'uCT 760',
    InstitutionName: '测试医院',
    ReferringPhysicianName: '',
    StudyDescription: '胸部CT平扫',
    SeriesDescription: '胸部平扫 1.0mm',
    PatientName: 'Ceshi^Yi=测试^一',
    PatientID: `P-${seed}`,
    PatientBirthDate: '19700101',
    PatientSex: 'O',
    PatientAge: '056Y',
    BodyPartExamined: 'CHEST',
    SliceThickness: 1,
    KVP: 120,
    SpacingBetweenSlices: 1,
    PatientPosition: 'HFS',
    StudyInstanceUID: uidFrom(`${seed}/study`),
    SeriesInstanceUID: uidFrom(`${seed}/series`),
    StudyID: '1',
    SeriesNumber: 2,
    AcquisitionNumber: 1,
    InstanceNumber: slice + 1,
    ImagePositionPatient: [-columns / 2, -rows / 2, -slice],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    FrameOfReferenceUID: uidFrom(`${seed}/frame of reference`),
    SliceLocation: -slice,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: columns,
    PixelSpacing: [1, 1],
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
    WindowCenter: 40,
    WindowWidth: 400,
    RescaleIntercept: 0,
    RescaleSlope: 1,
    RescaleType: 'HU',
    PixelData: smallPicture(seed, rows, columns, slice),
    ...options.overrides,
  };
}

/** A small CT study of one axial series (3 slices of 64 × 64 by default), made in a millisecond. */
export function aCtStudy(options: SmallStudyOptions = {}): FactoryStudy {
  const instances = Array.from({ length: options.slices ?? 3 }, (_, slice) =>
    toInstance(smallCtDataset(options, slice)),
  );
  return { studyInstanceUid: uidFrom(`${options.seed ?? 'small'}/study`), instances };
}

/** One small CT instance; overrides replace attributes, `undefined` removes one. */
export function anInstance(
  overrides: Dataset = {},
  options: Omit<SmallStudyOptions, 'overrides' | 'slices'> & Part10Options & { slice?: number } = {},
): FactoryInstance {
  return toInstance(smallCtDataset({ ...options, overrides }, options.slice ?? 0), options);
}
