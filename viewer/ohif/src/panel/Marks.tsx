import type { HrLabel } from '@hutong/conformance';
import React from 'react';
import type { Mark } from '../conformance/present.ts';
import { say } from '../language.ts';
import words from '../words.ts';

/** A verdict or state: shape, colour and word. */
export function MarkChip({ mark, title }: { mark: Mark; title?: string }): React.JSX.Element {
  return (
    <span className={`ht-mark ht-tone-${mark.tone}`} title={title}>
      <span className="ht-mark-glyph" aria-hidden="true">
        {mark.glyph}
      </span>
      {say(mark.text)}
    </span>
  );
}

/** The same mark without its word, for lists whose rows say more. */
export function MarkGlyph({ mark }: { mark: Mark }): React.JSX.Element {
  return (
    <span className={`ht-glyph ht-tone-${mark.tone}`} role="img" aria-label={say(mark.text)}>
      {mark.glyph}
    </span>
  );
}

const stateWord = { applied: undefined, proposed: words.labelProposed, withdrawn: words.labelWithdrawn };

/** The HR label (互认标识), filled when it holds. */
export function HrLabelChip({ label }: { label: HrLabel }): React.JSX.Element {
  const word = stateWord[label.state];
  return (
    <span
      className={`ht-hr-label ht-hr-label-${label.state}`}
      data-cy="hutong-hr-label"
      data-state={label.state}
      data-item={label.itemCode}
      title={`${say(words.label)} · ${say(label.reason)}`}
    >
      {label.text}
      {word && <span className="ht-hr-label-state">{say(word)}</span>}
    </span>
  );
}

/** The hospital that issued the study. */
export function HospitalName({ name }: { name: string }): React.JSX.Element {
  return (
    <span className="ht-hospital" data-cy="hutong-hospital" title={`${say(words.from)} ${name}`}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d="M3 14V4.5L8 2l5 2.5V14M1.5 14h13M8 5.5v4M6 7.5h4M6.5 14v-2.5h3V14" />
      </svg>
      {name}
    </span>
  );
}
