import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { SignedOutBody } from '@hutong/server/contract';
import { sendJson } from '../api/http.ts';
import { noteSignedIn } from './place.ts';

/** Signs out here, and at the provider of identity where the session came from one. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    const ended = await sendJson<SignedOutBody>('DELETE', '/api/session', {}).catch(() => null);
    sessionStorage.clear();
    noteSignedIn(false);
    queries.clear();
    if (ended !== null) window.location.assign(ended.signOutAt);
    else await navigate('/sign-in', { state: { signedOut: true }, replace: true });
  };
}
