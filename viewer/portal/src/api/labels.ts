/** HR labels: of a study and in lists; release, withdrawal, policy. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type {
  LabelHistoryBody,
  LabelPoliciesBody,
  LabelPolicyBody,
  LabelsPage,
  LabelWithdrawalOutcomeBody,
  LabelWithdrawalPreview,
  LabelWithdrawalsPage,
  NewLabelWithdrawalBody,
  RelabellingsBody,
  ReleaseBody,
  ReleasedBody,
  StudyLabelsBody,
} from '@hutong/server/contract/labels';
import type { LabelPolicy } from '@hutong/recognition';
import type { Copy } from './corrections.ts';
import { getJson, queryOf, sendJson } from './http.ts';

const LABELS = 'labels';

const pathOf = ({ study, hospital }: Copy, below = ''): string =>
  `/api/studies/${study}/labels${below}${queryOf({ hospital })}`;

export const studyLabelsQuery = (copy: Copy) =>
  queryOptions({
    queryKey: [LABELS, 'study', copy.hospital, copy.study],
    queryFn: ({ signal }) => getJson<StudyLabelsBody>(pathOf(copy), signal),
  });

export const labelHistoryQuery = (copy: Copy) =>
  queryOptions({
    queryKey: [LABELS, 'history', copy.hospital, copy.study],
    queryFn: ({ signal }) => getJson<LabelHistoryBody>(pathOf(copy, '/history'), signal),
  });

export type ListedState = 'proposed' | 'applied' | 'withdrawn';

export const labelsQuery = (state: ListedState) =>
  infiniteQueryOptions({
    queryKey: [LABELS, 'list', state],
    queryFn: ({ pageParam, signal }) =>
      getJson<LabelsPage>(`/api/labels${queryOf({ state, cursor: pageParam })}`, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const withdrawalsQuery = (open: boolean) =>
  infiniteQueryOptions({
    queryKey: [LABELS, 'withdrawals', open],
    queryFn: ({ pageParam, signal }) =>
      getJson<LabelWithdrawalsPage>(
        `/api/label-withdrawals${queryOf({ open: String(open), cursor: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const policiesQuery = queryOptions({
  queryKey: [LABELS, 'policies'],
  queryFn: ({ signal }) => getJson<LabelPoliciesBody>('/api/label-policies?ended=true', signal),
});

const BUSY_MS = 2000;

export const relabellingsQuery = queryOptions({
  queryKey: [LABELS, 'relabellings'],
  queryFn: ({ signal }) => getJson<RelabellingsBody>('/api/relabellings', signal),
  refetchInterval: ({ state }) =>
    state.data?.relabellings.some((one) => one.state === 'waiting' || one.state === 'working') === true
      ? BUSY_MS
      : false,
});

export const releaseLabels = (labels: ReleaseBody['labels']) =>
  sendJson<ReleasedBody>('POST', '/api/labels/release', { labels });

export const withdrawStudyLabels = (
  copy: Copy,
  body: { itemCode: string | null; scope: string | null; reason: string },
) => sendJson<LabelWithdrawalOutcomeBody>('POST', pathOf(copy, '/withdrawals'), body);

export const previewWithdrawal = (body: Omit<NewLabelWithdrawalBody, 'reason'>) =>
  sendJson<LabelWithdrawalPreview>('POST', '/api/label-withdrawals/preview', body);
export const withdrawSet = (body: NewLabelWithdrawalBody) =>
  sendJson<LabelWithdrawalOutcomeBody>('POST', '/api/label-withdrawals', body);
export const liftWithdrawal = (id: number, reason: string) =>
  sendJson<LabelWithdrawalOutcomeBody>('POST', `/api/label-withdrawals/${id}/lift`, { reason });

export const setPolicy = (policy: LabelPolicy) =>
  sendJson<LabelPolicyBody>('PUT', '/api/label-policies', policy);
export const endPolicy = (id: number) => sendJson('DELETE', `/api/label-policies/${id}`, {});
export const relabelAll = () => sendJson('POST', '/api/relabellings', {});

/** What shows labels is read anew. */
export async function labelsChanged(client: QueryClient): Promise<void> {
  await Promise.all(
    [LABELS, 'worklist', 'recent', 'conformance'].map((key) => client.invalidateQueries({ queryKey: [key] })),
  );
}
