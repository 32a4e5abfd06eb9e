/** Accounts of people: the portal's questions and orders to the server. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  type QueryClient,
} from '@tanstack/react-query';
import type {
  AccountBody,
  AccountChangeBody,
  AccountChoices,
  AccountHistory,
  AccountsPage,
  GivenPassword,
  NewAccountBody,
} from '@hutong/server/contract/accounts';
import { getJson, queryOf, sendJson } from './http.ts';

export interface PeopleFilters {
  q: string;
  role: string | null;
  hospital: string | null;
  state: string | null;
}

const pathOf = (id: string): string => `/api/accounts/${encodeURIComponent(id)}`;

export const peopleQuery = (filters: PeopleFilters) =>
  infiniteQueryOptions({
    queryKey: ['accounts', filters],
    queryFn: ({ pageParam, signal }) =>
      getJson<AccountsPage>(
        `/api/accounts${queryOf({ ...filters, limit: '50', cursor: pageParam })}`,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

export const accountChoicesQuery = queryOptions({
  queryKey: ['account-choices'],
  queryFn: ({ signal }) => getJson<AccountChoices>('/api/accounts/choices', signal),
  staleTime: 60_000,
});

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', id],
    queryFn: ({ signal }) => getJson<AccountBody>(pathOf(id), signal),
  });

export const accountHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', id, 'history'],
    queryFn: ({ signal }) => getJson<AccountHistory>(`${pathOf(id)}/history`, signal),
  });

/** The answer of an order that always has one. */
async function told<Body>(answer: Promise<Body | null>): Promise<Body> {
  const body = await answer;
  if (body === null) throw new Error('The server told nothing');
  return body;
}

/** Makes an account. Its password is in this answer and in no later one. */
export const createAccount = (wanted: NewAccountBody) =>
  told(sendJson<GivenPassword>('POST', '/api/accounts', wanted));
export const changeAccount = (id: string, change: AccountChangeBody) =>
  told(sendJson<AccountBody>('PATCH', pathOf(id), change));
export const givePassword = (id: string) =>
  told(sendJson<GivenPassword>('POST', `${pathOf(id)}/password`, {}));
export const removeSecondFactor = (id: string) =>
  told(sendJson<AccountBody>('DELETE', `${pathOf(id)}/second-factor`, {}));
export const endSessions = (id: string) =>
  told(sendJson<AccountBody>('DELETE', `${pathOf(id)}/sessions`, {}));

/** Has lists and the open account read again. */
export async function refreshPeople(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['accounts'] }),
    client.invalidateQueries({ queryKey: ['account'] }),
  ]);
}
