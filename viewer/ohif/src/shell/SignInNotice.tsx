import React, { useEffect, useRef, useSyncExternalStore } from 'react';
import { say } from '../language.ts';
import { isSignedOut, onSignedOut } from '../session.ts';
import words from '../words.ts';

/** Over everything once the session has ended: nothing more can be read until the reader signs in. */
export function SignInNotice(): React.JSX.Element | null {
  const signedOut = useSyncExternalStore(onSignedOut, isSignedOut);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (signedOut) link.current?.focus();
  }, [signedOut]);
  if (!signedOut) return null;
  return (
    <div className="ht-veil" role="alertdialog" aria-modal="true" aria-labelledby="ht-sign-in-title">
      <div className="ht-dialog" data-cy="hutong-signed-out">
        <h2 id="ht-sign-in-title">{say(words.signInNeeded)}</h2>
        <p>{say(words.signInDetail)}</p>
        <a ref={link} className="ht-button ht-button-main" href="/sign-in">
          {say(words.signIn)}
        </a>
      </div>
    </div>
  );
}
