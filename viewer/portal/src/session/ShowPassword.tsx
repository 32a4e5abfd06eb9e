import { useState } from 'react';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { AccountFailed } from './AccountFailed.tsx';
import { PasswordField } from './PasswordField.tsx';
import { useAttempt } from './useAttempt.ts';

/** Asks for the own password once more before something that it protects. */
export function ShowPassword({
  submit,
  work,
  onCancel,
}: {
  /** Words of the button. */
  submit: string;
  work: (password: string) => Promise<void>;
  onCancel: (() => void) | null;
}) {
  const words = useOwnWords(ownAccountWords);
  const [password, setPassword] = useState('');
  const { busy, error, attempt } = useAttempt();
  return (
    <form
      className="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(() => work(password));
      }}
    >
      <p>{words.confirmPassword}</p>
      <PasswordField
        label={words.presentPassword}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        testId="shown-password"
        focus
      />
      <AccountFailed error={error} title={words.failed} />
      <div className="account-actions">
        {onCancel !== null && (
          <button type="button" className="button" onClick={onCancel}>
            {words.cancel}
          </button>
        )}
        <button
          type="submit"
          className="button button-primary"
          disabled={busy || password === ''}
          aria-busy={busy}
          data-testid="shown-password-submit"
        >
          {submit}
        </button>
      </div>
    </form>
  );
}
