import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { CONTRAST, directVotes, hasAgent, vote, type Vote, type VoteContext } from './contrastVotes.ts';
import { injectionOf, type InjectionWindow } from './injection.ts';
import type { OrderContrast } from './orderContrast.ts';
import { phaseWordsOf, type PhaseWords } from './phaseWords.ts';
import { isRetake, overlap, sameAcquisition, startOf, timePointsOf } from './repeats.ts';
import { repeatedT1, settleByTime } from './contrastByTime.ts';
import type { ContrastState } from './types.ts';

export interface ExamOrder {
  contrast: OrderContrast;
  /** True where a CT angiography was ordered, which is a scan with contrast and needs no plain one. */
  angiography: boolean;
}

export interface ContrastFinding {
  /** True where nothing in the study speaks of contrast: no agent, no words, no phases, no enhanced order. */
  silent: boolean;
  /** When the contrast of a CT study was injected, as narrowly as the study tells. */
  injection: InjectionWindow | null;
  /** True where an agent is recorded on every acquired series, which proves nothing for any one of them. */
  agentEverywhere: boolean;
  /** What the names of this study call the phases. */
  words: PhaseWords;
}

/** Only T1-weighted MR series and CT series show contrast; others are left unknown. */
export function showsContrast(series: ClassifiedSeries): boolean {
  const weighting = series.facts.weighting;
  return (
    series.summary.modality === 'CT' ||
    weighting === 'T1' ||
    weighting === 'CEMRA' ||
    (weighting === 'unknown' && (series.possible?.includes('T1') ?? true))
  );
}

/**
 * Decides before or after contrast for every series that can show it. Codes, the injection time, words and
 * the agent vote; a contradiction stays unknown with both reasons. What is left is decided by the time order
 * around series that are known. An agent on every series was written at registration and does not vote.
 */
export function settleContrast(all: readonly ClassifiedSeries[], exam: ExamOrder): ContrastFinding {
  const order = exam.contrast;
  const acquired = all.filter(
    (series) => series.acquired && (series.summary.modality === 'CT' || series.summary.modality === 'MR'),
  );
  const withAgent = acquired.filter(hasAgent);
  const agentEverywhere = withAgent.length > 0 && withAgent.length === acquired.length;
  const starts = acquired
    .map((series) => series.summary.contrast.bolusStart)
    .filter((start) => start !== null);
  const bolusStart = starts.length > 0 ? Math.min(...starts) : null;
  const words = phaseWordsOf(all);
  const context: VoteContext = {
    bolusStart,
    protocolShared: acquired.length > 1 && new Set(acquired.map((one) => one.summary.protocolName)).size <= 1,
    words,
    without: acquired.some((one) => /(?<![a-z0-9])(?:wo|w o)(?![a-z0-9])/.test(one.description.normal)),
  };
  let spoken = withAgent.length > 0 || bolusStart !== null || order === 'post' || order === 'prepost';
  for (const series of acquired) {
    const votes = directVotes(series, context);
    if (!agentEverywhere && withAgent.length > 0) votes.push(...agentVotes(series, acquired, withAgent));
    if (votes.length === 0 && (order === 'post' || order === 'prepost') && isDynamic(series))
      votes.push(
        vote(
          'post',
          'NumberOfTemporalPositions',
          '申请含增强，为多个时间点的 T1 动态序列',
          'contrast was ordered and this is a T1-weighted scan of several time points',
        ),
      );
    if (votes.some((one) => one.state === 'post')) spoken = true;
    if (showsContrast(series)) settle(series, votes);
    else if (votes.length > 0 && votes.every((one) => one.state === 'post')) settle(series, votes);
  }
  oneAcquisition(acquired);
  shareAcquisition(acquired);
  const injection = injectionOf(all, bolusStart, words);
  if (order === null && (repeatedScan(acquired) || repeatedT1(acquired))) spoken = true;
  if (exam.angiography && agentEverywhere) angiographyAlone(acquired);
  settleByTime(acquired.filter(showsContrast), order, acquired, injection, words);
  shareAcquisition(acquired);
  angiographyRuns(all, (withAgent.length > 0 && !agentEverywhere) || injection !== null);
  for (const series of all) if (!series.acquired) settle(series, derivedVotes(series, context));
  return { silent: !spoken, injection, agentEverywhere, words };
}

/** A scan is repeated this often only to watch contrast arrive. */
const DYNAMIC_POINTS = 4;

function isDynamic(series: ClassifiedSeries): boolean {
  return (
    series.summary.modality === 'MR' &&
    series.facts.weighting === 'T1' &&
    timePointsOf(series) >= DYNAMIC_POINTS
  );
}

/** Reconstructions say what they show; for readers only, as they are no evidence of a scan. */
function derivedVotes(series: ClassifiedSeries, context: VoteContext): Vote[] {
  const { derived } = series.facts;
  const shown = derived === 'MPR' || derived === 'MIP' || derived === 'SUBTRACTION' || derived === 'CPR';
  return shown ? directVotes(series, context) : [];
}

/**
 * A contrast-enhanced MR angiography is a mask and an enhanced run, both named alike. A single run without
 * an agent, an injection time or an image made of both may be the mask.
 */
