import { Navigate, NavLink, Route, Routes } from 'react-router';
import { PageHead } from '../app/PageHead.tsx';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { MatchList } from './MatchList.tsx';
import { MatchPage } from './MatchPage.tsx';
import { PERSONS_PATH } from './paths.ts';
import { PersonPage } from './PersonPage.tsx';
import { SearchPage } from './SearchPage.tsx';
import '../styles/corrections.css';
import '../styles/persons.css';

const TABS = ['matches', 'search'] as const;

/** Who is one person: what is to be judged, a patient that is looked for, a person with its patients and history. */
export default function PersonsPage() {
  const words = useOwnWords(personWords);
  return (
    <section className="persons" data-testid="persons">
      <PageHead title={words.title} lead={words.lead} />
      <nav className="pending-tabs" aria-label={words.title}>
        {TABS.map((path) => (
          <NavLink
            key={path}
            to={`${PERSONS_PATH}/${path}`}
            className="choice-option"
            data-testid={`persons-${path}`}
          >
            {words.tabs[path]}
          </NavLink>
        ))}
      </nav>
      <Routes>
        <Route path="matches" element={<MatchList />} />
        <Route path="matches/:match" element={<MatchPage />} />
        <Route path="search" element={<SearchPage />} />
        <Route path="person/:person" element={<PersonPage />} />
        <Route path="*" element={<Navigate to={`${PERSONS_PATH}/matches`} replace />} />
      </Routes>
    </section>
  );
}
