import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { nameOf, type Judged } from './judgement.ts';
import type { Bilingual } from './types.ts';

/**
 * Shortest range (mm along the slice normal) that can hold a part; less is a fragment, a targeted
 * reconstruction or a timing scan. Generous, as bodies differ: shorter goes to a person, never to a FAIL.
 */
const SHORTEST: Readonly<Record<'CT' | 'MR', Readonly<Record<string, number>>>> = {
  CT: {
    nasopharynx: 40,
    neck: 80,
    sinus: 40,
    'upper-abdomen': 90,
    'mid-abdomen': 80,
    'lower-abdomen': 80,
    'pulmonary-artery': 100,
    coronary: 70,
    'left-atrium': 60,
  },
  MR: {
    head: 60,
    'upper-abdomen': 60,
    'lower-abdomen': 60,
    breast: 60,
    neck: 40,
    hip: 50,
    knee: 35,
    shoulder: 30,
    elbow: 25,
    wrist: 20,
    ankle: 30,
    cspine: 20,
    tspine: 20,
    lspine: 20,
    sacrum: 20,
    spine: 20,
    pituitary: 10,
    iac: 12,
    'inner-ear': 12,
  },
};
const SHORTEST_ANY = { CT: 15, MR: 0 } as const;
/** Slab of an MR angiography. */
const SHORTEST_ANGIOGRAPHY = 20;
/** Share of the range that an item advises, below which a series cannot hold the part. */
const LEAST_OF_ADVISED = 0.75;
/** A range imaged this often is a perfusion or timing series, unless the heart was gated. */
const DYNAMIC_CT = 3;
/** Distance between slices, in slice thicknesses, from which a thin-slice scan leaves gaps. */
const GAPPED = 2;

function advisedRange(judged: Judged): number {
  return judged.item.requirements.find((one) => one.expr.coverageMm !== undefined)?.expr.coverageMm?.min ?? 0;
}

/** The same for MR, whose slices may lie apart by their own thickness. */
const DISTANT = 2.5;

/** Why a series is too little to prove anything of the exam, or null. Tiled volumes hold many slices in one image. */
export function fragmentOf(series: ClassifiedSeries, judged: Judged): Bilingual | null {
  const { modality, imageTypes, numberOfFrames, geometry } = series.summary;
  const name = nameOf(series);
  if (unexplained(series))
    return say(
      `“${name.zh}”标记为衍生二次图像，未说明如何得到`,
      `"${name.en}" is marked as derived and secondary without saying how`,
    );
  if (modality !== 'CT' && modality !== 'MR') return null;
  if (modality === 'MR' && computed(series))
    return say(
      `“${name.zh}”为计算或合成图像，其采集序列未收到，能否代替须人工确认`,
      `"${name.en}" was computed from other series; whether it stands for an acquired one is for a person to say`,
    );
  const tiled = imageTypes.some((tokens) => tokens.includes('MOSAIC') || tokens.includes('VFRAME'));
  const images = geometry.distinctPositions > 0 ? geometry.distinctPositions : numberOfFrames;
  if (!tiled && images < (series.facts.weighting === 'HYDRO' ? 3 : 5))
    return say(
      `“${name.zh}”只有 ${images} 个层面`,
      `"${name.en}" has only ${images} slice${images === 1 ? '' : 's'}`,
    );
  if (modality === 'MR' && series.facts.plane === 'mixed')
    return say(`“${name.zh}”混有多个方位，可能是定位像`, `"${name.en}" mixes planes and may be a localizer`);
  const { spacingMm, thicknessMm } = geometry;
  if (
    modality === 'MR' &&
    !tiled &&
    spacingMm !== null &&
    thicknessMm !== null &&
    spacingMm >= DISTANT * thicknessMm.max
  )
    return say(
      `“${name.zh}”层厚 ${thicknessMm.max} mm、层距 ${spacingMm} mm，可能是定位像`,
      `"${name.en}" has slices of ${thicknessMm.max} mm every ${spacingMm} mm and may be a localizer`,
    );
  if (modality === 'CT' && series.summary.time.repeats >= DYNAMIC_CT && !series.gated)
    return say(
      `“${name.zh}”在同一范围重复采集 ${series.summary.time.repeats} 次，可能是灌注或监测`,
      `"${name.en}" images the same range ${series.summary.time.repeats} times and may be a perfusion or timing series`,
    );
  return tiled ? null : tooShort(series, judged, modality);
}

