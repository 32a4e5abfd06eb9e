import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useRef } from 'react';
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router';
import { sessionQuery } from '../api/queries.ts';
import { keepActiveInSight } from '../app/slideTo.ts';
import { administrationWords } from '../i18n/administration.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import '../styles/page.css';
import { sectionsFor } from './sectionsFor.ts';

/** What administrators, hospital IT and auditors do, each seeing what they have the right for. */
export default function AdministrationPage() {
  const words = useOwnWords(administrationWords);
  const session = useQuery(sessionQuery);
  const sections = sectionsFor(session.data);
  const [first] = sections;
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone a part of the links is shown: the page one is on is among them.
  useEffect(() => keepActiveInSight(nav.current), [pathname, sections.length]);
  if (session.isPending) return null;
  if (first === undefined)
    return (
      <main className="notice">
        <h1>{words.title}</h1>
        <p>{words.nothing}</p>
      </main>
    );
  return (
    <main className={sections.length === 1 ? 'administration administration-one' : 'administration'}>
      <nav ref={nav} className="administration-nav" aria-label={words.title}>
        {sections.map(({ path }) => (
          <NavLink key={path} to={`/administration/${path}`} data-testid={`administration-${path}`}>
            {words.sections[path]}
          </NavLink>
        ))}
      </nav>
      <Suspense fallback={null}>
        <Routes>
          {sections.map(({ path, Page }) => (
            <Route key={path} path={`${path}/*`} element={<Page />} />
          ))}
          <Route path="*" element={<Navigate to={`/administration/${first.path}`} replace />} />
        </Routes>
      </Suspense>
    </main>
  );
}
