import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { LabelWithdrawalBody } from '@hutong/server/contract/labels';
import { withdrawalsQuery } from '../api/labels.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatInstant } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { LiftButton } from './LabelHistory.tsx';
import { WithdrawSetDialog } from './WithdrawSetDialog.tsx';

function Withdrawal({ withdrawal }: { withdrawal: LabelWithdrawalBody }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(labelWords);
  const period = [withdrawal.from, withdrawal.until].some((day) => day !== null)
    ? `${withdrawal.from ?? '…'} – ${withdrawal.until ?? '…'}`
    : '';
  const what = [withdrawal.itemCode, withdrawal.scope, period].filter(Boolean).join(' · ');
  return (
    <li className="label-row" data-testid="withdrawal">
      <div className="label-row-main">
        <strong>{pick(withdrawal.hospital.name)}</strong>
        <span>{what === '' ? words.withdraw.any : what}</span>
        {withdrawal.ofStudy && (
          <span className="quiet">
            {words.withdraw.study} <code>{withdrawal.studyInstanceUid ?? ''}</code>
          </span>
        )}
      </div>
      <div className="label-row-main">
        <span>{withdrawal.reason}</span>
        <span className="quiet">{words.withdraw.by(withdrawal.author, formatInstant(withdrawal.at))}</span>
        {withdrawal.lifted !== null && (
          <span className="quiet">
            {marks.said(
              words.withdraw.liftedBy(withdrawal.lifted.by, formatInstant(withdrawal.lifted.at)),
              withdrawal.lifted.reason,
            )}
          </span>
        )}
      </div>
      <div className="label-row-actions">
        <LiftButton withdrawal={withdrawal} />
      </div>
    </li>
  );
}

/** What people withdrew, the newest first, with lifting; and the withdrawal of sets. */
export function WithdrawalsTab() {
  const words = useOwnWords(labelWords);
  const [shown, setShown] = useState<'open' | 'all'>('open');
  const [isAsking, setIsAsking] = useState(false);
  const list = useInfiniteQuery(withdrawalsQuery(shown === 'open'));
  const rows = list.data?.pages.flatMap(({ withdrawals }) => withdrawals) ?? [];
  return (
    <>
      <div className="labels-bar">
        <Choice
          label={words.tabs.withdrawals}
          value={shown}
          options={[
            ['open', words.withdraw.open],
            ['all', words.withdraw.all],
          ]}
          onChange={setShown}
        />
        <button
          type="button"
          className="button button-primary"
          onClick={() => setIsAsking(true)}
          data-testid="withdraw-set"
        >
          {words.withdraw.set}
        </button>
      </div>
      {list.isPending && <DetailSkeleton />}
      {list.isError && (
        <ErrorNotice error={list.error} title={words.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && rows.length === 0 && (
        <EmptyNotice testId="withdrawals-empty" title={words.withdraw.none} text={words.withdraw.noneText} />
      )}
      <ul className="label-rows">
        {rows.map((row) => (
          <Withdrawal key={row.id} withdrawal={row} />
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          {words.more}
        </button>
      )}
      {isAsking && <WithdrawSetDialog onClose={() => setIsAsking(false)} />}
    </>
  );
}
