import { say } from './bilingual.ts';
import type { CatalogueRequirement } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import { overlap } from './contrast.ts';
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
import type { Acquisition } from './phase.ts';
import type { Bilingual, CtPhase } from './types.ts';

type PhaseSpec = NonNullable<CatalogueRequirement['expr']['phases']>;

const PHASE: Record<string, CtPhase> = {
  ARTERIAL: 'arterial',
  PORTAL_VENOUS: 'portal-venous',
  DELAYED: 'delayed',
  EXCRETORY: 'excretory',
};
const ZH: Record<string, string> = {
  ARTERIAL: '动脉期',
  PORTAL_VENOUS: '门静脉期',
  DELAYED: '延迟期',
  EXCRETORY: '排泄期',
};
/** Two acquisitions closer than this (s) are one time point. */
const SAME_TIME = 8;

export function judgePhases(judged: Judged, spec: PhaseSpec, label: Bilingual): Outcome {
  if (spec.weighting !== undefined) return judgeDynamic(judged, spec.minDistinctPost ?? 3, label);
  if (spec.names !== undefined) return judgeNames(judged, spec.names, spec.min ?? spec.names.length, label);
  return judgeCount(judged, spec.minDistinctPost ?? 1, label);
}

/** Acquisitions of the exam with the axial series that show them. */
function own(judged: Judged): { acquisition: Acquisition; series: ClassifiedSeries; certain: boolean }[] {
  return judged.acquisitions.flatMap((acquisition) => {
    const found = judged.eligible.find(
      ({ series }) => acquisition.series.includes(series) && series.facts.plane === 'axial',
    );
    return found === undefined ? [] : [{ acquisition, series: found.series, certain: found.certain }];
  });
}

function judgeCount(judged: Judged, least: number, label: Bilingual): Outcome {
  const groups = own(judged);
  const sure: typeof groups = [];
  const open: typeof groups = [];
  for (const group of groups) {
    if (group.acquisition.state === 'pre') continue;
    const list = group.acquisition.state === 'post' && group.certain ? sure : open;
    const twin = [...sure, ...open].some((other) => sameTimePoint(group.acquisition, other.acquisition));
    if (twin && list === open) continue;
    if (twin && sure.some((other) => sameTimePoint(group.acquisition, other.acquisition))) continue;
    if (sure[0] !== undefined && overlap(sure[0].series, group.series) < 0.5) continue;
    list.push(group);
  }
  const evidence = sure.map(({ series }) => evidenceOf(series, describe(series).zh, describe(series).en));
  const timed = sure.every(({ acquisition }) => acquisition.start !== null);
  const named = new Set(
    sure
      .map(({ acquisition }) => acquisition.phase)
      .filter((phase) => phase !== 'enhanced' && phase !== 'unknown'),
  );
  const count = timed ? sure.length : named.size;
  if (count >= least)
    return satisfied(
      say(
        `增强后${count}个时相：${sure.map(({ series }) => nameOf(series)).join('；')}`,
        `${count} enhanced phases: ${sure.map(({ series }) => nameOf(series)).join('; ')}`,
      ),
      evidence,
    );
  if (sure.length + open.length >= least) {
    return undecided(
      say(
        `可确认增强后${count}个时相，另有${sure.length + open.length - count}个时相无法判定（缺少采集时间、注药时间或期相描述）`,
        `${count} enhanced phases are certain, ${sure.length + open.length - count} more cannot be told (no acquisition time, injection time or phase in the name)`,
      ),
      [...sure, ...open].map(({ series }) => evidenceOf(series, describe(series).zh, describe(series).en)),
    );
  }
  return absent(
    judged,
    label,
    say(
      `只找到增强后${count}个时相，要求${least}个`,
      `only ${count} enhanced phases found, ${least} required`,
    ),
    evidence,
  );
}

function sameTimePoint(a: Acquisition, b: Acquisition): boolean {
  if (a.start === null || b.start === null)
    return a.phase === b.phase && a.phase !== 'unknown' && a.phase !== 'enhanced';
  return Math.abs(a.start - b.start) < SAME_TIME;
}

