import { because, say } from './bilingual.ts';
import { after, called } from './names.ts';
import type { Physics } from './physics.ts';
import type { SeriesName } from './seriesNames.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import type { Because, Weighting } from './types.ts';
import type { WeightingFinding } from './weighting.ts';

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

/** Which technique is the closer description where a series is two at once; other pairs contradict each other. */
const CLOSER: Readonly<Partial<Record<Weighting, readonly Weighting[]>>> = {
  MAP: ['ADC', 'DWI', 'PERF', 'OTHER', 'SWI'],
  ADC: ['DWI'],
  PERF: ['OTHER', 'CEMRA'],
  HYDRO: ['OTHER'],
  SWI: ['OTHER'],
  TOF: ['OTHER'],
  PC: ['OTHER', 'CEMRA'],
  CEMRA: ['OTHER'],
  OTHER: ['DWI'],
};

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
    } else if (id === 'BY-PRODUCT')
      claims.push({ weighting: 'OTHER', source, said: text.text, byProduct: true });
    else if (id !== 'LOCALIZER' || !epi) claims.push({ weighting: id as Weighting, source, said: text.text });
  }
  if (text.bValues().length > 0 && !ids.includes('OTHER') && !mr.scanningSequence.includes('GR'))
    claims.push({ weighting: 'DWI', source, said: text.text });
  return claims;
}

function outranks(a: Claim, b: Claim): boolean {
  if (a.weighting === b.weighting || a.weighting === 'LOCALIZER') return true;
  if (b.weighting === 'LOCALIZER') return false;
  // the phase of a flow measurement is its velocity image
  if (b.byProduct === true) return a.weighting === 'PC' || a.weighting === 'MAP';
  if (a.byProduct === true) return b.weighting !== 'PC' && b.weighting !== 'MAP';
  return CLOSER[a.weighting]?.includes(b.weighting) ?? false;
}

function reasonOf(claim: Claim): Because {
  return because(
    'weighting',
    claim.source,
    `“${claim.said}”${after('表明为', called(claim.weighting).zh)}`,
    `"${claim.said}" means ${called(claim.weighting).en}`,
  );
}

/** The technique that all claims can agree on; contradicting claims, and words that physics refutes, leave it unknown. */
export function settleTechnique(
  claims: readonly Claim[],
  mr: MrAttributes,
  timing: Physics | null,
  name: SeriesName | null,
): WeightingFinding {
  const winner = claims.find((claim) => claims.every((other) => outranks(claim, other)));
  if (winner === undefined) {
    const firsts = claims.filter(
      (claim, index) => claims.findIndex((other) => other.weighting === claim.weighting) === index,
    );
    return undecided(
      firsts.map((claim) => claim.weighting),
      timing,
      firsts.map(reasonOf),
    );
  }
  const supporting = claims.filter((claim) => claim.weighting === winner.weighting);
  const reasons = supporting.slice(0, 3).map(reasonOf);
  const objection = objectionTo(winner.weighting, supporting, mr, name);
  if (objection !== null) return undecided([winner.weighting], timing, [...reasons, objection]);
  const sources = new Set(supporting.map((claim) => claim.source)).size;
  return {
    weighting: winner.weighting,
    possible: [],
    confidence: sources > 1 ? 0.98 : 0.85,
    because: reasons,
  };
}

function undecided(
  weightings: readonly Weighting[],
  timing: Physics | null,
  reasons: Because[],
): WeightingFinding {
  return {
    weighting: 'unknown',
    possible: [...new Set([...weightings, ...(timing?.possible ?? [])])],
    confidence: 0.2,
    because: reasons,
  };
}

/** A physical reason against what only words claim, or a name against a lone b-value. */
function objectionTo(
  technique: Weighting,
  supporting: readonly Claim[],
  mr: MrAttributes,
  name: SeriesName | null,
): Because | null {
  const sequence = mr.scanningSequence;
  const te = mr.te?.max ?? null;
  const object = (zh: string, en: string): Because => ({
    fact: 'weighting',
    source: 'ScanningSequence, EchoTime',
    text: say(zh, en),
  });
  if (sequence.length === 0) return null;
  const onlyB = supporting.every((claim) => claim.source === mr.bValueSource);
  if (onlyB && !sequence.includes('EP') && name !== null && name.text.read('base').length > 0)
    return object(
      `${sequence.join('\\')} 不是 EPI，名称“${name.text.text}”也非弥散`,
      `${sequence.join('\\')} is no EPI and the name "${name.text.text}" is not of diffusion`,
    );
  if (!supporting.every((claim) => claim.source === 'SeriesDescription' || claim.source === 'ProtocolName'))
    return null;
  const gradient = sequence.includes('GR');
  switch (technique) {
    case 'DWI':
      if (gradient && !sequence.includes('EP'))
        return object('梯度回波且非 EPI，与弥散不符', 'a gradient echo without EPI does not fit diffusion');
      return te !== null && te < 30
        ? object(`TE ${te} ms 过短，与弥散不符`, `TE ${te} ms is too short for diffusion`)
        : null;
    case 'TOF':
    case 'CEMRA':
    case 'SWI':
      return gradient || sequence.includes('RM')
        ? null
        : object(
            `${sequence.join('\\')} 不是梯度回波，${after('与', called(technique).zh)}不符`,
            `${sequence.join('\\')} is no gradient echo and does not fit ${called(technique).en}`,
          );
    case 'HYDRO':
      return (te !== null && te >= 100) || mr.sequenceVariant.includes('SS') || gradient
        ? null
        : object(`TE ${te ?? '未知'} 不足以构成重 T2`, `TE ${te ?? 'unknown'} is not heavily T2-weighted`);
    default:
      return null;
  }
}
