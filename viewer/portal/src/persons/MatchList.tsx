import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { Link } from 'react-router';
import type {
  MatchKindName,
  MatchPatientBody,
  MatchStateName,
  PersonMatchBody,
} from '@hutong/server/contract/persons';
import { matchesQuery } from '../api/persons.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { matchPath } from './paths.ts';

const KINDS: readonly MatchKindName[] = ['dispute', 'reused', 'ownNumber', 'twoNumbers', 'alike'];
const STATES: readonly MatchStateName[] = ['open', 'confirmed', 'refused', 'withdrawn'];

function Side({ patient }: { patient: MatchPatientBody }) {
  const { pick } = useWords();
  const words = useOwnWords(personWords);
  return (
    <span className="match-side">
      <strong>{patient.name === '' ? words.unknown : patient.name}</strong>
      <span>
        {words.sex[patient.sex] ?? words.unknown} ·{' '}
        {patient.birthDate === '' ? words.unknown : patient.birthDate}
      </span>
      <span className="quiet">
        {pick(patient.hospital.name)} · <code>{patient.patientId}</code>
      </span>
    </span>
  );
}

function MatchRow({ match }: { match: PersonMatchBody }) {
  const words = useOwnWords(personWords);
  return (
    <li className="match-row" data-testid="match" data-kind={match.kind}>
      <div className="match-why">
        <span className={`match-kind match-${match.kind}`}>{words.kind[match.kind]}</span>
        <span className="quiet">
          {words.source} {words.by(match.by)}
        </span>
        {match.state !== 'open' && (
          <span className="quiet">
            {words.state[match.state]}
            {match.decidedAt !== null &&
              ` · ${words.decidedBy(match.decidedBy, formatInstant(match.decidedAt))}`}
          </span>
        )}
      </div>
      <div className="match-sides">
        <Side patient={match.one} />
        {match.other !== null && <Side patient={match.other} />}
      </div>
      <Link className="button" to={matchPath(match.id)} data-testid="open-match">
        {words.open}
      </Link>
    </li>
  );
}

/** What is to be judged, what stands in the way of identifiers first. */
export function MatchList() {
  const words = useOwnWords(personWords);
  const [state, setState] = useState<MatchStateName>('open');
  const [kind, setKind] = useState<MatchKindName | ''>('');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    matchesQuery(state, kind),
  );
  const matches = data?.pages.flatMap((page) => page.matches) ?? [];
  return (
    <>
      <div className="match-filters">
        <Select<MatchKindName | ''>
          value={kind}
          onChange={setKind}
          aria-label={words.kindLabel}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: words.all },
            ...KINDS.map((value) => ({ value, label: words.kind[value] })),
          ]}
        />
        <Select<MatchStateName>
          value={state}
          onChange={setState}
          aria-label={words.stateLabel}
          popupMatchSelectWidth={false}
          options={STATES.map((value) => ({ value, label: words.state[value] }))}
        />
      </div>
      {data === undefined && error === null && <DetailSkeleton />}
      {data === undefined && error !== null && (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && matches.length === 0 && (
        <EmptyNotice testId="no-matches" title={words.empty.title} text={words.empty.text} />
      )}
      <ul className="match-rows">
        {matches.map((match) => (
          <MatchRow key={match.id} match={match} />
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
    </>
  );
}
