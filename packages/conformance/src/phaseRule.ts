import { say } from './bilingual.ts';
import type { CatalogueRequirement } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { InjectionWindow } from './injection.ts';
import { overlap } from './repeats.ts';
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
import { judgeDynamic } from './dynamicRule.ts';
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
        `能确认的增强期相 ${count} 期，另有 ${more} 次扫描的期相无法判定，要求 ${least} 期；在序列名中写明期相或填写 ContrastBolusStartTime 即可判定`,
        `${phaseCount(count)} certain, the phase of ${more} more scan${more === 1 ? '' : 's'} cannot be told, ${least} required; series names that say the phase or ContrastBolusStartTime would decide it`,
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
  let fragment: Bilingual | null = null;
  for (const name of names) {
    const wanted = PHASE[name];
    const hit = groups.find(
      ({ acquisition, certain }) =>
        certain && (acquisition.phase === wanted || (name === 'EXCRETORY' && late(acquisition, injection))),
    );
    if (hit !== undefined) found.push(hit.series);
    else {
      missing.push(name);
      const partial = groups.find(({ acquisition }) => acquisition.phase === wanted)?.series;
      if (partial !== undefined) fragment ??= fragmentOf(partial, judged);
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
  if (fragment !== null) return undecided(fragment, evidence);
  if (open !== null) {
    const name = nameOf(open);
    return undecided(
      say(
        `“${name.zh}”的期相无法判定，未能确认${absentPhases.zh}；在序列名中写明期相或填写 ContrastBolusStartTime 即可判定`,
        `the phase of "${name.en}" cannot be told; not confirmed: ${absentPhases.en}; a series name that says the phase or ContrastBolusStartTime would decide it`,
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
