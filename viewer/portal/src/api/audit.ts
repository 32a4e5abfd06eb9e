/** The audit trail, for auditors. Patients are named in bodies alone. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AuditOverview,
  AuditPage,
  AuditSearch,
  AuditStatus,
  AuditVerificationBody,
  PatientHistoryBody,
} from '@hutong/server/contract/audit';
import { getJson, postForText, sendJson } from './http.ts';

const PAGE = 200;
const VERIFYING_MS = 1000;
const EXPORT_TIMEOUT_MS = 120_000;

async function post<Body>(path: string, body: object): Promise<Body> {
  const answer = await sendJson<Body>('POST', path, body);
  if (answer === null) throw new Error('an answer without a body');
  return answer;
}

export const auditEventsQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'events', search],
    queryFn: ({ pageParam }) =>
      post<AuditPage>('/api/audit/search', {
        ...search,
        limit: PAGE,
        ...(pageParam === null ? {} : { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const auditOverviewQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', 'overview', search],
    queryFn: () => post<AuditOverview>('/api/audit/overview', search),
    placeholderData: keepPreviousData,
  });

export const auditAlertsQuery = (from: string) =>
  queryOptions({
    queryKey: ['audit', 'alerts', from],
    queryFn: () => post<AuditPage>('/api/audit/search', { action: ['securityAlert'], from, limit: 100 }),
    refetchInterval: 300_000,
  });

/** Asked again each second while a verification is at work. */
export const auditStatusQuery = queryOptions({
  queryKey: ['audit', 'status'],
  queryFn: ({ signal }) => getJson<AuditStatus>('/api/audit/status', signal),
  refetchInterval: ({ state }) => (state.data?.verification.newest?.running === true ? VERIFYING_MS : 60_000),
});

export const beginVerification = (): Promise<AuditVerificationBody> => post('/api/audit/verification', {});

/** The table of a search, as CSV. */
export const exportAudit = (search: AuditSearch): Promise<string> =>
  postForText('/api/audit/export', search, EXPORT_TIMEOUT_MS);

export interface HistorySearch {
  hospital: string;
  patientId: string;
  from?: string;
  to?: string;
}

export const patientHistoryQuery = (search: HistorySearch) =>
  queryOptions({
    queryKey: ['audit', 'patient', search],
    queryFn: () => post<PatientHistoryBody>('/api/audit/patient-history', search),
    // Each look is on record; nothing is asked again by itself.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
