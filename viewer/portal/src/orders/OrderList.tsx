import { useEffect, useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import type { OrderBody } from '@hutong/server/contract/orders';
import { ordersQuery } from '../api/orders.ts';
import { Icon } from '../app/Icon.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatInstant } from '../format/format.ts';
import { orderWords } from '../i18n/orders.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';

const SEARCH_DELAY_MS = 250;

function OrderRow({ order }: { order: OrderBody }) {
  const { pick } = useWords();
  const words = useOwnWords(orderWords);
  const [study] = order.studies;
  const code = [order.exam.code, order.exam.scheme].filter((text) => text !== '').join(' · ');
  const facts = [order.modality, order.department, words.priority[order.priority]].filter(
    (text) => text !== '',
  );
  return (
    <li className="order-row" data-testid="order">
      <div className="order-cell">
        <strong>{order.exam.name === '' ? order.exam.code : order.exam.name}</strong>
        <span className="quiet">{order.exam.name === '' ? '' : code}</span>
        <span className="quiet">{facts.join(' · ')}</span>
      </div>
      <div className="order-cell">
        <span>{order.patientName === '' ? order.patientId : order.patientName}</span>
        <span className="quiet">{order.patientName === '' ? '' : order.patientId}</span>
        <span className="quiet">{pick(order.hospital.name)}</span>
      </div>
      <div className="order-cell">
        <span>{order.orderNumber}</span>
        <span className="quiet">{order.accessionNumber}</span>
        <span className="quiet">{formatInstant(order.orderedAt ?? order.receivedAt)}</span>
      </div>
      <div className="order-cell">
        <span>{words.status[order.status]}</span>
        {study === undefined ? (
          <span className="quiet">{words.noImages}</span>
        ) : (
          <a href={viewerHref(study, order.hospital.code)}>{words.open}</a>
        )}
        {order.reports > 0 && <span className="quiet">{words.reportsOf(String(order.reports))}</span>}
      </div>
    </li>
  );
}

/** Orders of the hospitals that somebody may read, the newest first. */
export function OrderList() {
  const words = useOwnWords(orderWords);
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const [images, setImages] = useState<'all' | 'with' | 'without'>('all');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    ordersQuery({ q, ...(images === 'all' ? {} : { images }) }),
  );
  const orders = data?.pages.flatMap((page) => page.orders) ?? [];
  return (
    <>
      <div className="order-tools">
        <Input
          className="order-search"
          prefix={<Icon name="search" />}
          allowClear
          maxLength={64}
          aria-label={words.search}
          placeholder={words.search}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          data-testid="order-search"
        />
        <Choice
          label={words.columns.images}
          value={images}
          options={[
            ['all', words.images.all],
            ['with', words.images.with],
            ['without', words.images.without],
          ]}
          onChange={setImages}
        />
      </div>
      {error !== null && data === undefined && (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <DetailSkeleton />}
      {data !== undefined && orders.length === 0 && (
        <EmptyNotice testId="orders-empty" title={words.none} text={words.noneText} />
      )}
      <ul className="order-rows">
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} />
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
