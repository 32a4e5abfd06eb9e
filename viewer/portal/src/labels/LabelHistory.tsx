import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { LabelWithdrawalBody } from '@hutong/server/contract/labels';
import type { Copy } from '../api/corrections.ts';
import { labelHistoryQuery, labelsChanged, liftWithdrawal } from '../api/labels.ts';
import { formatInstant } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

/** Lifts a withdrawal, with a reason. */
export function LiftButton({ withdrawal }: { withdrawal: LabelWithdrawalBody }) {
  const words = useOwnWords(labelWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [asks, setAsks] = useState(false);
  if (!withdrawal.mayLift) return null;
  return (
    <>
      <button type="button" className="text-button" onClick={() => setAsks(true)} data-testid="lift">
        {words.lift.title}
      </button>
      {asks && (
        <ReasonDialog
          title={words.lift.title}
          label={words.lift.reason}
          confirm={words.lift.confirm}
          onClose={() => setAsks(false)}
          onDo={async (reason) => {
            await liftWithdrawal(withdrawal.id, reason);
            void message.success(words.lift.done);
            await labelsChanged(client);
          }}
        />
      )}
    </>
  );
}

/** All that was done to the labels of a study, the newest first; read when it is opened. */
export function LabelHistory({ copy }: { copy: Copy }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(labelWords);
  const [open, setOpen] = useState(false);
  const { data, isError } = useQuery({ ...labelHistoryQuery(copy), enabled: open });
  return (
    <details
      className="label-history"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      data-testid="label-history"
    >
      <summary>{words.ofStudy.history}</summary>
      {isError && (
        <p className="labels-error" role="alert">
          {words.error}
        </p>
      )}
      {data?.events.length === 0 && <p className="quiet">{words.ofStudy.noHistory}</p>}
      <ol>
        {data?.events.map((event) => (
          <li key={`${event.at} ${event.itemCode} ${event.scope} ${event.state}`}>
            <strong>
              {event.text} · {words.state[event.state]}
            </strong>
            <span className="quiet">
              {formatInstant(event.at)} · {event.itemCode} · {words.cause[event.cause]} · {event.author}
            </span>
            <p>{pick(event.reason)}</p>
          </li>
        ))}
      </ol>
      {data !== undefined && data.withdrawals.length > 0 && (
        <>
          <h4>{words.ofStudy.withdrawals}</h4>
          <ol>
            {data.withdrawals.map((withdrawal) => (
              <li key={withdrawal.id}>
                <strong>
                  {[withdrawal.itemCode, withdrawal.scope].filter(Boolean).join(' · ') || words.withdraw.any}
                </strong>
                <span className="quiet">
                  {words.withdraw.by(withdrawal.author, formatInstant(withdrawal.at))}
                </span>
                <p>{withdrawal.reason}</p>
                {withdrawal.lifted !== null && (
                  <p>
                    {marks.said(
                      words.withdraw.liftedBy(withdrawal.lifted.by, formatInstant(withdrawal.lifted.at)),
                      withdrawal.lifted.reason,
                    )}
                  </p>
                )}
                <LiftButton withdrawal={withdrawal} />
              </li>
            ))}
          </ol>
        </>
      )}
    </details>
  );
}
