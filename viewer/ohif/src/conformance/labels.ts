/** The labels of a study, why there are no others, and their history, through the API. */
import type { LabelHistoryBody, StudyLabelsBody } from '@hutong/server/contract/labels';
import type { Copy, Fetch } from './decisions.ts';

export interface LabelsRead {
  labels: StudyLabelsBody;
  history: LabelHistoryBody;
}

/** Null when they cannot be read. */
export async function readLabels(
  fetch: Fetch,
  { hospital, study }: Copy,
  signal: AbortSignal,
): Promise<LabelsRead | null> {
  const read = async <Body>(below: string): Promise<Body | null> => {
    const query = new URLSearchParams({ hospital }).toString();
    const answer = await fetch(`/api/studies/${encodeURIComponent(study)}/labels${below}?${query}`, {
      headers: { accept: 'application/json' },
      credentials: 'same-origin',
      signal,
    });
    return answer.ok ? ((await answer.json()) as Body) : null;
  };
  try {
    const [labels, history] = await Promise.all([
      read<StudyLabelsBody>(''),
      read<LabelHistoryBody>('/history'),
    ]);
    return labels === null || history === null ? null : { labels, history };
  } catch {
    return null;
  }
}
