import { useId, useRef, useState } from 'react';
import type { ShareFactorKind } from '@hutong/server/contract/shares';
import type { Opening } from './opening.ts';
import { useOpenWords } from './words.ts';

const LONGEST: Readonly<Record<ShareFactorKind, number>> = { code: 6, idDigits: 8, password: 128, none: 0 };
const LEAST: Readonly<Record<ShareFactorKind, number>> = { code: 6, idDigits: 4, password: 1, none: 0 };

/** What may stand in the field: digits, at the end of an identity card number an X too. */
function cleaned(factor: ShareFactorKind, text: string): string {
  const only =
    factor === 'code'
      ? text.replace(/\D/g, '')
      : factor === 'idDigits'
        ? text.toUpperCase().replace(/[^\dX]/g, '')
        : text;
  return only.slice(0, LONGEST[factor]);
}

/** Asks for what the sharer chose to ask for: one question, one field. */
export function FactorForm({
  state,
  onSubmit,
}: {
  state: Extract<Opening, { kind: 'asked' }>;
  onSubmit: (factor: string) => void;
}) {
  const { t, pick } = useOpenWords();
  const words = t.asked;
  const { factor, busy } = state;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [shown, setShown] = useState(false);
  // A wrong code is not corrected but typed anew.
  const [judged, setJudged] = useState(state.wrong);
  if (judged !== state.wrong) {
    setJudged(state.wrong);
    if (factor !== 'password') setText('');
  }
  return (
    <form
      className="so-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || text.length < LEAST[factor]) return;
        onSubmit(text);
        field.current?.focus();
      }}
      data-testid="factor-form"
    >
      <p className="so-from">
        {words.from}
        <strong>{pick(state.hospital)}</strong>
      </p>
      <h1>
        <label htmlFor={id}>{words.titles[factor]}</label>
      </h1>
      <div className="so-field">
        <input
          ref={field}
          id={id}
          className={factor === 'password' ? '' : 'so-digits'}
          type={factor === 'password' && !shown ? 'password' : 'text'}
          inputMode={factor === 'password' ? 'text' : 'numeric'}
          autoComplete={factor === 'code' ? 'one-time-code' : 'off'}
          autoCapitalize="off"
          spellCheck={false}
          autoFocus
          value={text}
          onChange={({ target }) => setText(cleaned(factor, target.value))}
          aria-describedby={`${id}-hint`}
          aria-invalid={state.wrong !== null}
          data-testid="factor-input"
        />
        {factor === 'idDigits' && (
          // Number pads have no X.
          <button
            type="button"
            className="button"
            onClick={() => {
              setText((now) => cleaned(factor, `${now}X`));
              field.current?.focus();
            }}
          >
            X
          </button>
        )}
        {factor === 'password' && (
          <button
            type="button"
            className="button"
            aria-pressed={shown}
            onClick={() => setShown((now) => !now)}
          >
            {shown ? words.hide : words.show}
          </button>
        )}
      </div>
      <p className="quiet" id={`${id}-hint`}>
        {words.hints[factor]}
      </p>
      {state.wrong !== null && !busy && (
        <p className="so-wrong" role="alert" data-testid="factor-wrong">
          {pick(state.wrong) || words.wrong}
        </p>
      )}
      {state.unanswered && (
        <p className="so-wrong" role="alert">
          {t.unanswered.title} {t.unanswered.text}
        </p>
      )}
      <button
        type="submit"
        className="button button-primary so-wide"
        disabled={busy || text.length < LEAST[factor]}
        aria-busy={busy}
        data-testid="factor-submit"
      >
        {busy ? words.busy : words.submit}
      </button>
    </form>
  );
}
