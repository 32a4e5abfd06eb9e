import { useState } from 'react';
import { Link } from 'react-router';
import type { PersonsFound } from '@hutong/server/contract/persons';
import { findPersons } from '../api/persons.ts';
import { useWords } from '../i18n/language.ts';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';
import { PatientFields } from './PatientFields.tsx';
import { personPath } from './paths.ts';

/** Looks for the person that a patient of a hospital is. */
export function SearchPage() {
  const { pick } = useWords();
  const words = useOwnWords(personWords);
  const [asked, setAsked] = useState({ hospital: '', patientId: '' });
  const [found, setFound] = useState<PersonsFound | null>(null);
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(words.error));
  const isComplete = asked.hospital !== '' && asked.patientId.trim() !== '';
  const find = () =>
    act.run(async () => {
      setFound((await findPersons(asked.hospital, asked.patientId.trim())) ?? null);
    });
  return (
    <>
      <p className="person-hint">{words.search.hint}</p>
      <form
        className="person-search"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete) void find();
        }}
      >
        <PatientFields value={asked} onChange={setAsked} />
        <button
          type="submit"
          className="button button-primary"
          disabled={!isComplete || act.busy}
          data-testid="person-find"
        >
          {words.search.find}
        </button>
      </form>
      {act.error !== null && (
        <p className="person-error" role="alert">
          {said.text}
        </p>
      )}
      <div aria-live="polite">
        {found?.persons.length === 0 && (
          <p className="person-hint" data-testid="person-none">
            {words.search.nothing}
          </p>
        )}
        <ul className="match-rows">
          {found?.persons.map(({ person, patient }) => (
            <li key={patient.number} className="match-row">
              <span className="match-side">
                <strong>{patient.name === '' ? words.unknown : patient.name}</strong>
                <span>
                  {words.sex[patient.sex] ?? words.unknown} · {patient.birthDate}
                </span>
                <span className="quiet">
                  {pick(patient.hospital.name)} · <code>{patient.patientId}</code>
                </span>
              </span>
              <Link className="button" to={personPath(person)} data-testid="found-person">
                {words.person}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
