import type { Attributes, Value } from '../../catalogues/headerTypes.ts';
import type { Maker, MrStep, Technique } from './plan.ts';
import type { Random } from './random.ts';

/** Timing ranges of one technique: repetition, echo, inversion (ms) and flip angle (°). */
interface Timing {
  tr: readonly [number, number];
  te: readonly [number, number];
  ti?: readonly [number, number];
  flip: readonly [number, number];
  echoTrain?: readonly [number, number];
  threeD?: boolean;
}

const TIMING: Readonly<Record<Technique, Timing>> = {
  T1SE: { tr: [400, 720], te: [8, 14], flip: [90, 150], echoTrain: [1, 4] },
  T1IR: { tr: [1900, 2600], te: [9, 25], ti: [750, 900], flip: [90, 150], echoTrain: [5, 9] },
  T1GRE2D: { tr: [180, 260], te: [2.2, 4.6], flip: [70, 90] },
  T1GRE3D: { tr: [1900, 2300], te: [2.3, 3.2], ti: [880, 1000], flip: [8, 12], threeD: true },
  T1VIBE: { tr: [3.6, 4.8], te: [1.2, 2], flip: [9, 15], threeD: true },
  DUAL: { tr: [110, 180], te: [2.3, 2.5], flip: [70, 90] },
  T2: { tr: [3000, 5200], te: [84, 118], flip: [90, 160], echoTrain: [12, 22] },
  HASTE: { tr: [1000, 1400], te: [78, 96], flip: [90, 160], echoTrain: [90, 160] },
  T2STAR: { tr: [500, 720], te: [14, 22], flip: [20, 30] },
  STIR: { tr: [3500, 5500], te: [42, 70], ti: [150, 220], flip: [90, 150], echoTrain: [10, 16] },
  PD: { tr: [2200, 3600], te: [24, 37], flip: [90, 150], echoTrain: [6, 10] },
  FLAIR: { tr: [7500, 9500], te: [88, 140], ti: [2200, 2600], flip: [90, 150], echoTrain: [16, 24] },
  DWI: { tr: [4200, 6800], te: [62, 92], flip: [90, 90] },
  SWI: { tr: [27, 38], te: [20, 23], flip: [15, 18], threeD: true },
  TOF: { tr: [20, 26], te: [3.4, 6.9], flip: [15, 22], threeD: true },
  PC: { tr: [12, 28], te: [4.5, 8], flip: [10, 15], threeD: true },
  CEMRA: { tr: [2.9, 4.2], te: [1, 1.5], flip: [20, 30], threeD: true },
  HYDRO: { tr: [1200, 1800], te: [190, 270], flip: [90, 140], echoTrain: [60, 90], threeD: true },
  MRCP: { tr: [2400, 4500], te: [600, 760], flip: [90, 140], echoTrain: [100, 130], threeD: true },
};

/** Gradient-echo inversion preparation: what "TR" means differs by maker. */
const PREPARED_TR: Readonly<Record<Maker, readonly [number, number]>> = {
  siemens: [1900, 2300],
  xa: [1900, 2300],
  ge: [6.8, 8.6],
  philips: [7, 8.4],
  canon: [5.4, 6.4],
  uih: [6.8, 7.6],
  hitachi: [7.5, 9.5],
  neusoft: [8, 10],
};

const SEQUENCES: Readonly<Record<Technique, readonly [string[], string[]]>> = {
  T1SE: [['SE'], ['SK', 'SP']],
  T1IR: [
    ['SE', 'IR'],
    ['SK', 'SP', 'MP'],
  ],
  T1GRE2D: [['GR'], ['SP']],
  T1GRE3D: [
    ['GR', 'IR'],
    ['SK', 'SP', 'MP'],
  ],
  T1VIBE: [['GR'], ['SP']],
  DUAL: [['GR'], ['SP']],
  T2: [['SE'], ['SK', 'SP', 'OSP']],
  HASTE: [['SE'], ['SK', 'SP', 'OSP']],
  T2STAR: [['GR'], ['SP']],
  STIR: [
    ['SE', 'IR'],
    ['SK', 'SP', 'MP'],
  ],
  PD: [['SE'], ['SK', 'SP', 'OSP']],
  FLAIR: [
    ['SE', 'IR'],
    ['SK', 'SP', 'MP'],
  ],
  DWI: [['EP'], ['SK', 'SP']],
  SWI: [['GR'], ['SP']],
  TOF: [['GR'], ['SP', 'OSP']],
  PC: [['GR'], ['SP']],
  CEMRA: [['GR'], ['SP']],
  HYDRO: [['SE'], ['SK', 'SP']],
  MRCP: [['SE'], ['SK', 'SP']],
};

