import type { JudgedItemBody } from '@hutong/server/contract/conformance';
import React, { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { decide, type Copy } from '../conformance/decisions.ts';
import { choicesFor, verdictMark } from '../conformance/present.ts';
import { say } from '../language.ts';
import words from '../words.ts';
import { MarkGlyph } from './Marks.tsx';

const REASON_LIMIT = 500;
type Choice = ReturnType<typeof choicesFor>[number];

const choiceWord = {
  PASS: words.decidePASS,
  FAIL: words.decideFAIL,
  takeBack: words.decideTakeBack,
} satisfies Record<Choice, unknown>;

interface Props {
  copy: Copy;
  item: JudgedItemBody;
  onChanged: () => void;
}

/** Lets a reader decide on a verdict with the images before them. */
export function DecisionForm({ copy, item, onChanged }: Props): React.JSX.Element {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (choice !== null) field.current?.focus();
  }, [choice]);

  const ready = reason.trim() !== '' && !busy;
  const submit = async (): Promise<void> => {
    if (choice === null || !ready) return;
    setBusy(true);
    setSaid('');
    const outcome = await decide((url, init) => fetch(url, init), copy, {
      itemCode: item.itemCode,
      verdict: choice === 'takeBack' ? null : choice,
      reason: reason.trim(),
      evidence: item.evidence,
    });
    setBusy(false);
    if (outcome.kind === 'done') {
      setChoice(null);
      setReason('');
    } else if (outcome.kind === 'evidenceChanged') setSaid(say(words.evidenceChanged));
    else setSaid(say(outcome.detail) || say(words.decisionFailed));
    onChanged();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // OHIF's shortcuts must not fire while a reason is typed.
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') setChoice(null);
    else if (event.key === 'Enter' && !event.shiftKey && event.target === field.current) {
      event.preventDefault();
      void submit();
    }
  };
  if (choice === null) {
    return (
      <div className="ht-decide" data-cy="hutong-decide">
        {choicesFor(item).map((each) => (
          <button
            key={each}
            type="button"
            className="ht-button ht-decide-button"
            data-cy={`hutong-decide-${each}`}
            onClick={() => setChoice(each)}
          >
            {each !== 'takeBack' && <MarkGlyph mark={verdictMark(each)} />}
            {say(choiceWord[each])}
          </button>
        ))}
      </div>
    );
  }
  return (
    <form
      className="ht-decide-form"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        <span>{say(choiceWord[choice])}</span>
        <textarea
          ref={field}
          value={reason}
          rows={3}
          maxLength={REASON_LIMIT}
          placeholder={say(words.decisionReason)}
          onChange={(event) => setReason(event.target.value)}
          data-cy="hutong-decision-reason"
        />
      </label>
      {said !== '' && (
        <p className="ht-stale-detail" role="alert">
          {said}
        </p>
      )}
      <div className="ht-decide">
        <button type="button" className="ht-button" disabled={busy} onClick={() => setChoice(null)}>
          {say(words.cancel)}
        </button>
        <button
          type="submit"
          className="ht-button ht-button-main"
          disabled={!ready}
          data-cy="hutong-decision-submit"
        >
          {say(busy ? words.saving : words.confirmDecision)}
        </button>
      </div>
    </form>
  );
}
