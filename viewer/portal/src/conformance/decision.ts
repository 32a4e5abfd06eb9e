/** How a person's decision on a verdict stands beside the machine's. Pure. */
import type { VerdictDecisionBody } from '@hutong/server/contract/conformance';
import type { WorklistStudy } from '@hutong/server/contract';

/** What a person may choose to do with a verdict. */
export type Choice = 'PASS' | 'FAIL' | 'takeBack';

export const REASON_LIMIT = 500;

/** Whether somebody decided, and whether that still holds. */
export function standing(
  decision: Pick<VerdictDecisionBody, 'verdict' | 'stale'> | null,
): 'none' | 'holds' | 'stale' {
  if (decision === null || decision.verdict === null) return 'none';
  return decision.stale ? 'stale' : 'holds';
}

/** The mark of a row: that a person must look again says more than that one decided. */
export function rowStanding(items: WorklistStudy['items']): 'none' | 'holds' | 'stale' {
  if (items.some(({ stale }) => stale)) return 'stale';
  return items.some(({ decided }) => decided) ? 'holds' : 'none';
}

/** What can be chosen: the verdict that holds by a decision is not offered again, and only one that holds is taken back. */
export function choicesFor(decision: Pick<VerdictDecisionBody, 'verdict' | 'stale'> | null): Choice[] {
  if (standing(decision) !== 'holds') return ['PASS', 'FAIL'];
  return decision?.verdict === 'PASS' ? ['FAIL', 'takeBack'] : ['PASS', 'takeBack'];
}

/** A reason as it is sent; null when it says nothing. */
export function givenReason(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : trimmed.slice(0, REASON_LIMIT);
}

/** Puts a common phrase into the reason: in place of another one, behind words of one's own. */
export function withPhrase(reason: string, phrase: string, phrases: readonly string[]): string {
  const text = reason.trim();
  if (text === '' || phrases.includes(text)) return phrase;
  return text.includes(phrase) ? reason : `${text}；${phrase}`;
}