/** Sequence Name of Siemens scanners; their family tells the technique. */
const SIEMENS_NAME: Readonly<Record<Technique, string>> = {
  T1SE: '*tse2d1_3',
  T1IR: '*tir2d1_9',
  T1GRE2D: '*fl2d1',
  T1GRE3D: '*tfl3d1_16ns',
  T1VIBE: '*fl3d1',
  DUAL: '*fl2d2',
  T2: '*tse2d1_15',
  HASTE: '*h2d1_140',
  T2STAR: '*me2d1r3',
  STIR: '*tir2d1_13',
  PD: '*tse2d1_7',
  FLAIR: '*tir2d1rs16',
  DWI: '*ep_b1000t',
  SWI: '*swi3d1r',
  TOF: '*fl3d1r_t70',
  PC: '*fl3d1_pc',
  CEMRA: '*fl3d1_ce',
  HYDRO: '*spc_314ns',
  MRCP: '*spc_236',
};

/** Timing and sequence attributes of a step as the maker's scanner writes them. */
export function mrPhysics(maker: Maker, step: MrStep, random: Random): Attributes {
  const technique = step.timing ?? step.technique;
  const timing = TIMING[technique];
  const repetition = technique === 'T1GRE3D' ? PREPARED_TR[maker] : timing.tr;
  const [sequence, variant] = sequencesOf(maker, technique);
  const out: Record<string, Value> = {
    ScanningSequence: sequence,
    SequenceVariant: variant,
    MRAcquisitionType: timing.threeD === true ? '3D' : '2D',
    RepetitionTime: random.between(...repetition, 2),
    EchoTime: step.dixon === 'in' ? 4.6 : random.between(...timing.te, 2),
    FlipAngle: random.between(...timing.flip),
    MagneticFieldStrength: 3,
  };
  const ti = timing.ti;
  if (ti !== undefined && !(maker === 'philips' && technique === 'T1GRE3D'))
    out['InversionTime'] = random.between(...ti);
  if (timing.echoTrain !== undefined) out['EchoTrainLength'] = random.between(...timing.echoTrain);
  const options = scanOptions(maker, technique, step.fatSat);
  if (options.length > 0) out['ScanOptions'] = options;
  if (maker === 'siemens' || maker === 'xa') out['SequenceName'] = SIEMENS_NAME[technique];
  if (technique === 'TOF' && maker !== 'philips') out['AngioFlag'] = random.chance(0.5) ? 'Y' : 'N';
  if (technique === 'PC') out['VelocityEncodingMaximumValue'] = step.venous === true ? 15 : 60;
  return out;
}

function sequencesOf(maker: Maker, technique: Technique): readonly [string[], string[]] {
  const [sequence, variant] = SEQUENCES[technique];
  if (maker === 'philips') {
    if (technique === 'DWI') return [['SE'], ['SK']];
    if (technique === 'FLAIR' || technique === 'STIR' || technique === 'T1IR') return [['IR'], ['SK']];
    if (technique === 'T1VIBE' || technique === 'T1GRE3D') return [['GR'], ['MP']];
    if (technique === 'T1GRE2D' || technique === 'DUAL') return [['GR'], ['SS']];
    return [sequence, sequence[0] === 'SE' ? ['SK'] : ['SP']];
  }
  if (maker === 'ge') {
    if (technique === 'DWI') return [['EP', 'SE'], ['NONE']];
    if (sequence[0] === 'GR') return [sequence, ['SS', 'SP', ...(technique === 'T1GRE3D' ? ['MP'] : [])]];
    return [sequence, ['SK', ...(sequence.includes('IR') ? ['MP'] : [])]];
  }
  if (maker === 'uih' || maker === 'canon') return [technique === 'DWI' ? ['EP'] : sequence, ['NONE']];
  if (maker === 'hitachi' || maker === 'neusoft') return [sequence, ['SK']];
  return [sequence, variant];
}

function scanOptions(maker: Maker, technique: Technique, fatSat: boolean): string[] {
  const fat = fatSat && technique !== 'STIR';
  if (maker === 'ge')
    return [
      ...(technique === 'TOF' ? ['VASCTOF_GEMS'] : []),
      ...(technique === 'FLAIR' ? ['T2FLAIR_GEMS'] : []),
      ...(technique === 'DWI' ? ['EPI_GEMS', 'PFF'] : ['FAST_GEMS', 'TRF_GEMS']),
      'ACC_GEMS',
      ...(fat ? ['FS'] : []),
    ];
  if (technique === 'DWI') return maker === 'philips' ? ['FS'] : ['PFP', 'FS'];
  if (maker === 'philips') return fat ? ['FS'] : ['OTHER'];
  return [...(technique === 'FLAIR' || technique === 'STIR' ? ['IR'] : []), ...(fat ? ['FS'] : [])];
}
