import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Checkbox } from 'antd';
import { useNavigate, useParams } from 'react-router';
import type { PersonBody, PersonDecided, PersonEventBody } from '@hutong/server/contract/persons';
import {
  findPersons,
  mergePersons,
  personQuery,
  personsChanged,
  separatePatients,
  undoEvent,
} from '../api/persons.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { PatientFields } from './PatientFields.tsx';
import { personPath } from './paths.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

type Asking = { what: 'merge' | 'separate' } | { what: 'undo'; event: number } | null;

function Patients({
  person,
  selected,
  onSelect,
}: {
  person: PersonBody;
  selected: readonly number[];
  onSelect: (selected: readonly number[]) => void;
}) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(personWords);
  return (
    <ul className="match-rows">
      {person.patients.map((patient) => (
        <li key={patient.number} className="match-row" data-testid="person-patient">
          {person.patients.length > 1 && (
            <Checkbox
              checked={selected.includes(patient.number)}
              aria-label={`${words.page.select} ${patient.patientId}`}
              onChange={({ target }) =>
                onSelect(
                  target.checked
                    ? [...selected, patient.number]
                    : selected.filter((number) => number !== patient.number),
                )
              }
            />
          )}
          <span className="match-side">
            <strong>{patient.name === '' ? words.unknown : patient.name}</strong>
            <span>
              {words.sex[patient.sex] ?? words.unknown} · {patient.birthDate}
            </span>
            <span className="quiet">
              {pick(patient.hospital.name)} · <code>{patient.patientId}</code>
            </span>
          </span>
          <span className="match-side">
            <span>
              {words.page.how[patient.how]} · {words.page.since(formatInstant(patient.since).slice(0, 10))}
            </span>
            <span>{words.page.studies(patient.studies)}</span>
            <span className="quiet">
              {marks.said(
                words.page.identifiers,
                patient.identifiers.length === 0
                  ? words.page.none
                  : marks.list(patient.identifiers.map(({ kind }) => words.by(kind))),
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function History({
  events,
  onUndo,
}: {
  events: readonly PersonEventBody[];
  onUndo: (event: number) => void;
}) {
  const marks = useMarks();
  const words = useOwnWords(personWords);
  if (events.length === 0) return <p className="quiet">{words.page.noHistory}</p>;
  return (
    <ol className="person-history">
      {events.map((event) => (
        <li key={event.id} data-testid="person-event" data-kind={event.kind}>
          <span>
            <strong>{words.page.events[event.kind]}</strong>
            {event.cause !== '' && ` · ${words.page.cause[event.cause] ?? event.cause}`}
            {event.reason !== '' && marks.said('', event.reason)}
          </span>
          <span className="quiet">{words.decidedBy(event.by, formatInstant(event.at))}</span>
          {event.undoable && (
            <button
              type="button"
              className="text-button"
              onClick={() => onUndo(event.id)}
              data-testid="undo-event"
            >
              {words.page.undo}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** A person: the patients that it is, by what, and what was decided; merging, separating, undoing. */
export function PersonPage() {
  const words = useOwnWords(personWords);
  const { person: id = '' } = useParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { data: person, error, refetch } = useQuery(personQuery(id));
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [asking, setAsking] = useState<Asking>(null);
  const [other, setOther] = useState({ hospital: '', patientId: '' });
  if (person === undefined)
    return error === null ? (
      <DetailSkeleton />
    ) : (
      <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
    );
  const finish = async (decided: PersonDecided | null): Promise<void> => {
    void message.success(words.done);
    setSelected([]);
    await personsChanged(client);
    if (decided !== null && decided.person !== id)
      void navigate(personPath(decided.person), { replace: true });
  };
  const merge = async (reason: string): Promise<void> => {
    const found = await findPersons(other.hospital, other.patientId.trim());
    const into = found?.persons[0]?.person;
    if (into === undefined) throw new Error('no-patient');
    await finish(await mergePersons(person.id, into, reason));
  };
  return (
    <article data-testid="person-page">
      <div className="person-bar">
        <h2 className="match-title">{words.page.title}</h2>
        <div className="match-actions">
          <button
            type="button"
            className="button"
            onClick={() => setAsking({ what: 'merge' })}
            data-testid="person-merge"
          >
            {words.page.merge}
          </button>
          <button
            type="button"
            className="button"
            disabled={selected.length === 0}
            onClick={() => setAsking({ what: 'separate' })}
            data-testid="person-separate"
          >
            {words.page.separate}
          </button>
        </div>
      </div>
      <Patients person={person} selected={selected} onSelect={setSelected} />
      <h3>{words.page.history}</h3>
      <History events={person.events} onUndo={(event) => setAsking({ what: 'undo', event })} />
      {asking?.what === 'merge' && (
        <ReasonDialog
          title={words.page.mergeTitle}
          text={words.page.mergeText}
          ready={other.hospital !== '' && other.patientId.trim() !== ''}
          onDo={merge}
          onClose={() => setAsking(null)}
        >
          <PatientFields value={other} onChange={setOther} />
        </ReasonDialog>
      )}
      {asking?.what === 'separate' && (
        <ReasonDialog
          title={words.page.separateTitle}
          text={words.page.separateText(selected.length)}
          onDo={async (reason) => finish(await separatePatients(person.id, selected, reason))}
          onClose={() => setAsking(null)}
        />
      )}
      {asking?.what === 'undo' && (
        <ReasonDialog
          title={words.page.undoTitle}
          text={words.page.undoText}
          onDo={async (reason) => finish(await undoEvent(asking.event, reason))}
          onClose={() => setAsking(null)}
        />
      )}
    </article>
  );
}
