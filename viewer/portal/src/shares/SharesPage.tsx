import { useState } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import type { ShareBody } from '@hutong/server/contract/shares';
import { facetsQuery, sessionQuery } from '../api/queries.ts';
import { shareListQuery, type ShareListFilter } from '../api/shares.ts';
import { PageHead } from '../app/PageHead.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { Choice } from '../corrections/Choice.tsx';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { holds, mayIn } from '../session/rights.ts';
import '../styles/exams.css';
import '../styles/shares.css';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { AccessionDialog } from './AccessionDialog.tsx';
import { PolicyDialog } from './PolicyDialog.tsx';
import { ShareItem } from './ShareItem.tsx';
import { SharesSkeleton } from './StudyShares.tsx';

const STATES: readonly ShareBody['state'][] = ['open', 'notYet', 'locked', 'usedUp', 'expired', 'revoked'];

function Filters({
  filter,
  change,
}: {
  filter: ShareListFilter;
  change: (part: Partial<ShareListFilter>) => void;
}) {
  const all = useOwnWords(shareWords);
  const words = all.page;
  const { pick } = useWords();
  const session = useQuery(sessionQuery).data;
  const hospitals = (useQuery(facetsQuery).data?.hospitals ?? []).filter(({ code }) =>
    mayIn(session, 'share', code),
  );
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  return (
    <div className="exams-tools shares-tools">
      <Choice
        label={words.title}
        value={filter.whose}
        options={[
          ['mine', words.mine],
          ['all', words.all],
          ['gone', words.gone],
        ]}
        onChange={(whose) => change({ whose })}
      />
      <Select
        size={size}
        className="share-state-filter"
        allowClear
        aria-label={words.states}
        placeholder={words.states}
        value={filter.state}
        onChange={(state?: ShareBody['state'] | null) => change({ state: state ?? null })}
        options={STATES.map((value) => ({ value, label: all.list.states[value] }))}
        data-testid="shares-state"
      />
      {hospitals.length > 1 && (
        <Select
          size={size}
          className="filter-hospital"
          allowClear
          aria-label={words.hospital}
          placeholder={words.hospital}
          value={filter.hospital}
          popupMatchSelectWidth={false}
          onChange={(hospital?: string | null) => change({ hospital: hospital ?? null })}
          options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
        />
      )}
    </div>
  );
}

function Found({ filter }: { filter: ShareListFilter }) {
  const all = useOwnWords(shareWords);
  const words = all.page;
  const found = useInfiniteQuery(shareListQuery(filter));
  if (found.isError && found.data === undefined)
    return <ErrorNotice error={found.error} title={all.list.failed} onRetry={() => void found.refetch()} />;
  if (found.isPending) return <SharesSkeleton />;
  const shares = found.data.pages.flatMap((page) => page.shares);
  const isFiltered = filter.state !== null || filter.hospital !== null || filter.whose !== 'mine';
  if (shares.length === 0)
    return (
      <EmptyNotice
        testId="shares-none"
        title={isFiltered ? words.emptyFiltered : words.empty}
        text={isFiltered ? words.emptyFilteredText : words.emptyText}
      />
    );
  return (
    <>
      {filter.whose === 'gone' && <p className="share-warning">{words.goneHint}</p>}
      <ol className="shares-page-list" data-testid="shares-list">
        {shares.map((share) => (
          <ShareItem key={share.id} share={share} withSubject />
        ))}
      </ol>
      {found.hasNextPage && (
        <button
          type="button"
          className="button shares-more"
          disabled={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
    </>
  );
}

/** The links that one made, or one's hospital did: their state, who opened them, what came back. */
export default function SharesPage() {
  const all = useOwnWords(shareWords);
  const words = all.page;
  const session = useQuery(sessionQuery).data;
  const [filter, setFilter] = useState<ShareListFilter>({ whose: 'mine', hospital: null, state: null });
  const [dialog, setDialog] = useState<'accession' | 'policy' | null>(null);
  return (
    <main className="page" data-testid="shares-page">
      <div className="page-column">
        <PageHead title={words.title} lead={words.lead}>
          {holds(session, 'admin') && (
            <button
              type="button"
              className="button"
              onClick={() => setDialog('policy')}
              data-testid="share-policy"
            >
              {words.policy}
            </button>
          )}
          <button
            type="button"
            className="button button-primary"
            onClick={() => setDialog('accession')}
            data-testid="share-accession"
          >
            {all.accession.button}
          </button>
        </PageHead>
        <Filters filter={filter} change={(part) => setFilter((now) => ({ ...now, ...part }))} />
        <Found filter={filter} />
      </div>
      {dialog === 'accession' && <AccessionDialog onClose={() => setDialog(null)} />}
      {dialog === 'policy' && <PolicyDialog onClose={() => setDialog(null)} />}
    </main>
  );
}