function judgeNames(judged: Judged, names: readonly string[], least: number, label: Bilingual): Outcome {
  const groups = own(judged);
  const start = judged.contrast.bolusStart;
  const found: ClassifiedSeries[] = [];
  const missing: string[] = [];
  let open: ClassifiedSeries | null = null;
  for (const name of names) {
    const wanted = PHASE[name];
    const hit = groups.find(
      ({ acquisition, certain }) =>
        certain && (acquisition.phase === wanted || (name === 'EXCRETORY' && late(acquisition, start))),
    );
    if (hit !== undefined) found.push(hit.series);
    else {
      missing.push(ZH[name] ?? name);
      open ??=
        groups.find(
          ({ acquisition }) =>
            acquisition.phase === 'enhanced' ||
            acquisition.phase === 'unknown' ||
            (name === 'EXCRETORY' && acquisition.phase === 'delayed'),
        )?.series ?? null;
    }
  }
  const evidence = found.map((series) => evidenceOf(series, describe(series).zh, describe(series).en));
  if (found.length >= least)
    return satisfied(
      say(`找到：${found.map(nameOf).join('；')}`, `found: ${found.map(nameOf).join('; ')}`),
      evidence,
    );
  if (open !== null)
    return undecided(
      say(
        `“${nameOf(open)}”的期相无法判定，未能确认${missing.join('、')}`,
        `the phase of "${nameOf(open)}" cannot be told`,
      ),
      evidence,
    );
  return absent(
    judged,
    label,
    say(`未找到${missing.join('、')}`, `${missing.length} of the phases not found`),
    evidence,
  );
}

/** Five minutes after the injection the kidneys excrete. */
function late(acquisition: Acquisition, bolusStart: number | null): boolean {
  return (
    acquisition.phase === 'delayed' &&
    acquisition.start !== null &&
    bolusStart !== null &&
    acquisition.start - bolusStart >= 300
  );
}

/** Time points that one MR series holds; the images of a Dixon set are not time points. */
export function timePointsOf(series: ClassifiedSeries): number {
  const { time, imageTypes, mr } = series.summary;
  const kinds = Math.max(1, imageTypes.length);
  const echoes = mr?.te === null || mr?.te === undefined ? false : mr.te.max - mr.te.min > 0.3;
  const repeats = echoes ? 1 : Math.floor(time.repeats / kinds);
  return Math.max(1, time.temporalPositions, repeats);
}

function judgeDynamic(judged: Judged, least: number, label: Bilingual): Outcome {
  const groups = new Map<
    string,
    { sure: number; open: number; series: ClassifiedSeries[]; starts: number[] }
  >();
  for (const { series, certain } of judged.eligible) {
    if (!series.acquired) continue;
    const t1 =
      series.facts.weighting === 'T1'
        ? 'yes'
        : series.facts.weighting === 'unknown' && (series.possible?.includes('T1') ?? true)
          ? 'maybe'
          : 'no';
    if (t1 === 'no' || series.facts.contrast === 'pre') continue;
    const key = `${series.facts.plane}|${series.facts.thicknessMm ?? ''}`;
    const group = groups.get(key) ?? { sure: 0, open: 0, series: [], starts: [] };
    const start = series.summary.time.acquisition?.min ?? null;
    const points = timePointsOf(series);
    if (points === 1 && start !== null && group.starts.some((other) => Math.abs(other - start) < SAME_TIME))
      continue;
    if (start !== null) group.starts.push(start);
    const after = points > 1 ? points - (firstIsBefore(judged, series) ? 1 : 0) : 1;
    if (t1 === 'yes' && certain && series.facts.contrast === 'post' && (points > 1 || start !== null))
      group.sure += after;
    else group.open += after;
    group.series.push(series);
    groups.set(key, group);
  }
  const list = [...groups.values()].sort((a, b) => b.sure - a.sure || b.open - a.open);
  const best = list[0];
  const evidence = (best?.series ?? [])
    .slice(0, 8)
    .map((series) => evidenceOf(series, describe(series).zh, describe(series).en));
  if (best !== undefined && best.sure >= least)
    return satisfied(
      say(
        `增强后${best.sure}个时间点：${best.series.slice(0, 4).map(nameOf).join('；')}`,
        `${best.sure} time points after contrast: ${best.series.slice(0, 4).map(nameOf).join('; ')}`,
      ),
      evidence,
    );
  const possible = list.find((group) => group.sure + group.open >= least);
  if (possible !== undefined && !judged.contrast.silent) {
    return undecided(
      say(
        `“${possible.series.slice(0, 3).map(nameOf).join('；')}”是否为增强后的多个时间点无法判定`,
        `whether "${possible.series.slice(0, 3).map(nameOf).join('; ')}" are several time points after contrast cannot be told`,
      ),
      evidence,
    );
  }
  return absent(
    judged,
    label,
    say(
      `只找到增强后${best?.sure ?? 0}个时间点，要求≥${least}个`,
      `only ${best?.sure ?? 0} time points after contrast, at least ${least} required`,
    ),
    evidence,
  );
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
