import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { Link, useNavigate, useParams } from 'react-router';
import type {
  MatchPatientBody,
  MatchStudyBody,
  PersonMatchDetail,
  SamenessName,
} from '@hutong/server/contract/persons';
import { decideMatch, matchQuery, personsChanged } from '../api/persons.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { PERSONS_PATH, personPath } from './paths.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

function Fact({ name, value, sameness }: { name: string; value: string; sameness: SamenessName | null }) {
  const words = useOwnWords(personWords);
  return (
    <div className="side-fact">
      <dt>{name}</dt>
      <dd>
        {value === '' ? words.unknown : value}
        {sameness !== null && (
          <span className={`sameness sameness-${sameness}`}>{words.sameness[sameness]}</span>
        )}
      </dd>
    </div>
  );
}

function Side({
  patient,
  studies,
  match,
}: {
  patient: MatchPatientBody;
  studies: readonly MatchStudyBody[];
  match: PersonMatchDetail;
}) {
  const { pick } = useWords();
  const words = useOwnWords(personWords);
  const isPair = match.other !== null;
  return (
    <section className="side" aria-label={pick(patient.hospital.name)} data-testid="side">
      <h2>{pick(patient.hospital.name)}</h2>
      <dl>
        <Fact name={words.facts.name} value={patient.name} sameness={isPair ? match.name : null} />
        <Fact
          name={words.facts.birthDate}
          value={patient.birthDate}
          sameness={isPair ? match.birthDate : null}
        />
        <Fact
          name={words.facts.sex}
          value={words.sex[patient.sex] ?? ''}
          sameness={isPair ? match.sex : null}
        />
        <div className="side-fact">
          <dt>{words.patientId}</dt>
          <dd>
            <code>{patient.patientId}</code>
          </dd>
        </div>
      </dl>
      {patient.person !== null && <Link to={personPath(patient.person)}>{words.person}</Link>}
      <h3>{words.studies}</h3>
      {studies.length === 0 && <p className="quiet">{words.noStudies}</p>}
      <ul className="side-studies">
        {studies.map((study) => (
          <li key={study.studyInstanceUid}>
            <span>
              {study.studyDate} {study.modalities.join('/')}
            </span>
            <span>{study.description}</span>
            <span className="quiet">
              {study.name} · {words.sex[study.sex] ?? words.unknown} · {study.birthDate}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One question: both sides beside each other with their studies, and the way to decide. */
export function MatchPage() {
  const marks = useMarks();
  const words = useOwnWords(personWords);
  const { match: id = '' } = useParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { data: match, error, refetch } = useQuery(matchQuery(id));
  const [asks, setAsks] = useState<boolean | null>(null);
  if (match === undefined)
    return error === null ? (
      <DetailSkeleton />
    ) : (
      <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
    );
  const isNumber = match.kind === 'ownNumber' || match.kind === 'twoNumbers';
  const isReused = match.kind === 'reused';
  const decide = async (reason: string): Promise<void> => {
    await decideMatch(match.id, asks === true, reason);
    void message.success(words.done);
    await personsChanged(client);
    void navigate(`${PERSONS_PATH}/matches`);
  };
  return (
    <article data-testid="match-page">
      <p>
        <Link to={`${PERSONS_PATH}/matches`}>{words.back}</Link>
      </p>
      <h2 className="match-title">{words.kind[match.kind]}</h2>
      <p className="person-hint">
        {words.hint[match.kind]}
        {marks.aside(`${words.source} ${words.by(match.by)}`)}
      </p>
      <div className="sides">
        <Side patient={match.one} studies={match.oneStudies} match={match} />
        {match.other !== null && <Side patient={match.other} studies={match.otherStudies} match={match} />}
      </div>
      {match.state === 'open' ? (
        <div className="match-actions">
          {!isNumber && (
            <button
              type="button"
              className="button button-primary"
              onClick={() => setAsks(true)}
              data-testid="match-same"
            >
              {isReused ? words.onePerson : words.same}
            </button>
          )}
          <button
            type="button"
            className="button"
            onClick={() => setAsks(false)}
            data-testid="match-different"
          >
            {isNumber ? words.seen : isReused ? words.severalPeople : words.different}
          </button>
        </div>
      ) : (
        <p className="person-hint">
          {words.state[match.state]}
          {match.decidedAt !== null &&
            ` · ${words.decidedBy(match.decidedBy, formatInstant(match.decidedAt))}`}
          {match.reason !== '' && marks.said('', match.reason)}
        </p>
      )}
      {asks !== null && (
        <ReasonDialog
          title={asks ? words.sameTitle : isNumber ? words.seenTitle : words.differentTitle}
          text={asks ? words.sameText : isNumber ? words.seenText : words.differentText}
          onDo={decide}
          onClose={() => setAsks(null)}
        />
      )}
    </article>
  );
}
