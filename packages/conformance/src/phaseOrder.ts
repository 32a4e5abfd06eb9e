import { because } from './bilingual.ts';
import { called } from './names.ts';
import type { Acquisition } from './phaseByTime.ts';
import { overlap } from './repeats.ts';
import type { CtPhase } from './types.ts';

/** Contrast passes through the phases in this order. */
const RANK: Readonly<Partial<Record<CtPhase, number>>> = {
  native: 0,
  arterial: 1,
  'portal-venous': 2,
  delayed: 3,
  excretory: 4,
};
/** Starts closer than this (s) have no order. */
const SAME_START = 8;
/** Seconds that must pass from a plain scan, which is before the injection, to a phase. */
const AFTER_PLAIN: Readonly<Partial<Record<CtPhase, number>>> = {
  'portal-venous': 25,
  delayed: 60,
  excretory: 120,
};
/** Scans of one range that lie further apart (s) may have had an injection each. */
const ONE_INJECTION = 1800;

/** Phases of one range that were scanned in an order that contrast cannot take are not what they are called. */
export function refuteOrder(acquisitions: readonly Acquisition[]): void {
  const wrong = new Map<Acquisition, Acquisition>();
  for (const late of acquisitions)
    for (const early of acquisitions) {
      const [a, b] = [RANK[early.phase], RANK[late.phase]];
      if (a === undefined || b === undefined || !follows(early, late)) continue;
      if (a <= b && !tooSoon(early, late)) continue;
      wrong.set(early, late);
      wrong.set(late, early);
    }
  for (const [group, other] of wrong) {
    const [own, others] = [called(group.phase), called(other.phase)];
    for (const series of group.series) {
      series.facts.phase = 'unknown';
      // a plain scan after an enhanced one is none
      if (group.phase === 'native') series.facts.contrast = 'unknown';
      series.facts.because.push(
        because(
          'phase',
          'AcquisitionTime',
          `${own.zh}与${others.zh}的采集先后或间隔不合理`,
          `${own.en} and ${others.en} do not fit each other in order or distance`,
        ),
      );
    }
  }
  for (const group of wrong.keys()) {
    if (group.phase === 'native') group.state = 'unknown';
    group.phase = 'unknown';
  }
}

function tooSoon(early: Acquisition, late: Acquisition): boolean {
  if (early.phase !== 'native') return false;
  return (late.start ?? 0) - (early.start ?? 0) < (AFTER_PLAIN[late.phase] ?? 0);
}

function follows(early: Acquisition, late: Acquisition): boolean {
  if (early.start === null || late.start === null) return false;
  const gap = late.start - early.start;
  if (gap < SAME_START || gap > ONE_INJECTION) return false;
  return early.series.some((a) =>
    late.series.some((b) => a.facts.plane === 'axial' && b.facts.plane === 'axial' && overlap(a, b) >= 0.5),
  );
}
