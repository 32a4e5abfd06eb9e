import type { SeriesName } from './seriesNames.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import type { Weighting } from './types.ts';

/** One voter's word for a technique that decides the weighting by itself. */
export interface Claim {
  weighting: Weighting;
  source: string;
  said: string;
  /** True for a by-product of any technique: a phase image, a reference scan. */
  byProduct?: true;
}

/** ImageType and FrameType values from the third on: the standard's (PS3.3 §C.8.13.3.1.1) and vendors'. */
const TOKENS: Readonly<Record<string, Weighting>> = {
  LOCALIZER: 'LOCALIZER',
  ADC: 'ADC',
  EADC: 'MAP',
  FA: 'MAP',
  DIFFUSION_ANISO: 'MAP',
  TRACEW: 'DWI',
  TRACE: 'DWI',
  DIFFUSION: 'DWI',
  DIFFUSION_ISO: 'DWI',
  DIFFUSION_ATTNTD: 'DWI',
  ISOTROPIC: 'DWI',
  SWI: 'SWI',
  SW_M_FFE: 'SWI',
  TOF: 'TOF',
  FLOW_ENCODED: 'PC',
  VELOCITY: 'PC',
  'VELOCITY MAP': 'PC',
  PERFUSION: 'PERF',
  PERFUSION_FFE: 'PERF',
  ASL: 'PERF',
  RCBF: 'MAP',
  RCBV: 'MAP',
  MTT: 'MAP',
  TTP: 'MAP',
  TIME_TO_PEAK: 'MAP',
  NEI: 'MAP',
  FMRI: 'OTHER',
  CINE: 'OTHER',
  TAGGING: 'OTHER',
  METABOLITE_MAP: 'OTHER',
  SPECTROSCOPY: 'OTHER',
  'T1 MAP': 'MAP',
  'T2 MAP': 'MAP',
  'T2_STAR MAP': 'MAP',
  'PROTON_DENSITY MAP': 'MAP',
};
const BY_PRODUCTS = new Set(['P', 'PHASE MAP', 'FIELD_MAP']);
/** AcquisitionContrast (0008,9209) values that are techniques. */
const CONTRASTS: Readonly<Record<string, Weighting>> = {
  DIFFUSION: 'DWI',
  PERFUSION: 'PERF',
  TOF: 'TOF',
  FLOW_ENCODED: 'PC',
  TAGGING: 'OTHER',
};
/** Vendors' sequence names that name a technique by themselves, and the longest echo time (ms) they do so at. */
const SEQUENCE_NAMES: readonly (readonly [RegExp, Weighting, number?])[] = [
  [/ep_b\d|ez_b\d|ep_calc_b|ep2d_diff|resolve|dwise|epi_dwi|epi_dti/, 'DWI'],
  [/swi3d|swan/, 'SWI'],
  [/fm2d|field_?map|b0map/, 'OTHER'],
  [/epfid|feepi/, 'OTHER'],
  [/tof3d|tof2d|3dtof|2dtof|fi3d|_tof|vasctof|^tof/, 'TOF'],
  // older Siemens software wrote the flow-compensated 3D FLASH of SWI under the same name
  [/fl3d1r/, 'TOF', 12],
  [/pc3d|pc2d|3dpc|2dpc/, 'PC'],
  [/fl3d_ce|twist|tricks/, 'CEMRA'],
  [/ci3d|fiestac/, 'HYDRO'],
  [/tfi2d|tfi3d|trufi|^fiesta/, 'OTHER'],
];

/** What image type, codes, private tags, sequence name and words say of a technique. */
export function techniqueClaims(series: SeriesSummary, mr: MrAttributes, name: SeriesName | null): Claim[] {
  const claims: Claim[] = [];
  const claim = (weighting: Weighting, source: string, said: string): void => {
    claims.push({ weighting, source, said });
  };
  for (const token of new Set(series.imageTypes.flatMap((tokens) => tokens.slice(2)))) {
    const weighting = TOKENS[token];
    if (weighting !== undefined) claim(weighting, 'ImageType', token);
    if (BY_PRODUCTS.has(token))
      claims.push({ weighting: 'OTHER', source: 'ImageType', said: token, byProduct: true });
  }
  if (mr.complexComponents.length === 1 && mr.complexComponents[0] === 'PHASE')
    claims.push({ weighting: 'OTHER', source: 'ComplexImageComponent', said: 'PHASE', byProduct: true });
  for (const token of mr.acquisitionContrast.split(' ')) {
    const weighting = CONTRASTS[token];
    if (weighting !== undefined) claim(weighting, 'AcquisitionContrast', token);
  }
  // GE writes its tag on gradient-echo EPI that is no diffusion
  const gradientEpi = mr.scanningSequence.includes('GR') && mr.bValueSource.startsWith('GE');
  if (mr.bValues.some((b) => b >= 50) && !gradientEpi)
    claim('DWI', mr.bValueSource, `b=${mr.bValues.join('/')}`);
  if (mr.timeOfFlight || mr.sequenceVariant.includes('TOF') || mr.scanOptions.includes('VASCTOF_GEMS'))
    claim('TOF', 'SequenceVariant', 'TOF');
  if (mr.phaseContrast || mr.velocityEncoding !== null) claim('PC', 'PhaseContrast', 'PhaseContrast YES');
  const sequence = `${mr.sequenceName} ${mr.pulseSequence}`.trim().toLowerCase();
  for (const [pattern, weighting, longest] of SEQUENCE_NAMES) {
    if (pattern.test(sequence) && (longest === undefined || (mr.te?.max ?? 0) < longest))
      claim(weighting, 'SequenceName', sequence);
  }
  if (name !== null) claims.push(...wordClaims(mr, name));
  return claims;
}

function wordClaims(mr: MrAttributes, { text, source }: SeriesName): Claim[] {
  const claims: Claim[] = [];
  const ids = text.read('special');
  const epi = mr.scanningSequence.includes('EP');
  for (const id of ids) {
    if (id === 'DIFFUSION-MAP') {
      if (ids.includes('DWI') || epi) claims.push({ weighting: 'MAP', source, said: text.text });
    } else if (id === 'CEMRA' && /twist/.test(text.normal) && /vibe/.test(text.normal)) {
      // view sharing of a T1 dynamic series, not of an angiography
      continue;
    } else if (id === 'BY-PRODUCT')
      claims.push({ weighting: 'OTHER', source, said: text.text, byProduct: true });
    else if (id !== 'LOCALIZER' || !epi) claims.push({ weighting: id as Weighting, source, said: text.text });
  }
  if (text.bValues().length > 0 && !ids.includes('OTHER') && !mr.scanningSequence.includes('GR'))
    claims.push({ weighting: 'DWI', source, said: text.text });
  return claims;
}
