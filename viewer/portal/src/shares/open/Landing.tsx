import type { ReactNode } from 'react';
import { Mark } from '../../app/Icon.tsx';
import { useOpenWords } from './words.ts';

/** The light page around everything that is not a picture on the stage. */
export function Landing({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  const { t, toggle } = useOpenWords();
  return (
    <div className="so-landing">
      <header className="so-head">
        <Mark size={26} />
        <span>{t.title}</span>
        <button type="button" className="text-button" onClick={toggle} data-testid="share-language">
          {t.other}
        </button>
      </header>
      <main className={wide ? 'so-card so-card-wide' : 'so-card'}>{children}</main>
      <footer className="so-foot">
        <p>{t.viewer.note}</p>
        <a href="/data-protection" target="_blank" rel="noreferrer">
          {t.dataProtection}
        </a>
      </footer>
    </div>
  );
}
