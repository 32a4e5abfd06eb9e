import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Popconfirm } from 'antd';
import type { HoldBody, HoldsPage as Page } from '@hutong/server/contract/privacy';
import { allHolds, holdsQuery, releaseHold, retentionQuery } from '../api/privacy.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { holdWords } from '../i18n/holds.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { HoldDialog } from './HoldDialog.tsx';
import { RetentionTable } from './RetentionTable.tsx';
import '../styles/privacy.css';

function HoldRow({ hold, hospitals }: { hold: HoldBody; hospitals: Page['hospitals'] }) {
  const { pick } = useWords();
  const words = useOwnWords(holdWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [why, setWhy] = useState('');
  const hospital = hospitals.find(({ code }) => code === hold.hospital);
  const release = async (): Promise<void> => {
    try {
      await releaseHold(hold.id, why.trim());
    } catch {
      void message.error(words.failed);
    }
    await client.invalidateQueries({ queryKey: allHolds });
    await client.invalidateQueries({ queryKey: retentionQuery.queryKey });
  };
  const until = hold.until === null ? words.open : words.untilDay(hold.until);
  return (
    <li className="privacy-row" data-testid="hold">
      <div className="privacy-main">
        <strong>{hold.reason}</strong>
        <code>{hold.studyInstanceUid ?? hold.patientId}</code>
        <span className="quiet">
          {hospital === undefined ? hold.hospital : pick(hospital.name)} ·{' '}
          {words.by(hold.author, formatInstant(hold.createdAt))}
        </span>
      </div>
      <div className="privacy-facts">
        <span className={`privacy-state privacy-${hold.active ? 'review' : 'quiet'}`}>
          {hold.active ? until : hold.releasedAt === null ? words.over : (hold.releaseReason ?? '')}
        </span>
        <span>{words.studies(formatCount(hold.studies))}</span>
        {hold.releasedAt !== null && (
          <span className="quiet">
            {words.released(hold.releasedBy ?? '', formatInstant(hold.releasedAt))}
          </span>
        )}
      </div>
      <div className="privacy-actions">
        {hold.mayRelease && (
          <Popconfirm
            title={words.releaseReason}
            description={
              <Input
                value={why}
                maxLength={500}
                aria-label={words.releaseReason}
                onChange={({ target }) => setWhy(target.value)}
                data-testid="release-reason"
              />
            }
            okText={words.release}
            cancelText={words.close}
            okButtonProps={{ disabled: why.trim() === '' }}
            onConfirm={() => void release()}
          >
            <Button data-testid="release-hold">{words.release}</Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}

/** What may not be removed, and how long studies are kept. */
export default function HoldsPage() {
  const words = useOwnWords(holdWords);
  const [shown, setShown] = useState<'active' | 'all'>('active');
  const [isSetting, setIsSetting] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    holdsQuery(shown === 'active'),
  );
  const hospitals = data?.pages[0]?.hospitals ?? [];
  const holds = data?.pages.flatMap((page) => page.holds) ?? [];
  return (
    <section data-testid="holds">
      <PageHead title={words.title} lead={words.lead}>
        <button
          type="button"
          className="button button-primary"
          onClick={() => setIsSetting(true)}
          disabled={data === undefined}
          data-testid="new-hold"
        >
          {words.new}
        </button>
      </PageHead>
      <Choice
        label={words.title}
        value={shown}
        options={[
          ['active', words.active],
          ['all', words.all],
        ]}
        onChange={setShown}
      />
      {error !== null && data === undefined && (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <DetailSkeleton />}
      {data !== undefined && holds.length === 0 && (
        <EmptyNotice testId="holds-empty" title={words.none} text={words.noneText} />
      )}
      <ul className="privacy-rows">
        {holds.map((hold) => (
          <HoldRow key={hold.id} hold={hold} hospitals={hospitals} />
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {words.more}
        </button>
      )}
      <RetentionTable />
      {isSetting && <HoldDialog hospitals={hospitals} onClose={() => setIsSetting(false)} />}
    </section>
  );
}
