import React, { useEffect, useRef } from 'react';
import { say } from '../language.ts';
import { listAddress } from '../listAddress.ts';
import words from '../words.ts';

/** In place of the images once their share is over. */
export function ShareEnded(): React.JSX.Element {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => link.current?.focus(), []);
  return (
    <div className="ht-page" role="alert">
      <div className="ht-dialog" data-cy="hutong-share-ended">
        <h1>{say(words.shareEnded)}</h1>
        <p>{say(words.shareEndedDetail)}</p>
        <a ref={link} className="ht-button ht-button-main" href={listAddress()}>
          {say(words.backToShare)}
        </a>
      </div>
    </div>
  );
}
