import { useState } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { DecisionKindName } from '@hutong/server/contract/recognition';
import {
  decisionFacetsQuery,
  type DecisionListFilter,
  decisionsQuery,
  decisionTableHref,
} from '../api/recognition.ts';
import { sessionQuery } from '../api/queries.ts';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { decisionsWords } from '../i18n/decisions.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { holds } from '../session/rights.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { DecisionDialog } from './DecisionDialog.tsx';
import { DecisionRow } from './DecisionRow.tsx';
import '../styles/corrections.css';
import '../styles/recognition.css';

const ALL: DecisionListFilter = {
  side: 'all',
  month: '',
  kind: '',
  reason: '',
  department: '',
  hospital: '',
  issuing: '',
};
const KINDS: readonly DecisionKindName[] = ['recognised', 'examinedAgain', 'withdrawn'];

/** What was decided: by the own hospital, on its studies by others; for who keeps the registry, in the region. */
export default function DecisionsPage() {
  const words = useOwnWords(decisionsWords).list;
  const session = useQuery(sessionQuery).data;
  const ofHospital = holds(session, 'recognise');
  const ofRegion = holds(session, 'registry');
  const [asked, setAsked] = useState<'own' | 'region'>('own');
  const scope = ofHospital && (asked === 'own' || !ofRegion) ? 'own' : 'region';
  const [filter, setFilter] = useState(ALL);
  const [shown, setShown] = useState<string | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...decisionsQuery(filter, scope === 'region'),
    enabled: session !== undefined,
  });
  const decisions = data?.pages.flatMap((page) => page.decisions) ?? [];
  return (
    <section className="recognition-list" data-testid="decisions">
      <PageHead title={words.title} lead={scope === 'own' ? words.lead : words.leadRegion}>
        {scope === 'own' && (
          <a className="button" href={decisionTableHref(filter)} download data-testid="export-decisions">
            {words.export}
          </a>
        )}
      </PageHead>
      {ofHospital && ofRegion && (
        <Choice
          label={words.scope}
          value={scope}
          options={[
            ['own', words.own],
            ['region', words.region],
          ]}
          onChange={setAsked}
        />
      )}
      <Filters filter={filter} onChange={setFilter} facets={scope === 'own'} />
      {error !== null && data === undefined && (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <DetailSkeleton />}
      {data !== undefined && decisions.length === 0 && (
        <EmptyNotice testId="decisions-empty" title={words.none} text={words.noneText} />
      )}
      <ul className="recognition-rows">
        {decisions.map((decision) => (
          <DecisionRow
            key={decision.id}
            decision={decision}
            onShow={decision.seenAs === 'region' ? null : () => setShown(decision.id)}
          />
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
      {shown !== null && <DecisionDialog id={shown} onChanged={setShown} onClose={() => setShown(null)} />}
    </section>
  );
}

function Filters({
  filter,
  onChange,
  facets,
}: {
  filter: DecisionListFilter;
  onChange: (filter: DecisionListFilter) => void;
  /** Hospitals and departments can be chosen. */
  facets: boolean;
}) {
  const all = useOwnWords(decisionsWords);
  const words = all.list;
  const { pick } = useWords();
  const { data } = useQuery({ ...decisionFacetsQuery, enabled: facets });
  const change = (part: Partial<DecisionListFilter>): void => onChange({ ...filter, ...part });
  const hospitals = (data?.hospitals ?? []).map(({ code, name }) => [code, pick(name)] as const);
  const selects: readonly (readonly [
    keyof DecisionListFilter,
    string,
    readonly (readonly [string, string])[],
  ])[] = [
    ['kind', words.kind, KINDS.map((kind) => [kind, all.kinds[kind]] as const)],
    ...(facets
      ? ([
          [
            'reason',
            words.reason,
            (data?.reasons ?? []).map(({ code, text }) => [code, `${code} ${pick(text)}`] as const),
          ],
          ['department', words.department, (data?.departments ?? []).map((one) => [one, one] as const)],
          ['hospital', words.hospital, hospitals],
          ['issuing', words.issuing, hospitals],
        ] as const)
      : []),
  ];
  return (
    <div className="recognition-filters">
      {facets && (
        <Choice
          label={words.side}
          value={filter.side}
          options={(['all', 'made', 'received'] as const).map((side) => [side, words.sides[side]] as const)}
          onChange={(side) => change({ side })}
        />
      )}
      <label className="field">
        <span className="field-label">{words.month}</span>
        <Input
          type="month"
          value={filter.month}
          onChange={({ target }) => change({ month: target.value })}
          data-testid="filter-month"
        />
      </label>
      {selects.map(([name, label, options]) => (
        <label key={name} className="field">
          <span className="field-label">{label}</span>
          <Select
            value={filter[name]}
            onChange={(value: string) => change({ [name]: value })}
            options={[
              { value: '', label: words.any },
              ...options.map(([value, text]) => ({ value, label: text })),
            ]}
            popupMatchSelectWidth={false}
            aria-label={label}
            data-testid={`filter-${name}`}
          />
        </label>
      ))}
    </div>
  );
}
