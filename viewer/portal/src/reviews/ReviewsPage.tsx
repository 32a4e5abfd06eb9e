import { useEffect, useMemo, useRef, useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { useSearchParams } from 'react-router';
import type { ReviewBody } from '@hutong/server/contract/conformance';
import { reviewsQuery } from '../api/reviews.ts';
import { PHONE, useMedia, WIDE } from '../app/useMedia.ts';
import type { Choice } from '../conformance/decision.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice, StaleLine } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';
import { useKeys } from '../worklist/useListKeys.ts';
import { ReviewDetail } from './ReviewDetail.tsx';
import { ReviewFilterBar } from './ReviewFilterBar.tsx';
import {
  addressOfFilters,
  afterDecided,
  filtersFromAddress,
  isNarrowed,
  reviewKey,
  stepped,
} from './reviewFilters.ts';
import { ReviewKeyHelp } from './ReviewKeyHelp.tsx';
import { reviewAction, type ReviewAction } from './reviewKeys.ts';
import { ReviewRow, reviewRowId } from './ReviewRow.tsx';
import '../styles/reviews.css';

/** Pixels before the end of the list at which the next page is asked for. */
const LOAD_AHEAD = 1_200;

function Nothing({ title, text, testId }: { title: string; text: string; testId: string }) {
  return (
    <div className="notice" data-testid={testId}>
      <h1>{title}</h1>
      <p>{text}</p>
    </div>
  );
}

/** What waits for a person, the oldest first, and beside it one item with its evidence and the way to decide. */
export default function ReviewsPage() {
  const words = useOwnWords(reviewWords);
  const phone = useMedia(PHONE);
  const wide = useMedia(WIDE);
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => filtersFromAddress(params), [params]);
  const reviews = useInfiniteQuery(reviewsQuery(filters));
  const rows = useMemo(() => reviews.data?.pages.flatMap((page) => page.reviews) ?? [], [reviews.data]);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  /** The open one as it was opened: it stays until another is opened, also when it has left the list. */
  const [opened, setOpened] = useState<ReviewBody | null>(null);
  /** Somebody opened it: what only fills the place beside the list must not cover a narrow one. */
  const [asked, setAsked] = useState(false);
  const [choice, setChoice] = useState<Choice | null>(null);
  const [help, setHelp] = useState(false);
  const list = useRef<HTMLUListElement>(null);

  const at = rows.findIndex((row) => reviewKey(row) === activeKey);
  const current =
    opened === null ? null : (rows.find((row) => reviewKey(row) === reviewKey(opened)) ?? opened);
  // Beside a wide list something is always open.
  const [firstRow] = rows;
  useEffect(() => {
    if (!wide || opened !== null || firstRow === undefined) return;
    setOpened(firstRow);
    setActiveKey(reviewKey(firstRow));
  }, [wide, opened, firstRow]);

  const open = (review: ReviewBody): void => {
    setAsked(true);
    setChoice(null);
    setOpened(review);
    setActiveKey(reviewKey(review));
  };
  const step = (by: 1 | -1): void => {
    const next = rows[stepped(rows.length, at, by)];
    if (next === undefined) return;
    if (wide || (opened !== null && asked)) open(next);
    else setActiveKey(reviewKey(next));
    document.getElementById(reviewRowId(next))?.scrollIntoView({ block: 'nearest' });
  };
  const close = (): void => {
    setChoice(null);
    if (!wide) setOpened(null);
    setAsked(false);
    list.current?.focus({ preventScroll: true });
  };
  const decided = (): void => {
    const next = afterDecided(rows, at);
    if (next === null) {
      setOpened(null);
      setActiveKey(null);
    } else open(next);
    list.current?.focus({ preventScroll: true });
  };
  const act = (action: ReviewAction): void => {
    const row = rows[at];
    switch (action) {
      case 'next':
        step(1);
        break;
      case 'previous':
        step(-1);
        break;
      case 'open':
        if (row !== undefined) open(row);
        break;
      case 'pass':
        if (current !== null) setChoice('PASS');
        break;
      case 'fail':
        if (current !== null) setChoice('FAIL');
        break;
      case 'images':
        if (current !== null)
          window.open(viewerHref(current.studyInstanceUid, current.hospital.code), '_blank', 'noopener');
        break;
      case 'back':
        if (choice !== null) setChoice(null);
        else close();
        break;
      case 'help':
        setHelp(true);
        break;
    }
  };
  useKeys(!help, reviewAction, act);

  const detail = current !== null && (
    <ReviewDetail
      key={reviewKey(current)}
      review={current}
      choice={choice}
      onChoice={setChoice}
      onDecided={decided}
      onClose={close}
      onStep={step}
    />
  );
  const onScroll = (element: HTMLElement): void => {
    const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (rest < LOAD_AHEAD && reviews.hasNextPage && !reviews.isFetchingNextPage) void reviews.fetchNextPage();
  };
  return (
    <main className="reviews" data-testid="reviews">
      <ReviewFilterBar
        filters={filters}
        total={reviews.data?.pages[0]?.total}
        onChange={(next) => setParams(addressOfFilters(next), { replace: true })}
      />
      {reviews.isError && rows.length > 0 && (
        <StaleLine error={reviews.error} onRetry={() => void reviews.refetch()} />
      )}
      <div className="reviews-body">
        <div className="reviews-list">
          {reviews.isPending ? (
            <div className="reviews-skeleton">
              <DetailSkeleton />
            </div>
          ) : reviews.isError && rows.length === 0 ? (
            <ErrorNotice error={reviews.error} title={words.error} onRetry={() => void reviews.refetch()} />
          ) : rows.length === 0 ? (
            isNarrowed(filters) ? (
              <Nothing {...words.noResult} testId="reviews-no-result" />
            ) : (
              <Nothing {...words.empty} testId="reviews-empty" />
            )
          ) : (
            <ul
              ref={list}
              role="listbox"
              aria-label={words.title}
              tabIndex={0}
              className={reviews.isPlaceholderData ? 'review-rows review-rows-changing' : 'review-rows'}
              aria-activedescendant={rows[at] === undefined ? undefined : reviewRowId(rows[at])}
              onScroll={(event) => onScroll(event.currentTarget)}
            >
              {rows.map((row) => (
                <ReviewRow
                  key={reviewKey(row)}
                  review={row}
                  active={reviewKey(row) === activeKey}
                  onOpen={open}
                />
              ))}
            </ul>
          )}
        </div>
        {wide && rows.length + (current === null ? 0 : 1) > 0 && (
          <section className="reviews-detail" aria-label={words.evidence}>
            {detail !== false ? detail : <Nothing {...words.choose} testId="reviews-choose" />}
          </section>
        )}
      </div>
      {!wide && (
        <Drawer
          open={detail !== false && asked}
          onClose={close}
          placement={phone ? 'bottom' : 'right'}
          size={phone ? '94dvh' : 620}
          closable={false}
          rootClassName="detail-drawer review-drawer"
        >
          {detail}
        </Drawer>
      )}
      <ReviewKeyHelp open={help} onClose={() => setHelp(false)} />
    </main>
  );
}
