import { useId, useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError, postJson } from '../api/http.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import '../styles/account.css';
import { PasswordField } from './PasswordField.tsx';

/** Signs in by name and password, and asks for a one-time password where the account has them. */
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await postJson('/api/session', { username, password, oneTimePassword });
      queries.clear();
      onSignedIn();
    } catch (failure) {
      const needed = failure instanceof ApiError && failure.problem?.code === 'one-time-password-needed';
      setAsksOneTime((now) => now || needed);
      setOneTimePassword('');
      if (!needed) setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="account-form" onSubmit={(event) => void submit(event)} data-testid="sign-in-form">
      <div className="account-field">
        <label htmlFor={name}>{words.username}</label>
        <input
          id={name}
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
          <label htmlFor={code}>{words.oneTime}</label>
          <input
            id={code}
            className="account-code"
            value={oneTimePassword}
            onChange={(event) => setOneTimePassword(event.target.value.replace(/\D/g, '').slice(0, 6))}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
            aria-describedby={`${code}-hint`}
            data-testid="sign-in-one-time"
          />
          <p className="quiet" id={`${code}-hint`}>
            {words.oneTimeHint}
          </p>
        </div>
      )}
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={words.network} server={words.server} />
      )}
      <button
        type="submit"
        className="button button-primary"
        disabled={busy}
        aria-busy={busy}
        data-testid="sign-in-submit"
      >
        {busy ? words.busy : words.submit}
      </button>
    </form>
  );
}
