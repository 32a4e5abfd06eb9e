import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { labelsQuery } from '../api/labels.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { labelWords } from '../i18n/labels.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { labelKey, ListedLabel } from './ListedLabel.tsx';

/** Labels that were given or withdrawn, the newest first. */
export function RecentTab() {
  const words = useOwnWords(labelWords);
  const [state, setState] = useState<'applied' | 'withdrawn'>('applied');
  const list = useInfiniteQuery(labelsQuery(state));
  const rows = list.data?.pages.flatMap(({ labels }) => labels) ?? [];
  return (
    <>
      <Choice
        label={words.tabs.recent}
        value={state}
        options={[
          ['applied', words.recent.applied],
          ['withdrawn', words.recent.withdrawn],
        ]}
        onChange={setState}
      />
      {list.isPending && <DetailSkeleton />}
      {list.isError && (
        <ErrorNotice error={list.error} title={words.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && rows.length === 0 && (
        <EmptyNotice testId="labels-empty" title={words.recent.none} text={words.recent.noneText} />
      )}
      <ul className="label-rows">
        {rows.map((row) => (
          <ListedLabel key={labelKey(row)} label={row} />
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          {words.more}
        </button>
      )}
    </>
  );
}
