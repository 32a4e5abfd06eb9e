import React from 'react';
import { say } from '../language.ts';
import { listAddress } from '../listAddress.ts';
import { openShare } from '../share.ts';
import words from '../words.ts';

/** Back to the list, and whose product this is. */
export function Wordmark(): React.JSX.Element {
  return (
    <a
      className="ht-wordmark"
      href={listAddress()}
      title={say(openShare === null ? words.backToList : words.backToShare)}
      data-cy="hutong-back"
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d="M10 3 5 8l5 5" />
      </svg>
      <span>{say(words.product)}</span>
    </a>
  );
}
