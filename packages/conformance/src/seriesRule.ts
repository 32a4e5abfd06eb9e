import { say } from './bilingual.ts';
import type { PlaneId, SeriesSpec } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  describe,
  evidenceOf,
  nameOf,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import type { Bilingual } from './types.ts';

type Fit = 'yes' | 'maybe' | 'no';

export interface Match {
  fit: Fit;
  /** Why not, or why it cannot be told. */
  why: Bilingual | null;
}

const YES: Match = { fit: 'yes', why: null };

function no(zh: string, en: string): Match {
  return { fit: 'no', why: say(zh, en) };
}

function maybe(zh: string, en: string): Match {
  return { fit: 'maybe', why: say(zh, en) };
}

const PLANE = { TRA: 'axial', SAG: 'sagittal', COR: 'coronal' } as const;
const PLANE_ZH = { TRA: '横断位', SAG: '矢状位', COR: '冠状位' } as const;
const PHASE = {
  ARTERIAL: 'arterial',
  PORTAL_VENOUS: 'portal-venous',
  DELAYED: 'delayed',
  EXCRETORY: 'excretory',
} as const;

/** Whether a series lies in a plane. An oblique stack counts for its nearest plane when its name says so. */
export function matchPlane(series: ClassifiedSeries, plane: PlaneId): Match {
  const wanted = PLANE[plane];
  const { facts } = series;
  if (facts.plane === wanted) return YES;
  if (facts.plane === 'oblique' && series.nearestPlane === wanted) {
    return series.obliqueNamed
      ? YES
      : maybe(
          `“${nameOf(series)}”为斜位，最接近${PLANE_ZH[plane]}，名称未说明`,
          `"${nameOf(series)}" is oblique, nearest to ${wanted}, and its name does not say which it is`,
        );
  }
  if (facts.plane === 'unknown') {
    const words = series.description.read('planes');
    if (series.nearestPlane !== null && series.nearestPlane !== wanted && !words.includes(wanted))
      return no(`不是${PLANE_ZH[plane]}`, `not ${wanted}`);
    return maybe(`“${nameOf(series)}”的方位无法判定`, `the plane of "${nameOf(series)}" cannot be told`);
  }
  return no(`不是${PLANE_ZH[plane]}`, `not ${wanted}`);
}

/** A CT range shorter than this (mm), or than half of what the item advises, is a fragment. */
const SHORTEST_CT = 15;

/** Single images and fragments are not a series of the exam. Tiled volumes hold many slices in one image. */
function enoughImages(series: ClassifiedSeries, judged: Judged): Match {
  const { modality, imageTypes, numberOfFrames } = series.summary;
  const tiled = imageTypes.some((tokens) => tokens.includes('MOSAIC') || tokens.includes('VFRAME'));
  const least = modality === 'CT' ? 5 : modality === 'MR' ? 3 : 1;
  if (!tiled && numberOfFrames < least) {
    return maybe(
      `“${nameOf(series)}”只有${numberOfFrames}幅图像`,
      `"${nameOf(series)}" has only ${numberOfFrames} images`,
    );
  }
  const covered = series.facts.coverageMm;
  if (modality !== 'CT' || covered === null || series.facts.plane !== 'axial') return YES;
  const advised = judged.item.requirements.find((one) => one.expr.coverageMm !== undefined)?.expr.coverageMm
    ?.min;
  if (covered >= Math.max(SHORTEST_CT, (advised ?? 0) / 2)) return YES;
  return maybe(
    `“${nameOf(series)}”只覆盖${covered}mm，可能不完整`,
    `"${nameOf(series)}" covers only ${covered} mm and may be incomplete`,
  );
}

