import { lazy, Suspense, useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { BrowserRouter, Link, Navigate, Route, Routes } from 'react-router';
import { isSignedOut } from '../api/http.ts';
import { sessionQuery } from '../api/queries.ts';
import { useWords } from '../i18n/language.ts';
import { noteSignedIn, wasSignedIn } from '../session/place.ts';
import { SessionWatch } from '../session/SessionWatch.tsx';
import { WorklistPage } from '../worklist/WorklistPage.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { homeOf } from './links.ts';
import { Providers } from './Providers.tsx';
import { Shell } from './Shell.tsx';

// Whoever is signed in loads nothing of signing in.
const OwnPassword = lazy(async () => ({ default: (await import('../session/OwnPassword.tsx')).OwnPassword }));
const SignInNeeded = lazy(async () => ({
  default: (await import('../session/SignInNeeded.tsx')).SignInNeeded,
}));
const SignInPage = lazy(async () => ({ default: (await import('../session/SignInPage.tsx')).SignInPage }));
const ConsentPage = lazy(() => import('../apps/ConsentPage.tsx'));
const ElsewherePage = lazy(() => import('../access/ElsewherePage.tsx'));
const ReviewsPage = lazy(() => import('../reviews/ReviewsPage.tsx'));
const ExamsPage = lazy(() => import('../exams/ExamsPage.tsx'));
const PendingPage = lazy(() => import('../corrections/PendingPage.tsx'));
const SharesPage = lazy(() => import('../shares/SharesPage.tsx'));
const ExportsPage = lazy(() => import('../exports/ExportsPage.tsx'));
const DataProtectionPage = lazy(() => import('../privacy/DataProtectionPage.tsx'));
const PublicationPage = lazy(() => import('../publication/PublicationPage.tsx'));
const AdministrationPage = lazy(() => import('../administration/AdministrationPage.tsx'));
const RecognitionPage = lazy(() => import('../recognition/RecognitionPage.tsx'));
const SecondFactorNeeded = lazy(() => import('../session/SecondFactorNeeded.tsx'));
const CataloguePage = lazy(() => import('../catalogue/CataloguePage.tsx'));

/** Pages that are loaded when somebody goes there. */
const PAGES = [
  ['/elsewhere', ElsewherePage],
  ['/reviews', ReviewsPage],
  ['/pending/*', PendingPage],
  ['/exams/*', ExamsPage],
  ['/catalogue/*', CataloguePage],
  ['/recognition/*', RecognitionPage],
  ['/shares', SharesPage],
  ['/exports', ExportsPage],
  ['/administration/*', AdministrationPage],
] as const;

function NotFound() {
  const { t } = useWords();
  return (
    <main className="notice">
      <h1>{t.notFound.title}</h1>
      <p>{t.notFound.text}</p>
      <Link to="/" className="button button-primary">
        {t.notFound.home}
      </Link>
    </main>
  );
}

/** The pages of a signed-in person; whoever is not is told how to sign in. */
function SignedIn() {
  const { t } = useWords();
  const session = useQuery(sessionQuery);
  useEffect(() => {
    document.title = `${t.product} · ${t.productLine}`;
  }, [t]);
  const isOut = isSignedOut(session.error);
  const isIn = session.data !== undefined && !isOut;
  useEffect(() => {
    if (isIn) noteSignedIn(true);
  }, [isIn]);
  if (isOut)
    return (
      <Suspense fallback={null}>
        <SignInNeeded onSignedIn={() => void session.refetch()} />
      </Suspense>
    );
  // Who was never signed in here will be asked to: the list is not shown for a blink before that.
  if (session.isPending && !wasSignedIn()) return null;
  const pending = session.data?.account?.pending ?? null;
  if (pending === 'secondFactor')
    return (
      <Suspense fallback={null}>
        <SecondFactorNeeded session={session.data} />
      </Suspense>
    );
  if (pending !== null)
    return (
      <Suspense fallback={null}>
        <OwnPassword aged={pending === 'agedPassword'} />
      </Suspense>
    );
  const home = homeOf(session.data);
  return (
    <>
      {session.data !== undefined && <SessionWatch key={session.data.subject} session={session.data} />}
      <Routes>
        <Route
          path="/"
          element={
            home === null ? (
              <WorklistPage session={session.data} ready={!session.isPending} />
            ) : (
              <Navigate to={home} replace />
            )
          }
        />
        {PAGES.map(([path, Page]) => (
          <Route
            key={path}
            path={path}
            element={
              <Shell session={session.data}>
                <Suspense fallback={null}>
                  <Page />
                </Suspense>
              </Shell>
            }
          />
        ))}
        <Route
          path="*"
          element={
            <Shell session={session.data}>
              <NotFound />
            </Shell>
          }
        />
      </Routes>
    </>
  );
}

/** The whole portal. */
export function Portal() {
  return (
    <Providers>
      <ErrorBoundary>
        <BrowserRouter>
          <Routes>
            <Route
              path="/sign-in"
              element={
                <Suspense fallback={null}>
                  <SignInPage />
                </Suspense>
              }
            />
            <Route
              path="/data-protection"
              element={
                <Suspense fallback={null}>
                  <DataProtectionPage />
                </Suspense>
              }
            />
            <Route
              path="/publication"
              element={
                <Suspense fallback={null}>
                  <PublicationPage />
                </Suspense>
              }
            />
            <Route
              path="/oidc/interaction/:uid"
              element={
                <Suspense fallback={null}>
                  <ConsentPage />
                </Suspense>
              }
            />
            <Route path="*" element={<SignedIn />} />
          </Routes>
        </BrowserRouter>
      </ErrorBoundary>
    </Providers>
  );
}
