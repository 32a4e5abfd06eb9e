import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal, Popconfirm } from 'antd';
import { Link } from 'react-router';
import type { RecognitionDecisionBody, RecognitionHistoryBody } from '@hutong/server/contract/recognition';
import { decisionHistoryQuery, recognitionKey, withdrawDecision } from '../api/recognition.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatInstant } from '../format/format.ts';
import { decisionsWords } from '../i18n/decisions.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { CorrectDialog } from './CorrectDialog.tsx';
import { DecisionRow, Reason } from './DecisionRow.tsx';
import { RecordText } from './RecordText.tsx';

/** A decision with its history, its text, and what can be done with it. */
export function DecisionDialog({
  id,
  onChanged,
  onClose,
}: {
  id: string;
  /** Another row stands for the decision now. */
  onChanged: (id: string) => void;
  onClose: () => void;
}) {
  const all = useOwnWords(decisionsWords);
  const { data, error } = useQuery(decisionHistoryQuery(id));
  return (
    <Modal open title={all.list.title} onCancel={onClose} footer={null} width={720} centered>
      <div className="recognition-dialog" data-testid="decision-dialog">
        {data === undefined && error === null && <DetailSkeleton />}
        {error !== null && (
          <FailedLine
            error={error}
            title={all.list.error}
            network={all.decide.network}
            server={all.decide.server}
          />
        )}
        {data !== undefined && <Loaded data={data} onChanged={onChanged} />}
      </div>
    </Modal>
  );
}

function Loaded({ data, onChanged }: { data: RecognitionHistoryBody; onChanged: (id: string) => void }) {
  const all = useOwnWords(decisionsWords);
  const words = all.list;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [correcting, setCorrecting] = useState(false);
  const [why, setWhy] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const { decision, history } = data;
  const changed = async (next: RecognitionDecisionBody | null, said: string): Promise<void> => {
    void message.success(said);
    setCorrecting(false);
    if (next !== null) onChanged(next.id);
    await client.invalidateQueries({ queryKey: recognitionKey });
  };
  const withdraw = async (): Promise<void> => {
    setError(null);
    try {
      await changed(await withdrawDecision(decision.id, why.trim()), words.withdrawn);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(all.decide.failed));
      await client.invalidateQueries({ queryKey: recognitionKey });
    }
  };
  return (
    <>
      <ul>
        <DecisionRow decision={decision} onShow={null} />
      </ul>
      {error !== null && (
        <FailedLine
          error={error}
          title={all.decide.failed}
          network={all.decide.network}
          server={all.decide.server}
        />
      )}
      <RecordText key={decision.id} decision={decision} />
      <div className="recognition-bar">
        {decision.mayChange && (
          <>
            <button
              type="button"
              className="button"
              onClick={() => setCorrecting(true)}
              data-testid="correct-decision"
            >
              {words.correct}
            </button>
            <Popconfirm
              title={words.withdrawReason}
              description={
                <Input
                  value={why}
                  maxLength={500}
                  aria-label={words.withdrawReason}
                  onChange={({ target }) => setWhy(target.value)}
                  data-testid="withdraw-reason"
                />
              }
              okText={words.withdraw}
              cancelText={all.decide.cancel}
              onConfirm={() => void withdraw()}
            >
              <button type="button" className="button" data-testid="withdraw-decision">
                {words.withdraw}
              </button>
            </Popconfirm>
          </>
        )}
        {decision.reminder !== null && (
          <Link className="button" to={`/recognition/reminders/${decision.reminder.id}`}>
            {words.openReminder}
          </Link>
        )}
      </div>
      <h3>{words.history}</h3>
      <ol className="recognition-history">
        {history.map((row) => (
          <li key={row.id}>
            <strong className={`recognition-kind recognition-kind-${row.kind}`}>{all.kinds[row.kind]}</strong>
            <Reason decision={row} />
            <span className="quiet">
              {words.by(row.author ?? words.unknownAuthor, formatInstant(row.createdAt))}
            </span>
          </li>
        ))}
      </ol>
      {correcting && (
        <CorrectDialog
          decision={decision}
          onClose={() => setCorrecting(false)}
          onCorrected={(next) => void changed(next, words.corrected)}
        />
      )}
    </>
  );
}
