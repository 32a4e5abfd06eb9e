import { useState, type SyntheticEvent } from 'react';
import { sendJson } from '../api/http.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import '../styles/account.css';
import { PasswordField } from './PasswordField.tsx';

/** Changes the own password. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const { language } = useWords();
  const { own: words, signIn } = accountWords[language];
  const [present, setPresent] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const differ = again !== '' && wanted !== again;

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (busy || wanted !== again) return;
    setBusy(true);
    setError(null);
    try {
      await sendJson('PUT', '/api/account/password', { present, wanted });
      onDone();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="account-form" onSubmit={(event) => void submit(event)} data-testid="password-form">
      <PasswordField
        label={words.present}
        value={present}
        onChange={setPresent}
        autoComplete="current-password"
        testId="password-present"
        focus
      />
      <PasswordField
        label={words.wanted}
        value={wanted}
        onChange={setWanted}
        autoComplete="new-password"
        hint={words.rule}
        testId="password-wanted"
      />
      <PasswordField
        label={words.again}
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
        testId="password-again"
      />
      {differ && <p className="account-differ">{words.differ}</p>}
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={signIn.network} server={signIn.server} />
      )}
      <button
        type="submit"
        className="button button-primary"
        disabled={busy || wanted === '' || wanted !== again}
        aria-busy={busy}
        data-testid="password-submit"
      >
        {words.submit}
      </button>
    </form>
  );
}
