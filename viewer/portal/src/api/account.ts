/** The own account: how it is protected, and where it is signed in. */
import { queryOptions } from '@tanstack/react-query';
import type {
  AccountSecurity,
  OneTimePasswordOffer,
  OwnSessionsBody,
  RecoveryCodesBody,
} from '@hutong/server/contract';
import { getJson, sendJson } from './http.ts';

export const accountSecurityQuery = queryOptions({
  queryKey: ['account', 'security'],
  queryFn: ({ signal }) => getJson<AccountSecurity>('/api/account', signal),
});

export const ownSessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => getJson<OwnSessionsBody>('/api/account/sessions', signal),
});

async function answered<Body>(method: 'POST' | 'PUT', path: string, body: object): Promise<Body> {
  const answer = await sendJson<Body>(method, path, body);
  if (answer === null) throw new Error('The server answered nothing');
  return answer;
}

const AT = '/api/account/one-time-password';

/** What an authenticator app is given; the password is shown once more for it. */
export const offerOneTimePassword = (password: string): Promise<OneTimePasswordOffer> =>
  answered('POST', AT, { password });

/** Has one-time passwords asked for; the recovery codes are told this once. */
export const confirmOneTimePassword = (oneTimePassword: string): Promise<RecoveryCodesBody> =>
  answered('PUT', AT, { oneTimePassword });

export const endOneTimePassword = (password: string): Promise<unknown> =>
  sendJson('POST', `${AT}/end`, { password });

export const renewRecoveryCodes = (password: string): Promise<RecoveryCodesBody> =>
  answered('POST', '/api/account/recovery-codes', { password });
