import { because, say } from './bilingual.ts';
import { after, called, listed } from './names.ts';
import { physics } from './physics.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import { readText, type TextFacts } from './text.ts';
import type { Because, Weighting } from './types.ts';

export interface WeightingFinding {
  weighting: Weighting;
  /** What the series may be where it is unknown; empty where nothing is known at all. */
  possible: Weighting[];
  confidence: number;
  because: Because[];
}

interface Claim {
  weighting: Weighting;
  source: string;
  said: string;
}

/** The technique that wins where a series is several things at once (an ADC map is also diffusion). */
const PRECEDENCE: readonly Weighting[] = [
  'MAP',
  'ADC',
  'LOCALIZER',
  'PERF',
  'OTHER',
  'DWI',
  'SWI',
  'CEMRA',
  'TOF',
  'PC',
  'HYDRO',
];

const TOKENS: Readonly<Record<string, Weighting>> = {
  LOCALIZER: 'LOCALIZER',
  ADC: 'ADC',
  EADC: 'MAP',
  FA: 'MAP',
  TRACEW: 'DWI',
  TRACE: 'DWI',
  DIFFUSION: 'DWI',
  ISOTROPIC: 'DWI',
  SWI: 'SWI',
  SW_M_FFE: 'SWI',
  PERFUSION: 'PERF',
  PERFUSION_FFE: 'PERF',
  ASL: 'PERF',
  RCBF: 'MAP',
  RCBV: 'MAP',
  MTT: 'MAP',
  TTP: 'MAP',
  FMRI: 'OTHER',
  'T1 MAP': 'MAP',
  'T2 MAP': 'MAP',
  'PHASE MAP': 'OTHER',
  P: 'OTHER',
  SPECTROSCOPY: 'OTHER',
};
const CONTRASTS: Readonly<Record<string, Weighting>> = {
  T1: 'T1',
  T2: 'T2',
  T2_STAR: 'T2STAR',
  PROTON_DENSITY: 'PD',
  FLUID_ATTENUATED: 'FLAIR',
  STIR: 'T2',
  DIFFUSION: 'DWI',
  PERFUSION: 'PERF',
  TOF: 'TOF',
  FLOW_ENCODED: 'PC',
};
/** Vendors' sequence names that name a technique by themselves. */
const SEQUENCE_NAMES: readonly (readonly [RegExp, Weighting])[] = [
  [/ep_b\d|ez_b\d|ep_calc_b|ep2d_diff|resolve|dwise|epi_dwi|epi_dti/, 'DWI'],
  [/swi3d|swan/, 'SWI'],
  [/fm2d|field_?map|b0map/, 'OTHER'],
  [/epfid|feepi/, 'OTHER'],
  [/tof3d|tof2d|fl3d1r|fi3d|_tof|vasctof|^tof/, 'TOF'],
  [/pc3d|pc2d|inhance/, 'PC'],
  [/fl3d_ce|twist|tricks/, 'CEMRA'],
  [/ci3d|fiestac/, 'HYDRO'],
  [/tfi2d|tfi3d|trufi|^fiesta/, 'OTHER'],
];
const BASE_NAMES: readonly (readonly [RegExp, readonly Weighting[]])[] = [
  [/me2d|medic|merge/, ['T2STAR']],
  [/cubet2flair|t2flair/, ['FLAIR']],
  [/bravo|mprage/, ['T1']],
  [/^h2d|haste|ssfse/, ['T2']],
];

/** Decides the weighting of an MR series by independent voters: image type, private tags, sequence name, words, timing. */
export function mrWeighting(
  series: SeriesSummary,
  mr: MrAttributes,
  description: TextFacts,
  protocol: TextFacts,
): WeightingFinding {
  const claims = specialClaims(series, mr, description, protocol);
  const special = PRECEDENCE.find((weighting) => claims.some((claim) => claim.weighting === weighting));
  const timing = physics(mr, series.manufacturer);
  if (special !== undefined) return settleSpecial(special, claims, mr, timing);
  return settleBase(series, mr, description, protocol, timing);
}

/** Words are taken from the description; from the protocol name only where the description says nothing and the vendor names protocols per series. */
function words(
  series: SeriesSummary,
  description: TextFacts,
  protocol: TextFacts,
  facet: 'special' | 'base',
): { ids: string[]; facts: TextFacts; source: string } {
  const own = description.read(facet);
  const other = facet === 'special' ? description.read('base') : description.read('special');
  if (own.length > 0 || other.length > 0)
    return { ids: own, facts: description, source: 'SeriesDescription' };
  if (/^ge\b|ge medical/i.test(series.manufacturer))
    return { ids: [], facts: protocol, source: 'ProtocolName' };
  return { ids: protocol.read(facet), facts: protocol, source: 'ProtocolName' };
}

