import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { InboxFileBody } from '@hutong/server/contract/orders';
import { allInbox, inboxQuery, seeFile } from '../api/orders.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { orderWords } from '../i18n/orders.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';

/** Errors of a file that are shown; the rest stands in the file beside it. */
const SHOWN = 5;

function FileRow({ file }: { file: InboxFileBody }) {
  const { pick } = useWords();
  const words = useOwnWords(orderWords).inbox;
  const client = useQueryClient();
  const counts = (['patients', 'orders', 'reports'] as const)
    .filter((kind) => (file.counts[kind] ?? 0) > 0)
    .map((kind) => `${words.counts[kind]} ${formatCount(file.counts[kind] ?? 0)}`);
  const see = async (): Promise<void> => {
    await seeFile(file.id);
    await client.invalidateQueries({ queryKey: allInbox });
  };
  return (
    <li className="order-row" data-testid="inbox-file" data-state={file.state}>
      <div className="order-cell">
        <strong>{file.name}</strong>
        <span className="quiet">
          {pick(file.hospital.name)} · {formatInstant(file.takenAt)}
        </span>
      </div>
      <div className="order-cell">
        <span className={`report-status report-status-${file.state === 'done' ? 'final' : 'cancelled'}`}>
          {file.state === 'done' ? words.done : words.failed}
        </span>
        <span className="quiet">{counts.join(' · ')}</span>
      </div>
      <ul className="order-errors">
        {file.errors.slice(0, SHOWN).map((error, at) => (
          <li key={at}>
            <code>{words.place(error.at)}</code> {pick(error)}
          </li>
        ))}
        {file.errors.length > SHOWN && <li>{words.more(formatCount(file.errors.length - SHOWN))}</li>}
      </ul>
      <div className="order-cell">
        {file.state === 'failed' &&
          (file.seen ? (
            <span className="quiet">{words.seen}</span>
          ) : (
            <button type="button" className="button" onClick={() => void see()}>
              {words.see}
            </button>
          ))}
      </div>
    </li>
  );
}

/** Files of the folders of hospitals: those that could not be taken, or all. */
export function InboxList() {
  const words = useOwnWords(orderWords);
  const [shown, setShown] = useState<'failed' | 'all'>('failed');
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    inboxQuery(shown === 'failed' ? 'failed' : null),
  );
  const files = data?.pages.flatMap((page) => page.files) ?? [];
  return (
    <>
      <p className="quiet">{words.inbox.lead}</p>
      <div className="order-tools">
        <Choice
          label={words.tabs.inbox}
          value={shown}
          options={[
            ['failed', words.inbox.failed],
            ['all', words.inbox.all],
          ]}
          onChange={setShown}
        />
      </div>
      {error !== null && data === undefined && (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <DetailSkeleton />}
      {data !== undefined && files.length === 0 && (
        <EmptyNotice
          testId="inbox-empty"
          title={shown === 'failed' ? words.inbox.noneFailed : words.inbox.none}
          text={words.inbox.noneText}
        />
      )}
      <ul className="order-rows">
        {files.map((file) => (
          <FileRow key={file.id} file={file} />
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {words.more}
        </button>
      )}
    </>
  );
}
