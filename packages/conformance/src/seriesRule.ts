import { say } from './bilingual.ts';
import type { PlaneId, SeriesSpec } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  doubtOf,
  nameOf,
  namesOf,
  note,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import { fragmentOf, notThinThroughout } from './fragment.ts';
import { after, called, listed } from './names.ts';
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

/** A doubt about a named series. */
function doubt(series: ClassifiedSeries, zh: (name: string) => string, en: (name: string) => string): Match {
  const name = nameOf(series);
  return maybe(zh(`“${name.zh}”`), en(`"${name.en}"`));
}

const PLANE = { TRA: 'axial', SAG: 'sagittal', COR: 'coronal' } as const;
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
      : doubt(
          series,
          (name) => `${name}为斜位，最接近${called(plane).zh}，名称未说明`,
          (name) => `${name} is oblique, nearest to ${wanted}, and its name does not say which it is`,
        );
  }
  if (facts.plane === 'unknown') {
    const words = series.description.read('planes');
    if (series.nearestPlane !== null && series.nearestPlane !== wanted && !words.includes(wanted))
      return no(`不是${called(plane).zh}`, `is not ${wanted}`);
    return doubt(
      series,
      (name) => `${name}的方位无法判定`,
      (name) => `the plane of ${name} cannot be told`,
    );
  }
  return no(`不是${called(plane).zh}`, `is not ${wanted}`);
}

