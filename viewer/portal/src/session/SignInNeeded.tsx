import type { ReactNode } from 'react';
import { Brand, Switches } from '../app/Shell.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { SignInForm } from './SignInForm.tsx';

/** The frame of every page that is seen signed out. */
export function SignedOutFrame({ children }: { children: ReactNode }) {
  return (
    <div className="shell">
      <header className="header">
        <Brand />
        <div className="header-actions">
          <Switches />
        </div>
      </header>
      <main className="sign-in">
        <div className="sign-in-card">{children}</div>
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

/** What a visitor without a session sees: name and password, and the way by a link. */
export function SignInNeeded({ onSignedIn }: { onSignedIn: () => void }) {
  const { language } = useWords();
  const { signIn: words } = accountWords[language];
  return (
    <SignedOutFrame>
      <div data-testid="sign-in-needed">
        <h1>{words.title}</h1>
        <SignInForm onSignedIn={onSignedIn} />
        <details className="sign-in-link">
          <summary>{words.link}</summary>
          <SignInSteps />
        </details>
      </div>
    </SignedOutFrame>
  );
}
