import hostModules from 'hutong:host-modules';
import React from 'react';
import { say } from '../language.ts';
import words from '../words.ts';

export function AboutDialog(): React.JSX.Element {
  return (
    <div className="ht-about">
      <p>{say(words.aboutDetail)}</p>
      <p className="ht-quiet">OHIF {hostModules.ohif}</p>
      <p>
        <a href="/viewer/THIRD-PARTY-NOTICES.txt" target="_blank" rel="noreferrer">
          {say(words.licences)}
        </a>
      </p>
      <p className="ht-quiet">{say(words.clinicalReference)}</p>
    </div>
  );
}
