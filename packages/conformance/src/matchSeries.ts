import type { PlaneId, SeriesSpec } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import { fragmentOf, notThinThroughout } from './fragment.ts';
import type { Judged } from './judgement.ts';
import { matchContrast } from './matchContrast.ts';
import { doubt, no, YES, type Match } from './match.ts';
import { matchWeighting } from './matchWeighting.ts';
import { called } from './names.ts';

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
          (name) => `${name}为斜位，最接近${called(plane).zh}；在序列名中写明方位即可判定`,
          (name) =>
            `${name} is oblique, nearest to ${wanted}; a series name that says the plane would decide it`,
        );
  }
  if (facts.plane === 'unknown') {
    const words = series.description.read('planes');
    if (series.nearestPlane !== null && series.nearestPlane !== wanted && !words.includes(wanted))
      return no(`不是${called(plane).zh}`, `is not ${wanted}`);
    return doubt(
      series,
      (name) => `${name}的方位无法判定；填写 ImageOrientationPatient 或在序列名中写明方位即可判定`,
      (name) =>
        `the plane of ${name} cannot be told; ImageOrientationPatient or a series name that says it would decide it`,
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
          (name) => `${name}的期相无法判定；在序列名中写明期相或填写 ContrastBolusStartTime 即可判定`,
          (name) =>
            `the phase of ${name} cannot be told; a series name that says it or ContrastBolusStartTime would decide it`,
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
          (name) => `${name}未写层厚；填写 SliceThickness 即可判定`,
          (name) => `${name} records no slice thickness; SliceThickness would decide it`,
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
          (name) => `${name}未写二维或三维采集；填写 MRAcquisitionType 即可判定`,
          (name) => `${name} does not say whether it is 2D or 3D; MRAcquisitionType would decide it`,
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

function matchFatSat(series: ClassifiedSeries, wanted: readonly boolean[]): Match {
  const { fatSat } = series.facts;
  if (series.summary.mr?.scanningSequence.includes('EP') === true)
    return no('为平面回波（EPI），其压脂不算', 'is echo-planar, whose fat suppression does not count');
  if (fatSat === 'unknown' || fatSat === null)
    return doubt(
      series,
      (name) => `${name}是否压脂无法判定；填写 ScanOptions 或在序列名中写明压脂即可判定`,
      (name) =>
        `whether ${name} is fat-suppressed cannot be told; ScanOptions or a series name that says it would decide it`,
    );
  return wanted.includes(fatSat === 'yes')
    ? YES
    : no(
        fatSat === 'yes' ? '为压脂序列' : '未压脂',
        fatSat === 'yes' ? 'is fat-suppressed' : 'is not fat-suppressed',
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
      (name) => `${name}未记录 b 值；填写 DiffusionBValue 或在序列名中写明 b 值即可判定`,
      (name) => `${name} records no b-value; DiffusionBValue or a series name that says it would decide it`,
    );
  return Math.max(...bValues) >= least
    ? YES
    : no(
        `最高 b 值 ${Math.max(...bValues)}，要求至少 ${least}`,
        `reaches b=${Math.max(...bValues)}, at least ${least} required`,
      );
}
