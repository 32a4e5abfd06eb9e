import { useCallback, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Mark } from '../../app/Icon.tsx';
import { applyLanguage, storedLanguage } from '../../app/settings.ts';
import { formatInstant } from '../../format/format.ts';
import { FactorForm } from './FactorForm.tsx';
import { instantIn, type Opening } from './opening.ts';
import type { ShareSession } from './shareSession.ts';
import { Viewer } from './viewer/Viewer.tsx';
import { openWords, OpenWordsContext, useOpenWords } from './words.ts';

/** The light page around everything that is not yet a picture. */
function Landing({ children }: { children: ReactNode }) {
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
      <main className="so-card">{children}</main>
      <footer className="so-foot">{t.viewer.note}</footer>
    </div>
  );
}

function Refused({ state }: { state: Extract<Opening, { kind: 'refused' }> }) {
  const { t, pick } = useOpenWords();
  const words = t.refused[state.why];
  const said = state.said === null ? '' : pick(state.said);
  const from = state.why === 'notYet' ? instantIn(said) : null;
  return (
    <div role="alert" data-testid="share-refused" data-why={state.why}>
      <h1>{words.title}</h1>
      {from !== null ? (
        <p>{t.notYetAt(formatInstant(from))}</p>
      ) : (
        <>
          {state.why === 'over' && said !== '' && <p>{said}</p>}
          <p>{words.text}</p>
        </>
      )}
    </div>
  );
}

function Waiting() {
  const { t } = useOpenWords();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 4_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div role="status" data-testid="share-waiting">
      <h1>{t.waiting.title}</h1>
      <div className="so-waiting" aria-hidden="true">
        <i />
      </div>
      <p>{t.waiting.text}</p>
      <p className="quiet">{t.waiting.checked(now.toLocaleTimeString('zh-CN', { hour12: false }))}</p>
    </div>
  );
}

function Unanswered({ onRetry }: { onRetry: () => void }) {
  const { t } = useOpenWords();
  return (
    <div role="alert" data-testid="share-unanswered">
      <h1>{t.unanswered.title}</h1>
      <p>{t.unanswered.text}</p>
      <button type="button" className="button button-primary so-wide" onClick={onRetry}>
        {t.unanswered.retry}
      </button>
    </div>
  );
}

function Page({ session }: { session: ShareSession }) {
  const { t } = useOpenWords();
  const state = useSyncExternalStore(session.subscribe, session.state);
  const retry = (): void => void session.retry();
  // The same function each time: the viewer calls it once for each refusal, not for each drawing.
  const check = useCallback(() => void session.check(), [session]);
  const pictures = state.kind === 'opened' && state.content !== null && !state.content.waiting;
  useEffect(() => {
    document.title = t.title;
  }, [t]);
  useEffect(() => {
    // Pictures are looked at in the dark; questions are read in the light.
    document.documentElement.dataset.theme = pictures ? 'dark' : 'light';
  }, [pictures]);
  if (state.kind === 'opened' && state.content !== null && !state.content.waiting) {
    return (
      <Viewer
        key={state.alias}
        alias={state.alias}
        content={state.content}
        offline={state.unanswered}
        onRefused={check}
      />
    );
  }
  return (
    <Landing>
      {state.kind === 'asked' && (
        <FactorForm state={state} onSubmit={(factor) => void session.submit(factor)} />
      )}
      {state.kind === 'refused' && <Refused state={state} />}
      {state.kind === 'unanswered' && <Unanswered onRetry={retry} />}
      {state.kind === 'opened' && state.content === null && state.unanswered && (
        <Unanswered onRetry={retry} />
      )}
      {state.kind === 'opened' && state.content !== null && <Waiting />}
      {(state.kind === 'working' ||
        (state.kind === 'opened' && state.content === null && !state.unanswered)) && (
        <p className="so-working" role="status">
          {t.working}
        </p>
      )}
    </Landing>
  );
}

/** What a share's link opens: the question, the refusal, or the pictures. */
export function OpenPage({ session }: { session: ShareSession }) {
  const [language, setLanguage] = useState(storedLanguage);
  useEffect(() => applyLanguage(language), [language]);
  const words = useMemo(
    () => openWords(language, () => setLanguage((now) => (now === 'zh' ? 'en' : 'zh'))),
    [language],
  );
  return (
    <OpenWordsContext value={words}>
      <Page session={session} />
    </OpenWordsContext>
  );
}
