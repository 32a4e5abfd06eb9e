import { useId, useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError, postJson } from '../api/http.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import '../styles/account.css';
import { PasswordField } from './PasswordField.tsx';
import { goToShare } from './place.ts';
import { ProviderButtons } from './ProviderButtons.tsx';
import { minutes, useCountdown } from './useCountdown.ts';

/** Signs in by a provider of identity, or by name and password; asks for a one-time password where the account has them. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { language } = useWords();
  const { signIn: words } = accountWords[language];
  const queries = useQueryClient();
  const name = useId();
  const code = useId();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [oneTimePassword, setOneTimePassword] = useState('');
  const [asksOneTime, setAsksOneTime] = useState(false);
  const [byRecovery, setByRecovery] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [lockedUntil, setLockedUntil] = useState<number | null>(null);
  const locked = useCountdown(lockedUntil);

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (busy || locked > 0) return;
    setBusy(true);
    setError(null);
    try {
      await postJson('/api/session', { username, password, oneTimePassword });
      queries.clear();
      if (!goToShare()) onSignedIn();
    } catch (failure) {
      const problem = failure instanceof ApiError ? failure.problem : null;
      const needed = problem?.code === 'one-time-password-needed';
      setAsksOneTime((now) => now || needed);
      setOneTimePassword('');
      if (problem?.code === 'too-many-attempts' && problem.retryAfterSeconds !== undefined)
        setLockedUntil(Date.now() + problem.retryAfterSeconds * 1000);
      else if (!needed) setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ProviderButtons />
      <form className="account-form" onSubmit={(event) => void submit(event)} data-testid="sign-in-form">
        <div className="account-field">
          <label htmlFor={name}>{words.username}</label>
          <input
            id={name}
            name="username"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            autoComplete="username"
            autoCapitalize="off"
            spellCheck={false}
            required
            autoFocus
            data-testid="sign-in-username"
          />
        </div>
        <PasswordField
          label={words.password}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          testId="sign-in-password"
        />
        {asksOneTime && (
          <div className="account-field">
            <label htmlFor={code}>{byRecovery ? words.recovery : words.oneTime}</label>
            <input
              id={code}
              key={byRecovery ? 'recovery' : 'code'}
              className={byRecovery ? '' : 'account-code'}
              value={oneTimePassword}
              onChange={({ target }) =>
                setOneTimePassword(byRecovery ? target.value : target.value.replace(/\D/g, '').slice(0, 6))
              }
              inputMode={byRecovery ? 'text' : 'numeric'}
              autoComplete={byRecovery ? 'off' : 'one-time-code'}
              autoCapitalize="off"
              spellCheck={false}
              maxLength={byRecovery ? 40 : 6}
              required
              autoFocus
              aria-describedby={`${code}-hint`}
              data-testid="sign-in-one-time"
            />
            <p className="quiet" id={`${code}-hint`}>
              {byRecovery ? words.recoveryHint : words.oneTimeHint}{' '}
              <button
                type="button"
                className="text-button"
                onClick={() => {
                  setByRecovery((now) => !now);
                  setOneTimePassword('');
                }}
                data-testid="sign-in-recovery"
              >
                {byRecovery ? words.useApp : words.useRecovery}
              </button>
            </p>
          </div>
        )}
        {locked > 0 && (
          <p className="account-locked" role="alert" data-testid="sign-in-locked">
            {words.locked(minutes(locked))}
          </p>
        )}
        {error !== null && (
          <FailedLine error={error} title={words.failed} network={words.network} server={words.server} />
        )}
        <button
          type="submit"
          className="button button-primary"
          disabled={busy || locked > 0}
          aria-busy={busy}
          data-testid="sign-in-submit"
        >
          {busy ? words.busy : words.submit}
        </button>
      </form>
    </>
  );
}
