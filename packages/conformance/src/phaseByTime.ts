import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { isTracking, type InjectionWindow } from './injection.ts';
import { called } from './names.ts';
import type { CtPhase } from './types.ts';

/** One CT acquisition with all series reconstructed from it. */
export interface Acquisition {
  series: ClassifiedSeries[];
  start: number | null;
  state: 'pre' | 'post' | 'unknown';
  phase: CtPhase;
}

/** Seconds after the start of injection in which a phase is plausible; generous, to contradict only what is clearly wrong. */
export const PLAUSIBLE: Readonly<Partial<Record<CtPhase, readonly [number, number]>>> = {
  arterial: [5, 60],
  'portal-venous': [35, 150],
  delayed: [90, 3600],
  excretory: [180, 7200],
};

/** Longest time from the last tracking image to the arterial scan, and from a test bolus (s). */
const AFTER_TRACKING = 40;
const AFTER_TEST = 900;

/** The scan that bolus tracking triggered, or that a test bolus timed. */
export function followsMonitor(group: Acquisition, all: readonly ClassifiedSeries[]): boolean {
  const { start } = group;
  if (start === null) return false;
  return all.some((series) => {
    const end = series.summary.time.acquisition?.max;
    if (series.facts.derived !== 'MONITOR' || end === undefined || end > start) return false;
    if (isTracking(series)) return start - end <= AFTER_TRACKING;
    return /test|timing/.test(series.description.normal) && start - end <= AFTER_TEST;
  });
}

/** The only scan of an ordered CT angiography is the arterial one. */
export function nameOnly(acquisitions: readonly Acquisition[], injection: InjectionWindow | null): void {
  const [group, ...others] = acquisitions;
  if (group === undefined || others.length > 0 || group.state !== 'post' || group.phase !== 'enhanced')
    return;
  const latest = PLAUSIBLE.arterial?.[1] ?? 0;
  if (injection !== null && group.start !== null && group.start - injection.latest > latest) return;
  group.phase = 'arterial';
  for (const series of group.series) {
    series.facts.phase = 'arterial';
    series.facts.because.push(
      because(
        'phase',
        'StudyDescription',
        '申请为 CTA，且只有这一次扫描',
        'a CT angiography was ordered and this is its only scan',
      ),
    );
  }
}

/** Names unnamed enhanced acquisitions by the gaps between them: arterial to portal venous 15–50 s, then 60 s or more to delayed. */
export function nameByGaps(acquisitions: readonly Acquisition[]): void {
  const post = acquisitions.filter((group) => group.state === 'post' && group.start !== null);
  for (const [index, group] of post.entries()) {
    if (group.phase !== 'enhanced') continue;
    const next = post[index + 1];
    const previous = post[index - 1];
    const toNext = next === undefined ? null : (next.start ?? 0) - (group.start ?? 0);
    const fromPrevious = previous === undefined ? null : (group.start ?? 0) - (previous.start ?? 0);
    let phase: CtPhase | null = null;
    if (index === 0 && post.length >= 2 && toNext !== null && toNext >= 15 && toNext <= 50)
      phase = 'arterial';
    else if (
      previous?.phase === 'arterial' &&
      fromPrevious !== null &&
      fromPrevious >= 15 &&
      fromPrevious <= 70
    )
      phase = 'portal-venous';
    else if (previous?.phase === 'portal-venous' && fromPrevious !== null && fromPrevious >= 60)
      phase = 'delayed';
    if (phase === null) continue;
    group.phase = phase;
    for (const series of group.series) {
      series.facts.phase = phase;
      series.facts.because.push(
        because(
          'phase',
          'AcquisitionTime',
          `按采集先后和间隔判为${called(phase).zh}`,
          `${called(phase).en} by order and gaps of the acquisitions`,
        ),
      );
    }
  }
}
