import { lazy, Suspense, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { StudyElsewhere } from '@hutong/server/contract/access';
import type { SamePersonStudy } from '@hutong/server/contract/persons';
import type { Copy } from '../api/corrections.ts';
import { studyPersonQuery } from '../api/persons.ts';
import { useWords } from '../i18n/language.ts';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { viewerHref } from '../worklist/study.ts';
import { personPath } from './paths.ts';
import '../styles/persons.css';

// Asked for by few: the drawer of the list does without it.
const OpenDialog = lazy(async () => ({ default: (await import('../access/OpenDialog.tsx')).OpenDialog }));

/** The study as it is asked for; null: nothing opens it for the caller. */
function askedFor({
  reference,
  grounds,
  studyInstanceUid,
  ...study
}: SamePersonStudy): StudyElsewhere | null {
  if (studyInstanceUid !== null || reference === null || grounds.length === 0) return null;
  return { ...study, reference, grounds, ageDays: null };
}

function OtherStudy({ study, onAsk }: { study: SamePersonStudy; onAsk: (study: StudyElsewhere) => void }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(personWords).samePerson;
  const asked = askedFor(study);
  return (
    <li className="same-person-study" data-testid="same-person-study">
      <span className="match-side">
        <span>
          {study.studyDate} {study.modalities.join('/')}{' '}
          {marks.list(study.items.map(({ name }) => pick(name)))}
        </span>
        <span className="quiet">{pick(study.hospital.name)}</span>
      </span>
      {study.labels.map((label) => (
        <span key={label} className="hr-label">
          {label}
        </span>
      ))}
      {study.studyInstanceUid !== null && (
        <a href={viewerHref(study.studyInstanceUid, study.hospital.code)} target="_blank" rel="noopener">
          {words.open}
        </a>
      )}
      {asked !== null && (
        <button
          type="button"
          className="text-button"
          onClick={() => onAsk(asked)}
          data-testid="same-person-ask"
        >
          {words.ask}
        </button>
      )}
      {study.studyInstanceUid === null && asked === null && (
        <span className="quiet" title={words.noGroundHint}>
          {words.noGround}
        </span>
      )}
    </li>
  );
}

/** Other studies of the same person, as far as they may be found; nothing where there are none. */
export default function SamePerson({ copy }: { copy: Copy }) {
  const words = useOwnWords(personWords).samePerson;
  const { data } = useQuery(studyPersonQuery(copy));
  const [asked, setAsked] = useState<StudyElsewhere | null>(null);
  // What cannot be read now says nothing that is not so: the section stays away.
  if (data === undefined || (data.known && data.studies.length === 0 && data.person === null)) return null;
  return (
    <section className="same-person" aria-label={words.title} data-testid="same-person">
      <div className="person-bar">
        <h3>{words.title}</h3>
        {data.person !== null && <Link to={personPath(data.person)}>{words.toPerson}</Link>}
      </div>
      {!data.known && <p className="quiet">{words.unknown}</p>}
      {data.known && data.studies.length === 0 && <p className="quiet">—</p>}
      <ul className="same-person-studies">
        {data.studies.map((study, at) => (
          <OtherStudy key={study.studyInstanceUid ?? at} study={study} onAsk={setAsked} />
        ))}
      </ul>
      {asked !== null && (
        <Suspense fallback={null}>
          <OpenDialog study={asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </section>
  );
}
