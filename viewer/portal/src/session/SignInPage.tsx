import { useEffect, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from 'react-router';
import { ApiError, isSignedOut, postJson } from '../api/http.ts';
import { sessionQuery } from '../api/queries.ts';
import { useWords } from '../i18n/language.ts';
import { accountWords } from '../i18n/account.ts';
import { goToShare, takePlace } from './place.ts';
import { ProviderFailed } from './ProviderReturn.tsx';
import { SignInForm } from './SignInForm.tsx';
import { SignedOutFrame, SignInSteps } from './SignInNeeded.tsx';
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
  const { t, language } = useWords();
  const { signIn: words } = accountWords[language];
  const { hash, search, state: from } = useLocation() as { hash: string; search: string; state: unknown };
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
        if (current && !goToShare()) void navigate('/', { replace: true });
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
  const failed = new URLSearchParams(search);
  const problem = failed.get('problem');
  // Whoever comes back from a provider of identity is signed in already, and goes on to where it began.
  const asks = state.kind === 'none' && hash === '' && problem === null && !signedOut;
  const session = useQuery({ ...sessionQuery, enabled: asks, staleTime: 0 });
  const isIn = asks && session.isSuccess && !session.isFetching;
  useEffect(() => {
    if (!isIn || goToShare()) return;
    window.location.replace(takePlace() ?? '/');
  }, [isIn]);
  if (asks && !isSignedOut(session.error) && !session.isError) return null;
  const onSignedIn = (): void => {
    const place = takePlace();
    if (place === null) void navigate('/', { replace: true });
    else window.location.replace(place);
  };
  return (
    <SignedOutFrame>
      {state.kind === 'working' && (
        <p className="sign-in-working" role="status">
          {t.session.signingIn}
        </p>
      )}
      {state.kind === 'none' && (
        <>
          <h1>{signedOut ? t.session.signedOut : hash === '' ? words.title : t.session.noTokenTitle}</h1>
          {problem !== null && <ProviderFailed problem={problem} provider={failed.get('provider') ?? ''} />}
          {hash === '' ? (
            <div data-testid="sign-in-needed">
              <SignInForm onSignedIn={onSignedIn} />
              <details className="sign-in-link">
                <summary>{words.link}</summary>
                <SignInSteps />
              </details>
            </div>
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
