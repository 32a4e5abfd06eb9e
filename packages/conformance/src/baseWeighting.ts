import { because } from './bilingual.ts';
import { after, called, listed } from './names.ts';
import type { Physics } from './physics.ts';
import type { SeriesName } from './seriesNames.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import type { Because, Weighting } from './types.ts';
import type { TextFacts } from './text.ts';
import type { WeightingFinding } from './weightingFinding.ts';

/** One voter: the weightings that it allows, and why. */
interface Vote {
  allows: readonly Weighting[];
  because: Because;
  /** True for a hint that gives way to every other voter. */
  weak?: true;
}

/** AcquisitionContrast (0008,9209) and the image flavour of ImageType. */
const CODED: Readonly<Record<string, readonly Weighting[]>> = {
  T1: ['T1'],
  // a FLAIR is coded by its T2 contrast alone
  T2: ['T2', 'FLAIR'],
  T2_STAR: ['T2STAR'],
  PROTON_DENSITY: ['PD'],
  FLUID_ATTENUATED: ['FLAIR'],
  STIR: ['T2'],
};
/** Vendors' sequence names that leave few weightings. */
const FAMILIES: readonly (readonly [RegExp, readonly Weighting[]])[] = [
  [/me2d|medic|merge/, ['T2STAR']],
  [/cubet2flair|t2flair/, ['FLAIR']],
  [/bravo|mprage/, ['T1']],
  [/^\*?h2d|haste|ssfse/, ['T2']],
];

/**
 * T1, T2, T2*, PD or FLAIR by independent voters: timing, the family of the sequence name, codes and words.
 * What every voter allows is the answer; nothing left is a contradiction, several left are undecided.
 */
export function settleBase(
  series: SeriesSummary,
  mr: MrAttributes,
  timing: Physics | null,
  name: SeriesName | null,
  description: TextFacts,
): WeightingFinding {
  const strong = [
    timing === null ? null : timingVote(timing),
    familyVote(mr),
    wordVote(mr, name),
    codedVote(series, mr),
  ].filter((vote) => vote !== null);
  const weak = strong.some((vote) => vote.because.source !== timing?.source)
    ? null
    : hint(series, mr, timing, description);
  const votes = weak !== null && strong.every((vote) => shares(vote, weak)) ? [...strong, weak] : strong;
  const reasons = votes.map((vote) => vote.because);
  const texts = name === null ? [description] : [description, name.text];
  const first = votes[0];
  if (first === undefined) return { weighting: 'unknown', possible: [], confidence: 0, because: [] };
  const left = votes.reduce<Weighting[]>(
    (kept, vote) => kept.filter((weighting) => vote.allows.includes(weighting)),
    [...first.allows],
  );
  if (left.length === 0) {
    const possible = [...new Set(votes.flatMap((vote) => vote.allows))];
    return { weighting: 'unknown', possible, confidence: 0.2, because: reasons };
  }
  const only = left.length === 1 ? left[0] : pick(left, mr, timing, texts);
  if (only === undefined)
    return { weighting: 'unknown', possible: left, confidence: left.length < 3 ? 0.3 : 0, because: reasons };
  return {
    weighting: only,
    possible: [],
    confidence: votes.length > strong.length ? 0.5 : votes.length > 1 ? 0.95 : timing === null ? 0.6 : 0.75,
    because: reasons,
  };
}

/** Echo time (ms) from which nothing but fluid is left to see. */
const HEAVY_TE = 500;

function shares(a: Vote, b: Vote): boolean {
  return a.allows.some((weighting) => b.allows.includes(weighting));
}

/** Between two that remain: a gradient echo called T2 is T2*; a T2 that may be a FLAIR is one only if inverted. */
function pick(
  left: readonly Weighting[],
  mr: MrAttributes,
  timing: Physics | null,
  names: readonly TextFacts[],
): Weighting | undefined {
  const is = (...pair: Weighting[]): boolean =>
    left.length === pair.length && pair.every((weighting) => left.includes(weighting));
  const gradient = mr.scanningSequence.includes('GR') && !mr.scanningSequence.includes('SE');
  // heavily T2-weighted volumes of the ear are its hydrography; of other parts they are what their name says
  if (is('T2', 'HYDRO') || (timing === null && is('T2', 'HYDRO', 'T2STAR'))) {
    if (names.some((text) => text.read('regions').some((id) => id === 'iac' || id === 'inner-ear')))
      return 'HYDRO';
    const named = names.some(
      (text) => text.read('base').includes('T2') || text.read('implied').includes('T2'),
    );
    return named || (mr.te?.max ?? 0) < HEAVY_TE ? 'T2' : undefined;
  }
  if (is('T2', 'T2STAR')) return gradient ? 'T2STAR' : 'T2';
  if (is('T2', 'FLAIR') && timing === null && !inverted(mr)) return 'T2';
  return undefined;
}

function inverted(mr: MrAttributes): boolean {
  return mr.scanningSequence.includes('IR') && mr.ti === null;
}

function timingVote(timing: Physics): Vote {
  return {
    allows: timing.possible,
    because: because(
      'weighting',
      timing.source,
      `${timing.zh}：${after('可能为', listed(timing.possible).zh)}`,
      `${timing.en}: may be ${listed(timing.possible).en}`,
    ),
  };
}

