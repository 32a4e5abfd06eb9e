/** Studies of other hospitals: finding, opening, what is open, notices, and the policy of the region. */
import { queryOptions } from '@tanstack/react-query';
import type {
  AccessFound,
  AccessPoliciesBody,
  AccessPolicyBody,
  AccessPolicyInput,
  AccessSearch,
  GrantBody,
  GrantsBody,
  NewGrantBody,
  NoticeBody,
  NoticesBody,
} from '@hutong/server/contract/access';
import { getJson, remove, sendJson } from './http.ts';

/** Never kept: what is looked for names a patient. */
export const searchElsewhere = (search: AccessSearch): Promise<AccessFound | null> =>
  sendJson<AccessFound>('POST', '/api/access/search', search);

export const openElsewhere = (grant: NewGrantBody): Promise<GrantBody | null> =>
  sendJson<GrantBody>('POST', '/api/access/grants', grant);

export const endGrant = (id: string): Promise<void> => remove(`/api/access/grants/${id}`);

export const grantsQuery = queryOptions({
  queryKey: ['access', 'grants'],
  queryFn: ({ signal }) => getJson<GrantsBody>('/api/access/grants?limit=100', signal),
  refetchInterval: 60_000,
});

export const noticesQuery = queryOptions({
  queryKey: ['access', 'notices'],
  queryFn: ({ signal }) => getJson<NoticesBody>('/api/access/notices?limit=100', signal),
  refetchInterval: 60_000,
});

export const answerNotice = (
  id: number,
  answer: { state: 'acknowledged' | 'contested'; answer: string },
): Promise<NoticeBody | null> => sendJson<NoticeBody>('PATCH', `/api/access/notices/${id}`, answer);

export const policiesQuery = queryOptions({
  queryKey: ['access', 'policies'],
  queryFn: ({ signal }) => getJson<AccessPoliciesBody>('/api/access-policies', signal),
});

export const savePolicy = (policy: AccessPolicyInput): Promise<AccessPolicyBody | null> =>
  sendJson<AccessPolicyBody>('PUT', '/api/access-policies', policy);

export const endPolicy = (id: number): Promise<void> => remove(`/api/access-policies/${id}`);

export const choosePurpose = (purpose: string): Promise<null> =>
  sendJson<null>('PUT', '/api/access/purpose', { purpose });
