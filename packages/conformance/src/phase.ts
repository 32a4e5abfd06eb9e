import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import { called } from './names.ts';
import { followsMonitor, nameByGaps, nameOnly, PLAUSIBLE, type Acquisition } from './phaseByTime.ts';
import { refuteOrder } from './phaseOrder.ts';
import type { PhaseWords } from './phaseWords.ts';
import { sameAcquisition } from './repeats.ts';
import type { Because, CtPhase } from './types.ts';

const CODED: Readonly<Record<string, CtPhase>> = {
  PRE_CONTRAST: 'native',
  ARTERIAL: 'arterial',
  VENOUS: 'portal-venous',
  PORTAL_VENOUS: 'portal-venous',
  DELAYED: 'delayed',
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

export type { Acquisition };

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
  refuteOrder(acquisitions);
  return acquisitions;
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
