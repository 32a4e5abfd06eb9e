import { holdsAll, type Attribution } from './attribution.ts';
import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { nameOf, type Eligible } from './judgement.ts';
import { listed } from './names.ts';
import { compatible } from './regions.ts';
import { otherSide } from './sides.ts';
import type { StudySummary } from './summary.ts';
import type { Bilingual } from './types.ts';

/** Hours between the start of the study date and an acquisition of the same exam, at most. */
const SAME_EXAM_HOURS = { before: 12, after: 40 } as const;
const PROJECTIONS = new Set(['DX', 'CR', 'DR', 'RG']);

/** The parts a study was ordered for, and what is known of which series is of which. */
export interface ExamParts {
  severalParts: boolean;
  parts: readonly (readonly string[])[];
  attribution: Attribution;
  /** The side that is judged, where sides matter. */
  side: 'L' | 'R' | null;
}

/**
 * The series of an exam. What names another part, was made on another day or, among series that tell their
 * parts, tells another one, is kept as uncertain: it proves nothing, but a person should look at it.
 */
export function eligible(
  study: StudySummary,
  series: readonly ClassifiedSeries[],
  regions: readonly string[],
  exam: ExamParts,
): Eligible[] {
  const { severalParts, parts, attribution, side } = exam;
  const ownPart = parts.findIndex((part) => part.some((region) => regions.includes(region)));
  const list: Eligible[] = [];
  const partsTold = series.some((one) => one.acquired && fitsWeakly(one, regions));
  for (const one of series) {
    const named = one.regions.strong;
    const fits = named.some((region) => compatible(region, regions));
    if (named.length > 0 && !fits) {
      if (!severalParts) list.push({ series: one, certain: false, why: otherPart(one, named) });
      continue;
    }
    const attributed = attribution.get(one);
    if (severalParts && attributed !== undefined && attributed !== ownPart) continue;
    const weak = one.regions.weak;
    const elsewhere =
      named.length === 0 && partsTold && weak.length > 0 && !fitsWeakly(one, regions) ? weak : [];
    if (severalParts && elsewhere.length > 0 && PROJECTIONS.has(one.summary.modality)) continue;
    const why =
      otherDay(study, one) ??
      otherSide(one, side) ??
      (elsewhere.length > 0 ? otherPart(one, elsewhere) : null);
    const told =
      !severalParts ||
      fits ||
      (attributed !== undefined && attributed === ownPart) ||
      holdsAll(one, parts) ||
      (PROJECTIONS.has(one.summary.modality) && fitsWeakly(one, regions));
    list.push({ series: one, certain: told && why === null, why });
  }
  return list;
}

function fitsWeakly(series: ClassifiedSeries, regions: readonly string[]): boolean {
  return series.regions.weak.some((region) => compatible(region, regions));
}

function otherPart(series: ClassifiedSeries, regions: readonly string[]): Bilingual {
  const name = nameOf(series);
  const parts = listed(regions);
  return say(
    `“${name.zh}”的部位写作${parts.zh}，与检查项目不符`,
    `"${name.en}" is said to be of the ${parts.en}, not of the part examined`,
  );
}

/** Images of a prior exam that were sent into this study. */
export function otherDay(study: StudySummary, series: ClassifiedSeries): Bilingual | null {
  const day = Date.parse(`${study.studyDate}T00:00:00Z`) / 1000;
  const times = series.summary.time.acquisition;
  // times of day without a date count from 1970; reconstructions may be made later, but never before the exam
  const dated = times !== null && times.min >= 365 * 86_400 ? times.min : null;
  const made = series.summary.recordedDate ?? null;
  const hours = (instant: number): number => (instant - day) / 3600;
  const when = [
    dated !== null && (hours(dated) < -SAME_EXAM_HOURS.before || hours(dated) > SAME_EXAM_HOURS.after)
      ? dated
      : null,
    made !== null && hours(made) < (dated === null ? 0 : -SAME_EXAM_HOURS.after) ? made : null,
  ].find((one) => one !== null);
  if (!Number.isFinite(day) || when === undefined) return null;
  const name = nameOf(series);
  const date = new Date(when * 1000).toISOString().slice(0, 10);
  return say(
    `“${name.zh}”采集于 ${date}，与检查日期 ${study.studyDate} 不符`,
    `"${name.en}" was acquired on ${date}, not on the study date ${study.studyDate}`,
  );
}
