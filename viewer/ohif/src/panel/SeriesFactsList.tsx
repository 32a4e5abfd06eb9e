import type { SeriesFacts } from '@hutong/conformance';
import React from 'react';
import { seriesTags } from '../conformance/seriesTags.ts';
import { highlightSeries } from '../highlight.ts';
import { displaySetOfSeries, showSeries } from '../jump.ts';
import { sourceText } from '../../../words/sourceNames.ts';
import { language, say } from '../language.ts';
import { useReading } from '../studies.ts';
import type { Viewer } from '../viewer.ts';
import words from '../words.ts';

interface Props {
  viewer: Viewer;
  series: readonly SeriesFacts[];
}

/** What each series was understood to be; folded, since the thumbnails carry the same tags. */
export function SeriesFactsList({ viewer, series }: Props): React.JSX.Element | null {
  const reading = useReading(viewer.reading);
  if (series.length === 0) return null;
  return (
    <details className="ht-series-facts">
      <summary>
        {say(words.seriesFacts)} <span className="ht-count">{series.length}</span>
      </summary>
      <ul>
        {series.map((facts, index) => {
          const uid = facts.seriesInstanceUid;
          const displaySet = displaySetOfSeries(reading.displaySets, uid);
          const because = facts.because
            .map((one) => `${sourceText(one.source, language())}: ${say(one.text)}`)
            .join('\n');
          return (
            <li key={`${uid} ${index}`}>
              <button
                type="button"
                className="ht-series-button"
                disabled={!displaySet}
                title={because || say(words.showSeries)}
                onClick={() => {
                  if (displaySet) showSeries(viewer.servicesManager, viewer.commandsManager, displaySet);
                }}
                onMouseEnter={() => highlightSeries(uid)}
                onMouseLeave={() => highlightSeries(null)}
                onFocus={() => highlightSeries(uid)}
                onBlur={() => highlightSeries(null)}
              >
                <span className="ht-series-number">{facts.seriesNumber ?? '–'}</span>
                <span className="ht-series-name">{facts.seriesDescription || facts.modality}</span>
                <span className="ht-tags">
                  {seriesTags(facts).map((tag) => (
                    <span key={tag.en} className="ht-tag">
                      {say(tag)}
                    </span>
                  ))}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