function familyVote(mr: MrAttributes): Vote | null {
  const option = mr.scanOptions.includes('T2FLAIR_GEMS') ? 't2flair' : '';
  const name = `${mr.sequenceName} ${mr.pulseSequence} ${option}`.trim().toLowerCase();
  const allows = FAMILIES.find(([pattern]) => pattern.test(name))?.[1];
  if (allows === undefined) return null;
  return {
    allows,
    because: because(
      'weighting',
      'SequenceName',
      `${name}：${listed(allows).zh}`,
      `${name}: ${listed(allows).en}`,
    ),
  };
}

/** What explicit words (T1, PD, FLAIR) allow; words of a technique (MPRAGE, HASTE) only where there are none. */
function wordVote(mr: MrAttributes, name: SeriesName | null): Vote | null {
  if (name === null) return null;
  const { text, source } = name;
  const explicit = text.read('base');
  const ids = explicit.length > 0 ? explicit : text.read('implied');
  const claimed = simplify(ids);
  if (claimed.length === 0) return null;
  const allows = new Set(claimed);
  const gradient = mr.scanningSequence.includes('GR') && !mr.scanningSequence.includes('SE');
  if (allows.has('T2') && gradient) allows.add('T2STAR');
  if (allows.has('T2')) allows.add('HYDRO');
  // an inversion without a recorded TI: a FLAIR is often named after its T2 contrast alone
  if (allows.has('T2') && inverted(mr) && !/stir/.test(text.normal)) allows.add('FLAIR');
  return {
    allows: [...allows],
    because: because(
      'weighting',
      source,
      `“${text.text}”${after('表明为', listed(claimed).zh)}`,
      `"${text.text}" says ${listed(claimed, '、', ' or ').en}`,
    ),
  };
}

/** FLAIR and T1 named together is a T1 FLAIR, FLAIR and T2 a FLAIR, T2* and T2 a T2*. */
function simplify(ids: readonly string[]): Weighting[] {
  const set = new Set(ids as Weighting[]);
  if (set.has('FLAIR')) {
    if (set.has('T1')) set.delete('FLAIR');
    set.delete('T2');
  }
  if (set.has('T2STAR')) set.delete('T2');
  return [...set];
}

function codedVote(series: SeriesSummary, mr: MrAttributes): Vote | null {
  const tokens = [...mr.acquisitionContrast.split(' '), ...series.imageTypes.map((types) => types[2] ?? '')];
  const token = tokens.find((one) => Object.hasOwn(CODED, one));
  const coded = token === undefined ? undefined : CODED[token];
  if (coded === undefined) return null;
  const gradient = mr.scanningSequence.includes('GR') && !mr.scanningSequence.includes('SE');
  const word = called(coded[0] ?? '');
  return {
    allows: coded.includes('T2') && gradient ? [...coded, 'T2STAR'] : coded,
    because: because('weighting', 'AcquisitionContrast', after('编码为', word.zh), `coded as ${word.en}`),
  };
}

/** Hints where timing alone speaks, or nothing: EPI is no T2WI, an angiography by inflow, enhancement is looked at in T1. */
function hint(
  series: SeriesSummary,
  mr: MrAttributes,
  timing: Physics | null,
  description: TextFacts,
): Vote | null {
  const gives = (allows: Weighting, source: string, zh: string, en: string): Vote => ({
    allows: [allows],
    weak: true,
    because: because('weighting', source, zh, en),
  });
  const gradientEpi = mr.scanningSequence.includes('EP') && mr.scanningSequence.includes('GR');
  const mosaic = series.imageTypes.some((tokens) => tokens.includes('MOSAIC'));
  if (gradientEpi || (mosaic && mr.scanningSequence.length === 0))
    return gives(
      'OTHER',
      'ScanningSequence',
      'EPI，无弥散或灌注标志',
      'EPI without a sign of diffusion or perfusion',
    );
  const enhanced = speaksOfEnhancement(description);
  const angiography = description.read('angio').some((id) => id === 'mra' || id === 'cta');
  if (angiography && !enhanced && timing?.possible.includes('TOF') === true && (mr.flip?.max ?? 0) >= 15)
    return gives(
      'TOF',
      'SeriesDescription',
      `“${description.text}”为血管成像，参数符合时间飞跃法`,
      `"${description.text}" is an angiography with the timing of time of flight`,
    );
  if (enhanced && !angiography)
    return gives(
      'T1',
      'SeriesDescription',
      `“${description.text}”为增强，增强扫描采用 T1 加权`,
      `"${description.text}" is enhanced, and enhancement is imaged in T1`,
    );
  return null;
}

function speaksOfEnhancement(text: TextFacts): boolean {
  return (
    text.read('contrast').includes('post') ||
    text.read('dynamic').length > 0 ||
    /动脉期|门脉期|门静脉期|静脉期|延迟期|平衡期|移行期|肝胆期|延迟强化|arterial phase|portal venous|hepatobiliary|delayed/.test(
      text.normal,
    )
  );
}
