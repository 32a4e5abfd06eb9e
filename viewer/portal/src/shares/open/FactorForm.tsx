import { useEffect, useId, useRef, useState } from 'react';
import type { AskedFactorKind } from '@hutong/server/contract/shares';
import type { Opening } from './opening.ts';
import { secondsLeft, useOpenWords, useTick } from './words.ts';

type Asked = Extract<Opening, { kind: 'asked' }>;

const LONGEST: Readonly<Record<AskedFactorKind, number>> = { code: 6, idDigits: 8, password: 128, none: 0 };
const LEAST: Readonly<Record<AskedFactorKind, number>> = { code: 6, idDigits: 4, password: 1, none: 0 };

/** From here on it is said how many are left before the link is locked. */
const FEW_ATTEMPTS = 3;

/** What may stand in the field: digits, at the end of an identity card number an X too. */
function cleaned(factor: AskedFactorKind, text: string): string {
  const only =
    factor === 'code'
      ? text.replace(/\D/g, '')
      : factor === 'idDigits'
        ? text.toUpperCase().replace(/[^\dX]/g, '')
        : text;
  return only.slice(0, LONGEST[factor]);
}

/** Whose images these are to be: hospital and exams, nothing of the patient. */
function About({ state }: { state: Asked }) {
  const { t, pick } = useOpenWords();
  const { audience, relation, exams } = state;
  return (
    <section className="so-about">
      <p className="so-from">
        {t.asked.from}
        <strong>{pick(state.hospital)}</strong>
      </p>
      {exams.map(({ date, modalities, description }, index) => (
        <p key={index} className="so-exam" data-testid="share-exam">
          <span className="so-exam-kind">{modalities.join(' ') || t.asked.exam}</span>
          <span>{description || t.viewer.exam}</span>
          <time>{date}</time>
        </p>
      ))}
      {t.asked.audience[audience] !== '' && (
        <p className="so-audience" data-testid="share-audience">
          {t.asked.audience[audience]}
          {relation !== null && ` ${t.asked.relationOf(t.asked.relation[relation])}`}
        </p>
      )}
    </section>
  );
}

/** Asks for what the sharer chose to ask for: one question, one field. */
export function FactorForm({ state, onSubmit }: { state: Asked; onSubmit: (factor: string) => void }) {
  const { t, pick } = useOpenWords();
  const words = t.asked;
  const { factor, busy, waitUntil } = state;
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
  useTick(waitUntil > 0);
  const wait = secondsLeft(waitUntil);
  const isShort = text.length < LEAST[factor];
  useEffect(() => {
    if (state.wrong !== null) field.current?.focus();
  }, [state.wrong]);
  return (
    <form
      className="so-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || isShort || wait > 0) return;
        onSubmit(text);
        field.current?.focus();
      }}
      data-testid="factor-form"
    >
      <About state={state} />
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
          enterKeyHint="go"
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
      {state.wrong !== null && !busy && wait === 0 && (
        <p className="so-wrong" role="alert" data-testid="factor-wrong">
          {pick(state.wrong) || words.wrong}
        </p>
      )}
      {state.wrong === null && state.attemptsLeft <= FEW_ATTEMPTS && (
        <p className="so-wrong" data-testid="factor-left">
          {words.left(state.attemptsLeft)}
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
        disabled={busy || isShort || wait > 0}
        aria-busy={busy}
        data-testid="factor-submit"
      >
        {wait > 0 ? words.wait(wait) : busy ? words.busy : words.submit}
      </button>
    </form>
  );
}
