/** Reminders, who recognises whom, and the systems that ask. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  CdsClientBody,
  CdsClientsBody,
  NewCdsClientBody,
  NewRecognitionPolicyBody,
  RecognitionPolicyBody,
  ReminderAskBody,
  RemindersAnswer,
  RemindersPage,
} from '@hutong/server/contract/reminders';
import { getJson, queryOf, remove, sendJson } from './http.ts';

export type ReminderState = 'all' | 'matched' | 'empty';

export const remindersQuery = (state: ReminderState) =>
  infiniteQueryOptions({
    queryKey: ['reminders', state],
    queryFn: ({ pageParam, signal }) =>
      getJson<RemindersPage>(
        `/api/reminders${queryOf({ state: state === 'all' ? null : state, cursor: pageParam, limit: '30' })}`,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

/** Never kept: what is asked names a patient. */
export const askReminder = (ask: ReminderAskBody): Promise<RemindersAnswer | null> =>
  sendJson<RemindersAnswer>('POST', '/api/reminders', ask);

export const recognitionPolicyQuery = queryOptions({
  queryKey: ['recognition-policy'],
  queryFn: ({ signal }) => getJson<RecognitionPolicyBody>('/api/recognition/policy', signal),
});

export const saveRecognitionPolicy = (
  given: NewRecognitionPolicyBody,
): Promise<RecognitionPolicyBody | null> =>
  sendJson<RecognitionPolicyBody>('PUT', '/api/recognition/policy', given);

export const cdsClientsQuery = queryOptions({
  queryKey: ['cds-clients'],
  queryFn: ({ signal }) => getJson<CdsClientsBody>('/api/cds-clients', signal),
});

export const createCdsClient = (given: NewCdsClientBody): Promise<CdsClientBody | null> =>
  sendJson<CdsClientBody>('POST', '/api/cds-clients', given);

export const endCdsClient = (id: string): Promise<void> => remove(`/api/cds-clients/${id}`);
