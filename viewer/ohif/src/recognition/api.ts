/** Recognising another hospital's study from within the viewer, through the API. */
import type { SessionInfo } from '@hutong/server/contract';
import type {
  DecisionWords,
  NewRecognitionDecisionBody,
  RecognitionDecisionBody,
  StudyRecognitionBody,
} from '@hutong/server/contract/recognition';
import type { Copy, Fetch } from '../conformance/decisions.ts';

type Bilingual = { zh: string; en: string };

/** What was sent, or what the server said against it; empty where it said nothing. */
export type Outcome = { kind: 'done' } | { kind: 'failed'; detail: Bilingual };

/** How long a decision is the one of this visit, in milliseconds: within it the same again is no second one. */
const PRESENT_MS = 24 * 3_600_000;

/** What can be recognised of a study; null where nothing can, or the reader has no right to. */
export async function readRecognition(
  fetch: Fetch,
  { hospital, study }: Copy,
  signal: AbortSignal,
): Promise<StudyRecognitionBody | null> {
  const init = { headers: { accept: 'application/json' }, credentials: 'same-origin', signal } as const;
  try {
    // Who has no right is not refused but never asks: a refusal is an error to whoever watches the browser.
    const session = await fetch('/api/session', init);
    if (!session.ok || ((await session.json()) as SessionInfo).rights.recognise === undefined) return null;
    const query = new URLSearchParams({ hospital }).toString();
    const answer = await fetch(`/api/recognition/studies/${encodeURIComponent(study)}?${query}`, init);
    return answer.ok ? ((await answer.json()) as StudyRecognitionBody) : null;
  } catch {
    return null;
  }
}

/** The decision that stands on an item for a hospital now, and the newest one of earlier visits. */
export function decisionsOf(
  { decisions }: Pick<StudyRecognitionBody, 'decisions'>,
  itemCode: string,
  hospital: string,
  now: number,
): { present: RecognitionDecisionBody | null; earlier: RecognitionDecisionBody | null } {
  const own = decisions.filter((one) => one.item.code === itemCode && one.hospital.code === hospital);
  const isPresent = (one: RecognitionDecisionBody): boolean => now - Date.parse(one.decidedAt) < PRESENT_MS;
  return {
    present: own.find(isPresent) ?? null,
    earlier: own.find((one) => !isPresent(one)) ?? null,
  };
}

/** Records a decision on an item of a study. Never throws: what went wrong is its answer. */
export const decide = (
  fetch: Fetch,
  { hospital, study }: Copy,
  itemCode: string,
  deciding: string,
  said: DecisionWords,
): Promise<Outcome> =>
  post(fetch, '', {
    ...said,
    hospital: deciding,
    on: { hospital, studyInstanceUid: study, itemCode },
  } satisfies NewRecognitionDecisionBody);

/** Takes a decision back. */
export const withdraw = (fetch: Fetch, id: string): Promise<Outcome> => post(fetch, `/${id}/withdraw`, {});

/** Notes that the text was taken over. */
export const cite = (fetch: Fetch, id: string): Promise<Outcome> => post(fetch, `/${id}/cite`, {});

async function post(fetch: Fetch, below: string, body: object): Promise<Outcome> {
  const failed: Outcome = { kind: 'failed', detail: { zh: '', en: '' } };
  try {
    const answer = await fetch(`/api/recognition/decisions${below}`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(body),
    });
    if (answer.ok) return { kind: 'done' };
    const problem: unknown = await answer.json().catch(() => null);
    if (typeof problem !== 'object' || problem === null) return failed;
    const { detail, detailZh } = problem as { detail?: unknown; detailZh?: unknown };
    return { kind: 'failed', detail: { zh: text(detailZh), en: text(detail) } };
  } catch {
    return failed;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
