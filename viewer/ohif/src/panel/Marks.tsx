import type { HrLabel } from '@hutong/conformance';
import React from 'react';
import type { Mark, Shape } from '../conformance/present.ts';
import { say } from '../language.ts';
import words from '../words.ts';

const paths: Record<Shape, string> = {
  check: 'M2.5 7l3 3 6-6.5',
  exclamation: 'M7 2.5v5.6M7 11.3v.2',
  question: 'M4.4 5.1a2.6 2.6 0 1 1 3.9 2.3C7.4 7.9 7 8.3 7 9M7 11.4v.2',
  dots: 'M2.8 7h.01M7 7h.01M11.2 7h.01',
  dash: 'M3.5 7h7',
};

function ShapeIcon({ shape }: { shape: Shape }): React.JSX.Element {
  return (
    <svg
      className="ht-shape"
      data-shape={shape}
      viewBox="0 0 14 14"
      width="12"
      height="12"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[shape]} />
    </svg>
  );
}

/** A verdict or state: shape, colour and word. */
export function MarkChip({ mark, title }: { mark: Mark; title?: string }): React.JSX.Element {
  return (
    <span className={`ht-mark ht-tone-${mark.tone}`} title={title}>
      <ShapeIcon shape={mark.shape} />
      {say(mark.text)}
    </span>
  );
}

/** The same mark without its word, for lists whose rows say more. */
export function MarkGlyph({ mark }: { mark: Mark }): React.JSX.Element {
  return (
    <span className={`ht-glyph ht-tone-${mark.tone}`} role="img" aria-label={say(mark.text)}>
      <ShapeIcon shape={mark.shape} />
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
