import type { Attributes, Value } from '../../catalogues/headerTypes.ts';
import type { SeriesHeaders } from '../../catalogues/headers.ts';
import { ctName } from './ctNames.ts';
import { equipment, SCOUT } from './makers.ts';
import type { NameHabit } from './mrNames.ts';
import { ORIENTATION } from './orientation.ts';
import type { CtStep, Maker, Style } from './plan.ts';
import { timeOf } from './time.ts';

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** Kernels by maker: soft tissue, bone, lung. */
const KERNEL: Readonly<Record<Maker, Readonly<Record<CtStep['kernel'], string>>>> = {
  siemens: { soft: 'B30f', bone: 'B70f', lung: 'B60f' },
  xa: { soft: 'Br40d', bone: 'Br64d', lung: 'Bl57d' },
  ge: { soft: 'STANDARD', bone: 'BONEPLUS', lung: 'LUNG' },
  philips: { soft: 'B', bone: 'YB', lung: 'YA' },
  canon: { soft: 'FC08', bone: 'FC30', lung: 'FC52' },
  uih: { soft: 'B_SOFT_B', bone: 'B_SHARP_C', lung: 'B_VSHARP_C' },
  hitachi: { soft: '22', bone: '50', lung: '53' },
  neusoft: { soft: 'F20', bone: 'Bone', lung: 'Lung' },
};

const AXIAL_TYPE: Readonly<Record<Maker, readonly string[]>> = {
  siemens: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI'],
  xa: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM7 SPI'],
  ge: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  philips: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'HELIX'],
  canon: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  uih: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  hitachi: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'NORMAL'],
  neusoft: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'HELIX'],
};

const SCAN_OPTIONS: Readonly<Record<Maker, string>> = {
  siemens: '',
  xa: '',
  ge: 'HELICAL MODE',
  philips: 'HELIX',
  canon: 'HELICAL_CT',
  uih: 'HELICAL_CT',
  hitachi: 'HELICAL',
  neusoft: 'HELIX',
};

/** Headers of one CT step; contrast attributes follow the habit of the site. */
export function ctHeaders(step: CtStep, style: Style, habit: NameHabit, common: Attributes): SeriesHeaders {
  const { maker } = style;
  const pixel = Number((step.field / 512).toFixed(4));
  const name = step.named ?? ctName(step, style, habit, KERNEL[maker][step.kernel]);
  const attributes: Record<string, Value> = {
    SOPClassUID: CT_IMAGE,
    Modality: 'CT',
    ...equipment(maker, 'CT'),
    SeriesDescription: step.product === 'scout' && style.naming !== 'none' ? SCOUT[maker] : name,
    ...common,
    ImageType: AXIAL_TYPE[maker],
    SliceThickness: step.thickness,
    Rows: 512,
    Columns: 512,
    PixelSpacing: [pixel, pixel],
    ConvolutionKernel: KERNEL[maker][step.kernel],
    ...(SCAN_OPTIONS[maker] === '' ? {} : { ScanOptions: SCAN_OPTIONS[maker] }),
    AcquisitionNumber: maker === 'ge' ? 1 : step.acquisition,
    AcquisitionTime: timeOf(step.at),
    SeriesTime: timeOf(step.at),
    FrameOfReferenceUID: '2.25.9',
    ...(step.gated === true ? { ScanOptions: gated(maker), NominalPercentageOfCardiacPhase: 75 } : {}),
  };
  const centre: readonly [number, number, number] = [step.centreX ?? 0, 0, 0];
  const [low, high] = step.range;
  switch (step.product) {
    case 'axial':
    case 'monitor': {
      const distance = step.thickness;
      const slices = Math.max(1, Math.round((high - low) / distance));
      const stack = { start: low, step: distance, slices };
      if (step.product === 'axial') return { attributes, orientation: ORIENTATION.axial, stack, centre };
      return {
        attributes: { ...attributes, SliceThickness: 10 },
        orientation: ORIENTATION.axial,
        centre,
        stack: { start: low, step: 1, slices: 1 },
        repeats: Array.from({ length: 8 }, (_, index) => ({
          AcquisitionTime: timeOf(step.at + index * 1.5),
          AcquisitionNumber: maker === 'ge' ? 1 : step.acquisition + index,
        })),
      };
    }
    case 'scout':
      return {
        attributes: {
          ...attributes,
          ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER', ...(maker === 'siemens' ? ['CT_SOM5 TOP'] : [])],
          ...(maker === 'ge' ? { ScanOptions: 'SCOUT MODE' } : {}),
        },
        orientation: ORIENTATION.coronal,
        stack: { start: 0, step: 1, slices: 1 },
      };
    case 'mpr':
    case 'mip':
      return {
        attributes: { ...attributes, ...derived(maker, step.product) },
        orientation: ORIENTATION[step.plane],
        centre: [centre[0], 0, (low + high) / 2],
        stack: { start: -60, step: step.thickness, slices: 40 },
      };
    case 'vr':
    case 'cpr':
      return {
        attributes: {
          SOPClassUID: SECONDARY_CAPTURE,
          Modality: 'CT',
          ...equipment(maker, 'CT'),
          SeriesDescription: name,
          ...common,
          ...derived(maker, step.product),
          ...(step.product === 'vr' ? { PhotometricInterpretation: 'RGB', SamplesPerPixel: 3 } : {}),
          Rows: 512,
          Columns: 512,
          SeriesTime: timeOf(step.at + 300),
        },
        images: Array.from({ length: 12 }, () => ({})),
      };
  }
}

function gated(maker: Maker): string {
  return maker === 'ge' ? 'CINE MODE' : maker === 'philips' ? 'HELIX_CARDIAC' : 'CARDIAC_CT';
}

function derived(maker: Maker, product: 'mpr' | 'mip' | 'vr' | 'cpr'): Attributes {
  const tokens: Readonly<Record<typeof product, Readonly<Record<'ge' | 'siemens' | 'else', string[]>>>> = {
    mpr: {
      ge: ['DERIVED', 'SECONDARY', 'REFORMATTED', 'AVERAGE'],
      siemens: ['DERIVED', 'SECONDARY', 'MPR', 'CSA MPR'],
      else: ['DERIVED', 'SECONDARY', 'MPR'],
    },
    mip: {
      ge: ['DERIVED', 'SECONDARY', 'PROJECTION IMAGE', 'MAXIP'],
      siemens: ['DERIVED', 'SECONDARY', 'MIP', 'CSA MIP'],
      else: ['DERIVED', 'SECONDARY', 'MIP'],
    },
    vr: {
      ge: ['DERIVED', 'SECONDARY', 'VOLREND'],
      siemens: ['DERIVED', 'SECONDARY', 'VRT', 'CSA 3D EDITOR'],
      else: ['DERIVED', 'SECONDARY', '3D'],
    },
    cpr: {
      ge: ['DERIVED', 'SECONDARY', 'REFORMATTED', 'CURVED'],
      siemens: ['DERIVED', 'SECONDARY', 'CPR'],
      else: ['DERIVED', 'SECONDARY', 'CURVED'],
    },
  };
  const by = maker === 'ge' ? 'ge' : maker === 'siemens' || maker === 'xa' ? 'siemens' : 'else';
  return { ImageType: tokens[product][by] };
}
