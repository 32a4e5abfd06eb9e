import { useEffect, useRef } from 'react';
import { useOpenWords } from '../words.ts';
import type { DisplayedSeries } from './displayed.ts';

/** The series as small pictures in a row; the chosen one stays in sight. */
export function SeriesStrip({
  series,
  chosen,
  onChoose,
}: {
  series: readonly DisplayedSeries[];
  chosen: string;
  onChoose: (series: string) => void;
}) {
  const { t } = useOpenWords();
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    strip.current
      ?.querySelector('[aria-current="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [chosen]);
  return (
    <nav ref={strip} className="so-strip" aria-label={t.viewer.series} data-testid="series-strip">
      {series.map((each) => (
        <button
          key={each.series}
          type="button"
          aria-current={each.series === chosen}
          onClick={() => onChoose(each.series)}
          data-testid="strip-series"
        >
          <img src={each.thumbnail} alt="" loading="lazy" draggable={false} />
          <span>{each.description || each.modality}</span>
          <small>{t.viewer.images(each.images)}</small>
        </button>
      ))}
    </nav>
  );
}
