import { useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { Link } from 'react-router';
import type { CatalogueBody } from '@hutong/server/contract';
import { versionQuery, type VersionRef } from '../api/catalogues.ts';
import { Icon } from '../app/Icon.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { useWords } from '../i18n/language.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { CATEGORIES, findItems, type CatalogueItem, type Category } from './search.ts';

function ItemCard({ item }: { item: CatalogueItem }) {
  const { t, pick } = useWords();
  return (
    <article className="catalogue-item" data-testid="catalogue-item" data-code={item.code} id={item.code}>
      <header>
        <span className="item-code">{item.code}</span>
        <h3>{pick(item.name)}</h3>
        <Link className="catalogue-studies" to={`/?${new URLSearchParams({ item: item.code }).toString()}`}>
          {t.catalogue.studies}
        </Link>
      </header>
      <blockquote lang="zh-CN" title={t.catalogue.original}>
        {item.text}
      </blockquote>
      <ul>
        {item.requirements.map((requirement) => (
          <li
            key={requirement.id}
            className={`level-${requirement.level}`}
            title={t.levelLong[requirement.level]}
          >
            <span className="level-mark" aria-label={t.level[requirement.level]} />
            <span>{pick(requirement.label)}</span>
            {requirement.inferred && (
              <span className="inferred" title={t.catalogue.inferredHint}>
                {t.catalogue.inferred}
              </span>
            )}
          </li>
        ))}
      </ul>
    </article>
  );
}

function Legend() {
  const { t } = useWords();
  return (
    <dl className="catalogue-key" aria-label={t.catalogue.keyTitle}>
      {(['must', 'should', 'conditional', 'info'] as const).map((level) => (
        <div key={level} className={`level-${level}`}>
          <dt>
            <span className="level-mark" />
          </dt>
          <dd>{t.levelLong[level]}</dd>
        </div>
      ))}
      <div>
        <dt>
          <span className="inferred">{t.catalogue.inferred}</span>
        </dt>
        <dd>{t.catalogue.inferredHint}</dd>
      </div>
    </dl>
  );
}

/** Items by category with what each demands; prints on white. */
function Items({ body }: { body: CatalogueBody }) {
  const { t } = useWords();
  const [category, setCategory] = useState<Category | null>(null);
  const [text, setText] = useState('');
  const found = useMemo(() => findItems(body.items, category, text), [body, category, text]);
  const counts = (of: Category | null): number => findItems(body.items, of, text).length;
  return (
    <>
      <header className="catalogue-head">
        <div>
          <h1>{t.catalogue.title}</h1>
          <p>{t.catalogue.lead(body.items.length)}</p>
          <p className="quiet">
            {body.source !== '' && `${t.catalogue.source} ${body.source} · `}
            {t.catalogue.version} {body.version}
          </p>
        </div>
        <button type="button" className="button no-print" onClick={() => print()}>
          <Icon name="print" size={14} />
          {t.catalogue.print}
        </button>
      </header>
      <div className="catalogue-tools no-print">
        <Input
          className="catalogue-search"
          prefix={<Icon name="search" />}
          allowClear
          aria-label={t.catalogue.search}
          placeholder={t.catalogue.search}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="chips" role="group">
          {[null, ...CATEGORIES].map((each) => (
            <button
              key={each ?? 'all'}
              type="button"
              className="chip"
              aria-pressed={category === each}
              onClick={() => setCategory(each)}
            >
              {each === null ? t.catalogue.all : each}
              <span className="chip-count">{counts(each)}</span>
            </button>
          ))}
        </div>
      </div>
      <Legend />
      {found.length === 0 && <p className="quiet">{t.catalogue.none}</p>}
      {CATEGORIES.map((each) => {
        const items = found.filter((item) => item.category === each);
        return items.length === 0 ? null : (
          <section key={each} className="catalogue-section">
            <h2>
              {t.filters.category[each]} <span className="quiet">{t.catalogue.items(items.length)}</span>
            </h2>
            <div className="catalogue-grid">
              {items.map((item) => (
                <ItemCard key={item.code} item={item} />
              ))}
            </div>
          </section>
        );
      })}
    </>
  );
}

/** The items of the list in force, or of one version. */
export function CatalogueItems({ version }: { version: VersionRef | null }) {
  const { t } = useWords();
  const catalogue = useQuery(versionQuery(version));
  return (
    <div data-testid="catalogue-items">
      {catalogue.isPending && <DetailSkeleton />}
      {catalogue.isError && (
        <ErrorNotice
          error={catalogue.error}
          title={t.catalogue.error}
          onRetry={() => void catalogue.refetch()}
        />
      )}
      {catalogue.data !== undefined && <Items body={catalogue.data} />}
    </div>
  );
}
