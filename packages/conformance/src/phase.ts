import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import { isTracking } from './injection.ts';
import { called } from './names.ts';
import type { PhaseWords } from './phaseWords.ts';
import { sameAcquisition } from './repeats.ts';
import type { Because, CtPhase } from './types.ts';

/** One CT acquisition with all series reconstructed from it. */
export interface Acquisition {
  series: ClassifiedSeries[];
  start: number | null;
  state: 'pre' | 'post' | 'unknown';
  phase: CtPhase;
}

const CODED: Readonly<Record<string, CtPhase>> = {
  PRE_CONTRAST: 'native',
  ARTERIAL: 'arterial',
  VENOUS: 'portal-venous',
  PORTAL_VENOUS: 'portal-venous',
  DELAYED: 'delayed',
};

/** Seconds after the start of injection in which a phase is plausible; generous, to contradict only what is clearly wrong. */
const PLAUSIBLE: Readonly<Partial<Record<CtPhase, readonly [number, number]>>> = {
  arterial: [5, 60],
  'portal-venous': [35, 150],
  delayed: [90, 3600],
  excretory: [180, 7200],
};

/** Phase by delay after the start of injection, in seconds; null between the windows. */
function byDelay(delay: number): CtPhase | null {
  if (delay >= 10 && delay <= 45) return 'arterial';
  if (delay >= 55 && delay <= 120) return 'portal-venous';
  if (delay >= 150 && delay < 300) return 'delayed';
  return delay >= 300 ? 'delayed' : null;
}

/** Phase where the injection is known only to lie in a window: both ends must agree. */
function byWindow(start: number | null, injection: ContrastFinding['injection']): CtPhase | null {
  if (start === null || injection === null) return null;
  const [least, most] = [byDelay(start - injection.latest), byDelay(start - injection.earliest)];
  return least === most ? least : null;
}

/** Groups a study's CT series into acquisitions in time order and names their phases. Writes `facts.phase`. */
export function settlePhases(
  all: readonly ClassifiedSeries[],
  { injection, words }: Pick<ContrastFinding, 'injection' | 'words'>,
  angiography: boolean,
): Acquisition[] {
  const ct = all.filter((series) => series.acquired && series.summary.modality === 'CT');
  const acquisitions: Acquisition[] = [];
  for (const series of ct) {
    const known = acquisitions.find((group) => group.series.some((other) => sameAcquisition(other, series)));
    if (known !== undefined) known.series.push(series);
    else
      acquisitions.push({
        series: [series],
        start: series.summary.time.acquisition?.min ?? null,
        state: 'unknown',
        phase: 'unknown',
      });
  }
  acquisitions.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
  for (const group of acquisitions) {
    const states = new Set(group.series.map((series) => series.facts.contrast));
    states.delete('unknown');
    group.state = states.size === 1 ? ([...states][0] ?? 'unknown') : 'unknown';
  }
  const firstPost = acquisitions.find((group) => group.state === 'post');
  for (const group of acquisitions) {
    const reasons = namePhase(
      group,
      injection,
      words,
      group === firstPost,
      group === firstPost && followsMonitor(group, all),
    );
    for (const series of group.series) {
      series.facts.phase = group.phase;
      series.facts.because.push(...reasons);
    }
  }
  nameByGaps(acquisitions);
  if (angiography) nameOnly(acquisitions, injection);
  return acquisitions;
}

/** Longest time from the last tracking image to the arterial scan, and from a test bolus (s). */
const AFTER_TRACKING = 40;
const AFTER_TEST = 900;

/** The scan that bolus tracking triggered, or that a test bolus timed. */
function followsMonitor(group: Acquisition, all: readonly ClassifiedSeries[]): boolean {
  const { start } = group;
  if (start === null) return false;
  return all.some((series) => {
    const end = series.summary.time.acquisition?.max;
    if (series.facts.derived !== 'MONITOR' || end === undefined || end > start) return false;
    if (isTracking(series)) return start - end <= AFTER_TRACKING;
    return /test|timing/.test(series.description.normal) && start - end <= AFTER_TEST;
  });
}

