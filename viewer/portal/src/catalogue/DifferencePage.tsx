import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { differenceQuery, versionsQuery, type VersionRef } from '../api/catalogues.ts';
import { Icon } from '../app/Icon.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { DifferenceView } from './DifferenceView.tsx';
import { inReadingOrder, isSame, refOf, refText } from './versions.ts';

function Difference({ from, to }: { from: VersionRef; to: VersionRef }) {
  const words = useOwnWords(catalogueWords).difference;
  const difference = useQuery(differenceQuery(from, to));
  if (difference.isPending) return <DetailSkeleton />;
  if (difference.isError) {
    return (
      <ErrorNotice error={difference.error} title={words.error} onRetry={() => void difference.refetch()} />
    );
  }
  return <DifferenceView difference={difference.data} />;
}

/** Two versions side by side, both to choose. */
export function DifferencePage() {
  const { pick } = useWords();
  const all = useOwnWords(catalogueWords);
  const words = all.difference;
  const versions = useQuery(versionsQuery).data ?? [];
  const [params, setParams] = useSearchParams();
  const from = refOf(params.get('from'));
  const to = refOf(params.get('to'));
  const options = inReadingOrder(versions).map((version) => ({
    value: refText(version),
    label: `${pick(version.title)} ${version.version} · ${all.state[version.state]}`,
  }));
  const choose = (part: { from?: string; to?: string }): void =>
    setParams({ from: params.get('from') ?? '', to: params.get('to') ?? '', ...part }, { replace: true });
  const chooser = (name: 'from' | 'to', value: VersionRef | null) => (
    <label className="field">
      <span className="field-label">{words[name]}</span>
      <Select
        value={value === null ? null : refText(value)}
        options={options}
        popupMatchSelectWidth={false}
        onChange={(text: string | null) => choose({ [name]: text ?? '' })}
        data-testid={`difference-${name}`}
      />
    </label>
  );
  return (
    <div className="difference-page">
      <Link className="text-button back-link" to="/catalogue/versions">
        <Icon name="right" size={12} />
        {all.back}
      </Link>
      <h1>{words.title}</h1>
      <div className="difference-choice">
        {chooser('from', from)}
        <button
          type="button"
          className="icon-button"
          title={words.swap}
          aria-label={words.swap}
          onClick={() => choose({ from: params.get('to') ?? '', to: params.get('from') ?? '' })}
        >
          <Icon name="sort" />
        </button>
        {chooser('to', to)}
      </div>
      {from === null || to === null || isSame(from, to) ? (
        <p className="quiet">{words.sameVersion}</p>
      ) : (
        <Difference from={from} to={to} />
      )}
    </div>
  );
}