function specialClaims(
  series: SeriesSummary,
  mr: MrAttributes,
  description: TextFacts,
  protocol: TextFacts,
): Claim[] {
  const claims: Claim[] = [];
  const claim = (weighting: Weighting, source: string, said: string): void => {
    claims.push({ weighting, source, said });
  };
  for (const tokens of series.imageTypes) {
    for (const token of tokens.slice(2)) {
      const weighting = TOKENS[token];
      if (weighting !== undefined) claim(weighting, 'ImageType', token);
    }
  }
  for (const token of mr.acquisitionContrast.split(' ')) {
    const weighting = CONTRASTS[token];
    if (weighting !== undefined && PRECEDENCE.includes(weighting))
      claim(weighting, 'AcquisitionContrast', token);
  }
  if (mr.bValues.some((b) => b >= 50)) claim('DWI', mr.bValueSource, `b=${mr.bValues.join('/')}`);
  if (mr.timeOfFlight || mr.sequenceVariant.includes('TOF') || mr.scanOptions.includes('VASCTOF_GEMS'))
    claim('TOF', 'SequenceVariant', 'TOF');
  if (mr.phaseContrast || mr.velocityEncoding !== null) claim('PC', 'PhaseContrast', 'PhaseContrast YES');
  const name = `${mr.sequenceName} ${mr.pulseSequence}`.toLowerCase();
  for (const [pattern, weighting] of SEQUENCE_NAMES) {
    if (pattern.test(name)) claim(weighting, 'SequenceName', name.trim());
  }
  const text = words(series, description, protocol, 'special');
  for (const id of text.ids) {
    if (id === 'DIFFUSION-MAP') {
      if (text.ids.includes('DWI') || mr.scanningSequence.includes('EP'))
        claim('MAP', text.source, text.facts.text);
    } else if (id !== 'LOCALIZER' || !mr.scanningSequence.includes('EP'))
      claim(id as Weighting, text.source, text.facts.text);
  }
  if (text.facts.bValues().length > 0 && !text.ids.includes('OTHER') && !mr.scanningSequence.includes('GR')) {
    claim('DWI', text.source, text.facts.text);
  }
  return claims;
}

function settleSpecial(
  special: Weighting,
  claims: Claim[],
  mr: MrAttributes,
  timing: ReturnType<typeof physics>,
): WeightingFinding {
  const supporting = claims.filter((claim) => claim.weighting === special);
  const reasons = supporting
    .slice(0, 3)
    .map((claim) =>
      because(
        'weighting',
        claim.source,
        `“${claim.said}”${after('表明为', called(special).zh)}`,
        `"${claim.said}" means ${called(special).en}`,
      ),
    );
  const objection = objectionTo(special, mr);
  if (
    objection !== null &&
    supporting.every((claim) => claim.source === 'SeriesDescription' || claim.source === 'ProtocolName')
  ) {
    return {
      weighting: 'unknown',
      possible: [special, ...(timing?.possible ?? [])],
      confidence: 0.2,
      because: [...reasons, objection],
    };
  }
  return {
    weighting: special,
    possible: [],
    confidence: new Set(supporting.map((claim) => claim.source)).size > 1 ? 0.98 : 0.85,
    because: reasons,
  };
}

/** A physical reason against what only words claim. */
function objectionTo(special: Weighting, mr: MrAttributes): Because | null {
  const sequence = mr.scanningSequence;
  const te = mr.te?.max ?? null;
  const object = (zh: string, en: string): Because => ({
    fact: 'weighting',
    source: 'ScanningSequence, EchoTime',
    text: say(zh, en),
  });
  if (sequence.length === 0) return null;
  const gradient = sequence.includes('GR');
  switch (special) {
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
            `${sequence.join('\\')} 不是梯度回波，${after('与', called(special).zh)}不符`,
            `${sequence.join('\\')} is no gradient echo and does not fit ${called(special).en}`,
          );
    case 'HYDRO':
      return (te !== null && te >= 100) || mr.sequenceVariant.includes('SS') || gradient
        ? null
        : object(`TE ${te ?? '未知'} 不足以构成重 T2`, `TE ${te ?? 'unknown'} is not heavily T2-weighted`);
    default:
      return null;
  }
}

