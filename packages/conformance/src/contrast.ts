import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { NO_AGENT } from './lexicon.ts';
import { listed } from './names.ts';
import type { Because, ContrastState } from './types.ts';

/** What the order says of contrast, as far as it is known. */
export type OrderContrast = 'pre' | 'post' | 'prepost' | null;

export interface ContrastFinding {
  /** True where nothing in the study speaks of contrast: no agent, no words, no phases, no enhanced order. */
  silent: boolean;
  /** Start of the injection in seconds, where a series records it. */
  bolusStart: number | null;
  /** True where an agent is recorded on every acquired series, which proves nothing for any one of them. */
  agentEverywhere: boolean;
}

interface Vote {
  state: 'pre' | 'post';
  because: Because;
}

const FACT = 'contrast';
/** Shortest time from a plain CT to the first enhanced one: the injection has to arrive (s). */
const LEAST_PAUSE = 12;
/** Shortest pause in which a scan is repeated because contrast was given, and not because it failed (s). */
const LEAST_INJECTION_PAUSE = 60;
/** Longest plausible time from injection to an acquisition, in seconds. */
const LONGEST_DELAY = 3600;

function vote(state: 'pre' | 'post', source: string, zh: string, en: string): Vote {
  return { state, because: because(FACT, source, zh, en) };
}

function hasAgent(series: ClassifiedSeries): boolean {
  return series.summary.contrast.agents.some((agent) => !NO_AGENT.has(agent.trim().toLowerCase()));
}

