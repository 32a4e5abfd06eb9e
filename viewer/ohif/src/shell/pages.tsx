import React, { useEffect } from 'react';
import { say } from '../language.ts';
import { listAddress } from '../listAddress.ts';
import { openShare } from '../share.ts';
import words from '../words.ts';
import { SignInNotice } from './SignInNotice.tsx';

/** In place of OHIF's own list and test pages: the portal is the way in. */
export function ToPortal(): null {
  useEffect(() => location.replace(openShare === null ? '/' : listAddress()), []);
  return null;
}

/** In place of OHIF's English page for a study it cannot find. */
export function StudyMissing(): React.JSX.Element {
  return (
    <div className="ht-page">
      <div className="ht-dialog" data-cy="hutong-study-missing">
        <h1>{say(words.studyMissing)}</h1>
        <p>{say(words.studyMissingDetail)}</p>
        <a className="ht-button ht-button-main" href={listAddress()}>
          {say(openShare === null ? words.backToList : words.backToShare)}
        </a>
      </div>
      <SignInNotice />
    </div>
  );
}
