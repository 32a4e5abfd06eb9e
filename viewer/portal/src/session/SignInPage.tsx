import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from 'react-router';
import { ApiError, postJson } from '../api/http.ts';
import { useWords } from '../i18n/language.ts';
import { SignInForm } from './SignInForm.tsx';
import { SignedOutFrame, SignInNeeded, SignInSteps } from './SignInNeeded.tsx';
import { tokenFromFragment } from './token.ts';

type State =
  { kind: 'working' } | { kind: 'none' } | { kind: 'used' } | { kind: 'failed'; requestId: string };

/** Tokens already sent from this page: an effect that runs twice must not spend a one-time link twice. */
const exchanges = new Map<string, Promise<void>>();

function exchange(token: string): Promise<void> {
  const running = exchanges.get(token);
  if (running !== undefined) return running;
  const started = postJson('/api/session', { token });
  exchanges.set(token, started);
  started.catch(() => exchanges.delete(token));
  return started;
}

/** Exchanges the token in the address for a session and goes to the list. */
export function SignInPage() {
  const { t } = useWords();
  const { hash, state: from } = useLocation() as { hash: string; state: unknown };
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [token] = useState(() => tokenFromFragment(hash));
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<State>(token === null ? { kind: 'none' } : { kind: 'working' });

  useEffect(() => {
    if (token === null) return undefined;
    let current = true;
    exchange(token).then(
      () => {
        queries.clear();
        if (current) void navigate('/', { replace: true });
      },
      (error: unknown) => {
        if (!current) return;
        const refused = error instanceof ApiError && [400, 401, 403, 404, 409, 410].includes(error.status);
        const requestId = error instanceof ApiError ? error.requestId : '';
        setState(refused ? { kind: 'used' } : { kind: 'failed', requestId });
        // A spent token has no business in the address; one that may still work stays for a reload.
        if (refused) void navigate('/sign-in', { replace: true });
      },
    );
    return () => {
      current = false;
    };
  }, [token, attempt, navigate, queries]);

  const signedOut = typeof from === 'object' && from !== null && 'signedOut' in from;
  if (state.kind === 'none' && hash === '' && !signedOut)
    return <SignInNeeded onSignedIn={() => void navigate('/', { replace: true })} />;
  return (
    <SignedOutFrame>
      {state.kind === 'working' && (
        <p className="sign-in-working" role="status">
          {t.session.signingIn}
        </p>
      )}
      {state.kind === 'none' && (
        <>
          <h1>{signedOut ? t.session.signedOut : t.session.noTokenTitle}</h1>
          {signedOut ? (
            <SignInForm onSignedIn={() => void navigate('/', { replace: true })} />
          ) : (
            <>
              <p>{t.session.noTokenText}</p>
              <SignInSteps />
            </>
          )}
        </>
      )}
      {state.kind === 'used' && (
        <div role="alert" data-testid="sign-in-used">
          <h1>{t.session.usedTitle}</h1>
          <p>{t.session.usedText}</p>
          <SignInSteps />
        </div>
      )}
      {state.kind === 'failed' && (
        <div role="alert">
          <h1>{t.session.failedTitle}</h1>
          <p>{t.session.failedText}</p>
          {state.requestId !== '' && (
            <p className="request-id">
              {t.error.requestId} <code>{state.requestId}</code>
            </p>
          )}
          <button
            type="button"
            className="button button-primary"
            onClick={() => {
              setState({ kind: 'working' });
              setAttempt((n) => n + 1);
            }}
          >
            {t.session.retry}
          </button>
        </div>
      )}
    </SignedOutFrame>
  );
}
