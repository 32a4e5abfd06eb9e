/** History, corrections and pending decisions: the portal's questions and orders to the server. */
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import type {
  CorrectionReasons,
  CorrectionsPage,
  KeptAsideBody,
  KeptAsideDecision,
  KeptAsideFacets,
  KeptAsidePage,
  PatientCorrectionBody,
  PatientCorrectionsPage,
  RecoveryBody,
} from '@hutong/server/contract';
import { getJson, queryOf, sendJson } from './http.ts';

/** Why somebody does something: a code of the list, and free words. */
export interface GivenReason {
  code: string;
  text: string;
}

/** One hospital's copy of a study. */
export interface Copy {
  hospital: string;
  study: string;
}

const POLL_MS = 2_000;
const COUNT_EVERY_MS = 60_000;

const atStudy = (study: string): string => `/api/studies/${encodeURIComponent(study)}`;

export const reasonsQuery = queryOptions({
  queryKey: ['correction-reasons'],
  queryFn: ({ signal }) => getJson<CorrectionReasons>('/api/correction-reasons', signal),
  staleTime: Infinity,
});

/** What was done to one copy of a study, or to all studies (`null`), newest first. */
export const historyQuery = (copy: Copy | null) =>
  infiniteQueryOptions({
    queryKey: ['history', copy?.hospital ?? '', copy?.study ?? ''],
    queryFn: ({ pageParam, signal }) => {
      const page = { hospital: copy?.hospital ?? null, before: pageParam };
      const path = copy === null ? '/api/corrections' : `${atStudy(copy.study)}/history`;
      return getJson<CorrectionsPage>(`${path}${queryOf(page)}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.next === null ? null : String(page.next)),
  });

/** Corrections of patient data that concern a study; asked again while images are being rewritten. */
export const patientCorrectionsQuery = (study: string, allowed: boolean) =>
  queryOptions({
    queryKey: ['patient-corrections', study],
    queryFn: ({ signal }) =>
      getJson<PatientCorrectionsPage>(`/api/patient-corrections${queryOf({ study })}`, signal),
    enabled: allowed,
    refetchInterval: ({ state }) =>
      state.data?.corrections.some((each) => each.state === 'working') === true ? POLL_MS : false,
  });

export const pendingCountQuery = queryOptions({
  queryKey: ['kept-aside', 'count'],
  queryFn: ({ signal }) => getJson<KeptAsideFacets>('/api/kept-aside/facets', signal),
  refetchInterval: COUNT_EVERY_MS,
  staleTime: 10_000,
});

/** What waits for a decision, of all studies or of one. */
export const pendingQuery = (copy: Copy | null) =>
  infiniteQueryOptions({
    queryKey: ['kept-aside', copy?.hospital ?? '', copy?.study ?? ''],
    queryFn: ({ pageParam, signal }) => {
      const page = { hospital: copy?.hospital ?? null, study: copy?.study ?? null, before: pageParam };
      return getJson<KeptAsidePage>(`/api/kept-aside${queryOf({ ...page, limit: '200' })}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.next === null ? null : String(page.next)),
  });

/** Deletes a hospital's copy of a study, or one series of it. */
export async function deleteCopy(copy: Copy, series: string | null, reason: GivenReason): Promise<void> {
  const below = series === null ? '' : `/series/${encodeURIComponent(series)}`;
  const root = `/hospitals/${encodeURIComponent(copy.hospital)}/dicomweb`;
  await sendJson('DELETE', `${root}/studies/${encodeURIComponent(copy.study)}${below}`, { reason });
}

/** Recovers what one event ended, or all of the copy (`null`). Answers how many events that made. */
export async function recoverCopy(copy: Copy, event: number | null, reason: GivenReason): Promise<number> {
  const path = `${atStudy(copy.study)}/recover${queryOf({ hospital: copy.hospital })}`;
  const done = await sendJson<RecoveryBody>('POST', path, event === null ? { reason } : { event, reason });
  return done?.events.length ?? 0;
}

/** Asks for a correction of patient data; `request` as `POST /api/patient-corrections` takes it. */
export async function correctPatient(hospital: string, request: object, reason: GivenReason): Promise<void> {
  await sendJson<PatientCorrectionBody>('POST', '/api/patient-corrections', { hospital, ...request, reason });
}

/** Undoes a correction of patient data. */
export async function undoCorrection(id: number, reason: GivenReason): Promise<void> {
  await sendJson<PatientCorrectionBody>('POST', `/api/patient-corrections/${id}/undo`, { reason });
}

/** Has images that could not be rewritten tried again. */
export async function retryCorrection(id: number): Promise<void> {
  await sendJson<PatientCorrectionBody>('POST', `/api/patient-corrections/${id}/retry`, {});
}

export async function decide(
  { id }: Pick<KeptAsideBody, 'id'>,
  decision: 'accept' | 'discard',
  reason: GivenReason,
): Promise<void> {
  await sendJson<KeptAsideDecision>('POST', `/api/kept-aside/${id}`, { decision, reason });
}

const TOUCHED = ['recent', 'history', 'kept-aside', 'patient-corrections', 'patient', 'conformance', 'copy'];

/** Has everything asked again that a correction may have changed; the list first, so that nothing asks for rows it lost. */
export async function refreshAfterCorrection(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ['worklist'] });
  await Promise.all(TOUCHED.map((name) => client.invalidateQueries({ queryKey: [name] })));
}
