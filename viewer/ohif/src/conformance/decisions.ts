/** Decisions on verdicts and their history, through the API. */
import type { ConformanceHistoryBody, NewVerdictDecision } from '@hutong/server/contract/conformance';

/** One hospital's copy of a study. */
export interface Copy {
  hospital: string;
  study: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What became of a decision. `detail` is what the server said, in both languages; empty where it said nothing. */
export type DecisionOutcome =
  { kind: 'done' } | { kind: 'evidenceChanged' } | { kind: 'failed'; detail: { zh: string; en: string } };

const addressOf = ({ hospital, study }: Copy, below: string): string =>
  `/api/studies/${encodeURIComponent(study)}/conformance/${below}?${new URLSearchParams({ hospital }).toString()}`;

const text = (body: object, member: string): string => {
  const value = (body as Readonly<Record<string, unknown>>)[member];
  return typeof value === 'string' ? value : '';
};

/** Sends a decision. Never throws: what went wrong is its answer. */
export async function decide(
  fetch: Fetch,
  copy: Copy,
  decision: NewVerdictDecision,
): Promise<DecisionOutcome> {
  const failed: DecisionOutcome = { kind: 'failed', detail: { zh: '', en: '' } };
  try {
    const answer = await fetch(addressOf(copy, 'decisions'), {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(decision),
    });
    if (answer.ok) return { kind: 'done' };
    const body: unknown = await answer.json().catch(() => null);
    if (typeof body !== 'object' || body === null) return failed;
    if (answer.status === 409 && text(body, 'code') === 'evidence-changed') {
      return { kind: 'evidenceChanged' };
    }
    return { kind: 'failed', detail: { zh: text(body, 'detailZh'), en: text(body, 'detail') } };
  } catch {
    return failed;
  }
}

/** Results and decisions, newest first; null when they cannot be read. */
export async function readHistory(
  fetch: Fetch,
  copy: Copy,
  signal: AbortSignal,
): Promise<ConformanceHistoryBody | null> {
  try {
    const answer = await fetch(addressOf(copy, 'history'), {
      headers: { accept: 'application/json' },
      credentials: 'same-origin',
      signal,
    });
    return answer.ok ? ((await answer.json()) as ConformanceHistoryBody) : null;
  } catch {
    return null;
  }
}
