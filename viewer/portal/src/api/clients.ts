/** Applications and machines that get tokens, and what a person agrees to: the portal's questions and orders. */
import { queryOptions } from '@tanstack/react-query';
import type {
  ClientsBody,
  NewClientAnswer,
  NewClientBody,
  OidcInteraction,
  OidcInteractionOutcome,
} from '@hutong/server/contract/clients';
import { getJson, remove, sendJson } from './http.ts';

const pathOf = (id: string): string => `/api/clients/${encodeURIComponent(id)}`;

export const clientsQuery = queryOptions({
  queryKey: ['clients'],
  queryFn: ({ signal }) => getJson<ClientsBody>('/api/clients', signal),
  // When one was used last is looked at while it is being connected.
  refetchInterval: 15_000,
});

async function told<Body>(answer: Promise<Body | null>): Promise<Body> {
  const body = await answer;
  if (body === null) throw new Error('The server told nothing');
  return body;
}

/** Makes an application known. Its secret is in this answer and in no later one. */
export const createClient = (wanted: NewClientBody) =>
  told(sendJson<NewClientAnswer>('POST', '/api/clients', wanted));
export const rotateClient = (id: string, overlapHours: number) =>
  told(sendJson<NewClientAnswer>('POST', `${pathOf(id)}/secret`, { overlapHours }));
export const endClient = (id: string): Promise<void> => remove(pathOf(id));

const interactionPath = (uid: string): string => `/oidc/interaction/${encodeURIComponent(uid)}`;

export const interactionQuery = (uid: string) =>
  queryOptions({
    queryKey: ['oidc-interaction', uid],
    queryFn: ({ signal }) => getJson<OidcInteraction>(`${interactionPath(uid)}/details`, signal),
    retry: false,
    staleTime: 0,
  });
export const agreeTo = (uid: string, account: string) =>
  told(sendJson<OidcInteractionOutcome>('POST', `${interactionPath(uid)}/confirm`, { account }));
export const refuse = (uid: string) =>
  told(sendJson<OidcInteractionOutcome>('POST', `${interactionPath(uid)}/deny`, {}));
