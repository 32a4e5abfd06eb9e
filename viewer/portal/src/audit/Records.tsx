import { useCallback, useMemo, useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useSearchParams } from 'react-router';
import type { AuditEventBody, AuditStatus } from '@hutong/server/contract/audit';
import { auditEventsQuery, exportAudit } from '../api/audit.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatDay } from '../format/format.ts';
import { auditWords } from '../i18n/audit.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { Alerts } from './Alerts.tsx';
import { AuditFilterBar } from './AuditFilterBar.tsx';
import { type AuditFilters, instantsOf, NO_FILTERS, searchOf } from './auditFilters.ts';
import { AuditList } from './AuditList.tsx';
import { EventDrawer } from './EventDrawer.tsx';
import { Overview } from './Overview.tsx';
import { TrailState } from './TrailState.tsx';

const DAY_MS = 86_400_000;
const daysBack = (days: number): string => formatDay(new Date(Date.now() - days * DAY_MS));

/** Hands a text to the reader as a file. */
function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** The trail to be searched, with what is unusual on top and how the trail itself is. */
export function Records({
  status,
  nameOf,
  onHistory,
}: {
  status: AuditStatus | undefined;
  nameOf: (hospital: string) => string;
  onHistory: (patient: { hospital: string; patientId: string }) => void;
}) {
  const words = useOwnWords(auditWords);
  const { message } = App.useApp();
  const [given] = useSearchParams();
  const [filters, setFilters] = useState<AuditFilters>(() => ({
    ...NO_FILTERS,
    study: given.get('study') ?? '',
    days: given.has('study') ? null : [daysBack(6), formatDay(new Date())],
  }));
  const [opened, setOpened] = useState<AuditEventBody | null>(null);
  const [isExporting, setIsExporting] = useState(false);
  const change = useCallback((some: Partial<AuditFilters>) => {
    setFilters((now) => ({ ...now, ...some }));
  }, []);
  const search = useMemo(() => searchOf(filters), [filters]);
  const overview = useMemo(
    () => searchOf({ ...filters, days: [daysBack(29), formatDay(new Date())] }),
    [filters],
  );
  const since = useMemo(() => instantsOf([daysBack(6), daysBack(0)]).from, []);
  const found = useInfiniteQuery(auditEventsQuery(search));
  const events = useMemo(() => found.data?.pages.flatMap((page) => page.events) ?? [], [found.data]);
  const { fetchNextPage, isFetchingNextPage } = found;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const takeOut = async (): Promise<void> => {
    setIsExporting(true);
    try {
      save(await exportAudit(search), `audit-${formatDay(new Date())}.csv`);
    } catch {
      void message.error(words.exportFailed);
    }
    setIsExporting(false);
  };
  return (
    <>
      <Alerts since={since} onShow={(some) => setFilters({ ...NO_FILTERS, ...some })} />
      {status !== undefined && <TrailState status={status} />}
      <Overview search={overview} onDay={(day) => change({ days: [day, day] })} />
      <div className="audit-tools">
        <AuditFilterBar filters={filters} hospitals={status?.hospitals ?? []} onChange={change} />
        <button
          type="button"
          className="button"
          disabled={isExporting || events.length === 0}
          onClick={() => void takeOut()}
          data-testid="audit-export"
        >
          {isExporting ? words.exporting : words.export}
        </button>
      </div>
      {found.isPending ? (
        <DetailSkeleton />
      ) : found.isError && events.length === 0 ? (
        <ErrorNotice error={found.error} title={words.error} onRetry={() => void found.refetch()} />
      ) : events.length === 0 ? (
        <div className="notice" data-testid="audit-empty">
          <h1>{words.empty.title}</h1>
          <p>{words.empty.text}</p>
        </div>
      ) : (
        <AuditList
          events={events}
          nameOf={nameOf}
          hasMore={found.hasNextPage}
          isChanging={found.isPlaceholderData}
          onMore={more}
          onOpen={setOpened}
        />
      )}
      <EventDrawer
        event={opened}
        status={status}
        nameOf={nameOf}
        onNarrow={change}
        onHistory={onHistory}
        onClose={() => setOpened(null)}
      />
    </>
  );
}
