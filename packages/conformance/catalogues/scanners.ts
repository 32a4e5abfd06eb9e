import type { Attributes, SeriesHeaders, Value } from './headers.ts';

/** How scanners of several makers write the headers of common series; for examples. */
export type Maker = 'siemens' | 'ge' | 'philips' | 'uih';

const MANUFACTURER: Readonly<Record<Maker, string>> = {
  siemens: 'SIEMENS',
  ge: 'GE MEDICAL SYSTEMS',
  philips: 'Philips Medical Systems',
  uih: 'UIH',
};

export const AXIAL = [1, 0, 0, 0, 1, 0];
export const CORONAL = [1, 0, 0, 0, 0, -1];
export const SAGITTAL = [0, 1, 0, 0, 0, -1];
/** Steeply tilted, as for the shoulder: coronal turned by 40° about the body axis. */
export const OBLIQUE_CORONAL = [0.766, -0.643, 0, 0, 0, -1];

type Technique =
  'T1' | 'T1GRE' | 'T2' | 'T2FS' | 'PDFS' | 'FLAIR' | 'DWI' | 'TOF' | 'PC' | 'CEMRA' | 'HYDRO' | 'STIR';

const TIMING: Readonly<Record<Technique, Attributes>> = {
  T1: {
    ScanningSequence: 'SE',
    SequenceVariant: ['SK', 'SP'],
    RepetitionTime: 520,
    EchoTime: 11,
    FlipAngle: 90,
    MRAcquisitionType: '2D',
  },
  T1GRE: {
    ScanningSequence: 'GR',
    SequenceVariant: ['SP', 'OSP'],
    RepetitionTime: 4.1,
    EchoTime: 1.8,
    FlipAngle: 11,
    MRAcquisitionType: '3D',
  },
  T2: {
    ScanningSequence: 'SE',
    SequenceVariant: ['SK', 'SP'],
    RepetitionTime: 4200,
    EchoTime: 98,
    FlipAngle: 150,
    MRAcquisitionType: '2D',
  },
  T2FS: {
    ScanningSequence: 'SE',
    SequenceVariant: ['SK', 'SP'],
    ScanOptions: 'FS',
    RepetitionTime: 3900,
    EchoTime: 82,
    FlipAngle: 150,
    MRAcquisitionType: '2D',
  },
  PDFS: {
    ScanningSequence: 'SE',
    SequenceVariant: ['SK', 'SP'],
    ScanOptions: 'FS',
    RepetitionTime: 2600,
    EchoTime: 33,
    FlipAngle: 150,
    MRAcquisitionType: '2D',
  },
  STIR: {
    ScanningSequence: ['SE', 'IR'],
    SequenceVariant: ['SK', 'MP'],
    RepetitionTime: 4500,
    EchoTime: 62,
    InversionTime: 160,
    FlipAngle: 150,
    MRAcquisitionType: '2D',
  },
  FLAIR: {
    ScanningSequence: ['SE', 'IR'],
    SequenceVariant: ['SK', 'SP', 'MP'],
    RepetitionTime: 9000,
    EchoTime: 110,
    InversionTime: 2500,
    FlipAngle: 150,
    MRAcquisitionType: '2D',
  },
  DWI: {
    ScanningSequence: ['EP', 'SE'],
    SequenceVariant: 'SK',
    ScanOptions: 'FS',
    RepetitionTime: 5200,
    EchoTime: 84,
    FlipAngle: 90,
    MRAcquisitionType: '2D',
  },
  TOF: {
    ScanningSequence: 'GR',
    SequenceVariant: ['SP', 'OSP'],
    RepetitionTime: 22,
    EchoTime: 3.6,
    FlipAngle: 18,
    MRAcquisitionType: '3D',
  },
  PC: {
    ScanningSequence: 'GR',
    SequenceVariant: 'SP',
    RepetitionTime: 45,
    EchoTime: 8,
    FlipAngle: 15,
    MRAcquisitionType: '3D',
  },
  CEMRA: {
    ScanningSequence: 'GR',
    SequenceVariant: 'SP',
    RepetitionTime: 3.2,
    EchoTime: 1.2,
    FlipAngle: 25,
    MRAcquisitionType: '3D',
  },
  HYDRO: {
    ScanningSequence: 'SE',
    SequenceVariant: 'SK',
    RepetitionTime: 1800,
    EchoTime: 240,
    FlipAngle: 120,
    MRAcquisitionType: '3D',
  },
};

