import type { ShareContent } from '@hutong/server/contract/shares';
import { Downloads } from './Downloads.tsx';
import { Openings } from './Openings.tsx';
import { Replies } from './Replies.tsx';
import { displayedSeries, firstSeries } from './viewer/displayed.ts';
import { useMedia } from '../../app/useMedia.ts';
import { drawsPixels } from './viewer/usePixels.ts';
import { useOpenWords } from './words.ts';

type Study = ShareContent['studies'][number];

function StudyCard({ study, onOpen }: { study: Study; onOpen: (series: string | null) => void }) {
  const { t } = useOpenWords();
  const series = displayedSeries([study]);
  const first = firstSeries(series);
  const images = series.reduce((sum, each) => sum + each.images, 0);
  return (
    <li>
      <button
        type="button"
        className="so-study"
        disabled={first === undefined}
        onClick={() => onOpen(first?.series ?? null)}
        data-testid="share-study"
      >
        {first === undefined ? (
          <span className="so-study-empty" aria-hidden="true" />
        ) : (
          <img src={first.thumbnail} alt="" draggable={false} />
        )}
        <span className="so-study-text">
          <strong>{study.description || t.viewer.exam}</strong>
          <span>{[study.date, study.modalities.join(' ')].filter((part) => part !== '').join(' · ')}</span>
          <small>
            {first === undefined
              ? t.viewer.noPictures
              : `${t.overview.series(series.length)} · ${t.overview.images(images)}`}
          </small>
        </span>
        <span className="so-study-go" aria-hidden="true">
          ›
        </span>
      </button>
    </li>
  );
}

/** The share itself: its exams, what may be done with them, and who opened it. */
export function Overview({
  alias,
  content,
  offline,
  onOpen,
}: {
  alias: string;
  content: ShareContent;
  offline: boolean;
  onOpen: (series: string | null) => void;
}) {
  const { t, pick } = useOpenWords();
  const isLarge = useMedia('(min-width: 700px)');
  // The reading viewer asks for whole studies, and for their pixels.
  const isWhole = content.studies.every(({ whole }) => whole);
  const mayRead = isLarge && isWhole && content.watermark === null && drawsPixels();
  return (
    <div className="so-overview" data-testid="share-overview">
      <header>
        <p className="so-from">
          {t.asked.from}
          <strong>{pick(content.hospital)}</strong>
        </p>
      </header>
      {offline && (
        <p className="so-offline" role="status">
          {t.viewer.offline}
        </p>
      )}
      <ul className="so-studies">
        {content.studies.map((study) => (
          <StudyCard key={study.studyInstanceUid} study={study} onOpen={onOpen} />
        ))}
      </ul>
      {content.awaited > 0 && (
        <p className="so-awaited" role="status" data-testid="share-awaited">
          {t.waiting.some(content.awaited)}
        </p>
      )}
      {mayRead && (
        <section>
          <a className="button so-wide" href={`/viewer?share=${alias}`} data-testid="share-ohif">
            {t.overview.ohif}
          </a>
          <p className="quiet">{t.overview.ohifHint}</p>
        </section>
      )}
      {content.mayDownload && <Downloads alias={alias} content={content} />}
      {content.watermark !== null && <p className="quiet">{t.overview.noStore}</p>}
      {content.mayReply && <Replies alias={alias} content={content} />}
      <Openings content={content} />
    </div>
  );
}