/** Compares one series with what a requirement asks; the worst of all its parts counts. */
export function matchSeries(series: ClassifiedSeries, spec: SeriesSpec, judged: Judged): Match {
  const { facts } = series;
  const checks: Match[] = [];
  if (facts.derived === 'MPR' && spec.weighting !== undefined && spec.original !== true)
    checks.push(
      maybe(
        `“${nameOf(series)}”是重建，未收到其原始序列`,
        `"${nameOf(series)}" is a reformat whose source was not received`,
      ),
    );
  else if (!series.acquired) return no('不是采集序列', 'not an acquired series');
  if (spec.weighting !== undefined) checks.push(matchWeighting(series, spec.weighting));
  if (checks.some((check) => check.fit === 'no')) return checks.find((check) => check.fit === 'no') ?? YES;
  checks.push(enoughImages(series, judged));
  if (spec.plane !== undefined) checks.push(best(spec.plane.map((plane) => matchPlane(series, plane))));
  if (spec.fatSat !== undefined) checks.push(matchFatSat(series, spec.fatSat));
  if (spec.contrast !== undefined) checks.push(matchContrast(series, spec, judged));
  if (spec.phase !== undefined) {
    const phases: string[] = spec.phase.map((phase) => PHASE[phase]);
    if (facts.phase === null || facts.phase === 'unknown' || facts.phase === 'enhanced')
      checks.push(
        maybe(`“${nameOf(series)}”的期相无法判定`, `the phase of "${nameOf(series)}" cannot be told`),
      );
    else if (!phases.includes(facts.phase)) checks.push(no('期相不符', 'another phase'));
  }
  if (spec.maxThicknessMm !== undefined) {
    if (facts.thicknessMm === null)
      checks.push(maybe(`“${nameOf(series)}”未写层厚`, `"${nameOf(series)}" records no slice thickness`));
    else if (facts.thicknessMm > spec.maxThicknessMm + 0.01)
      checks.push(
        no(
          `层厚${facts.thicknessMm}mm，要求≤${spec.maxThicknessMm}mm`,
          `slices of ${facts.thicknessMm} mm, at most ${spec.maxThicknessMm} mm required`,
        ),
      );
  }
  if (spec.acquisition !== undefined) {
    const type = series.summary.mr?.acquisitionType ?? '';
    if (type === '')
      checks.push(
        maybe(
          `“${nameOf(series)}”未写二维或三维采集`,
          `"${nameOf(series)}" does not say whether it is 2D or 3D`,
        ),
      );
    else if (!(spec.acquisition as string[]).includes(type))
      checks.push(no(`${type}采集`, `${type} acquisition`));
  }
  if (spec.minB !== undefined) checks.push(matchB(series, spec.minB));
  return checks.find((check) => check.fit === 'no') ?? checks.find((check) => check.fit === 'maybe') ?? YES;
}

function best(matches: Match[]): Match {
  return (
    matches.find((match) => match.fit === 'yes') ??
    matches.find((match) => match.fit === 'maybe') ??
    matches[0] ??
    YES
  );
}

function matchWeighting(series: ClassifiedSeries, wanted: readonly string[]): Match {
  const { weighting } = series.facts;
  if (weighting !== null && wanted.includes(weighting)) return YES;
  if (weighting !== 'unknown') return no(`为${weighting ?? '非磁共振'}`, `is ${weighting ?? 'not MR'}`);
  if (series.possible !== null && !series.possible.some((one) => wanted.includes(one)))
    return no(`可为${series.possible.join('、')}`, `may be ${series.possible.join(', ')}`);
  const reasons = series.facts.because.filter((reason) => reason.fact === 'weighting');
  const zh = reasons.map((reason) => reason.text.zh).join('；');
  const en = reasons.map((reason) => reason.text.en).join('; ');
  return maybe(
    `“${nameOf(series)}”的加权无法判定${zh === '' ? '' : `（${zh}）`}`,
    `the weighting of "${nameOf(series)}" cannot be told${en === '' ? '' : ` (${en})`}`,
  );
}

function matchFatSat(series: ClassifiedSeries, wanted: readonly boolean[]): Match {
  const { fatSat } = series.facts;
  if (series.summary.mr?.scanningSequence.includes('EP') === true)
    return no('EPI的压脂不算', 'fat suppression of EPI does not count');
  if (fatSat === 'unknown' || fatSat === null)
    return maybe(
      `“${nameOf(series)}”是否压脂无法判定`,
      `whether "${nameOf(series)}" is fat-suppressed cannot be told`,
    );
  return wanted.includes(fatSat === 'yes')
    ? YES
    : no(fatSat === 'yes' ? '为压脂' : '未压脂', fatSat === 'yes' ? 'fat-suppressed' : 'not fat-suppressed');
}

function matchContrast(series: ClassifiedSeries, spec: SeriesSpec, judged: Judged): Match {
  const { contrast } = series.facts;
  if (contrast !== 'unknown')
    return spec.contrast?.includes(contrast) === true
      ? YES
      : no(
          contrast === 'pre' ? '为增强前' : '为增强后',
          contrast === 'pre' ? 'before contrast' : 'after contrast',
        );
  if (
    spec.unknownCountsAs === 'pre-when-silent' &&
    judged.contrast.silent &&
    spec.contrast?.includes('pre') === true
  ) {
    return series.facts.because.some((reason) => reason.fact === 'contrast') ? contrastUnknown(series) : YES;
  }
  if (judged.contrast.silent) return no('检查中没有任何增强迹象', 'nothing in the study speaks of contrast');
  return contrastUnknown(series);
}

function contrastUnknown(series: ClassifiedSeries): Match {
  const reasons = series.facts.because.filter((reason) => reason.fact === 'contrast');
  const zh = reasons.map((reason) => reason.text.zh).join('；');
  const en = reasons.map((reason) => reason.text.en).join('; ');
  return maybe(
    `“${nameOf(series)}”是增强前还是增强后无法判定${zh === '' ? '' : `（${zh}）`}`,
    `whether "${nameOf(series)}" is before or after contrast cannot be told${en === '' ? '' : ` (${en})`}`,
  );
}