const IMAGE_TYPE: Readonly<Record<Maker, (technique: Technique) => string[]>> = {
  siemens: (technique) =>
    technique === 'DWI'
      ? ['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE', 'ND']
      : ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'NORM'],
  ge: () => ['ORIGINAL', 'PRIMARY', 'OTHER'],
  philips: (technique) => [
    'ORIGINAL',
    'PRIMARY',
    technique.startsWith('T1GRE') || ['TOF', 'PC', 'CEMRA'].includes(technique)
      ? 'M_FFE'
      : technique === 'FLAIR' || technique === 'STIR'
        ? 'M_IR'
        : 'M_SE',
    'M',
    technique === 'FLAIR' ? 'IR' : 'SE',
  ],
  uih: () => ['ORIGINAL', 'PRIMARY', 'M', 'NONE'],
};

/** One b-value as each maker writes it. */
function bValue(maker: Maker, b: number): Attributes {
  switch (maker) {
    case 'siemens':
      return { SiemensCreator: 'SIEMENS MR HEADER', SiemensBValue: b };
    case 'ge':
      return { GeBValueCreator: 'GEMS_PARM_01', GeBValue: [b === 0 ? 0 : 1_000_000_000 + b, 8, 0, 0] };
    case 'philips':
      return { PhilipsCreator: 'Philips Imaging DD 001', PhilipsBValue: b };
    case 'uih':
      return { UihCreator: 'Image Private Header', UihBValue: b === 0 ? 1.25 : b };
  }
}

export interface MrOptions {
  plane?: readonly number[];
  b?: readonly number[];
  more?: Readonly<Record<string, Value>>;
  slices?: number;
  thickness?: number;
  /** Seconds after 10:00:00. */
  at?: number;
  field?: number;
  timePoints?: number;
}