function angiographyRuns(all: readonly ClassifiedSeries[], contrastSeen: boolean): void {
  const runs = all.filter((one) => one.acquired && one.facts.weighting === 'CEMRA');
  const made = all.some((one) => one.facts.derived === 'MIP' || one.facts.derived === 'SUBTRACTION');
  const [only, ...others] = runs;
  if (only === undefined || others.length > 0 || contrastSeen || made) return;
  if (only.facts.contrast !== 'post' || timePointsOf(only) > 1) return;
  if (/post|\bgd\b|cplus|增强后|增强期|注药/.test(only.description.normal)) return;
  only.facts.contrast = 'unknown';
  only.facts.because.push(
    because(
      CONTRAST,
      'SeriesDescription',
      '只有一次采集且未记录对比剂，可能为增强前的蒙片',
      'a single run without an agent, which may be the mask before contrast',
    ),
  );
}

/** The same CT range scanned again after minutes: without an order that says otherwise it may be enhanced. */
function repeatedScan(acquired: readonly ClassifiedSeries[]): boolean {
  const ct = acquired.filter((series) => series.summary.modality === 'CT' && series.facts.plane === 'axial');
  return ct.some((first) =>
    ct.some(
      (second) =>
        (startOf(second) ?? 0) - (startOf(first) ?? 0) >= LEAST_PAUSE &&
        !isRetake(second) &&
        overlap(first, second) >= 0.8,
    ),
  );
}

const LEAST_PAUSE = 60;

/** A CT angiography was ordered, a single scan was made and an agent is recorded on it: it is the angiography. */
function angiographyAlone(acquired: readonly ClassifiedSeries[]): void {
  const ct = acquired.filter((series) => series.summary.modality === 'CT' && series.facts.plane === 'axial');
  const [first] = ct;
  if (first === undefined || !ct.every((one) => one === first || sameAcquisition(first, one))) return;
  for (const series of ct) {
    if (series.facts.contrast !== 'unknown' || series.facts.because.some((one) => one.fact === CONTRAST))
      continue;
    series.facts.contrast = 'post';
    series.facts.because.push(
      because(
        CONTRAST,
        'ContrastBolusAgent',
        '申请为 CTA，唯一一次扫描记录了对比剂',
        'a CT angiography was ordered and the only scan records an agent',
      ),
    );
  }
}

/** The agent votes where only some series record it: it was then written with the injection. */
function agentVotes(
  series: ClassifiedSeries,
  acquired: readonly ClassifiedSeries[],
  withAgent: readonly ClassifiedSeries[],
): Vote[] {
  if (hasAgent(series)) {
    // reconstructions of one scan that disagree show that the agent was not written with the injection
    const twinWithout = acquired.some((other) => !hasAgent(other) && sameAcquisition(series, other));
    if (series.summary.modality === 'CT' && twinWithout) return [];
    return [
      vote(
        'post',
        'ContrastBolusAgent',
        `记录了对比剂“${series.summary.contrast.agents[0] ?? ''}”，其他序列未记录`,
        'an agent is recorded here and not on the other series',
      ),
    ];
  }
  const own = startOf(series);
  const first = Math.min(...withAgent.map((one) => startOf(one) ?? Infinity));
  return own !== null && own < first && first < Infinity
    ? [
        vote(
          'pre',
          'AcquisitionTime',
          '早于首个记录对比剂的序列',
          'acquired before the first series that records an agent',
        ),
      ]
    : [];
}

function settle(series: ClassifiedSeries, votes: readonly Vote[]): void {
  const states = new Set(votes.map((one) => one.state));
  const state: ContrastState = states.size === 1 ? (votes[0]?.state ?? 'unknown') : 'unknown';
  series.facts.contrast = state;
  series.facts.because.push(...votes.map((one) => one.because));
}

/** Reconstructions of one acquisition cannot be before and after contrast: one of them was named or recorded wrongly. */
function oneAcquisition(acquired: readonly ClassifiedSeries[]): void {
  const ct = acquired.filter(
    (series) => series.summary.modality === 'CT' && series.facts.contrast !== 'unknown',
  );
  const wrong = ct.filter((one) =>
    ct.some((other) => other.facts.contrast !== one.facts.contrast && sameAcquisition(one, other)),
  );
  for (const series of wrong) {
    series.facts.contrast = 'unknown';
    series.facts.because.push(
      because(
        CONTRAST,
        'AcquisitionNumber',
        '同一次采集的序列有的为平扫，有的为增强，互相矛盾',
        'series of one acquisition contradict each other on contrast',
      ),
    );
  }
}

function shareAcquisition(acquired: readonly ClassifiedSeries[]): void {
  const ct = acquired.filter((series) => series.summary.modality === 'CT');
  for (const series of ct) {
    if (
      series.facts.contrast !== 'unknown' ||
      series.facts.because.some((reason) => reason.fact === CONTRAST)
    )
      continue;
    const twin = ct.find(
      (other) => other !== series && other.facts.contrast !== 'unknown' && sameAcquisition(series, other),
    );
    if (twin === undefined) continue;
    series.facts.contrast = twin.facts.contrast;
    series.facts.because.push(
      because(
        CONTRAST,
        'AcquisitionNumber',
        `与“${twin.facts.seriesDescription}”为同一次采集`,
        `same acquisition as "${twin.facts.seriesDescription}"`,
      ),
    );
  }
}
