/** How a person's decision on a verdict stands beside the machine's. Pure. */
import type { JudgedItemBody, VerdictDecisionBody } from '@hutong/server/contract/conformance';
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

/**
 * What can be chosen: never the verdict that holds without doubt, whoever gave it; only a decision that holds is taken
 * back. What the machine could not decide, or must be looked at again, is open both ways.
 */
export function choicesFor({ verdict, decision }: Pick<JudgedItemBody, 'verdict' | 'decision'>): Choice[] {
  const state = standing(decision);
  if (state === 'holds') return decision?.verdict === 'PASS' ? ['FAIL', 'takeBack'] : ['PASS', 'takeBack'];
  if (state === 'stale' || verdict === 'REVIEW') return ['PASS', 'FAIL'];
  return verdict === 'PASS' ? ['FAIL'] : ['PASS'];
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
