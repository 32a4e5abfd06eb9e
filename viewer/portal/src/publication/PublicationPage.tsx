import { useDeferredValue, useEffect, useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Segmented } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { publicationQuery, publicationTableUrl } from '../api/publication.ts';
import { Icon } from '../app/Icon.tsx';
import { PageHead } from '../app/PageHead.tsx';
import { Brand, Switches } from '../app/Shell.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { publicationWords } from '../i18n/publication.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { standings } from './arrange.ts';
import { ByHospital, ByItem } from './PublicationLists.tsx';
import '../styles/publication.css';

/** Which hospitals' results of which examinations are recognised where and until when (S0): for everyone, signed in or not. */
export default function PublicationPage() {
  const words = useOwnWords(publicationWords);
  const [asked, setAsked] = useSearchParams();
  const asOf = asked.get('asOf') ?? '';
  const text = asked.get('q') ?? '';
  const by = asked.get('by') === 'hospital' ? 'hospital' : 'item';
  const { data, error, refetch } = useQuery(publicationQuery(asOf));
  const looked = useDeferredValue(text);
  const lines = useMemo(() => (data === undefined ? [] : standings(data, looked)), [data, looked]);
  useEffect(() => {
    document.title = words.title;
  }, [words]);

  const ask = (name: string, value: string): void => {
    setAsked(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  };

  return (
    <div className="shell">
      <header className="header no-print">
        <Brand />
        <div className="header-actions">
          <Switches />
        </div>
      </header>
      <main className="page publication" data-testid="publication">
        <div className="page-column page-column-narrow">
          <PageHead title={words.title} {...(data === undefined ? {} : { lead: words.lead(data.region) })}>
            <button type="button" className="button no-print" onClick={() => print()}>
              <Icon name="print" size={14} />
              {words.print}
            </button>
            <a className="button no-print" href={publicationTableUrl(asOf)} download>
              {words.table}
            </a>
          </PageHead>
          <div className="publication-tools">
            <label className="publication-day">
              <span>{words.asOf}</span>
              <Input
                type="date"
                value={asOf === '' ? (data?.asOf ?? '') : asOf}
                min="2000-01-01"
                max="2099-12-31"
                onChange={(event) => ask('asOf', event.target.value)}
              />
              <span className="publication-printed">{data?.asOf}</span>
            </label>
            <Input
              allowClear
              className="no-print publication-search"
              placeholder={words.search}
              aria-label={words.search}
              defaultValue={text}
              onChange={(event) => ask('q', event.target.value)}
            />
            <Segmented
              className="no-print"
              aria-label={words.by}
              value={by}
              options={[
                { value: 'item', label: words.byItem },
                { value: 'hospital', label: words.byHospital },
              ]}
              onChange={(value) => ask('by', value === 'hospital' ? 'hospital' : '')}
            />
          </div>
          {error !== null && data === undefined && (
            <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
          )}
          {data === undefined && error === null && <DetailSkeleton />}
          {data !== undefined && lines.length === 0 && (
            <p role="status">{text === '' ? words.none : words.noneFound}</p>
          )}
          {data !== undefined &&
            lines.length > 0 &&
            (by === 'item' ? (
              <ByItem lines={lines} centres={data.centres} />
            ) : (
              <ByHospital lines={lines} centres={data.centres} />
            ))}
          <p className="publication-note">{words.note}</p>
          <p className="no-print">
            <Link to="/">{words.home}</Link>
          </p>
        </div>
      </main>
    </div>
  );
}
