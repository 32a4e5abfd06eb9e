import { useId, useState } from 'react';
import { useWords } from '../i18n/language.ts';
import { accountWords } from '../i18n/account.ts';

/** A field for a password, which can be looked at while it is typed. */
export function PasswordField({
  label,
  value,
  onChange,
  autoComplete,
  hint = '',
  testId,
  focus = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: 'current-password' | 'new-password';
  hint?: string;
  testId: string;
  focus?: boolean;
}) {
  const { language } = useWords();
  const { signIn: words } = accountWords[language];
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="account-field">
      <label htmlFor={id}>{label}</label>
      <div className="account-input">
        <input
          id={id}
          name={autoComplete}
          type={shown ? 'text' : 'password'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoComplete={autoComplete}
          autoCapitalize="off"
          spellCheck={false}
          required
          // A person who came here to sign in types at once.
          autoFocus={focus}
          aria-describedby={hint === '' ? undefined : `${id}-hint`}
          data-testid={testId}
        />
        <button
          type="button"
          className="account-show"
          aria-pressed={shown}
          onClick={() => setShown((now) => !now)}
        >
          {shown ? words.hide : words.show}
        </button>
      </div>
      {hint !== '' && (
        <p className="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
