/** Decisions on mutual recognition, and the page of one reminder. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  NewRecognitionDecisionBody,
  OpenedMatchBody,
  RecognitionCorrectionBody,
  RecognitionDecisionBody,
  RecognitionDecisionsPage,
  RecognitionFacets,
  RecognitionHistoryBody,
  ReminderPageBody,
} from '@hutong/server/contract/recognition';
import { getJson, queryOf, sendJson } from './http.ts';

/** What the list of decisions is narrowed to; empty: not. */
export interface DecisionListFilter {
  side: 'all' | 'made' | 'received';
  month: string;
  kind: string;
  reason: string;
  department: string;
  hospital: string;
  issuing: string;
}

/** Key of all that changes when something is decided. */
export const recognitionKey = ['recognition'] as const;

const asQuery = (filter: DecisionListFilter, more: Readonly<Record<string, string | null>> = {}): string =>
  queryOf({ ...filter, ...more });

/** @param ofRegion all of the region, without patients */
export const decisionsQuery = (filter: DecisionListFilter, ofRegion: boolean) =>
  infiniteQueryOptions({
    queryKey: [...recognitionKey, 'decisions', ofRegion, filter],
    queryFn: ({ pageParam, signal }) =>
      getJson<RecognitionDecisionsPage>(
        `/api/recognition/${ofRegion ? 'region-decisions' : 'decisions'}${asQuery(filter, { cursor: pageParam })}`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const decisionFacetsQuery = queryOptions({
  queryKey: [...recognitionKey, 'facets'],
  queryFn: ({ signal }) => getJson<RecognitionFacets>('/api/recognition/decisions/facets', signal),
});

export const decisionHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: [...recognitionKey, 'history', id],
    queryFn: ({ signal }) => getJson<RecognitionHistoryBody>(`/api/recognition/decisions/${id}`, signal),
  });

export const offeredReasonsQuery = queryOptions({
  queryKey: [...recognitionKey, 'reasons'],
  queryFn: ({ signal }) => getJson<Pick<ReminderPageBody, 'reasons'>>('/api/recognition/reasons', signal),
});

/** Where the table of the list is taken from. */
export const decisionTableHref = (filter: DecisionListFilter): string =>
  `/api/recognition/decisions/export${asQuery(filter)}`;

export const reminderQuery = (id: string) =>
  queryOptions({
    queryKey: [...recognitionKey, 'reminder', id],
    queryFn: ({ signal }) => getJson<ReminderPageBody>(`/api/recognition/reminders/${id}`, signal),
  });

export const openMatch = (reminder: string, position: number): Promise<OpenedMatchBody | null> =>
  sendJson('POST', `/api/recognition/reminders/${reminder}/matches/${position}/open`, {});

export const recordDecision = (
  decision: NewRecognitionDecisionBody,
): Promise<RecognitionDecisionBody | null> => sendJson('POST', '/api/recognition/decisions', decision);

const change = (id: string, what: string, body: object): Promise<RecognitionDecisionBody | null> =>
  sendJson('POST', `/api/recognition/decisions/${id}/${what}`, body);

export const correctDecision = (id: string, correction: RecognitionCorrectionBody) =>
  change(id, 'correct', correction);
export const withdrawDecision = (id: string, reason: string) => change(id, 'withdraw', { reason });
export const citeDecision = (id: string) => change(id, 'cite', {});
