import { lazy, Suspense } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, NavLink, Route, Routes } from 'react-router';
import type { ScopeName } from '@hutong/server/contract';
import { sessionQuery } from '../api/queries.ts';
import { PageHead } from '../app/PageHead.tsx';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { holds } from '../session/rights.ts';
import { AskPage } from './AskPage.tsx';
import { ReminderList } from './ReminderList.tsx';
import '../styles/corrections.css';
import '../styles/reminders.css';

const MatrixPage = lazy(() => import('./MatrixPage.tsx'));
const ClientsPage = lazy(() => import('./ClientsPage.tsx'));

const HERE = '/recognition/reminders';
const TABS = [
  { path: 'list', scope: 'recognise', element: <ReminderList /> },
  { path: 'ask', scope: 'recognise', element: <AskPage /> },
  { path: 'policy', scope: 'registry', element: <MatrixPage /> },
  { path: 'clients', scope: 'keys', element: <ClientsPage /> },
] as const satisfies readonly { path: string; scope: ScopeName; element: React.ReactElement }[];

/** Reminders that were given, one that is asked here, who recognises whom, and the systems that ask. */
export default function RemindersPage() {
  const words = useOwnWords(remindersWords);
  const session = useQuery(sessionQuery).data;
  const tabs = TABS.filter(({ scope }) => holds(session, scope));
  const [first] = tabs;
  return (
    <section className="reminders" data-testid="reminders">
      <PageHead title={words.title} lead={words.lead} />
      {tabs.length > 1 && (
        <nav className="pending-tabs" aria-label={words.title}>
          {tabs.map(({ path }) => (
            <NavLink
              key={path}
              to={`${HERE}/${path}`}
              className="choice-option"
              data-testid={`reminders-${path}`}
            >
              {words.tabs[path]}
            </NavLink>
          ))}
        </nav>
      )}
      {first !== undefined && (
        <Suspense fallback={null}>
          <Routes>
            {tabs.map(({ path, element }) => (
              <Route key={path} path={path} element={element} />
            ))}
            <Route path="*" element={<Navigate to={`${HERE}/${first.path}`} replace />} />
          </Routes>
        </Suspense>
      )}
    </section>
  );
}
