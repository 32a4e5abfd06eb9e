import type { Attributes } from '../../catalogues/headerTypes.ts';
import type { Maker, MrStep, Technique } from './plan.ts';

export const MAKERS: readonly Maker[] = [
  'siemens',
  'xa',
  'ge',
  'philips',
  'canon',
  'uih',
  'hitachi',
  'neusoft',
];

/** Manufacturer and model as each maker writes them, by modality. */
const IDENTITY: Readonly<Record<Maker, Readonly<Record<'CT' | 'MR' | 'XR', readonly [string, string]>>>> = {
  siemens: {
    CT: ['SIEMENS', 'SOMATOM Definition AS+'],
    MR: ['SIEMENS', 'Skyra'],
    XR: ['SIEMENS', 'FLUOROSPOT Compact FD'],
  },
  xa: {
    CT: ['Siemens Healthineers', 'SOMATOM Force'],
    MR: ['Siemens Healthineers', 'MAGNETOM Vida'],
    XR: ['Siemens Healthineers', 'YSIO X.pree'],
  },
  ge: {
    CT: ['GE MEDICAL SYSTEMS', 'Revolution CT'],
    MR: ['GE MEDICAL SYSTEMS', 'DISCOVERY MR750'],
    XR: ['GE Healthcare', 'Discovery XR656'],
  },
  philips: {
    CT: ['Philips', 'Ingenuity CT'],
    MR: ['Philips Healthcare', 'Ingenia'],
    XR: ['Philips Medical Systems', 'DigitalDiagnost'],
  },
  canon: {
    CT: ['TOSHIBA', 'Aquilion ONE'],
    MR: ['CANON_MEC', 'Vantage Galan 3T'],
    XR: ['CANON_MEC', 'RADREX'],
  },
  uih: { CT: ['UIH', 'uCT 760'], MR: ['UIH', 'uMR 780'], XR: ['UIH', 'uDR 780i'] },
  hitachi: {
    CT: ['Hitachi Medical Corporation', 'SCENARIA'],
    MR: ['Hitachi Medical Corporation', 'ECHELON OVAL'],
    XR: ['FUJIFILM Corporation', 'FDR Smart'],
  },
  neusoft: { CT: ['NMS', 'NeuViz 128'], MR: ['NMS', 'NSM-P035'], XR: ['Neusoft Medical', 'NeuVision 450'] },
};

/** The attributes that identify the equipment. */
export function equipment(maker: Maker, modality: 'CT' | 'MR' | 'XR'): Attributes {
  const [manufacturer, model] = IDENTITY[maker][modality];
  return { Manufacturer: manufacturer, ManufacturerModelName: model };
}

/** Scout as the makers name it. */
export const SCOUT: Readonly<Record<Maker, string>> = {
  siemens: 'Topogram  0.6  T20f',
  xa: 'Topogram',
  ge: 'Scout',
  philips: 'Surview',
  canon: 'Scano',
  uih: 'Scout',
  hitachi: 'Scanogram',
  neusoft: 'Surview',
};

export const MR_LOCALIZER: Readonly<Record<Maker, string>> = {
  siemens: 'localizer',
  xa: 'AAhead_scout',
  ge: '3-Pl Loc',
  philips: 'Survey',
  canon: 'Locator',
  uih: 'fast_scout',
  hitachi: 'SCOUT',
  neusoft: 'Scout_3plane',
};

/** One b-value as each maker writes it; United Imaging writes 1.25 for none. */
export function bValueOf(maker: Maker, b: number): Attributes {
  switch (maker) {
    case 'siemens':
    case 'xa':
      return { SiemensCreator: 'SIEMENS MR HEADER', SiemensBValue: b };
    case 'ge':
      return { GeBValueCreator: 'GEMS_PARM_01', GeBValue: [b === 0 ? 0 : 1_000_000_000 + b, 8, 0, 0] };
    case 'philips':
      return { PhilipsCreator: 'Philips Imaging DD 001', PhilipsBValue: b, DiffusionBValue: b };
    case 'uih':
      return { UihCreator: 'Image Private Header', UihBValue: b === 0 ? 1.25 : b };
    case 'canon':
      return b === 0 ? {} : { DiffusionBValue: b };
    case 'hitachi':
    case 'neusoft':
      return { DiffusionBValue: b };
  }
}

/** Image Type of an MR image by maker. */
export function mrImageType(maker: Maker, step: MrStep): string[] {
  const { technique, product } = step;
  if (product === 'adc')
    return maker === 'philips'
      ? ['DERIVED', 'PRIMARY', 'ADC', 'ADC', 'UNSPECIFIED']
      : maker === 'siemens' || maker === 'xa'
        ? ['DERIVED', 'PRIMARY', 'DIFFUSION', 'ADC', 'ND', 'NORM']
        : maker === 'uih'
          ? ['DERIVED', 'PRIMARY', 'ADC']
          : ['DERIVED', 'SECONDARY', 'ADC'];
  if (product === 'mip')
    return maker === 'philips'
      ? ['DERIVED', 'PRIMARY', 'PROJECTION IMAGE', 'M', 'FFE']
      : maker === 'ge'
        ? ['DERIVED', 'SECONDARY', 'PROJECTION IMAGE', 'MAXIP']
        : ['DERIVED', 'SECONDARY', 'MIP'];
  if (product === 'mpr')
    return maker === 'ge' ? ['DERIVED', 'SECONDARY', 'REFORMATTED'] : ['DERIVED', 'SECONDARY', 'MPR'];
  switch (maker) {
    case 'siemens':
    case 'xa':
      return technique === 'DWI'
        ? ['ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE', 'ND', 'NORM']
        : [
            'ORIGINAL',
            'PRIMARY',
            'M',
            ...(step.dixon === 'in' ? ['IN_PHASE'] : step.dixon === 'opp' ? ['OPP_PHASE'] : []),
            'ND',
            'NORM',
          ];
    case 'philips': {
      const gradient = GRADIENT.has(technique);
      const inverted = technique === 'FLAIR' || technique === 'STIR' || technique === 'T1IR';
      const kind = gradient ? 'FFE' : inverted ? 'IR' : 'SE';
      return ['ORIGINAL', 'PRIMARY', `M_${kind}`, 'M', kind];
    }
    case 'uih':
      return ['ORIGINAL', 'PRIMARY', 'M', 'NONE'];
    case 'ge':
      return ['ORIGINAL', 'PRIMARY', 'OTHER'];
    case 'canon':
    case 'hitachi':
    case 'neusoft':
      return ['ORIGINAL', 'PRIMARY', 'OTHER'];
  }
}

/** Techniques made of gradient echoes. */
export const GRADIENT: ReadonlySet<Technique> = new Set<Technique>([
  'T1GRE2D',
  'T1GRE3D',
  'T1VIBE',
  'DUAL',
  'T2STAR',
  'SWI',
  'TOF',
  'PC',
  'CEMRA',
]);
