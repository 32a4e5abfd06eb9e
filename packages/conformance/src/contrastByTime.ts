import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { OrderContrast } from './orderContrast.ts';
import { CONTRAST } from './contrastVotes.ts';
import type { InjectionWindow } from './injection.ts';
import type { PhaseWords } from './phaseWords.ts';
import { isRetake, overlap, sameScan, startOf } from './repeats.ts';

/** Shortest time from the first scan to its enhanced repeat where only the order speaks of contrast (s). */
const LEAST_INJECTION_PAUSE = 60;
/** A CT scan repeated only once failed perhaps, and needs a longer pause to count as enhanced. */
const LEAST_PAUSE_OF_ONE = 120;
/** Reconstructions of one scan start within this of each other (s). */
const SAME_SCAN = 8;
/** An MR scanner that stood still this long before a repeat waited for an injection (s). */
const IDLE = 240;
/** Time points of one dynamic MR scan lie within this of each other (s). */
const DYNAMIC_SPAN = 300;

/**
 * Decides by time what codes and words left open: CT around the injection, MR around the first series known
 * to be enhanced, and repeats of one scan where the order asked for contrast.
 */
export function settleByTime(
  list: readonly ClassifiedSeries[],
  order: OrderContrast,
  all: readonly ClassifiedSeries[],
  injection: InjectionWindow | null,
  words: PhaseWords,
): void {
  const open = list
    .filter((series) => series.facts.contrast === 'unknown' && !contradicted(series))
    .toSorted((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0));
  const post = list.filter((series) => series.facts.contrast === 'post');
  const ct = open.filter((series) => series.summary.modality === 'CT');
  const mr = open.filter((series) => series.summary.modality === 'MR');
  if (injection !== null) around(ct, injection);
  const firstPost = earliest(post.filter((series) => series.summary.modality === 'MR'));
  if (firstPost !== null) aroundFirst(mr, firstPost, words);
  if (order !== 'post' && order !== 'prepost') return;
  if (post.every((series) => series.summary.modality !== 'CT')) repeats(ct, all);
  if (firstPost === null) repeats(mr, all);
}

function earliest(list: readonly ClassifiedSeries[]): ClassifiedSeries | null {
  let first: ClassifiedSeries | null = null;
  for (const series of list) {
    const own = startOf(series);
    const known = first === null ? null : startOf(first);
    if (own !== null && (known === null || own < known)) first = series;
  }
  return first;
}

function conclude(series: ClassifiedSeries, state: 'pre' | 'post', zh: string, en: string): void {
  series.facts.contrast = state;
  series.facts.because.push(because(CONTRAST, 'AcquisitionTime', zh, en));
}

function around(open: readonly ClassifiedSeries[], injection: InjectionWindow): void {
  for (const series of open) {
    const own = startOf(series);
    if (own === null) continue;
    if (own < injection.earliest) conclude(series, 'pre', '采集早于注药', 'acquired before the injection');
    else if (own > injection.latest) conclude(series, 'post', '采集晚于注药', 'acquired after the injection');
  }
}

/**
 * MR series before the first enhanced one are plain, later ones enhanced. A scan of the same kind shortly
 * before one that is named after a late phase may be an earlier phase of the same dynamic scan.
 */
function aroundFirst(open: readonly ClassifiedSeries[], first: ClassifiedSeries, words: PhaseWords): void {
  const time = startOf(first) ?? 0;
  const late = words
    .of(first.description)
    .some((phase) => phase === 'portal-venous' || phase === 'delayed' || phase === 'excretory');
  for (const series of open) {
    const own = startOf(series);
    if (own === null) continue;
    if (own >= time) conclude(series, 'post', '晚于首个增强序列', 'acquired after the first enhanced series');
    else if (!(late && time - own < DYNAMIC_SPAN && sameScan(series, first)))
      conclude(series, 'pre', '早于首个增强序列', 'acquired before the first enhanced series');
  }
}

/** Contrast was ordered and nothing else speaks of it: a scan and its repeat after a pause are before and after. */
function repeats(open: readonly ClassifiedSeries[], all: readonly ClassifiedSeries[]): void {
  for (const first of open) {
    const [second, third] = open.filter((other) => repeatsLater(first, other));
    if (second === undefined) continue;
    if (first.summary.modality === 'MR' && !waited(first, second, open, all)) continue;
    const pause = (startOf(second) ?? 0) - (startOf(first) ?? 0);
    const again = third !== undefined && (startOf(third) ?? 0) - (startOf(second) ?? 0) >= SAME_SCAN;
    if (first.summary.modality === 'CT' && pause < LEAST_PAUSE_OF_ONE && !again) continue;
    const time = startOf(second) ?? Infinity;
    for (const series of open) {
      const own = startOf(series) ?? Infinity;
      if (series === first)
        conclude(
          series,
          'pre',
          '申请含增强，同参数同范围序列在其后重复',
          'contrast was ordered and the same scan is repeated later',
        );
      else if (own >= time && (series === second || !isRetake(series)))
        conclude(
          series,
          'post',
          '申请含增强，为间隔后的再次扫描',
          'contrast was ordered and this follows the pause in which it was given',
        );
      else if (
        own < time &&
        (series.summary.modality === 'MR' ? !sameScan(first, series) : overlap(first, series) < 0.5)
      )
        conclude(series, 'pre', '早于首个再次扫描的序列', 'acquired before the first repeated scan');
    }
    return;
  }
}

/** Later by a pause that an injection needs, with the same geometry and timing, and not because it failed. */
function repeatsLater(first: ClassifiedSeries, second: ClassifiedSeries): boolean {
  const [x, y] = [startOf(first), startOf(second)];
  return (
    x !== null && y !== null && y - x >= LEAST_INJECTION_PAUSE && !isRetake(second) && sameScan(first, second)
  );
}

/**
 * Whether an MR scan was repeated because of an injection and not for motion: other scans lie between, and
 * either the scanner stood still before it or other T1-weighted scans follow, as an enhanced exam has them.
 */
function waited(
  first: ClassifiedSeries,
  second: ClassifiedSeries,
  open: readonly ClassifiedSeries[],
  all: readonly ClassifiedSeries[],
): boolean {
  const [x, y] = [startOf(first) ?? 0, startOf(second) ?? 0];
  let lastBefore = -Infinity;
  for (const other of all) {
    const own = startOf(other);
    if (own === null || own <= x || own >= y) continue;
    lastBefore = Math.max(lastBefore, own, Math.min(other.summary.time.acquisition?.max ?? own, y));
  }
  if (lastBefore === -Infinity) return false;
  if (y - lastBefore >= IDLE) return true;
  return open.some((other) => {
    const own = startOf(other);
    return other !== second && own !== null && own > y && other.facts.weighting === 'T1' && !isRetake(other);
  });
}

/** A T1-weighted scan made again late in an exam, for no failure: contrast may have been given without a word of it. */
export function repeatedT1(acquired: readonly ClassifiedSeries[]): boolean {
  const t1 = acquired.filter((one) => one.summary.modality === 'MR' && one.facts.weighting === 'T1');
  return t1.some((first) =>
    t1.some((second) => repeatsLater(first, second) && waited(first, second, t1, acquired)),
  );
}

function contradicted(series: ClassifiedSeries): boolean {
  return series.facts.because.filter((reason) => reason.fact === CONTRAST).length > 1;
}
