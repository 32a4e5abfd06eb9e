import type { SeriesFacts } from '@hutong/conformance';
import { Icon } from '../app/Icon.tsx';
import { useWords } from '../i18n/language.ts';
import { factWords, LOW_CONFIDENCE, seriesName, sizeWords } from './facts.ts';
import { BecauseList } from './Requirements.tsx';

export const seriesElementId = (seriesInstanceUid: string): string => `series-${seriesInstanceUid}`;

function SeriesEntry({ series, href, marked }: { series: SeriesFacts; href: string; marked: boolean }) {
  const { t } = useWords();
  const words = factWords(series, t);
  return (
    <li
      id={seriesElementId(series.seriesInstanceUid)}
      className={marked ? 'series series-marked' : 'series'}
      data-testid="series-facts"
    >
      <span className="series-number">{series.seriesNumber ?? '–'}</span>
      <div className="series-body">
        <div className="series-line">
          <span className="series-name">{seriesName(series, t)}</span>
          <a href={href} className="series-open" title={t.detail.openImages} aria-label={t.detail.openImages}>
            <Icon name="open" size={14} />
          </a>
        </div>
        <div className="series-facts">
          {words.map((word) => (
            <span key={word} className="fact">
              {word}
            </span>
          ))}
          {series.confidence < LOW_CONFIDENCE && (
            <span className="fact fact-doubt">{t.detail.lowConfidence}</span>
          )}
          <span className="series-size">{sizeWords(series, t).join(' · ')}</span>
        </div>
        {series.because.length > 0 && (
          <details className="more">
            <summary>{t.detail.because}</summary>
            <BecauseList because={series.because} />
          </details>
        )}
      </div>
    </li>
  );
}

/** Every series and what was understood of it; `marked` is the one an evidence chip points to. */
export function SeriesList({
  series,
  marked,
  hrefOf,
}: {
  series: readonly SeriesFacts[];
  marked: string;
  hrefOf: (seriesInstanceUid: string) => string;
}) {
  const { t } = useWords();
  const sorted = series.toSorted((a, b) => (a.seriesNumber ?? Infinity) - (b.seriesNumber ?? Infinity) || 0);
  return (
    <section className="series-section">
      <h3 title={t.detail.seriesHint}>{t.detail.series}</h3>
      {sorted.length === 0 ? (
        <p className="quiet">{t.detail.noSeries}</p>
      ) : (
        <ul className="series-list">
          {sorted.map((each, at) => (
            <SeriesEntry
              key={`${each.seriesInstanceUid}-${at}`}
              series={each}
              href={hrefOf(each.seriesInstanceUid)}
              marked={each.seriesInstanceUid === marked}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