function settleBase(
  series: SeriesSummary,
  mr: MrAttributes,
  description: TextFacts,
  protocol: TextFacts,
  timing: ReturnType<typeof physics>,
): WeightingFinding {
  const text = words(series, description, protocol, 'base');
  const coded = mr.acquisitionContrast
    .split(' ')
    .concat(series.imageTypes.map((tokens) => tokens[2] ?? ''))
    .map((token) => CONTRASTS[token])
    .find((w) => w !== undefined);
  const name =
    `${mr.sequenceName} ${mr.pulseSequence} ${mr.scanOptions.includes('T2FLAIR_GEMS') ? 't2flair' : ''}`.toLowerCase();
  const named = BASE_NAMES.find(([pattern]) => pattern.test(name))?.[1];
  let possible = timing?.possible ?? null;
  const reasons: Because[] = [];
  if (timing !== null)
    reasons.push(
      because(
        'weighting',
        timing.source,
        `${timing.zh}：${after('可能为', listed(timing.possible).zh)}`,
        `${timing.en}: may be ${listed(timing.possible).en}`,
      ),
    );
  if (named !== undefined) {
    const both = possible?.filter((weighting) => named.includes(weighting)) ?? [...named];
    if (both.length > 0) {
      possible = both;
      reasons.push(
        because(
          'weighting',
          'SequenceName',
          `${name.trim()}：${listed(named).zh}`,
          `${name.trim()}: ${listed(named).en}`,
        ),
      );
    }
  }
  let claimed = text.ids.length === 1 ? (text.ids[0] as Weighting) : undefined;
  if (
    claimed === 'T2' &&
    possible !== null &&
    !possible.includes('T2') &&
    possible.includes('T2STAR') &&
    mr.scanningSequence.includes('GR')
  )
    claimed = 'T2STAR';
  if (claimed !== undefined)
    reasons.push(
      because(
        'weighting',
        text.source,
        `“${text.facts.text}”${after('表明为', called(claimed).zh)}`,
        `"${text.facts.text}" says ${called(claimed).en}`,
      ),
    );
  if (coded !== undefined)
    reasons.push(
      because(
        'weighting',
        'AcquisitionContrast',
        after('编码为', called(coded).zh),
        `coded as ${called(coded).en}`,
      ),
    );
  const fluid =
    coded === 'T2' &&
    (claimed === 'FLAIR' || (claimed === undefined && possible?.includes('FLAIR') === true));
  const votes = [claimed, fluid ? undefined : coded].filter((vote) => vote !== undefined);
  const vote = votes[0];
  // an inversion without a recorded TI: a FLAIR is often named after its T2 contrast alone
  if (
    vote === 'T2' &&
    possible?.includes('FLAIR') === true &&
    possible.length > 1 &&
    inverted(mr, text.facts)
  )
    return { weighting: 'unknown', possible: ['T2', 'FLAIR'], confidence: 0.3, because: reasons };
  if (vote !== undefined) {
    const agreed = votes.every((other) => other === vote) && (possible === null || possible.includes(vote));
    if (agreed)
      return { weighting: vote, possible: [], confidence: possible === null ? 0.6 : 0.95, because: reasons };
    return {
      weighting: 'unknown',
      possible: [...new Set([...votes, ...(possible ?? [])])],
      confidence: 0.2,
      because: reasons,
    };
  }
  const only = possible?.length === 1 ? possible[0] : undefined;
  if (only !== undefined) return { weighting: only, possible: [], confidence: 0.75, because: reasons };
  if (mr.scanningSequence.includes('EP') && mr.scanningSequence.includes('GR'))
    return { weighting: 'OTHER', possible: [], confidence: 0.6, because: reasons };
  return { weighting: 'unknown', possible: possible ?? [], confidence: 0, because: reasons };
}

function inverted(mr: MrAttributes, text: TextFacts): boolean {
  return mr.scanningSequence.includes('IR') && mr.ti === null && !/stir/.test(text.normal);
}

/** b-values of a series: measured ones first, else those its text names. */
export function bValuesOf(
  series: SeriesSummary,
  mr: MrAttributes,
): { values: number[]; contradiction: boolean } {
  const written = [
    ...new Set([...readText(series.description).bValues(), ...readText(series.protocolName).bValues()]),
  ];
  if (mr.bValues.length === 0) {
    // a part of an exam says what it is itself; the protocol names all of them
    const zeroOnly = /(?<![a-z])b ?=? ?0(?!\d)/.test(readText(series.description).normal);
    const own = readText(series.description).bValues();
    const values = zeroOnly && own.length === 0 ? [0] : own.length > 0 ? [...new Set(own)] : written;
    return { values: values.sort((a, b) => a - b), contradiction: false };
  }
  const highest = Math.max(...mr.bValues);
  const claimed = readText(series.description).bValues();
  return { values: mr.bValues, contradiction: highest < 50 && Math.max(0, ...claimed) >= 400 };
}
