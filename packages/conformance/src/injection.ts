import type { ClassifiedSeries } from './classify.ts';
import type { PhaseWords } from './phaseWords.ts';
import { startOf } from './repeats.ts';
import type { CtPhase } from './types.ts';

/** When the injection started, as narrowly as the study tells (s, comparable with acquisition times). */
export interface InjectionWindow {
  earliest: number;
  latest: number;
}

/**
 * Seconds from the start of injection to a scan of a phase, least and most. Generous: what lies outside is
 * certain, what lies inside stays open. An enhanced scan without a phase says only that contrast was in.
 */
const DELAY: Readonly<Partial<Record<CtPhase, readonly [number, number]>>> = {
  arterial: [8, 60],
  'portal-venous': [35, 110],
  delayed: [80, 600],
  excretory: [180, 7200],
};
/** A series named enhanced while its twin before it is not: the twin came before the contrast by this much (s). */
const NAMED_ENHANCED = 20;
/** Bolus tracking starts from this long before to this long after the injection (s). */
const MONITOR_BEFORE = 5;
const MONITOR_AFTER = 40;

/** The time in which the contrast of a CT study must have been injected, or null where nothing tells or the signs disagree. */
export function injectionOf(
  all: readonly ClassifiedSeries[],
  bolusStart: number | null,
  words: PhaseWords,
): InjectionWindow | null {
  if (bolusStart !== null) return { earliest: bolusStart, latest: bolusStart };
  let earliest = -Infinity;
  let latest = Infinity;
  const firstPost = Math.min(
    ...all
      .filter((one) => one.acquired && one.summary.modality === 'CT' && one.facts.contrast === 'post')
      .map((one) => startOf(one) ?? Infinity),
  );
  for (const series of all) {
    const time = startOf(series);
    if (time === null || series.summary.modality !== 'CT') continue;
    if (series.facts.derived === 'MONITOR' && isTracking(series)) {
      earliest = Math.max(earliest, time - MONITOR_AFTER);
      latest = Math.min(latest, time + MONITOR_BEFORE);
    }
    if (!series.acquired) continue;
    if (series.facts.contrast === 'pre') earliest = Math.max(earliest, time);
    if (series.facts.contrast !== 'post') continue;
    const named = words.of(series.description).filter((phase) => phase !== 'native');
    const delay = named.length === 1 && named[0] !== undefined ? DELAY[named[0]] : undefined;
    if (delay !== undefined) earliest = Math.max(earliest, time - delay[1]);
    else if (time === firstPost) earliest = Math.max(earliest, time - NAMED_ENHANCED);
    latest = Math.min(latest, time - (delay?.[0] ?? 5));
  }
  if (latest === Infinity || earliest === -Infinity) return null;
  // several injections, or names that do not hold
  return earliest <= latest + NAMED_ENHANCED ? { earliest: Math.min(earliest, latest), latest } : null;
}

/** Bolus tracking itself: not the single image before it, and not a test bolus, which is an injection of its own. */
export function isTracking(series: ClassifiedSeries): boolean {
  return !/pre ?monitor|test|timing|locator|监测前/.test(series.description.normal);
}
