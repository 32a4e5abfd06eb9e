import { useMemo, useState } from 'react';
import type { ShareContent } from '@hutong/server/contract/shares';
import { useOpenWords } from '../words.ts';
import { displayedSeries, firstSeries } from './displayed.ts';
import { InfoSheet } from './InfoSheet.tsx';
import { renderedSource } from './pictureSource.ts';
import { SeriesStrip } from './SeriesStrip.tsx';
import { SeriesViewer } from './SeriesViewer.tsx';
import { ToolIcon } from './ToolIcon.tsx';

interface Props {
  alias: string;
  content: ShareContent;
  /** The series to begin with; null: the largest one. */
  begin: string | null;
  offline: boolean;
  /** A picture was not there: the share may be over. */
  onRefused: () => void;
  onBack: () => void;
}

/** The pictures of a share, for fingers. */
export function Viewer({ alias, content, begin, offline, onRefused, onBack }: Props) {
  const { t, pick } = useOpenWords();
  const words = t.viewer;
  const source = useMemo(() => renderedSource(alias), [alias]);
  const all = useMemo(() => displayedSeries(content.studies), [content.studies]);
  const [chosen, setChosen] = useState(() => begin ?? firstSeries(all)?.series ?? '');
  const [info, setInfo] = useState(false);
  const current = all.find(({ series }) => series === chosen) ?? all[0];
  const [study] = content.studies;
  return (
    <div className="so-viewer">
      <header className="so-bar">
        <button
          type="button"
          className="so-round"
          onClick={onBack}
          aria-label={words.back}
          data-testid="viewer-back"
        >
          <ToolIcon name="back" />
        </button>
        <div className="so-bar-text">
          <strong>{current?.exam || study?.description || words.exam}</strong>
          <span>
            {[pick(content.hospital), current?.date ?? study?.date ?? ''].filter(Boolean).join(' · ')}
          </span>
        </div>
        <button
          type="button"
          className="so-round"
          onClick={() => setInfo(true)}
          aria-label={words.info}
          data-testid="share-info-open"
        >
          <ToolIcon name="info" />
        </button>
      </header>
      {offline && (
        <p className="so-offline" role="status">
          {words.offline}
        </p>
      )}
      {current === undefined ? (
        <p className="so-nothing">{words.noPictures}</p>
      ) : (
        <SeriesViewer
          key={current.series}
          source={source}
          series={current}
          pixelsOf={content.watermark == null ? alias : null}
          onRefused={onRefused}
        />
      )}
      {all.length > 1 && <SeriesStrip series={all} chosen={current?.series ?? ''} onChoose={setChosen} />}
      {info && <InfoSheet content={content} onClose={() => setInfo(false)} />}
    </div>
  );
}
