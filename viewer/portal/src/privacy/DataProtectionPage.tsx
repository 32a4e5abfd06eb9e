import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { dataProtectionQuery } from '../api/privacy.ts';
import { Brand, Switches } from '../app/Shell.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { dataProtectionWords } from '../i18n/dataProtection.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import '../styles/page.css';
import '../styles/privacy.css';

/** What is kept where and how long, for everyone; the numbers are those that the server works by. */
export default function DataProtectionPage() {
  const words = useOwnWords(dataProtectionWords);
  const { t } = useWords();
  const { data, error, refetch } = useQuery(dataProtectionQuery);
  useEffect(() => {
    document.title = words.title;
  }, [words]);
  return (
    <div className="shell">
      <header className="header">
        <Brand />
        <div className="header-actions">
          <Switches />
        </div>
      </header>
      <main className="page" data-testid="data-protection">
        <div className="page-column page-column-narrow privacy-text">
          <h1>{words.title}</h1>
          {error !== null && data === undefined && (
            <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
          )}
          {data === undefined && error === null && <DetailSkeleton />}
          {data !== undefined && (
            <>
              <p>{words.lead(data)}</p>
              {words.sections.map(({ title, entries }) => (
                <section key={title}>
                  <h2>{title}</h2>
                  <dl>
                    {entries.map(([what, said]) => (
                      <div key={what} className="privacy-entry">
                        <dt>{what}</dt>
                        <dd>{said(data)}</dd>
                      </div>
                    ))}
                  </dl>
                </section>
              ))}
              <section>
                <h2>{words.contactTitle}</h2>
                <p>{data.contact === null ? words.noContact : words.contact(data)}</p>
              </section>
            </>
          )}
          <p>
            <Link to="/">{words.home}</Link> · <Link to="/publication">{t.nav.publication}</Link>
          </p>
        </div>
      </main>
    </div>
  );
}
