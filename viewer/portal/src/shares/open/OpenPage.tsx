import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { applyLanguage, storedLanguage } from '../../app/settings.ts';
import { formatInstant } from '../../format/format.ts';
import { FactorForm } from './FactorForm.tsx';
import { Landing } from './Landing.tsx';
import { instantIn, type Opening } from './opening.ts';
import { Overview } from './Overview.tsx';
import type { ShareSession } from './shareSession.ts';
import { useStageHistory } from './useStageHistory.ts';
import { Viewer } from './viewer/Viewer.tsx';
import { openWords, OpenWordsContext, secondsLeft, useOpenWords, useTick } from './words.ts';

function Refused({ state, onRetry }: { state: Extract<Opening, { kind: 'refused' }>; onRetry: () => void }) {
  const { t, pick } = useOpenWords();
  const words = t.refused[state.why];
  const said = state.said === null ? '' : pick(state.said);
  const from = state.why === 'notYet' ? instantIn(said) : null;
  useTick(state.waitUntil > 0);
  const wait = secondsLeft(state.waitUntil);
  const mayRetry = ['tooMany', 'failed', 'notForYou'].includes(state.why);
  return (
    <div role="alert" data-testid="share-refused" data-why={state.why}>
      <h1>{words.title}</h1>
      {from !== null ? (
        <p>{t.notYetAt(formatInstant(from))}</p>
      ) : (
        <>
          {['over', 'notForYou'].includes(state.why) && said !== '' && <p>{said}</p>}
          <p>{words.text}</p>
        </>
      )}
      {mayRetry && (
        <button type="button" className="button button-primary so-wide" disabled={wait > 0} onClick={onRetry}>
          {wait > 0 ? t.retryIn(wait) : t.unanswered.retry}
        </button>
      )}
    </div>
  );
}

function SignInFirst({
  state,
  onSignIn,
  onAgain,
}: {
  state: Extract<Opening, { kind: 'signIn' }>;
  onSignIn: () => void;
  onAgain: () => void;
}) {
  const { t, pick } = useOpenWords();
  const words = t.signIn;
  return (
    <div data-testid="share-sign-in">
      <p className="so-from">
        {t.asked.from}
        <strong>{pick(state.hospital)}</strong>
      </p>
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <p className="quiet">
        {state.hospitals.length === 0 ? words.any : words.hospitals(state.hospitals.map(pick).join('、'))}
      </p>
      <button type="button" className="button button-primary so-wide" onClick={onSignIn}>
        {words.go}
      </button>
      <button type="button" className="button so-wide so-second" onClick={onAgain}>
        {words.again}
      </button>
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

/** The opened share: its overview, and the stage before it. */
function Opened({
  state,
  onRefused,
}: {
  state: Extract<Opening, { kind: 'opened' }>;
  onRefused: () => void;
}) {
  const { alias, content } = state;
  // One exam is looked at at once; of several one chooses.
  const { stage, open, close } = useStageHistory(alias, content?.studies.length === 1);
  useEffect(() => {
    // Pictures are looked at in the dark; questions are read in the light.
    document.documentElement.dataset.theme = stage === null ? 'light' : 'dark';
    return () => {
      document.documentElement.dataset.theme = 'light';
    };
  }, [stage]);
  if (content === null) return null;
  if (stage === null)
    return (
      <Landing wide>
        <Overview alias={alias} content={content} offline={state.unanswered} onOpen={open} />
      </Landing>
    );
  return (
    <Viewer
      key={alias}
      alias={alias}
      content={content}
      begin={stage.series}
      offline={state.unanswered}
      onRefused={onRefused}
      onBack={close}
    />
  );
}

function Page({ session }: { session: ShareSession }) {
  const { t } = useOpenWords();
  const state = useSyncExternalStore(session.subscribe, session.state);
  const retry = (): void => void session.retry();
  // The same function each time: the viewer calls it once for each refusal, not for each drawing.
  const check = useCallback(() => void session.check(), [session]);
  useEffect(() => {
    document.title = t.title;
  }, [t]);
  if (state.kind === 'opened' && state.content !== null && !state.content.waiting)
    return <Opened key={state.alias} state={state} onRefused={check} />;
  return (
    <Landing>
      {state.kind === 'asked' && (
        <FactorForm state={state} onSubmit={(factor) => void session.submit(factor)} />
      )}
      {state.kind === 'signIn' && <SignInFirst state={state} onSignIn={session.signIn} onAgain={retry} />}
      {state.kind === 'refused' && <Refused state={state} onRetry={retry} />}
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