/** Compares one series with what a requirement asks; the worst of all its parts counts. */
export function matchSeries(series: ClassifiedSeries, spec: SeriesSpec, judged: Judged): Match {
  const { facts } = series;
  const checks: Match[] = [];
  if (facts.derived === 'MPR' && spec.weighting !== undefined && spec.original !== true)
    checks.push(
      doubt(
        series,
        (name) => `${name}是重建，未收到其原始序列`,
        (name) => `${name} is a reformat whose source was not received`,
      ),
    );
  else if (!series.acquired) return no('不是采集序列', 'is not an acquired series');
  if (spec.weighting !== undefined) checks.push(matchWeighting(series, spec.weighting));
  if (checks.some((check) => check.fit === 'no')) return checks.find((check) => check.fit === 'no') ?? YES;
  const fragment = fragmentOf(series, judged);
  if (fragment !== null) checks.push({ fit: 'maybe', why: fragment });
  if (spec.plane !== undefined) checks.push(best(spec.plane.map((plane) => matchPlane(series, plane))));
  if (spec.fatSat !== undefined) checks.push(matchFatSat(series, spec.fatSat));
  if (spec.contrast !== undefined) checks.push(matchContrast(series, spec, judged));
  if (spec.phase !== undefined) {
    const phases: string[] = spec.phase.map((phase) => PHASE[phase]);
    if (facts.phase === null || facts.phase === 'unknown' || facts.phase === 'enhanced')
      checks.push(
        doubt(
          series,
          (name) => `${name}的期相无法判定`,
          (name) => `the phase of ${name} cannot be told`,
        ),
      );
    else if (!phases.includes(facts.phase))
      checks.push(no(`为${called(facts.phase).zh}，期相不符`, `is of the ${called(facts.phase).en}`));
  }
  if (spec.maxThicknessMm !== undefined) {
    if (facts.thicknessMm === null)
      checks.push(
        doubt(
          series,
          (name) => `${name}未写层厚`,
          (name) => `${name} records no slice thickness`,
        ),
      );
    else if (facts.thicknessMm > spec.maxThicknessMm + 0.01)
      checks.push(
        no(
          `层厚 ${facts.thicknessMm} mm，要求不超过 ${spec.maxThicknessMm} mm`,
          `has slices of ${facts.thicknessMm} mm, at most ${spec.maxThicknessMm} mm required`,
        ),
      );
    else {
      const partly = series.summary.modality === 'CT' ? notThinThroughout(series, judged) : null;
      if (partly !== null) checks.push({ fit: 'maybe', why: partly });
    }
  }
  if (spec.acquisition !== undefined) {
    const type = series.summary.mr?.acquisitionType ?? '';
    if (type === '')
      checks.push(
        doubt(
          series,
          (name) => `${name}未写二维或三维采集`,
          (name) => `${name} does not say whether it is 2D or 3D`,
        ),
      );
    else if (!(spec.acquisition as string[]).includes(type))
      checks.push(no(`为 ${type} 采集`, `is a ${type} acquisition`));
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
  if (weighting !== null && wanted.includes(weighting)) {
    if (weighting === 'DWI' || series.summary.mr?.scanningSequence.includes('EP') !== true) return YES;
    return ['T1', 'T2', 'PD', 'FLAIR'].includes(weighting)
      ? doubt(
          series,
          (name) => `${name}为平面回波（EPI），能否代替常规序列须人工确认`,
          (name) => `${name} is echo-planar; whether it stands for the usual series is for a person to say`,
        )
      : YES;
  }
  if (weighting === null) return no('不是磁共振序列', 'is not MR');
  if (weighting !== 'unknown') return no(after('为', called(weighting).zh), `is ${called(weighting).en}`);
  if (series.possible !== null && !series.possible.some((one) => wanted.includes(one)))
    return no(after('可能为', listed(series.possible).zh), `may be ${listed(series.possible).en}`);
  const reasons = series.facts.because.filter((reason) => reason.fact === 'weighting');
  const zh = reasons.map((reason) => reason.text.zh).join('；');
  const en = reasons.map((reason) => reason.text.en).join('; ');
  return doubt(
    series,
    (name) => `${name}的加权无法判定${zh === '' ? '' : `（${zh}）`}`,
    (name) => `the weighting of ${name} cannot be told${en === '' ? '' : ` (${en})`}`,
  );
}

function matchFatSat(series: ClassifiedSeries, wanted: readonly boolean[]): Match {
  const { fatSat } = series.facts;
  if (series.summary.mr?.scanningSequence.includes('EP') === true)
    return no('为平面回波（EPI），其压脂不算', 'is echo-planar, whose fat suppression does not count');
  if (fatSat === 'unknown' || fatSat === null)
    return doubt(
      series,
      (name) => `${name}是否压脂无法判定`,
      (name) => `whether ${name} is fat-suppressed cannot be told`,
    );
  return wanted.includes(fatSat === 'yes')
    ? YES
    : no(
        fatSat === 'yes' ? '为压脂序列' : '未压脂',
        fatSat === 'yes' ? 'is fat-suppressed' : 'is not fat-suppressed',
      );
}

function matchContrast(series: ClassifiedSeries, spec: SeriesSpec, judged: Judged): Match {
  const { contrast } = series.facts;
  if (contrast !== 'unknown')
    return spec.contrast?.includes(contrast) === true
      ? YES
      : no(
          contrast === 'pre' ? '为增强前图像' : '为增强后图像',
          contrast === 'pre' ? 'was made before contrast' : 'was made after contrast',
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
  return doubt(
    series,
    (name) => `${name}是增强前还是增强后无法判定${zh === '' ? '' : `（${zh}）`}`,
    (name) => `whether ${name} is before or after contrast cannot be told${en === '' ? '' : ` (${en})`}`,
  );
}

function matchB(series: ClassifiedSeries, least: number): Match {
  const { bValues } = series.facts;
  if (series.bContradiction)
    return doubt(
      series,
      (name) => `${name}名称中的 b 值与标签不符`,
      (name) => `the b-value in the name of ${name} contradicts its tags`,
    );
  if (bValues.length === 0)
    return doubt(
      series,
      (name) => `${name}未记录 b 值`,
      (name) => `${name} records no b-value`,
    );
  return Math.max(...bValues) >= least
    ? YES
    : no(
        `最高 b 值 ${Math.max(...bValues)}，要求至少 ${least}`,
        `reaches b=${Math.max(...bValues)}, at least ${least} required`,
      );
}

/** Judges "at least `min` series like this". */
export function judgeSeries(judged: Judged, spec: SeriesSpec, min: number, label: Bilingual): Outcome {
  const sure: ClassifiedSeries[] = [];
  const open: Match[] = [];
  const openSeries: ClassifiedSeries[] = [];
  for (const one of judged.eligible) {
    const match = matchSeries(one.series, spec, judged);
    if (match.fit === 'no') continue;
    if (match.fit === 'yes' && one.certain) sure.push(one.series);
    else {
      open.push({ fit: 'maybe', why: match.why ?? doubtOf(one) });
      openSeries.push(one.series);
    }
  }
  if (sure.length >= min) {
    const names = namesOf(sure);
    return satisfied(say(`找到：${names.zh}`, `found: ${names.en}`), sure.slice(0, 6).map(note));
  }
  const why = open[0]?.why;
  if (open.length > 0 && why != null) return undecided(why, openSeries.slice(0, 6).map(note));
  return absent(judged, calledSeries(spec, label), instead(judged, spec));
}

/** How a missing series is called in a sentence. */
function calledSeries(spec: SeriesSpec, label: Bilingual): Bilingual {
  if (spec.weighting === undefined)
    return say(/序列$/.test(label.zh) ? label.zh : `${label.zh}序列`, label.en);
  if (spec.weighting.includes('DWI')) return say('弥散加权（DWI）序列', 'diffusion-weighted (DWI) series');
  return say(
    label.zh.endsWith('序列') ? label.zh : `${label.zh}${/[\x20-\x7e]$/.test(label.zh) ? ' ' : ''}序列`,
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
        ? say('找到的 EPI 序列 b 值均为 0', 'the EPI series found have b-values of 0 only')
        : say(
            `找到的弥散序列最高 b 值为 ${highest}，要求至少 ${spec.minB ?? 0}`,
            `the diffusion series found reach b=${highest}, at least ${spec.minB ?? 0} required`,
          );
    }
    return acquired.some((series) => series.facts.weighting === 'ADC')
      ? say('仅有 ADC 图', 'there is only an ADC map')
      : say('未找到 EPI 序列', 'no EPI series was found');
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
      if (why !== null) {
        const name = nameOf(series);
        return why.zh.includes(name.zh) ? why : say(`“${name.zh}”${why.zh}`, `"${name.en}" ${why.en}`);
      }
    }
  }
  return null;
}
