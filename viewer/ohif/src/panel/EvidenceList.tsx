import type { Evidence, SeriesFacts } from '@hutong/conformance';
import React from 'react';
import { highlightSeries } from '../highlight.ts';
import { displaySetOfSeries, showSeries } from '../jump.ts';
import { sourceText } from '../../../words/sourceNames.ts';
import { language, say } from '../language.ts';
import { seriesTitle, useReading } from '../studies.ts';
import type { Viewer } from '../viewer.ts';
import words from '../words.ts';

interface Props {
  viewer: Viewer;
  evidence: readonly Evidence[];
  series: readonly SeriesFacts[];
}

/** The series that prove a requirement: resting on one shows where it is, pressing it opens it. */
export function EvidenceList({ viewer, evidence, series }: Props): React.JSX.Element {
  const reading = useReading(viewer.reading);
  const [active] = reading.shown.get(reading.activeViewportId ?? '') ?? [];
  return (
    <ul className="ht-evidence" aria-label={say(words.evidence)}>
      {evidence.map((proof, index) => {
        const uid = proof.seriesInstanceUid;
        const displaySet = displaySetOfSeries(reading.displaySets, uid);
        const title = displaySet ? seriesTitle(displaySet) : '';
        const note = say(proof.note);
        const because = series.find((facts) => facts.seriesInstanceUid === uid)?.because ?? [];
        const shown = displaySet?.displaySetInstanceUID === active && active !== undefined;
        return (
          <li key={`${uid} ${index}`}>
            <button
              type="button"
              className="ht-evidence-button"
              data-cy="hutong-evidence"
              data-series={uid}
              aria-current={shown}
              disabled={!displaySet}
              title={say(displaySet ? words.showSeries : words.seriesNotHere)}
              onClick={() => {
                if (displaySet) showSeries(viewer.servicesManager, viewer.commandsManager, displaySet);
              }}
              onMouseEnter={() => highlightSeries(uid)}
              onMouseLeave={() => highlightSeries(null)}
              onFocus={() => highlightSeries(uid)}
              onBlur={() => highlightSeries(null)}
            >
              <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
                <path d="M2.5 3.5h11v9h-11zM6.5 6l3.5 2-3.5 2z" />
              </svg>
              <span className="ht-evidence-text">
                {title && <span className="ht-evidence-series">{title}</span>}
                {note && note !== title && <span className="ht-evidence-note">{note}</span>}
              </span>
            </button>
            {because.length > 0 && (
              <details className="ht-why ht-attributes" data-cy="hutong-attributes">
                <summary>{say(words.attributes)}</summary>
                <ul>
                  {because.map((reason, at) => (
                    <li key={at}>
                      <code title={reason.source}>{sourceText(reason.source, language())}</code>{' '}
                      {say(reason.text)}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}
