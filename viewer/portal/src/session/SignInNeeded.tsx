import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Brand, Switches } from '../app/Shell.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { noteSignedIn, wasSignedIn } from './place.ts';
import { SignInForm } from './SignInForm.tsx';

/** The frame of every page that is seen signed out. */
export function SignedOutFrame({ children }: { children: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="shell">
      <header className="header">
        <Brand />
        <div className="header-actions">
          <Switches />
        </div>
      </header>
      <main className="sign-in">
        <div className="sign-in-card">
          {children}
          <p className="quiet">
            <Link to="/data-protection">{t.nav.dataProtection}</Link> ·{' '}
            <Link to="/publication">{t.nav.publication}</Link>
          </p>
        </div>
      </main>
    </div>
  );
}

/** How a person gets a sign-in link, in three steps. */
export function SignInSteps() {
  const { t } = useWords();
  return (
    <ol className="steps">
      <li>
        {t.session.step1} <code>npm start</code>
      </li>
      <li>
        {t.session.step2} <code>npm run hutong -- sign-in-link</code>
      </li>
      <li>{t.session.step3}</li>
    </ol>
  );
}

/** What a visitor without a session sees: the ways to sign in, in the place that was asked for. */
export function SignInNeeded({ onSignedIn }: { onSignedIn: () => void }) {
  const { language } = useWords();
  const { signIn: words } = accountWords[language];
  const [ended] = useState(wasSignedIn);
  return (
    <SignedOutFrame>
      <div data-testid="sign-in-needed">
        <h1>{words.title}</h1>
        {ended && (
          <p role="status" data-testid="session-ended">
            {words.ended}
          </p>
        )}
        <SignInForm
          onSignedIn={() => {
            noteSignedIn(true);
            onSignedIn();
          }}
        />
        <details className="sign-in-link">
          <summary>{words.link}</summary>
          <SignInSteps />
        </details>
      </div>
    </SignedOutFrame>
  );
}
