import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Checkbox } from 'antd';
import type { ListedLabelBody } from '@hutong/server/contract/labels';
import { labelsChanged, labelsQuery, releaseLabels, withdrawStudyLabels } from '../api/labels.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { labelKey, ListedLabel } from './ListedLabel.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';

/** As many as one request takes. */
const MOST = 200;

/** Labels that wait, the newest first: released one by one or many at once, or refused with a reason. */
export function ReleaseTab() {
  const words = useOwnWords(labelWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useInfiniteQuery(labelsQuery('proposed'));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<ListedLabelBody | null>(null);
  const act = useAct();
  const rows = list.data?.pages.flatMap(({ labels }) => labels) ?? [];
  const mine = rows.filter(({ mayChange }) => mayChange).slice(0, MOST);
  const selected = mine.filter((row) => chosen.has(labelKey(row)));

  const release = async (labels: readonly ListedLabelBody[]): Promise<void> => {
    const isAsked = await act.run(async () => {
      const answer = await releaseLabels(
        labels.map(({ hospital, studyInstanceUid, itemCode, scope }) => ({
          hospital: hospital.code,
          studyInstanceUid,
          itemCode,
          scope,
        })),
      );
      const done = answer?.labels.filter(({ outcome }) => outcome === 'released').length ?? 0;
      if (done > 0) void message.success(words.release.done(formatCount(done)));
      if (done < labels.length) void message.warning(words.release.left(formatCount(labels.length - done)));
    });
    if (!isAsked) void message.error(words.failed);
    setChosen(new Set());
    await labelsChanged(client);
  };
  const toggle = (key: string): void => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };

  if (list.isPending) return <DetailSkeleton />;
  if (list.isError)
    return <ErrorNotice error={list.error} title={words.error} onRetry={() => void list.refetch()} />;
  if (rows.length === 0)
    return <EmptyNotice testId="labels-empty" title={words.release.none} text={words.release.noneText} />;
  return (
    <>
      {mine.length > 0 && (
        <div className="labels-bar">
          <Checkbox
            checked={selected.length === mine.length}
            indeterminate={selected.length > 0 && selected.length < mine.length}
            onChange={({ target }) => setChosen(new Set(target.checked ? mine.map(labelKey) : []))}
            data-testid="choose-all"
          >
            {words.release.all}
          </Checkbox>
          <button
            type="button"
            className="button button-primary"
            disabled={selected.length === 0 || act.busy}
            aria-busy={act.busy}
            onClick={() => void release(selected)}
            data-testid="release-many"
          >
            {act.busy ? words.busy : words.release.many(formatCount(selected.length))}
          </button>
        </div>
      )}
      <ul className="label-rows">
        {rows.map((row) => (
          <ListedLabel
            key={labelKey(row)}
            label={row}
            before={
              row.mayChange && (
                <Checkbox
                  aria-label={words.release.choose}
                  checked={chosen.has(labelKey(row))}
                  onChange={() => toggle(labelKey(row))}
                />
              )
            }
          >
            {row.mayChange && (
              <>
                <button
                  type="button"
                  className="button"
                  disabled={act.busy}
                  onClick={() => void release([row])}
                  data-testid="release"
                >
                  {words.release.one}
                </button>
                <button type="button" className="text-button" onClick={() => setRefused(row)}>
                  {words.release.refuse}
                </button>
              </>
            )}
          </ListedLabel>
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          {words.more}
        </button>
      )}
      {refused !== null && (
        <ReasonDialog
          title={words.release.refuse}
          text={words.withdraw.text}
          label={words.withdraw.reason}
          confirm={words.release.refuse}
          onClose={() => setRefused(null)}
          onDo={async (reason) => {
            const { hospital, studyInstanceUid, itemCode, scope } = refused;
            await withdrawStudyLabels(
              { hospital: hospital.code, study: studyInstanceUid },
              { itemCode, scope, reason },
            );
            await labelsChanged(client);
          }}
        />
      )}
    </>
  );
}
