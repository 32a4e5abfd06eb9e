import { say } from './bilingual.ts';
import type { CatalogueRequirement } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { InjectionWindow } from './injection.ts';
import { overlap, timePointsOf } from './repeats.ts';
import {
  absent,
  nameOf,
  namesOf,
  note,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import { fragmentOf } from './fragment.ts';
import { listed } from './names.ts';
import type { Acquisition } from './phase.ts';
import type { Bilingual, CtPhase } from './types.ts';

type PhaseSpec = NonNullable<CatalogueRequirement['expr']['phases']>;

const PHASE: Record<string, CtPhase> = {
  ARTERIAL: 'arterial',
  PORTAL_VENOUS: 'portal-venous',
  DELAYED: 'delayed',
  EXCRETORY: 'excretory',
};
/** Two acquisitions closer than this (s) are one time point. */
const SAME_TIME = 8;

export function judgePhases(judged: Judged, spec: PhaseSpec, label: Bilingual): Outcome {
  if (spec.weighting !== undefined) return judgeDynamic(judged, spec.minDistinctPost ?? 3, label);
  if (spec.names !== undefined) return judgeNames(judged, spec.names, spec.min ?? spec.names.length);
  return judgeCount(judged, spec.minDistinctPost ?? 1, label);
}

interface Shown {
  acquisition: Acquisition;
  series: ClassifiedSeries;
  /** False where the series may be of another part, a fragment or a timing scan. */
  certain: boolean;
}

/** Acquisitions of the exam with the axial series that show them best. */
function own(judged: Judged): Shown[] {
  return judged.acquisitions.flatMap((acquisition) => {
    const found = judged.eligible
      .filter(({ series }) => acquisition.series.includes(series) && series.facts.plane === 'axial')
      .map(({ series, certain }) => ({
        acquisition,
        series,
        certain: certain && fragmentOf(series, judged) === null,
      }));
    const best = found.find((one) => one.certain) ?? found[0];
    return best === undefined ? [] : [best];
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
  const shown = sure.map(({ series }) => series);
  const evidence = shown.map(note);
  const timed = sure.every(({ acquisition }) => acquisition.start !== null);
  const named = new Set<Acquisition['phase']>(
    sure
      .map(({ acquisition }) => acquisition.phase)
      .filter((phase) => phase !== 'enhanced' && phase !== 'unknown'),
  );
  const unnamed = sure.filter(({ acquisition }) => !named.has(acquisition.phase)).length;
  // a phase scanned twice is one phase
  const count = named.size + (timed ? unnamed : 0);
  const names = namesOf(shown, 4);
  if (count >= least)
    return satisfied(say(`增强 ${count} 期：${names.zh}`, `${count} enhanced phases: ${names.en}`), evidence);
  const more = sure.length + open.length - count;
  if (count + more >= least) {
    return undecided(
      say(
        `能确认的增强期相 ${count} 期，另有 ${more} 次扫描的期相无法判定，要求 ${least} 期`,
        `${phaseCount(count)} certain, the phase of ${more} more scan${more === 1 ? '' : 's'} cannot be told, ${least} required`,
      ),
      [...sure, ...open].map(({ series }) => note(series)),
    );
  }
  return absent(
    judged,
    label,
    count === 0
      ? say(`未见增强期相，要求 ${least} 期`, `no enhanced phase was found, ${least} required`)
      : say(
          `增强只有 ${count} 期（${names.zh}），要求 ${least} 期`,
          `only ${phaseCount(count)} found (${names.en}), ${least} required`,
        ),
    evidence,
  );
}

function phaseCount(count: number): string {
  return `${count} enhanced phase${count === 1 ? '' : 's'}`;
}

function sameTimePoint(a: Acquisition, b: Acquisition): boolean {
  if (a.start === null || b.start === null)
    return a.phase === b.phase && a.phase !== 'unknown' && a.phase !== 'enhanced';
  return Math.abs(a.start - b.start) < SAME_TIME || scannedTogether(a, b);
}

/** Reconstructions of a part of one scan start later, but inside it. */
function scannedTogether(a: Acquisition, b: Acquisition): boolean {
  const times = (one: Acquisition): { min: number; max: number }[] =>
    one.series.map((series) => series.summary.time.acquisition).filter((time) => time !== null);
  return times(a).some((x) => times(b).some((y) => x.min <= y.max && y.min <= x.max));
}

function judgeNames(judged: Judged, names: readonly string[], least: number): Outcome {
  const groups = own(judged);
  const { injection } = judged.contrast;
  const found: ClassifiedSeries[] = [];
  const missing: string[] = [];
  let open: ClassifiedSeries | null = null;
  for (const name of names) {
    const wanted = PHASE[name];
    const hit = groups.find(
      ({ acquisition, certain }) =>
        certain && (acquisition.phase === wanted || (name === 'EXCRETORY' && late(acquisition, injection))),
    );
    if (hit !== undefined) found.push(hit.series);
    else {
      missing.push(name);
      open ??=
        groups.find(
          ({ acquisition }) =>
            acquisition.phase === 'enhanced' ||
            acquisition.phase === 'unknown' ||
            (name === 'EXCRETORY' && acquisition.phase === 'delayed'),
        )?.series ?? null;
    }
  }
  const evidence = found.map(note);
  const absentPhases = listed(missing);
  if (found.length >= least)
    return satisfied(say(`找到：${namesOf(found).zh}`, `found: ${namesOf(found).en}`), evidence);
  if (open !== null) {
    const name = nameOf(open);
    return undecided(
      say(
        `“${name.zh}”的期相无法判定，未能确认${absentPhases.zh}`,
        `the phase of "${name.en}" cannot be told; not confirmed: ${absentPhases.en}`,
      ),
      evidence,
    );
  }
  return absent(judged, absentPhases, null, evidence);
}

/** Five minutes after the injection the kidneys excrete. */
function late(acquisition: Acquisition, injection: InjectionWindow | null): boolean {
  return (
    acquisition.phase === 'delayed' &&
    acquisition.start !== null &&
    injection !== null &&
    acquisition.start - injection.latest >= 300
  );
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
        `“${namesOf(possible.series).zh}”是否为增强后的多个时间点无法判定`,
        `whether "${namesOf(possible.series).en}" shows several time points after contrast cannot be told`,
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