/** Only T1-weighted MR series and CT series show contrast; others are left unknown. */
function showsContrast(series: ClassifiedSeries): boolean {
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
export function settleContrast(all: readonly ClassifiedSeries[], order: OrderContrast): ContrastFinding {
  const acquired = all.filter(
    (series) => series.acquired && (series.summary.modality === 'CT' || series.summary.modality === 'MR'),
  );
  const withAgent = acquired.filter(hasAgent);
  const agentEverywhere = withAgent.length > 0 && withAgent.length === acquired.length;
  const starts = acquired
    .map((series) => series.summary.contrast.bolusStart)
    .filter((start) => start !== null);
  const bolusStart = starts.length > 0 ? Math.min(...starts) : null;
  const firstAgent = earliest(withAgent);
  const sharedProtocol = new Set(acquired.map((series) => series.summary.protocolName)).size <= 1;
  let spoken = withAgent.length > 0 || bolusStart !== null || order === 'post' || order === 'prepost';
  for (const series of acquired) {
    const votes = directVotes(series, bolusStart, sharedProtocol && acquired.length > 1);
    if (!agentEverywhere && withAgent.length > 0) {
      // reconstructions of one scan that disagree show that the agent was not written with the injection
      const twinWithout = acquired.some((other) => !hasAgent(other) && sameAcquisition(series, other));
      if (hasAgent(series)) {
        if (!(series.summary.modality === 'CT' && twinWithout))
          votes.push(
            vote(
              'post',
              'ContrastBolusAgent',
              `记录了对比剂“${series.summary.contrast.agents[0] ?? ''}”，其他序列未记录`,
              'an agent is recorded here and not on the other series',
            ),
          );
      } else if (before(series, firstAgent))
        votes.push(
          vote(
            'pre',
            'AcquisitionTime',
            '早于首个记录对比剂的序列',
            'acquired before the first series that records an agent',
          ),
        );
    }
    if (votes.some((one) => one.state === 'post')) spoken = true;
    if (showsContrast(series)) settle(series, votes);
    else if (votes.length > 0 && votes.every((one) => one.state === 'post')) settle(series, votes);
  }
  shareAcquisition(acquired);
  byOrder(acquired.filter(showsContrast), order, acquired);
  return { silent: !spoken, bolusStart, agentEverywhere };
}

function settle(series: ClassifiedSeries, votes: readonly Vote[]): void {
  const states = new Set(votes.map((one) => one.state));
  const state: ContrastState = states.size === 1 ? (votes[0]?.state ?? 'unknown') : 'unknown';
  series.facts.contrast = state;
  series.facts.because.push(...votes.map((one) => one.because));
}

function directVotes(series: ClassifiedSeries, bolusStart: number | null, protocolShared: boolean): Vote[] {
  const votes: Vote[] = [];
  const { contrast, time, modality } = series.summary;
  const codedPost = contrast.phases.filter((phase) => phase !== 'PRE_CONTRAST');
  if (contrast.phases.includes('PRE_CONTRAST') && codedPost.length === 0)
    votes.push(vote('pre', 'ContrastBolusAgentPhase', '期相编码为增强前', 'coded as before contrast'));
  if (codedPost.length > 0)
    votes.push(
      vote(
        'post',
        'ContrastBolusAgentPhase',
        `期相编码为${listed(codedPost).zh}`,
        `coded as ${listed(codedPost).en}`,
      ),
    );
  const words = wordVotes(series, series.description, 'SeriesDescription');
  votes.push(...words);
  if (words.length === 0 && !protocolShared)
    votes.push(...wordVotes(series, series.protocol, 'ProtocolName'));
  if (series.facts.weighting === 'CEMRA' && !votes.some((one) => one.state === 'pre'))
    votes.push(vote('post', 'SeriesDescription', '对比增强血管成像', 'contrast-enhanced angiography'));
  if (
    bolusStart !== null &&
    time.acquisition !== null &&
    (modality === 'CT' || series.facts.weighting === 'T1' || series.facts.weighting === 'CEMRA')
  ) {
    const delay = time.acquisition.min - bolusStart;
    if (delay < 0 && delay > -LONGEST_DELAY)
      votes.push(
        vote(
          'pre',
          'ContrastBolusStartTime',
          `注药前 ${Math.round(-delay)} 秒采集`,
          `acquired ${Math.round(-delay)} s before the injection`,
        ),
      );
    if (delay >= 5 && delay < LONGEST_DELAY)
      votes.push(
        vote(
          'post',
          'ContrastBolusStartTime',
          `注药后 ${Math.round(delay)} 秒采集`,
          `acquired ${Math.round(delay)} s after the injection`,
        ),
      );
  }
  return votes;
}

function wordVotes(series: ClassifiedSeries, text: ClassifiedSeries['description'], source: string): Vote[] {
  const contrast = text.read('contrast');
  const phases = text.read('phases');
  const ct = series.summary.modality === 'CT';
  const said = (state: 'pre' | 'post'): Vote[] => [
    vote(
      state,
      source,
      `“${text.text}”表明为${state === 'pre' ? '增强前' : '增强后'}`,
      `"${text.text}" says ${state === 'pre' ? 'before' : 'after'} contrast`,
    ),
  ];
  if (contrast.includes('prepost') || (contrast.includes('pre') && contrast.includes('post'))) return [];
  const enhanced = phases.some((phase) => phase !== 'native');
  if (contrast.includes('pre')) return enhanced && ct ? [] : said('pre');
  if (contrast.includes('post')) return said('post');
  if (!ct && series.facts.weighting === 'T1' && text.read('dynamic').length > 0) return said('post');
  if (text.read('angio').includes('calcium')) return said('pre');
  if (ct && phases.includes('native') && !enhanced) return said('pre');
  if (enhanced && (ct || longPhaseWord(text.normal))) return said('post');
  if (ct && text.read('angio').some((id) => id === 'cta' || id === 'ctu' || id === 'ctv'))
    return said('post');
  return [];
}

/** In MR the short phase tokens (a, pv, del) mean too many other things. */
function longPhaseWord(normal: string): boolean {
  return /arterial|venous|delayed|equilibrium|动脉期|门脉期|静脉期|延迟期|平衡期/.test(normal);
}

function start(series: ClassifiedSeries): number | null {
  return series.summary.time.acquisition?.min ?? null;
}

function earliest(list: readonly ClassifiedSeries[]): number | null {
  const times = list.map(start).filter((time) => time !== null);
  return times.length > 0 ? Math.min(...times) : null;
}

function before(series: ClassifiedSeries, time: number | null): boolean {
  const own = start(series);
  return own !== null && time !== null && own < time;
}

/** True where two CT series are reconstructions of one acquisition: same acquisition number and same start. */
export function sameAcquisition(a: ClassifiedSeries, b: ClassifiedSeries): boolean {
  const [x, y] = [start(a), start(b)];
  if (x === null || y === null || Math.abs(x - y) > 3) return false;
  const numbers = b.summary.time.acquisitionNumbers;
  return (
    a.summary.time.acquisitionNumbers.length === 0 ||
    numbers.length === 0 ||
    a.summary.time.acquisitionNumbers.some((n) => numbers.includes(n))
  );
}

function shareAcquisition(acquired: readonly ClassifiedSeries[]): void {
  const ct = acquired.filter((series) => series.summary.modality === 'CT');
  for (const series of ct) {
    if (series.facts.contrast !== 'unknown' || series.facts.because.some((reason) => reason.fact === FACT))
      continue;
    const twin = ct.find(
      (other) => other !== series && other.facts.contrast !== 'unknown' && sameAcquisition(series, other),
    );
    if (twin === undefined) continue;
    series.facts.contrast = twin.facts.contrast;
    series.facts.because.push(
      because(
        FACT,
        'AcquisitionNumber',
        `与“${twin.facts.seriesDescription}”为同一次采集`,
        `same acquisition as "${twin.facts.seriesDescription}"`,
      ),
    );
  }
}

/** Time order around what is known; between equal repeats only where the order asked for contrast. */
function byOrder(
  list: readonly ClassifiedSeries[],
  order: OrderContrast,
  all: readonly ClassifiedSeries[],
): void {
  const open = (): ClassifiedSeries[] =>
    list.filter((series) => series.facts.contrast === 'unknown' && !contradicted(series));
  const firstPost = earliest(list.filter((series) => series.facts.contrast === 'post'));
  if (firstPost !== null) {
    for (const series of open()) {
      const own = start(series);
      if (own === null) continue;
      if (series.summary.modality === 'CT' && own < firstPost && firstPost - own < LEAST_PAUSE) continue;
      const state = own < firstPost ? 'pre' : 'post';
      series.facts.contrast = state;
      series.facts.because.push(
        because(
          FACT,
          'AcquisitionTime',
          state === 'pre' ? '早于首个增强序列' : '晚于首个增强序列',
          state === 'pre'
            ? 'acquired before the first enhanced series'
            : 'acquired after the first enhanced series',
        ),
      );
    }
    return;
  }
  if (order !== 'post' && order !== 'prepost') return;
  for (const series of open()) {
    const later = open().find((other) => other !== series && repeatsLater(series, other));
    if (later === undefined || (series.summary.modality === 'MR' && nothingBetween(all, series, later)))
      continue;
    series.facts.contrast = 'pre';
    series.facts.because.push(
      because(
        FACT,
        'AcquisitionTime',
        '申请含增强，同参数同范围序列在其后重复',
        'contrast was ordered and the same scan is repeated later',
      ),
    );
    later.facts.contrast = 'post';
    later.facts.because.push(
      because(
        FACT,
        'AcquisitionTime',
        '申请含增强，为同参数同范围的再次扫描',
        'contrast was ordered and this repeats an earlier scan',
      ),
    );
  }
}

/** An MR scan repeated at once was repeated for motion; after an injection other scans lie between. */
function nothingBetween(
  all: readonly ClassifiedSeries[],
  first: ClassifiedSeries,
  second: ClassifiedSeries,
): boolean {
  const [x, y] = [start(first), start(second)];
  return !all.some((other) => {
    const own = start(other);
    return own !== null && x !== null && y !== null && own > x && own < y;
  });
}

function contradicted(series: ClassifiedSeries): boolean {
  return series.facts.because.filter((reason) => reason.fact === FACT).length > 1;
}

/** Later by a pause that an injection needs, with the same geometry and timing. */
function repeatsLater(first: ClassifiedSeries, second: ClassifiedSeries): boolean {
  const [x, y] = [start(first), start(second)];
  if (x === null || y === null || y - x < LEAST_INJECTION_PAUSE) return false;
  if (/repeat|rpt|redo|重扫|重复|补扫/.test(second.description.normal)) return false;
  const [a, b] = [first.summary, second.summary];
  if (first.facts.plane !== second.facts.plane || first.facts.thicknessMm !== second.facts.thicknessMm)
    return false;
  if (overlap(first, second) < 0.8) return false;
  if (a.mr === null || b.mr === null) return true;
  const close = (p: number | undefined, q: number | undefined): boolean =>
    p !== undefined && q !== undefined && Math.abs(p - q) <= 0.1 * Math.max(p, q);
  return (
    close(a.mr.te?.min, b.mr.te?.min) &&
    close(a.mr.tr?.min, b.mr.tr?.min) &&
    first.facts.fatSat === second.facts.fatSat
  );
}

/** Share of the shorter range that two stacks of one plane have in common, 0 to 1; 1 where positions are missing. */
export function overlap(a: ClassifiedSeries, b: ClassifiedSeries): number {
  const [x, y] = [a.summary.geometry.extent, b.summary.geometry.extent];
  if (x === null || y === null) return 1;
  const flipped =
    (a.summary.geometry.normals[0]?.normal ?? [0, 0, 1]).reduce(
      (sum, v, i) => sum + v * (b.summary.geometry.normals[0]?.normal[i] ?? 0),
      0,
    ) < 0;
  const z = flipped ? { min: -y.max, max: -y.min } : y;
  const shared = Math.min(x.max, z.max) - Math.max(x.min, z.min);
  const shorter = Math.min(x.max - x.min, z.max - z.min);
  return shorter <= 0 ? (shared >= 0 ? 1 : 0) : Math.max(0, shared / shorter);
}
