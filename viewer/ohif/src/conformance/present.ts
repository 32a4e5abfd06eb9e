import type {
  Bilingual,
  HrLabel,
  ItemResult,
  RequirementLevel,
  RequirementResult,
  RequirementStatus,
  SeriesFacts,
  Verdict,
} from '@hutong/conformance';
import type { JudgedItemBody, StudyConformanceBody } from '@hutong/server/contract/conformance';

/** Drawn, never typed: the host's font lacks some of these characters. */
export type Shape = 'check' | 'exclamation' | 'question' | 'dots' | 'dash';

/** How a verdict or state looks: its shape is as telling as its colour. */
export interface Mark {
  tone: 'pass' | 'fail' | 'review' | 'pending' | 'quiet';
  shape: Shape;
  text: Bilingual;
}

const verdictMarks: Record<Verdict, Mark> = {
  PASS: { tone: 'pass', shape: 'check', text: { zh: '符合', en: 'Conforms' } },
  FAIL: { tone: 'fail', shape: 'exclamation', text: { zh: '缺项', en: 'Incomplete' } },
  REVIEW: { tone: 'review', shape: 'question', text: { zh: '待审', en: 'For review' } },
};

export const pendingMark: Mark = {
  tone: 'pending',
  shape: 'dots',
  text: { zh: '核验中', en: 'Being checked' },
};

export function verdictMark(verdict: Verdict): Mark {
  return verdictMarks[verdict];
}

/**
 * How a requirement's state looks. What is not demanded does not alarm when it is absent, and nothing is called
 * missing while images may still arrive.
 */
export function requirementMark(status: RequirementStatus, level: RequirementLevel, settled: boolean): Mark {
  switch (status) {
    case 'SATISFIED':
      return { tone: 'pass', shape: 'check', text: { zh: '有', en: 'Met' } };
    case 'UNDECIDED':
      return { tone: 'review', shape: 'question', text: { zh: '待定', en: 'Undecided' } };
    case 'NOT_SATISFIED':
      if (level === 'should' || level === 'info') {
        return { tone: 'quiet', shape: 'dash', text: { zh: '无', en: 'Absent' } };
      }
      return settled
        ? { tone: 'fail', shape: 'exclamation', text: { zh: '缺', en: 'Missing' } }
        : { tone: 'pending', shape: 'dots', text: { zh: '未到', en: 'Not yet received' } };
  }
}

const levels: Record<RequirementLevel, Bilingual> = {
  must: { zh: '必备', en: 'Required' },
  conditional: { zh: '按条件', en: 'Conditional' },
  should: { zh: '建议', en: 'Advised' },
  info: { zh: '提示', en: 'Note' },
};

export function levelText(level: RequirementLevel): Bilingual {
  return levels[level];
}

const urgency: Record<Mark['tone'], number> = { fail: 0, review: 1, pending: 2, pass: 3, quiet: 4 };

/** Requirements in the order a reader needs them: what is missing, what is open, what is there. */
export function inReadingOrder(item: ItemResult, settled: boolean): RequirementResult[] {
  const rank = (one: RequirementResult): number => urgency[markWithin(item, one, settled).tone];
  return [...item.requirements].sort((one, other) => rank(one) - rank(other));
}

/** What nobody has to decide for the item to pass: a condition that is the clinician's to judge. */
const isOpenCondition = (item: ItemResult, { level, status }: RequirementResult): boolean =>
  item.verdict === 'PASS' && level === 'conditional' && status === 'UNDECIDED';

/** How a requirement's state looks within its item: an open condition of an item that passes does not alarm. */
export function markWithin(item: ItemResult, requirement: RequirementResult, settled: boolean): Mark {
  const mark = requirementMark(requirement.status, requirement.level, settled);
  return isOpenCondition(item, requirement) ? { ...mark, tone: 'quiet' } : mark;
}

/** How many of the demanded requirements are met. */
export function tally(item: ItemResult): { met: number; demanded: number } {
  const demanded = item.requirements.filter(
    (one) => (one.level === 'must' || one.level === 'conditional') && !isOpenCondition(item, one),
  );
  return { met: demanded.filter((one) => one.status === 'SATISFIED').length, demanded: demanded.length };
}

/** Labels that hold or are proposed, in that order; withdrawn ones are not shown on pictures. */
export function standingLabels(labels: readonly HrLabel[]): HrLabel[] {
  const standing = (state: HrLabel['state']): HrLabel[] => labels.filter((label) => label.state === state);
  return [...standing('applied'), ...standing('proposed')];
}

/** One mark for the whole study: the worst verdict, or that it is pending; null when nothing was judged. */
export function studyMark(response: StudyConformanceBody): Mark | null {
  if (response.status === 'pending') return pendingMark;
  const marks = response.results.map((item) => verdictMark(item.effectiveVerdict));
  return marks.sort((one, other) => urgency[one.tone] - urgency[other.tone])[0] ?? null;
}

/** Whether a person decided on the item, and whether that still holds. */
export function decisionStanding({ decision }: Pick<JudgedItemBody, 'decision'>): 'none' | 'holds' | 'stale' {
  if (decision === null || decision.verdict === null) return 'none';
  return decision.stale ? 'stale' : 'holds';
}

/** What a person may choose: not what holds without doubt, whoever gave it; only a decision that holds is taken back. */
export function choicesFor(
  item: Pick<JudgedItemBody, 'verdict' | 'decision'>,
): ('PASS' | 'FAIL' | 'takeBack')[] {
  const standing = decisionStanding(item);
  if (standing === 'holds') {
    return item.decision?.verdict === 'PASS' ? ['FAIL', 'takeBack'] : ['PASS', 'takeBack'];
  }
  if (standing === 'stale' || item.verdict === 'REVIEW') return ['PASS', 'FAIL'];
  return item.verdict === 'PASS' ? ['FAIL'] : ['PASS'];
}

/** What was understood of one series. */
export function factsOf(response: StudyConformanceBody, seriesInstanceUid: string): SeriesFacts | undefined {
  return response.series.find((series) => series.seriesInstanceUid === seriesInstanceUid);
}
