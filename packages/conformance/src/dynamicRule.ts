import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { fragmentOf } from './fragment.ts';
import { absent, namesOf, note, satisfied, undecided, type Judged, type Outcome } from './judgement.ts';
import { timePointsOf } from './repeats.ts';
import type { Bilingual } from './types.ts';

/** Two acquisitions closer than this (s) are one time point. */
const SAME_TIME = 8;

/** Judges "at least `least` time points of one T1-weighted scan after contrast". */
export function judgeDynamic(judged: Judged, least: number, label: Bilingual): Outcome {
  const groups = new Map<
    string,
    { sure: number; open: number; series: ClassifiedSeries[]; starts: number[] }
  >();
  for (const { series, certain } of judged.eligible) {
    if (!series.acquired) continue;
    const t1 =
      series.facts.weighting === 'T1' || keyhole(series)
        ? 'yes'
        : series.facts.weighting === 'unknown' && (series.possible?.includes('T1') ?? true)
          ? 'maybe'
          : 'no';
    if (t1 === 'no' || series.facts.contrast === 'pre') continue;
    const key = kindOfScan(series);
    const group = groups.get(key) ?? { sure: 0, open: 0, series: [], starts: [] };
    const start = series.summary.time.acquisition?.min ?? null;
    const points = timePointsOf(series);
    if (points === 1 && start !== null && group.starts.some((other) => Math.abs(other - start) < SAME_TIME))
      continue;
    if (start !== null) group.starts.push(start);
    const after = points > 1 ? points - (firstIsBefore(judged, series) ? 1 : 0) : 1;
    if (
      t1 === 'yes' &&
      certain &&
      fragmentOf(series, judged) === null &&
      series.facts.contrast === 'post' &&
      (points > 1 || start !== null)
    )
      group.sure += after;
    else group.open += after;
    group.series.push(series);
    groups.set(key, group);
  }
  const list = [...groups.values()].sort((a, b) => b.sure - a.sure || b.open - a.open);
  const best = list[0];
  const evidence = (best?.series ?? []).slice(0, 8).map(note);
  if (best !== undefined && best.sure >= least)
    return satisfied(
      say(
        `增强后 ${best.sure} 个时间点：${namesOf(best.series, 4).zh}`,
        `${best.sure} time points after contrast: ${namesOf(best.series, 4).en}`,
      ),
      evidence,
    );
  const possible = list.find((group) => group.sure + group.open >= least);
  if (possible !== undefined && !judged.contrast.silent) {
    return undecided(
      say(
        `“${namesOf(possible.series).zh}”是否为增强后的多个时间点无法判定；在序列名中注明动态增强，或填写 ContrastBolusStartTime，即可判定`,
        `whether "${namesOf(possible.series).en}" shows several time points after contrast cannot be told; a series name that says dynamic, or ContrastBolusStartTime, would decide it`,
      ),
      evidence,
    );
  }
  return absent(
    judged,
    label,
    (best?.sure ?? 0) === 0
      ? say(
          `未见增强后图像，要求至少 ${least} 个时间点`,
          `no time point after contrast was found, at least ${least} required`,
        )
      : say(
          `增强后只有 ${best?.sure ?? 0} 个时间点，要求至少 ${least} 个`,
          `only ${best?.sure ?? 0} time point${best?.sure === 1 ? '' : 's'} after contrast, at least ${least} required`,
        ),
    evidence,
  );
}

/** Fast view-sharing scans (TWIST, TRICKS) are named after angiography; with several time points they are dynamic T1. */
function keyhole(series: ClassifiedSeries): boolean {
  return series.facts.weighting === 'CEMRA' && timePointsOf(series) >= 3;
}

/** Time points of one dynamic scan share plane, thickness, fat suppression and timing. */
function kindOfScan(series: ClassifiedSeries): string {
  const { plane, thicknessMm, fatSat } = series.facts;
  const { te, tr } = series.summary.mr ?? { te: null, tr: null };
  const coarse = (value: number | undefined): string =>
    value === undefined ? '' : String(Math.round(Math.log(Math.max(value, 0.1)) / Math.log(1.25)));
  return [plane, thicknessMm ?? '', fatSat ?? '', coarse(te?.min), coarse(tr?.min)].join('|');
}

/** A multi-phase series counts its first point as before contrast unless a separate series of its kind is. */
function firstIsBefore(judged: Judged, dynamic: ClassifiedSeries): boolean {
  return !judged.eligible.some(
    ({ series }) =>
      series !== dynamic &&
      series.facts.weighting === 'T1' &&
      series.facts.contrast === 'pre' &&
      series.facts.plane === dynamic.facts.plane &&
      series.facts.thicknessMm === dynamic.facts.thicknessMm,
  );
}
