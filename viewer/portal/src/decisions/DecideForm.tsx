import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { OfferedReason } from '@hutong/recognition';
import type { ReminderMatchBody } from '@hutong/server/contract/recognition';
import { recognitionKey, recordDecision, withdrawDecision } from '../api/recognition.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { decisionsWords } from '../i18n/decisions.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { isComplete, NO_REASON, ReasonFields } from './ReasonFields.tsx';
import { RecordText } from './RecordText.tsx';

/** Recognise with one click, or say why it is examined again; what was decided can be undone and copied into the record. */
export function DecideForm({
  reminder,
  match,
  reasons,
}: {
  reminder: string;
  match: ReminderMatchBody;
  reasons: readonly OfferedReason[];
}) {
  const all = useOwnWords(decisionsWords);
  const words = all.decide;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [draft, setDraft] = useState<typeof NO_REASON | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const on = { reminder, position: match.position };

  const act = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await work();
      setDraft(null);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(words.failed));
    }
    await client.invalidateQueries({ queryKey: recognitionKey });
    setBusy(false);
  };
  const failed = error !== null && (
    <FailedLine error={error} title={words.failed} network={words.network} server={words.server} />
  );
  const { decision } = match;
  if (decision !== null) {
    const reason = reasons.find(({ code }) => code === decision.reasonCode);
    return (
      <div className="recognition-decided" data-testid="decided">
        <div className="recognition-bar">
          <strong className={`recognition-kind recognition-kind-${decision.kind}`} role="status">
            {all.kinds[decision.kind]}
            {reason !== undefined && ` · ${reason.code}`}
          </strong>
          {decision.mayChange && (
            <button
              type="button"
              className="button"
              disabled={busy}
              onClick={() =>
                void act(async () => {
                  await withdrawDecision(decision.id, '');
                  void message.success(words.undone);
                })
              }
              data-testid="undo-decision"
            >
              {words.undo}
            </button>
          )}
        </div>
        {failed}
        <RecordText key={decision.id} decision={decision} />
      </div>
    );
  }
  const mayRecognise = match.inForce && match.word !== 'NOT_IN_SCOPE';
  if (draft === null)
    return (
      <>
        {failed}
        <div className="recognition-bar">
          {mayRecognise && (
            <button
              type="button"
              // Pictures come first, where they can be opened and were not.
              className={match.viewed || match.opens === 'no' ? 'button button-primary' : 'button'}
              disabled={busy}
              aria-busy={busy}
              onClick={() => void act(() => recordDecision({ kind: 'recognised', on }))}
              data-testid="recognise"
            >
              {busy ? words.saving : words.recognise}
            </button>
          )}
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => setDraft(NO_REASON)}
            data-testid="examine-again"
          >
            {words.again}
          </button>
        </div>
      </>
    );
  return (
    <form
      className="recognition-form"
      onSubmit={(event) => {
        event.preventDefault();
        const { reasonCode } = draft;
        if (reasonCode === null || !isComplete(draft, reasons)) return;
        void act(() =>
          recordDecision({
            kind: 'examinedAgain',
            reasonCode,
            reasonText: draft.reasonText.trim(),
            patientInformed: draft.patientInformed,
            on,
          }),
        );
      }}
    >
      <ReasonFields draft={draft} reasons={reasons} onChange={setDraft} />
      {failed}
      <div className="recognition-bar">
        <button type="button" className="button" disabled={busy} onClick={() => setDraft(null)}>
          {words.cancel}
        </button>
        <button
          type="submit"
          className="button button-primary"
          disabled={busy || !isComplete(draft, reasons)}
          aria-busy={busy}
          data-testid="record-again"
        >
          {busy ? words.saving : words.confirm}
        </button>
      </div>
    </form>
  );
}