function namePhase(
  group: Acquisition,
  injection: ContrastFinding['injection'],
  words: PhaseWords,
  first: boolean,
  followsMonitor: boolean,
): Because[] {
  const reasons: Because[] = [];
  const votes = new Set<CtPhase>();
  const hear = (phase: CtPhase, source: string, zh: string, en: string): void => {
    votes.add(phase);
    reasons.push(because('phase', source, zh, en));
  };
  for (const series of group.series) {
    for (const coded of series.summary.contrast.phases) {
      const phase = CODED[coded];
      if (phase !== undefined)
        hear(
          phase,
          'ContrastBolusAgentPhase',
          `期相编码为${called(coded).zh}`,
          `coded as ${called(coded).en}`,
        );
    }
    const written = words.of(series.description).filter((id) => !(id === 'native' && group.state === 'post'));
    if (written.length === 1 && written[0] !== undefined)
      hear(
        written[0],
        'SeriesDescription',
        `“${series.facts.seriesDescription}”`,
        `"${series.facts.seriesDescription}"`,
      );
  }
  if (group.state === 'pre' && votes.size === 0) {
    group.phase = 'native';
    return [];
  }
  const exact = injection !== null && injection.earliest === injection.latest;
  const delay = !exact || group.start === null ? null : group.start - injection.latest;
  const [named] = votes;
  if (votes.size === 1 && named !== undefined) {
    const window = PLAUSIBLE[named];
    if (delay !== null && delay > 0 && window !== undefined && (delay < window[0] || delay > window[1])) {
      reasons.push(
        because(
          'phase',
          'ContrastBolusStartTime',
          `注药后 ${Math.round(delay)} 秒，与${called(named).zh}不符`,
          `${Math.round(delay)} s after the injection does not fit the ${called(named).en}`,
        ),
      );
      group.phase = 'unknown';
      return reasons;
    }
    group.phase =
      (named === 'native') === (group.state === 'pre') || group.state === 'unknown' ? named : 'unknown';
    return reasons;
  }
  if (votes.size > 1) {
    group.phase = 'unknown';
    return reasons;
  }
  if (group.state !== 'post') return reasons;
  group.phase = 'enhanced';
  const timed = delay === null ? byWindow(group.start, injection) : byDelay(delay);
  if (timed !== null && delay !== null) {
    group.phase = timed;
    reasons.push(
      because(
        'phase',
        'ContrastBolusStartTime',
        `注药后 ${Math.round(delay)} 秒，为${called(timed).zh}`,
        `${Math.round(delay)} s after the injection: ${called(timed).en}`,
      ),
    );
  } else if (timed !== null) {
    group.phase = timed;
    reasons.push(
      because(
        'phase',
        'AcquisitionTime',
        `按与其他期相的间隔为${called(timed).zh}`,
        `${called(timed).en} by its distance from the other phases`,
      ),
    );
  } else if (
    group.series.some(
      (series) =>
        series.description.read('angio').includes('cta') ||
        (first && series.protocol.read('angio').includes('cta')),
    )
  ) {
    group.phase = 'arterial';
    reasons.push(because('phase', 'SeriesDescription', 'CTA 序列即动脉期', 'a CTA series is arterial'));
  } else if (followsMonitor) {
    group.phase = 'arterial';
    reasons.push(because('phase', 'AcquisitionTime', '紧随团注监测序列', 'first scan after bolus tracking'));
  }
  return reasons;
}

/** The only scan of an ordered CT angiography is the arterial one. */
function nameOnly(acquisitions: readonly Acquisition[], injection: ContrastFinding['injection']): void {
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
function nameByGaps(acquisitions: readonly Acquisition[]): void {
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
