/** Legal holds, retention, de-identified exports, and the page on data protection. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  DataProtectionBody,
  ExportBody,
  ExportChoices,
  ExportFilterBody,
  ExportOptionsBody,
  ExportPreview,
  ExportsPage,
  HoldBody,
  HoldsPage,
  RetentionBody,
} from '@hutong/server/contract/privacy';
import { getJson, queryOf, sendJson } from './http.ts';

const HOLDS = 'holds';
const EXPORTS = 'exports';

export const holdsQuery = (activeOnly: boolean) =>
  infiniteQueryOptions({
    queryKey: [HOLDS, activeOnly],
    queryFn: ({ pageParam, signal }) =>
      getJson<HoldsPage>(`/api/holds${queryOf({ active: String(activeOnly), cursor: pageParam })}`, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
export const allHolds = [HOLDS] as const;

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: ({ signal }) => getJson<RetentionBody>('/api/retention', signal),
});

export interface NewHoldBody {
  hospital: string;
  study?: string;
  patient?: string;
  reason: string;
  until: string | null;
}

export const setHold = (body: NewHoldBody) => sendJson<HoldBody>('POST', '/api/holds', body);
export const releaseHold = (id: number, reason: string) =>
  sendJson<HoldBody>('DELETE', `/api/holds/${id}`, { reason });

const BUSY_MS = 3000;
const QUIET_MS = 30_000;

export const exportsQuery = infiniteQueryOptions({
  queryKey: [EXPORTS],
  queryFn: ({ pageParam, signal }) =>
    getJson<ExportsPage>(`/api/exports${queryOf({ cursor: pageParam })}`, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
  refetchInterval: ({ state }) =>
    state.data?.pages.some((page) =>
      page.exports.some((each) => each.state === 'waiting' || each.state === 'running'),
    ) === true
      ? BUSY_MS
      : QUIET_MS,
});

export const exportChoicesQuery = queryOptions({
  queryKey: [EXPORTS, 'choices'],
  queryFn: ({ signal }) => getJson<ExportChoices>('/api/exports/choices', signal),
});

export interface NewExportBody {
  project: string;
  title: string;
  approval: string;
  reason: string;
  filter: Partial<ExportFilterBody>;
  options: Partial<ExportOptionsBody>;
}

export const previewExport = (body: Pick<NewExportBody, 'filter' | 'options'>) =>
  sendJson<ExportPreview>('POST', '/api/exports/preview', body);
export const makeExport = (body: NewExportBody) => sendJson<ExportBody>('POST', '/api/exports', body);
export const cancelExport = (id: string) => sendJson<ExportBody>('DELETE', `/api/exports/${id}`, {});
export const releaseExport = (id: string) => sendJson<ExportBody>('POST', `/api/exports/${id}/release`, {});
export const archiveUrl = (id: string): string => `/api/exports/${id}/archive`;

export const dataProtectionQuery = queryOptions({
  queryKey: ['data-protection'],
  queryFn: ({ signal }) => getJson<DataProtectionBody>('/api/data-protection', signal),
  staleTime: 60_000,
});