function timeOf(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(10 + seconds / 3600)}${two((seconds % 3600) / 60)}${two(seconds % 60)}`;
}

/** An MR series as a maker's scanner writes it; only the description is the technologist's. */
export function mr(
  maker: Maker,
  technique: Technique,
  description: string,
  options: MrOptions = {},
): SeriesHeaders {
  const {
    plane = AXIAL,
    slices = 22,
    thickness = technique === 'HYDRO' ? 0.8 : 5,
    at = 0,
    field = 240,
  } = options;
  const base: Record<string, Value> = {
    Modality: 'MR',
    Manufacturer: MANUFACTURER[maker],
    SeriesDescription: description,
    ProtocolName: maker === 'ge' ? 'Protocol 12' : description,
    ImageType: IMAGE_TYPE[maker](technique),
    ...TIMING[technique],
    SliceThickness: thickness,
    Rows: 256,
    Columns: 256,
    PixelSpacing: [field / 256, field / 256],
    AcquisitionNumber: 1,
    AcquisitionTime: timeOf(at),
    FrameOfReferenceUID: '2.25.9',
    ...options.more,
  };
  const stack = { start: (-slices * thickness) / 2, step: thickness, slices };
  const series: SeriesHeaders = { attributes: base, orientation: plane, stack };
  if (options.b !== undefined) return { ...series, repeats: options.b.map((b) => bValue(maker, b)) };
  if (options.timePoints !== undefined) {
    return {
      ...series,
      repeats: Array.from({ length: options.timePoints }, (_, index) => ({
        TemporalPositionIdentifier: index + 1,
        NumberOfTemporalPositions: options.timePoints ?? 1,
        AcquisitionTime: timeOf(at + index * 20),
      })),
    };
  }
  return series;
}

/** A diffusion series with b-values 0 and `b`. */
export function dwi(maker: Maker, description: string, b = 1000, options: MrOptions = {}): SeriesHeaders {
  return mr(maker, 'DWI', description, { ...options, b: [0, b] });
}

export function mrLocalizer(maker: Maker): SeriesHeaders {
  return mr(
    maker,
    'T1GRE',
    maker === 'siemens'
      ? 'localizer'
      : maker === 'ge'
        ? '3Plane Loc'
        : maker === 'philips'
          ? 'Survey'
          : '定位像',
    { slices: 3, thickness: 8 },
  );
}

/** A projection through a volume, stored as a series. */
export function mip(maker: Maker, description: string): SeriesHeaders {
  return mr(maker, 'TOF', description, { slices: 12, more: { ImageType: ['DERIVED', 'SECONDARY', 'MIP'] } });
}

export interface CtOptions {
  plane?: readonly number[];
  thickness?: number;
  /** Table range along the body in mm. */
  range?: readonly [number, number];
  at?: number;
  acquisition?: number;
  agent?: string;
  imageType?: readonly string[];
  more?: Readonly<Record<string, Value>>;
}

const CT_TYPE: Readonly<Record<Maker, readonly string[]>> = {
  siemens: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI'],
  ge: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  philips: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'HELIX'],
  uih: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
};

/** A CT series as a maker's scanner writes it. */
export function ct(maker: Maker, description: string, options: CtOptions = {}): SeriesHeaders {
  const { plane = AXIAL, thickness = 5, range = [-100, 100], at = 0, acquisition = 1 } = options;
  const step = thickness < 2 ? thickness * 0.8 : thickness;
  return {
    attributes: {
      Modality: 'CT',
      Manufacturer: MANUFACTURER[maker],
      SeriesDescription: description,
      ImageType: options.imageType ?? CT_TYPE[maker],
      SliceThickness: thickness,
      Rows: 512,
      Columns: 512,
      PixelSpacing: [0.75, 0.75],
      AcquisitionNumber: acquisition,
      AcquisitionTime: timeOf(at),
      FrameOfReferenceUID: '2.25.9',
      ...(options.agent === undefined ? {} : { ContrastBolusAgent: options.agent }),
      ...options.more,
    },
    orientation: plane,
    stack: { start: range[0], step, slices: Math.max(1, Math.round((range[1] - range[0]) / step)) },
  };
}

export function scout(maker: Maker): SeriesHeaders {
  const name = { siemens: 'Topogram  0.6  T20f', ge: 'Scout', philips: 'Surview', uih: '定位像' }[maker];
  return ct(maker, name, { plane: CORONAL, range: [0, 1], imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] });
}

/** A multiplanar reformat. */
export function mpr(maker: Maker, description: string, plane: readonly number[] = CORONAL): SeriesHeaders {
  return ct(maker, description, {
    plane,
    thickness: 3,
    range: [-60, 60],
    imageType: ['DERIVED', 'SECONDARY', maker === 'ge' ? 'REFORMATTED' : 'MPR'],
  });
}

/** A volume rendering, as colour secondary captures. */
export function vr(description: string): SeriesHeaders {
  return {
    attributes: {
      Modality: 'CT',
      SeriesDescription: description,
      ImageType: ['DERIVED', 'SECONDARY', '3D'],
      PhotometricInterpretation: 'RGB',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    },
    images: [{}, {}, {}],
  };
}

/** One radiograph a series. */
export function radiograph(description: string, more: Readonly<Record<string, Value>> = {}): SeriesHeaders {
  return {
    attributes: {
      Modality: 'DX',
      SeriesDescription: description,
      PresentationIntentType: 'FOR PRESENTATION',
      ImageType: ['ORIGINAL', 'PRIMARY'],
      DetectorType: 'SCINTILLATOR',
      ...more,
    },
    images: [{}],
  };
}

export function mammogram(
  side: 'L' | 'R',
  view: string,
  more: Readonly<Record<string, Value>> = {},
): SeriesHeaders {
  return {
    attributes: {
      Modality: 'MG',
      SeriesDescription: `${side} ${view}`,
      PresentationIntentType: 'FOR PRESENTATION',
      ImageType: ['DERIVED', 'PRIMARY'],
      DetectorType: 'DIRECT',
      ViewPosition: view,
      ImageLaterality: side,
      BodyPartExamined: 'BREAST',
      ...more,
    },
    images: [{}],
  };
}
