/** Keys of machines: the portal's questions and orders to the server. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  KeyBody,
  KeyChoices,
  KeySettings,
  KeysPage,
  NewKeyBody,
  NewSecretBody,
} from '@hutong/server/contract/keys';
import { getJson, queryOf, remove, sendJson } from './http.ts';

export interface KeyFilters {
  q: string;
  hospital: string | null;
  state: string | null;
}

const pathOf = (id: string): string => `/api/keys/${encodeURIComponent(id)}`;

export const keysQuery = (filters: KeyFilters) =>
  infiniteQueryOptions({
    queryKey: ['keys', filters],
    queryFn: ({ pageParam, signal }) =>
      getJson<KeysPage>(`/api/keys${queryOf({ ...filters, limit: '50', cursor: pageParam })}`, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    // When a key was used last is looked at while a machine is being set up.
    refetchInterval: 15_000,
  });

export const keyChoicesQuery = queryOptions({
  queryKey: ['key-choices'],
  queryFn: ({ signal }) => getJson<KeyChoices>('/api/keys/choices', signal),
  staleTime: 60_000,
});

async function told<Body>(answer: Promise<Body | null>): Promise<Body> {
  const body = await answer;
  if (body === null) throw new Error('The server told nothing');
  return body;
}

/** Makes a key. Its secret is in this answer and in no later one. */
export const createKey = (wanted: NewKeyBody) => told(sendJson<NewSecretBody>('POST', '/api/keys', wanted));
export const changeKey = (id: string, change: Partial<KeySettings>) =>
  told(sendJson<KeyBody>('PATCH', pathOf(id), change));
/** Gives a key a new secret; it is in this answer and in no later one. */
export const rotateKey = (id: string, overlapHours: number) =>
  told(sendJson<NewSecretBody>('POST', `${pathOf(id)}/rotate`, { overlapHours }));
export const endPreviousSecret = (id: string) =>
  told(sendJson<KeyBody>('DELETE', `${pathOf(id)}/previous`, {}));
export const revokeKey = (id: string): Promise<void> => remove(pathOf(id));