function matchB(series: ClassifiedSeries, least: number): Match {
  const { bValues } = series.facts;
  if (series.bContradiction)
    return maybe(
      `“${nameOf(series)}”名称中的b值与标签不符`,
      `the b-value in the name of "${nameOf(series)}" contradicts its tags`,
    );
  if (bValues.length === 0)
    return maybe(`“${nameOf(series)}”未记录b值`, `"${nameOf(series)}" records no b-value`);
  return Math.max(...bValues) >= least
    ? YES
    : no(
        `最高b值${Math.max(...bValues)}，要求≥${least}`,
        `highest b-value ${Math.max(...bValues)}, at least ${least} required`,
      );
}

/** Judges "at least `min` series like this". */
export function judgeSeries(judged: Judged, spec: SeriesSpec, min: number, label: Bilingual): Outcome {
  const sure: ClassifiedSeries[] = [];
  const open: Match[] = [];
  const openSeries: ClassifiedSeries[] = [];
  for (const { series, certain } of judged.eligible) {
    const match = matchSeries(series, spec, judged);
    if (match.fit === 'no') continue;
    if (match.fit === 'yes' && certain) sure.push(series);
    else {
      open.push(
        match.why === null
          ? maybe(
              `“${nameOf(series)}”属于哪一部位无法判定`,
              `which part "${nameOf(series)}" belongs to cannot be told`,
            )
          : match,
      );
      openSeries.push(series);
    }
  }
  const note = (series: ClassifiedSeries): ReturnType<typeof evidenceOf> =>
    evidenceOf(series, describe(series).zh, describe(series).en);
  if (sure.length >= min) {
    const first = sure[0];
    return satisfied(
      say(
        `找到：${sure.slice(0, 3).map(nameOf).join('；')}`,
        `found: ${sure.slice(0, 3).map(nameOf).join('; ')}`,
      ),
      first === undefined ? [] : sure.slice(0, 6).map(note),
    );
  }
  const why = open[0]?.why;
  if (open.length > 0 && why != null) return undecided(why, openSeries.slice(0, 6).map(note));
  return absent(judged, calledSeries(spec, label), instead(judged, spec));
}

/** How a missing series is called in a sentence. */
function calledSeries(spec: SeriesSpec, label: Bilingual): Bilingual {
  if (spec.weighting === undefined) return label;
  if (spec.weighting.includes('DWI')) return say('弥散加权(DWI)序列', 'diffusion-weighted (DWI) series');
  return say(
    label.zh.endsWith('序列') ? label.zh : `${label.zh}序列`,
    label.en.endsWith('series') ? label.en : `${label.en} series`,
  );
}

/** What was found in place of a missing series, where that helps. */
function instead(judged: Judged, spec: SeriesSpec): Bilingual | null {
  const acquired = judged.eligible.map((one) => one.series).filter((series) => series.acquired);
  if (spec.weighting?.includes('DWI') === true) {
    const diffusion = acquired.filter((series) => series.facts.weighting === 'DWI');
    const echoPlanar = acquired.filter(
      (series) => series.summary.mr?.scanningSequence.includes('EP') === true,
    );
    const looked = diffusion.length > 0 ? diffusion : echoPlanar;
    if (looked.length > 0) {
      const highest = Math.max(0, ...looked.flatMap((series) => series.facts.bValues));
      return highest < 50
        ? say('找到的EPI序列b值均为0', 'the EPI series found have b-values of 0 only')
        : say(
            `找到的弥散序列最高b值为${highest}，要求≥${spec.minB ?? 0}`,
            `the diffusion series found reach b=${highest}, at least ${spec.minB ?? 0} required`,
          );
    }
    return acquired.some((series) => series.facts.weighting === 'ADC')
      ? say('仅有ADC图', 'there is only an ADC map')
      : say('未找到EPI序列', 'no EPI series was found');
  }
  const rest: SeriesSpec = { ...spec };
  delete rest.phase;
  delete rest.maxThicknessMm;
  delete rest.acquisition;
  delete rest.minB;
  delete rest.fatSat;
  const loose: SeriesSpec = { ...rest };
  delete loose.contrast;
  for (const nearly of [rest, loose]) {
    for (const series of acquired) {
      if (matchSeries(series, nearly, judged).fit !== 'yes') continue;
      const why = matchSeries(series, spec, judged).why;
      if (why !== null) return say(`“${nameOf(series)}”${why.zh}`, `"${nameOf(series)}": ${why.en}`);
    }
  }
  return null;
}
