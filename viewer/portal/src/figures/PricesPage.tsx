import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import type { PriceBody } from '@hutong/server/contract/figures';
import { pricesQuery } from '../api/figures.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { FigureTable } from './FigureTable.tsx';
import { formatYuan } from './numbers.ts';
import { AddPrice, ImportPrices, RevokePrice } from './PriceDialogs.tsx';
import '../styles/figures.css';

type Dialog = { kind: 'add' } | { kind: 'import' } | { kind: 'revoke'; price: PriceBody };

/** What the insurance pays for items: entries that hold, and those that were revoked. */
export default function PricesPage() {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(figureWords).prices;
  const [revoked, setRevoked] = useState(false);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { data, error, refetch } = useQuery(pricesQuery(revoked));
  const close = (): void => setDialog(null);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  const { prices, mayChange, items, without } = data;
  return (
    <section className="figures" data-testid="prices">
      <PageHead title={words.title} lead={words.lead}>
        {mayChange && (
          <>
            <button
              type="button"
              className="button"
              onClick={() => setDialog({ kind: 'import' })}
              data-testid="price-import"
            >
              {words.import}
            </button>
            <button
              type="button"
              className="button button-primary"
              onClick={() => setDialog({ kind: 'add' })}
              data-testid="price-add"
            >
              {words.add}
            </button>
          </>
        )}
      </PageHead>
      <div className="price-bar">
        <Checkbox checked={revoked} onChange={({ target }) => setRevoked(target.checked)}>
          {words.showRevoked}
        </Checkbox>
        {without.length > 0 && prices.length > 0 && (
          <details className="price-without">
            <summary>{words.without(formatCount(without.length))}</summary>
            <p className="quiet">{marks.list(without)}</p>
          </details>
        )}
      </div>
      {prices.length === 0 ? (
        <div className="figure-empty" data-testid="prices-empty">
          <strong>{words.none}</strong>
          <p className="quiet">{words.noneHint}</p>
        </div>
      ) : (
        <FigureTable
          caption={words.title}
          columns={[words.item, words.amount, words.from, words.regionCode, words.level, words.source, '']}
          rows={prices.map((price) => ({
            key: String(price.id),
            cells: [
              `${price.itemCode} ${pick(price.itemName)}`,
              formatYuan(price.amountFen),
              price.validFrom,
              price.region === '' ? words.everywhere : price.region,
              price.level === '' ? words.everywhere : price.level,
              price.source === '' ? '—' : price.source,
              price.revoked !== null ? (
                <span className="quiet" title={price.revoked.reason}>
                  {words.revoked(price.revoked.by, formatInstant(price.revoked.at))}
                </span>
              ) : mayChange ? (
                <button
                  type="button"
                  className="text-button"
                  onClick={() => setDialog({ kind: 'revoke', price })}
                  data-testid="price-revoke"
                >
                  {words.revoke}
                </button>
              ) : null,
            ],
          }))}
        />
      )}
      {dialog?.kind === 'add' && <AddPrice items={items} onClose={close} />}
      {dialog?.kind === 'import' && <ImportPrices onClose={close} />}
      {dialog?.kind === 'revoke' && <RevokePrice price={dialog.price} onClose={close} />}
    </section>
  );
}
