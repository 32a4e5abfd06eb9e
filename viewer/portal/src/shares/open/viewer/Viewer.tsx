import { useEffect, useMemo, useState } from 'react';
import type { ShareContent } from '@hutong/server/contract/shares';
import { useOpenWords } from '../words.ts';
import { Controls } from './Controls.tsx';
import { displayedSeries, firstSeries, type DisplayedSeries } from './displayed.ts';
import { FITTED, isZoomed, type View } from './gestures.ts';
import { InfoSheet } from './InfoSheet.tsx';
import { renderedSource, usefulSide, type PictureSource } from './pictureSource.ts';
import { SeriesStrip } from './SeriesStrip.tsx';
import { middleOf, within } from './slices.ts';
import { Stage } from './Stage.tsx';
import { usePicture, useSlices } from './usePictures.ts';
import { useWindowing } from './useWindowing.ts';

/** The pictures of a share, for fingers. */
export function Viewer({
  alias,
  content,
  offline,
  onRefused,
}: {
  alias: string;
  content: ShareContent;
  offline: boolean;
  /** A picture was not there: the share may be over. */
  onRefused: () => void;
}) {
  const { t, pick } = useOpenWords();
  const words = t.viewer;
  const source = useMemo(() => renderedSource(alias), [alias]);
  const all = useMemo(() => displayedSeries(content.studies), [content.studies]);
  const [chosen, setChosen] = useState(() => firstSeries(all)?.series ?? '');
  const [info, setInfo] = useState(false);
  const current = all.find(({ series }) => series === chosen) ?? all[0];
  const [study] = content.studies;
  return (
    <div className="so-viewer">
      <header className="so-bar">
        <div className="so-bar-text">
          <strong>{current?.exam || study?.description || words.exam}</strong>
          <span>
            {[pick(content.hospital), current?.date ?? study?.date ?? ''].filter(Boolean).join(' · ')}
          </span>
        </div>
        <button type="button" className="button" onClick={() => setInfo(true)} data-testid="share-info-open">
          {words.info}
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
        <SeriesViewer key={current.series} source={source} series={current} onRefused={onRefused} />
      )}
      {all.length > 1 && <SeriesStrip series={all} chosen={current?.series ?? ''} onChoose={setChosen} />}
      {info && <InfoSheet alias={alias} content={content} onClose={() => setInfo(false)} />}
    </div>
  );
}

function SeriesViewer({
  source,
  series,
  onRefused,
}: {
  source: PictureSource;
  series: DisplayedSeries;
  onRefused: () => void;
}) {
  const { t } = useOpenWords();
  const words = t.viewer;
  const { loaded, retry } = useSlices(source, series, series.images);
  const slices = loaded.kind === 'ready' ? loaded.slices : [];
  const [asked, setAsked] = useState<{ index: number; direction: 1 | -1 } | null>(null);
  const count = slices.length;
  const index = asked === null ? middleOf(count) : within(asked.index, count);
  const [strokeFrom, setStrokeFrom] = useState(0);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View>(FITTED);
  const [rotation, setRotation] = useState(0);
  const [mode, setMode] = useState<'slices' | 'window'>('slices');
  const windowing = useWindowing(source, series, mode === 'window');

  const slice = slices[index];
  const fine = isZoomed(view) ? 2 : 1;
  const side = slice === undefined || size.width === 0 ? 0 : usefulSide(slice, size, devicePixelRatio * fine);
  const {
    picture,
    failure,
    retry: retryPicture,
  } = usePicture(
    source,
    series,
    slices,
    { index, direction: asked?.direction ?? 1 },
    windowing.rendered,
    side,
  );
  // What was shown last stays until the next one is there.
  const [last, setLast] = useState<typeof picture>(undefined);
  if (picture !== undefined && picture !== last) setLast(picture);
  const shown = picture ?? last;
  const status = failure ?? (loaded.kind === 'failed' ? loaded.status : undefined);
  useEffect(() => {
    if (status !== undefined) onRefused();
  }, [status, onRefused]);

  const go = (next: number): void =>
    setAsked((now) => {
      const to = within(next, count);
      const from = now?.index ?? middleOf(count);
      return { index: to, direction: to === from ? (now?.direction ?? 1) : to > from ? 1 : -1 };
    });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof Element && event.target.closest('input, dialog, button') !== null) return;
      const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[
        event.key
      ];
      if (by === undefined) return;
      event.preventDefault();
      go(index + by);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const name = series.description || series.modality;
  return (
    <>
      <Stage
        url={shown?.url ?? series.thumbnail}
        pending={picture === undefined}
        label={`${name} ${index + 1} / ${count}`}
        filter={shown === undefined ? null : windowing.previewFrom(shown.window)}
        rotation={rotation}
        size={size}
        onSize={setSize}
        view={view}
        onView={setView}
        mode={mode}
        count={count}
        onSlices={(by, first) => {
          if (first) setStrokeFrom(index);
          go((first ? index : strokeFrom) + by);
        }}
        onWindow={windowing.drag}
      >
        <div className="so-corner so-corner-top">
          <span>{name}</span>
          {count > 0 && (
            <strong data-testid="slice-number">
              {index + 1} / {count}
            </strong>
          )}
        </div>
        <div className="so-corner so-corner-bottom">
          <span>
            {windowing.label} · {words.reduced}
          </span>
          <span>{words.note}</span>
        </div>
        {mode === 'window' && <p className="so-hint">{words.windowHint}</p>}
        {status !== undefined && (
          <div className="so-failed" role="alert">
            <p>{status === 0 ? t.unanswered.title : words.noPicture}</p>
            <button
              type="button"
              className="button"
              onClick={() => {
                if (loaded.kind === 'failed') retry();
                retryPicture();
              }}
            >
              {words.retry}
            </button>
          </div>
        )}
        {loaded.kind === 'ready' && count === 0 && <p className="so-failed">{words.noPictures}</p>}
      </Stage>
      <Controls
        index={index}
        count={count}
        onIndex={go}
        modality={series.modality}
        windowing={windowing}
        mode={mode}
        onMode={setMode}
        onRotate={() => setRotation((now) => now + 90)}
        onFit={() => {
          setView(FITTED);
          setRotation(0);
        }}
      />
    </>
  );
}
