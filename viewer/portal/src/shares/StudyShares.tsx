import { useQuery } from '@tanstack/react-query';
import type { Copy } from '../api/corrections.ts';
import { sharesQuery } from '../api/shares.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { ShareItem } from './ShareItem.tsx';

/** Grey lines while shares are read. */
export function SharesSkeleton() {
  return (
    <div className="detail-skeleton" aria-hidden="true">
      {[52, 78, 40].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** The shares of a study: their state, who opened them, what came back, and how to end them. */
export function StudyShares({ copy }: { copy: Copy }) {
  const { list: words } = useOwnWords(shareWords);
  const shares = useQuery(sharesQuery(copy));
  if (shares.isError) {
    return <ErrorNotice error={shares.error} title={words.failed} onRetry={() => void shares.refetch()} />;
  }
  if (shares.isPending) return <SharesSkeleton />;
  if (shares.data.shares.length === 0) {
    return (
      <div className="history-empty" data-testid="shares-empty">
        <h3>{words.empty}</h3>
        <p>{words.emptyText}</p>
      </div>
    );
  }
  return (
    <ol className="share-list">
      {shares.data.shares.map((share) => (
        <ShareItem key={share.id} share={share} />
      ))}
    </ol>
  );
}
