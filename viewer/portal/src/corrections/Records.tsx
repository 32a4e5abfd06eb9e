import { useInfiniteQuery } from '@tanstack/react-query';
import type { CorrectionEvent } from '@hutong/server/contract';
import { historyQuery, type Copy } from '../api/corrections.ts';
import { useWords } from '../i18n/language.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { useHospitalName } from '../app/useHospitalName.ts';
import { TimelineEvent } from './Timeline.tsx';

function Where({ event, onHistory }: { event: CorrectionEvent; onHistory: (copy: Copy) => void }) {
  const { t } = useWords();
  const hospital = useHospitalName(event.hospital);
  return (
    <p className="event-where">
      <span>{hospital}</span>
      <button
        type="button"
        className="text-button uid"
        title={`${t.corrections.open} ${event.studyInstanceUid}`}
        onClick={() => onHistory({ hospital: event.hospital, study: event.studyInstanceUid })}
        data-testid="record-study"
      >
        {event.studyInstanceUid}
      </button>
    </p>
  );
}

/** What was done to all studies: also the way to those that left the list because they were deleted. */
export function Records({ onHistory }: { onHistory: (copy: Copy) => void }) {
  const { t } = useWords();
  const words = t.corrections;
  const records = useInfiniteQuery(historyQuery(null));
  const events = records.data?.pages.flatMap((page) => page.events) ?? [];
  if (records.isPending) return <PageSkeleton />;
  if (records.isError && events.length === 0) {
    return <ErrorNotice error={records.error} title={words.error} onRetry={() => void records.refetch()} />;
  }
  if (events.length === 0) {
    return (
      <div className="notice" data-testid="records-empty">
        <h1>{words.records.emptyTitle}</h1>
        <p>{words.records.emptyText}</p>
      </div>
    );
  }
  return (
    <>
      <ol className="timeline">
        {events.map((event) => (
          <TimelineEvent
            key={event.id}
            event={event}
            correction={undefined}
            context={<Where event={event} onHistory={onHistory} />}
          />
        ))}
      </ol>
      {records.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={records.isFetchingNextPage}
          onClick={() => void records.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
    </>
  );
}

/** The shape of cards while they load. */
export function PageSkeleton() {
  return (
    <div className="detail-skeleton" aria-hidden="true">
      {[44, 90, 72, 86, 58, 80].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
