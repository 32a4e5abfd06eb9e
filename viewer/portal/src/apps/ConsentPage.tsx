import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { ScopeName } from '@hutong/server/contract';
import type { OidcInteraction } from '@hutong/server/contract/clients';
import { agreeTo, interactionQuery, refuse } from '../api/clients.ts';
import { ApiError, remove } from '../api/http.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { appWords } from '../i18n/apps.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { SignInForm } from '../session/SignInForm.tsx';
import { SignedOutFrame } from '../session/SignInNeeded.tsx';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import '../styles/consent.css';

const SCOPE_PREFIX = 'hutong.';

/** Where an application's request to sign in arrives: a person signs in, sees what is asked for, and agrees or not. */
export default function ConsentPage() {
  const { uid = '' } = useParams();
  const { consent: words } = useOwnWords(appWords);
  const asked = useQuery(interactionQuery(uid));
  const isGone = asked.error instanceof ApiError && asked.error.status === 404;
  return (
    <SignedOutFrame>
      <div className="consent" data-testid="consent">
        {asked.isPending && <DetailSkeleton />}
        {isGone && (
          <div role="alert">
            <h1>{words.gone.title}</h1>
            <p>{words.gone.text}</p>
          </div>
        )}
        {asked.isError && !isGone && (
          <ErrorNotice error={asked.error} title={words.failed} onRetry={() => void asked.refetch()} />
        )}
        {asked.data !== undefined && (
          <Asked uid={uid} asked={asked.data} onChanged={() => void asked.refetch()} />
        )}
      </div>
    </SignedOutFrame>
  );
}

interface AskedProps {
  uid: string;
  asked: OidcInteraction;
  onChanged: () => void;
}

function Asked(props: AskedProps) {
  const { consent: words } = useOwnWords(appWords);
  const { asked, onChanged } = props;
  const { obstacle } = asked;
  if (obstacle === 'signedOut' || obstacle === 'signInAnew')
    return (
      <>
        <h1>{words.signIn(asked.application.name)}</h1>
        {obstacle === 'signInAnew' && <p className="quiet">{words.anew}</p>}
        <SignInForm onSignedIn={onChanged} />
      </>
    );
  if (obstacle !== null)
    return (
      <div role="alert" data-testid="consent-obstacle">
        <h1>{words.obstacles[obstacle].title}</h1>
        <p>{words.obstacles[obstacle].text}</p>
        <Person {...props} />
        <p className="consent-answers">
          <Link to="/" className="button">
            {words.toPortal}
          </Link>
        </p>
      </div>
    );
  return <Question {...props} />;
}

/** Who is signed in, and the way to be somebody else. */
function Person({ asked, onChanged }: AskedProps) {
  const { consent: words } = useOwnWords(appWords);
  const { busy, run } = useAct();
  if (asked.person === null) return null;
  return (
    <p className="consent-person">
      <span>{words.as(asked.person.displayName, asked.person.username)}</span>
      <button
        type="button"
        className="text-button"
        disabled={busy}
        onClick={() => void run(() => remove('/api/session')).then(onChanged)}
        data-testid="consent-other"
      >
        {words.other}
      </button>
    </p>
  );
}

function Question(props: AskedProps) {
  const { uid, asked } = props;
  const { pick } = useWords();
  const all = useOwnWords(appWords);
  const { consent: words } = all;
  const { busy, error, run } = useAct();
  const [gone, setGone] = useState(false);
  const { application, person } = asked;
  const answer = (given: () => Promise<{ location: string }>): void => {
    void run(async () => {
      const { location } = await given();
      setGone(true);
      globalThis.location.assign(location);
    });
  };
  const may = asked.scopes.filter((scope) => scope.startsWith(SCOPE_PREFIX));
  return (
    <>
      <h1>{words.title(application.name)}</h1>
      <p className="quiet">
        {application.hospital === null ? words.ofRegion : words.of(pick(application.hospital))}
      </p>
      <p>{words.wants}</p>
      <ul className="consent-scopes" data-testid="consent-scopes">
        {asked.scopes.includes('openid') && <li>{words.identity}</li>}
        {may.map((scope) => (
          <li key={scope}>{all.scopes[scope.slice(SCOPE_PREFIX.length) as ScopeName]}</li>
        ))}
        {asked.offline && <li>{words.offline}</li>}
      </ul>
      <p className="quiet">{words.within}</p>
      <Person {...props} />
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={all.form.network} server={all.form.server} />
      )}
      <div className="consent-answers">
        <button
          type="button"
          className="button button-primary"
          disabled={busy || gone}
          aria-busy={busy || gone}
          onClick={() => answer(() => agreeTo(uid, person?.account ?? ''))}
          data-testid="consent-agree"
        >
          {words.agree}
        </button>
        <button
          type="button"
          className="button"
          disabled={busy || gone}
          onClick={() => answer(() => refuse(uid))}
          data-testid="consent-refuse"
        >
          {words.refuse}
        </button>
      </div>
      <p className="quiet" role="status">
        {gone ? words.working : words.back(application.returnsTo)}
      </p>
    </>
  );
}
