import { lazy, Suspense, useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm, Progress } from 'antd';
import type { ExportBody } from '@hutong/server/contract/privacy';
import { archiveUrl, cancelExport, exportsQuery, releaseExport } from '../api/privacy.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { exportWords } from '../i18n/exports.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { formatBytes } from '../limits/bytes.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import '../styles/privacy.css';

const ExportDialog = lazy(() => import('./ExportDialog.tsx'));

const TONE: Record<ExportBody['state'], string> = {
  unreleased: 'review',
  waiting: 'pending',
  running: 'pending',
  done: 'pass',
  failed: 'fail',
  cancelled: 'quiet',
  expired: 'quiet',
};

function ExportRow({ one }: { one: ExportBody }) {
  const words = useOwnWords(exportWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const act = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch {
      void message.error(words.failed);
    }
    await client.invalidateQueries({ queryKey: exportsQuery.queryKey });
  };
  const finished = one.studiesDone + one.studiesMissing;
  const isUnderWay = one.state === 'waiting' || one.state === 'running';
  return (
    <li className="privacy-row" data-testid="export" data-state={one.state}>
      <div className="privacy-main">
        <strong>{one.title}</strong>
        <span className="quiet">
          {one.project} · {one.approval}
        </span>
        <span className="quiet">{words.by(one.author, formatInstant(one.createdAt))}</span>
        {one.releasedBy !== null && <span className="quiet">{words.releasedBy(one.releasedBy)}</span>}
      </div>
      <div className="privacy-facts">
        <span className={`privacy-state privacy-${TONE[one.state]}`}>{words.state[one.state]}</span>
        {isUnderWay && (
          <Progress
            percent={Math.round((100 * finished) / Math.max(1, one.studies))}
            size="small"
            aria-label={words.progress(formatCount(finished), formatCount(one.studies))}
          />
        )}
        <span>
          {words.progress(formatCount(one.studiesDone), formatCount(one.studies))}
          {one.instances > 0 && ` · ${words.images(formatCount(one.instances))} · ${formatBytes(one.size)}`}
        </span>
        {one.flagged > 0 && <span className="privacy-look">{words.look(formatCount(one.flagged))}</span>}
        {one.leftOut > 0 && <span className="quiet">{words.leftOut(formatCount(one.leftOut))}</span>}
        {one.studiesMissing > 0 && (
          <span className="quiet">{words.missing(formatCount(one.studiesMissing))}</span>
        )}
        {one.expiresAt !== null && one.state === 'done' && (
          <span className="quiet">{words.until(formatInstant(one.expiresAt))}</span>
        )}
      </div>
      <div className="privacy-actions">
        {one.mayDownload && (
          <Button type="primary" href={archiveUrl(one.id)} data-testid="export-download">
            {words.download}
          </Button>
        )}
        {one.mayRelease && (
          <Button type="primary" onClick={() => void act(releaseExport(one.id))} data-testid="export-release">
            {words.release}
          </Button>
        )}
        {one.mayCancel && (
          <Popconfirm
            title={one.state === 'done' ? words.removeAsk : words.cancelAsk}
            okText={one.state === 'done' ? words.removeArchive : words.cancel}
            cancelText={words.keep}
            onConfirm={() => void act(cancelExport(one.id))}
          >
            <Button>{one.state === 'done' ? words.removeArchive : words.cancel}</Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}

/** De-identified copies for research: what was asked for, how far it is, and what came of it. */
export default function ExportsPage() {
  const words = useOwnWords(exportWords);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(exportsQuery);
  const [isMaking, setIsMaking] = useState(false);
  const exports = data?.pages.flatMap((page) => page.exports) ?? [];
  return (
    <main className="page" data-testid="exports">
      <div className="page-column">
        <PageHead title={words.title} lead={words.lead}>
          <button
            type="button"
            className="button button-primary"
            onClick={() => setIsMaking(true)}
            data-testid="export-new"
          >
            {words.new}
          </button>
        </PageHead>
        {error !== null && data === undefined && (
          <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && <DetailSkeleton />}
        {data !== undefined && exports.length === 0 && (
          <EmptyNotice testId="exports-empty" title={words.none} text={words.noneText} />
        )}
        <ul className="privacy-rows">
          {exports.map((one) => (
            <ExportRow key={one.id} one={one} />
          ))}
        </ul>
        {hasNextPage && (
          <button
            type="button"
            className="button"
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {words.more}
          </button>
        )}
      </div>
      {isMaking && (
        <Suspense fallback={null}>
          <ExportDialog onClose={() => setIsMaking(false)} />
        </Suspense>
      )}
    </main>
  );
}