function tooShort(series: ClassifiedSeries, judged: Judged, modality: 'CT' | 'MR'): Bilingual | null {
  const covered = series.facts.coverageMm;
  if (covered === null || (modality === 'CT' && series.facts.plane !== 'axial')) return null;
  const angiography = ['TOF', 'PC', 'CEMRA'].includes(series.facts.weighting ?? '');
  if (series.facts.weighting === 'HYDRO' && !innerEar(judged)) return null;
  const regions = angiography
    ? SHORTEST_ANGIOGRAPHY
    : Math.max(0, ...judged.regions.map((region) => SHORTEST[modality][region] ?? 0));
  const advised = modality === 'CT' ? advisedRange(judged) * LEAST_OF_ADVISED : 0;
  if (covered >= Math.max(SHORTEST_ANY[modality], regions, advised)) return null;
  const name = nameOf(series);
  return say(
    `“${name.zh}”只覆盖 ${covered} mm，可能不完整`,
    `"${name.en}" covers only ${covered} mm and may be incomplete`,
  );
}

function innerEar(judged: Judged): boolean {
  return judged.regions.some((region) => region === 'iac' || region === 'inner-ear');
}

/** DERIVED\SECONDARY without a word on how: a reformat, a projection or a copy. Diffusion traces say so. */
function unexplained(series: ClassifiedSeries): boolean {
  return (
    series.summary.imageTypes.length > 0 &&
    series.summary.imageTypes.every(
      (tokens) =>
        tokens[0] === 'DERIVED' &&
        tokens[1] === 'SECONDARY' &&
        !tokens.slice(2).some((token) => ['DIFFUSION', 'TRACE', 'TRACEW', 'ISOTROPIC'].includes(token)),
    ) &&
    (series.summary.modality === 'CT' || series.summary.modality === 'MR')
  );
}

/** Diffusion calculated for a b-value that was not scanned, and weightings synthesised from maps. */
function computed(series: ClassifiedSeries): boolean {
  const { imageTypes } = series.summary;
  const coded = (token: string): boolean => token === 'CALC_BVALUE' || token === 'SYNTHETIC';
  return (
    (imageTypes.length > 0 && imageTypes.every((tokens) => tokens.some(coded))) ||
    /(?<![a-z])(?:calc b|calculated b|synthetic|symri|magic|cdwi)|合成/.test(series.description.normal)
  );
}

/** Why a thin-slice series does not stand for the whole exam in thin slices, or null. */
export function notThinThroughout(series: ClassifiedSeries, judged: Judged): Bilingual | null {
  const { thicknessMm, coverageMm } = series.facts;
  const spacing = series.summary.geometry.spacingMm;
  const name = nameOf(series);
  if (thicknessMm !== null && spacing !== null && spacing >= GAPPED * thicknessMm)
    return say(
      `“${name.zh}”层厚 ${thicknessMm} mm、层距 ${spacing} mm，为间隔扫描`,
      `"${name.en}" has slices of ${thicknessMm} mm every ${spacing} mm, with gaps between`,
    );
  const longest = Math.max(
    0,
    ...judged.eligible
      .filter((one) => one.certain && one.series.acquired && one.series.facts.plane === 'axial')
      .map((one) => one.series.facts.coverageMm ?? 0),
  );
  if (coverageMm !== null && coverageMm < advisedRange(judged) && coverageMm < 0.7 * longest)
    return say(
      `“${name.zh}”只覆盖 ${coverageMm} mm，检查共 ${longest} mm，可能是局部重建`,
      `"${name.en}" covers ${coverageMm} of ${longest} mm and may be a targeted reconstruction`,
    );
  return null;
}
