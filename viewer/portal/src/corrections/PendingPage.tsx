import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { NavLink, Route, Routes } from 'react-router';
import { pendingCountQuery, pendingQuery, type Copy } from '../api/corrections.ts';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { groupsOf } from './groups.ts';
import HistoryDrawer from './HistoryDrawer.tsx';
import { PendingCard } from './PendingCard.tsx';
import { PageSkeleton, Records } from './Records.tsx';
import { useOpenHistory } from './useOpenHistory.ts';

function Pending({ onHistory }: { onHistory: (copy: Copy) => void }) {
  const { t } = useWords();
  const words = t.corrections.pending;
  const pending = useInfiniteQuery(pendingQuery(null));
  const entries = pending.data?.pages.flatMap((page) => page.entries) ?? [];
  if (pending.isPending) return <PageSkeleton />;
  if (pending.isError && entries.length === 0) {
    return <ErrorNotice error={pending.error} title={words.error} onRetry={() => void pending.refetch()} />;
  }
  if (entries.length === 0) {
    return (
      <div className="notice" data-testid="pending-empty">
        <h1>{words.emptyTitle}</h1>
        <p>{words.emptyText}</p>
      </div>
    );
  }
  return (
    <>
      {groupsOf(entries).map((group) => (
        <PendingCard key={group.key} group={group} onHistory={onHistory} />
      ))}
      {pending.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={pending.isFetchingNextPage}
          onClick={() => void pending.fetchNextPage()}
        >
          {t.corrections.more}
        </button>
      )}
    </>
  );
}

/** What waits for a decision, and the records of everything that was decided, deleted, corrected and recovered. */
export default function PendingPage() {
  const { t } = useWords();
  const words = t.corrections;
  const history = useOpenHistory();
  const { data: waiting } = useQuery(pendingCountQuery);
  const count = waiting?.total ?? 0;
  return (
    <main className="pending-page">
      <div className="pending-column">
        <nav className="pending-tabs" aria-label={words.pending.title}>
          <NavLink to="/pending" end className="choice-option">
            {words.tabs.pending}
            {count > 0 && <span className="badge">{formatCount(count)}</span>}
          </NavLink>
          <NavLink to="/pending/records" className="choice-option" data-testid="records-tab">
            {words.tabs.records}
          </NavLink>
        </nav>
        <Routes>
          <Route
            index
            element={
              <>
                <p className="pending-lead">{words.pending.lead}</p>
                <Pending onHistory={history.show} />
              </>
            }
          />
          <Route
            path="records"
            element={
              <>
                <p className="pending-lead">{words.records.lead}</p>
                <Records onHistory={history.show} />
              </>
            }
          />
        </Routes>
      </div>
      <HistoryDrawer copy={history.copy} study={undefined} onClose={history.close} />
    </main>
  );
}
