import { because } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { NO_AGENT } from './lexicon.ts';
import { listed } from './names.ts';
import type { PhaseWords } from './phaseWords.ts';
import type { TextFacts } from './text.ts';
import type { Because } from './types.ts';

export interface Vote {
  state: 'pre' | 'post';
  because: Because;
}

/** What a vote may draw on beside the series itself. */
export interface VoteContext {
  bolusStart: number | null;
  /** All series carry one protocol name, which then speaks of the study and of no series. */
  protocolShared: boolean;
  words: PhaseWords;
  /** Series named "WO" exist, so that "W" means with contrast. */
  without: boolean;
}

export const CONTRAST = 'contrast';
/** Longest plausible time from injection to an acquisition, in seconds. */
const LONGEST_DELAY = 3600;

export function vote(state: 'pre' | 'post', source: string, zh: string, en: string): Vote {
  return { state, because: because(CONTRAST, source, zh, en) };
}

export function hasAgent(series: ClassifiedSeries): boolean {
  return series.summary.contrast.agents.some((agent) => !NO_AGENT.has(agent.trim().toLowerCase()));
}

/** What a series says of its own contrast: codes, words, the injection time. */
export function directVotes(series: ClassifiedSeries, context: VoteContext): Vote[] {
  const { bolusStart, protocolShared } = context;
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
  const words = wordVotes(series, series.description, 'SeriesDescription', context);
  votes.push(...words);
  if (words.length === 0 && !protocolShared)
    votes.push(...wordVotes(series, series.protocol, 'ProtocolName', context));
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

function wordVotes(series: ClassifiedSeries, text: TextFacts, source: string, context: VoteContext): Vote[] {
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
  if (!ct && source === 'SeriesDescription' && context.words.oneOfSeveral(series)) return said('post');
  if (ct && context.words.short(text).length > 0) return said('post');
  if (context.without && /(?<![a-z0-9])w(?![a-z0-9])/.test(text.normal)) return said('post');
  if (ct && text.read('angio').some((id) => id === 'cta' || id === 'ctu' || id === 'ctv'))
    return said('post');
  return [];
}

/** In MR the short phase tokens (a, pv, del) mean too many other things. */
function longPhaseWord(normal: string): boolean {
  return /arterial|venous|delayed|equilibrium|动脉期|门脉期|静脉期|延迟期|平衡期/.test(normal);
}
