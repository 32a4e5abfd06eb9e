import { useState } from 'react';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** Something that is done to an account: what it means, and a second question before it is. */
export function AskButton({
  label,
  text,
  danger = false,
  disabled = false,
  busy,
  onDo,
  testId,
}: {
  label: string;
  text: string;
  danger?: boolean;
  disabled?: boolean;
  busy: boolean;
  onDo: () => void;
  testId: string;
}) {
  const { drawer } = useOwnWords(peopleWords);
  const [asking, setAsking] = useState(false);
  const look = danger ? 'button button-danger-quiet' : 'button';
  return (
    <div className="ask-line">
      <p>{text}</p>
      {asking && !disabled ? (
        <span className="ask-answers" role="group" aria-label={label}>
          <button type="button" className="button" onClick={() => setAsking(false)} autoFocus>
            {drawer.back}
          </button>
          <button
            type="button"
            className={danger ? 'button button-danger' : 'button button-primary'}
            disabled={busy}
            onClick={() => {
              setAsking(false);
              onDo();
            }}
            data-testid={`${testId}-yes`}
          >
            {label}
          </button>
        </span>
      ) : (
        <button
          type="button"
          className={look}
          disabled={disabled || busy}
          onClick={() => setAsking(true)}
          data-testid={testId}
        >
          {label}
        </button>
      )}
    </div>
  );
}
