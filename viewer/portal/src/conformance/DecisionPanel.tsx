import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Input } from 'antd';
import type { JudgedItemBody } from '@hutong/server/contract/conformance';
import type { Copy } from '../api/corrections.ts';
import { decideVerdict, isEvidenceChanged, refreshAfterDecision } from '../api/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { choicesFor, givenReason, REASON_LIMIT, withPhrase, type Choice } from './decision.ts';
import { FailedLine } from './FailedLine.tsx';
import { VerdictShape } from './Verdict.tsx';

interface PanelProps {
  copy: Copy;
  item: JudgedItemBody;
  /** What the reader is about to do; held by the page, whose keys choose too. */
  choice: Choice | null;
  onChoice: (choice: Choice | null) => void;
  onDecided?: ((choice: Choice) => void) | undefined;
  /** The page has keys that choose: the buttons name them. */
  keys?: boolean;
}

/** The ways to decide on a verdict, and the form of the chosen one. */
export function DecisionPanel({ copy, item, choice, onChoice, onDecided, keys = false }: PanelProps) {
  const words = useOwnWords(reviewWords).decide;
  return (
    <div className="decision" data-testid="decision">
      {choice === null ? (
        <div className="decision-buttons">
          {choicesFor(item).map((each) => (
            <button
              key={each}
              type="button"
              className={each === 'takeBack' ? 'text-button' : `button decision-button decision-${each}`}
              onClick={() => onChoice(each)}
              data-testid={`decide-${each}`}
            >
              {each !== 'takeBack' && <VerdictShape verdict={each} size={14} />}
              {words[each]}
              {keys && each !== 'takeBack' && (
                <kbd className="chip-key" aria-hidden="true">
                  {each === 'PASS' ? 'P' : 'F'}
                </kbd>
              )}
            </button>
          ))}
          {keys && <p className="decision-means">{words.means}</p>}
        </div>
      ) : (
        <DecisionForm
          key={choice}
          copy={copy}
          item={item}
          choice={choice}
          onCancel={() => onChoice(null)}
          onDecided={() => {
            onChoice(null);
            onDecided?.(choice);
          }}
        />
      )}
    </div>
  );
}

interface FormProps {
  copy: Copy;
  item: JudgedItemBody;
  choice: Choice;
  onCancel: () => void;
  onDecided: () => void;
}

function DecisionForm({ copy, item, choice, onCancel, onDecided }: FormProps) {
  const words = useOwnWords(reviewWords).decide;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [changed, setChanged] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const phrases = words.phrases[choice];
  const reason = givenReason(text);

  useEffect(() => {
    form.current?.querySelector('textarea')?.focus();
  }, []);

  const submit = async (): Promise<void> => {
    if (reason === null || busy) return;
    setBusy(true);
    setError(null);
    try {
      const verdict = choice === 'takeBack' ? null : choice;
      await decideVerdict(copy, { itemCode: item.itemCode, verdict, reason, evidence: item.evidence });
      void message.success(words.done[choice]);
      onDecided();
    } catch (failure) {
      if (isEvidenceChanged(failure)) setChanged(true);
      else setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
      void refreshAfterDecision(client);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // A key that composes Chinese text confirms the text, not the decision.
    if (event.nativeEvent.isComposing) return;
    const phrase = event.altKey ? phrases[Number(/^Digit(\d)$/.exec(event.code)?.[1] ?? 0) - 1] : undefined;
    if (phrase !== undefined) setText(withPhrase(text, phrase, phrases));
    else if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
      void submit();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      ref={form}
      className="decision-form"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {changed && (
        <div className="decision-changed" role="alert" data-testid="evidence-changed">
          <strong>{words.changed}</strong>
          <p>{words.changedText}</p>
        </div>
      )}
      <div className="phrases" role="group" aria-label={words.reason}>
        {phrases.map((phrase, at) => (
          <button
            key={phrase}
            type="button"
            className="chip"
            title={`Alt ${at + 1}`}
            aria-pressed={text.includes(phrase)}
            onClick={() => {
              setText(withPhrase(text, phrase, phrases));
              form.current?.querySelector('textarea')?.focus();
            }}
            data-testid="phrase"
          >
            {phrase}
          </button>
        ))}
      </div>
      <Input.TextArea
        value={text}
        maxLength={REASON_LIMIT}
        autoSize={{ minRows: 2, maxRows: 5 }}
        aria-label={words.reason}
        placeholder={words.reasonHint}
        onChange={(event) => setText(event.target.value)}
        data-testid="decision-reason"
      />
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={words.network} server={words.server} />
      )}
      <div className="decision-submit">
        <button type="button" className="button" onClick={onCancel} disabled={busy}>
          {words.cancel}
          <kbd className="chip-key" aria-hidden="true">
            Esc
          </kbd>
        </button>
        <button
          type="submit"
          className="button button-primary"
          disabled={reason === null || busy}
          aria-busy={busy}
          data-testid="decision-submit"
        >
          {busy ? words.working : words.submit[choice]}
          {!busy && (
            <kbd className="chip-key" aria-hidden="true">
              Enter
            </kbd>
          )}
        </button>
      </div>
    </form>
  );
}
