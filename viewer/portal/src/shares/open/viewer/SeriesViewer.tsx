import { useEffect, useRef, useState } from 'react';
import { useOpenWords } from '../words.ts';
import { Controls } from './Controls.tsx';
import type { DisplayedSeries } from './displayed.ts';
import { toImage, UPRIGHT, type ImageSize, type Placement, type Turn } from './geometry.ts';
import { FITTED, isZoomed, type Point, type View } from './gestures.ts';
import { usefulSide, type PictureSource } from './pictureSource.ts';
import { Rulers } from './Rulers.tsx';
import { Stage, type Mode } from './Stage.tsx';
import { useMarks } from './useMarks.ts';
import { usePicture, useSlices } from './usePictures.ts';
import { usePixels } from './usePixels.ts';
import { useScroll } from './useScroll.ts';
import { useWindowing } from './useWindowing.ts';

/** One series on the stage, with its tools. */
export function SeriesViewer({
  source,
  series,
  pixelsOf,
  onRefused,
}: {
  source: PictureSource;
  series: DisplayedSeries;
  /** Alias of a share whose pixels may be drawn; null: rendered pictures only. */
  pixelsOf: string | null;
  onRefused: () => void;
}) {
  const { t } = useOpenWords();
  const words = t.viewer;
  const { loaded, retry } = useSlices(source, series, series.images);
  const [slices, setSlices] = useState<Extract<typeof loaded, { kind: 'ready' }>['slices']>([]);
  if (loaded.kind === 'ready' && loaded.slices !== slices) setSlices(loaded.slices);
  const count = slices.length;
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View>(FITTED);
  const [turn, setTurn] = useState<Turn>(UPRIGHT);
  const [inverted, setInverted] = useState(false);
  const [mode, setMode] = useState<Mode>('slices');
  const [hasPicture, setHasPicture] = useState(false);
  const [rate, setRate] = useState<number | null>(null);
  const isHere = useRef<(at: number) => boolean>(() => true);
  const scroll = useScroll(count, (at) => isHere.current(at), rate, slices.length > series.images);
  const { index, direction, isPlaying } = scroll;
  const windowing = useWindowing(source, series, mode === 'window');
  const slice = slices[index];

  const pixels = usePixels(
    hasPicture ? pixelsOf : null,
    series,
    slices,
    { index, direction, isMoving: isPlaying },
    { stage: size, view, turn },
    { window: windowing.wanted, inverted },
  );
  const { facts, frame } = pixels;
  const fine = isZoomed(view) ? 2 : 1;
  const side = slice === undefined || size.width === 0 ? 0 : usefulSide(slice, size, devicePixelRatio * fine);
  const shown = usePicture(
    source,
    series,
    slices,
    { index, direction, isPlaying },
    windowing.rendered,
    side,
    pixels.has,
  );
  const { picture, failure } = shown;
  // What was shown last stays until the next one is there.
  const [last, setLast] = useState<typeof picture>(undefined);
  if (picture !== undefined && picture !== last) setLast(picture);
  if (picture !== undefined && !hasPicture) setHasPicture(true);
  if (facts !== null && facts.rate !== rate) setRate(facts.rate);
  useEffect(() => {
    isHere.current = (at) => {
      const each = slices[at];
      return each !== undefined && (shown.has(each) || pixels.has(each));
    };
  });
  const status = pixels.isShown
    ? undefined
    : (failure ?? (loaded.kind === 'failed' ? loaded.status : undefined));
  useEffect(() => {
    if (status !== undefined) onRefused();
  }, [status, onRefused]);

  const image: ImageSize | null =
    facts ??
    (slice === undefined || slice.rows === 0 || slice.columns === 0 ? null : { ...slice, aspect: 1 });
  const placement: Placement | null =
    image === null || size.width === 0 ? null : { image, stage: size, view, turn };
  const marks = useMarks(slice === undefined ? '' : `${slice.instance} ${slice.frame ?? 0}`);
  const measure = (from: Point, to: Point, isOver: boolean): void => {
    if (placement === null) return;
    const value = frame?.valueAt(toImage(placement, to)) ?? null;
    marks.stroke(
      { from: toImage(placement, from), to: toImage(placement, to) },
      Math.hypot(to.x - from.x, to.y - from.y),
      isOver,
      value === null
        ? ''
        : facts?.hounsfield === true
          ? `${Math.round(value)} HU`
          : String(Math.round(value)),
    );
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof Element && event.target.closest('input, dialog, button') !== null) return;
      const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[
        event.key
      ];
      if (event.key === ' ' && count > 1) scroll.play(!isPlaying);
      else if (by === undefined) return;
      else scroll.go(index + by);
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  const name = series.description || series.modality;
  const preview = last === undefined ? null : windowing.previewFrom(last.window);
  return (
    <>
      <Stage
        url={(picture ?? last)?.url ?? series.thumbnail}
        pending={picture === undefined}
        covered={pixels.isShown}
        label={`${name} ${index + 1} / ${count}`}
        linear={preview}
        filter={inverted ? 'invert(1)' : null}
        turn={turn}
        image={image}
        size={size}
        onSize={setSize}
        view={view}
        onView={setView}
        mode={mode}
        count={count}
        onSlices={scroll.stroke}
        onGlide={scroll.glide}
        onHold={scroll.hold}
        onWindow={(stroke) => windowing.drag(stroke, frame?.ownWindow ?? null)}
        onMeasure={measure}
        layers={
          <>
            <div
              ref={pixels.attach}
              className="so-pixels"
              style={{ visibility: pixels.isShown ? 'visible' : 'hidden' }}
              data-testid="pixels"
            />
            {placement !== null && (
              <Rulers
                placement={placement}
                spacing={facts?.spacing ?? null}
                rulers={marks.rulers}
                probe={marks.probe}
              />
            )}
          </>
        }
      >
        <div className="so-corner so-corner-top">
          <span>{name}</span>
          {count > 0 && (
            <strong data-testid="slice-number" aria-live="polite">
              {index + 1} / {count}
            </strong>
          )}
        </div>
        <div
          className={
            mode !== 'slices' || isPlaying
              ? 'so-corner so-corner-bottom so-raised'
              : 'so-corner so-corner-bottom'
          }
        >
          <span data-testid="picture-kind">
            {windowing.label} · {pixels.isShown ? words.stored : words.reduced}
          </span>
          <span>{words.note}</span>
        </div>
        {status !== undefined && (
          <div className="so-failed" role="alert">
            <p>{status === 0 ? t.unanswered.title : words.noPicture}</p>
            <button
              type="button"
              className="button"
              onClick={() => {
                if (loaded.kind === 'failed') retry();
                shown.retry();
              }}
            >
              {words.retry}
            </button>
          </div>
        )}
        {loaded.kind === 'ready' && count === 0 && <p className="so-failed">{words.noPictures}</p>}
      </Stage>
      <Controls
        scroll={scroll}
        count={count}
        modality={series.modality}
        windowing={windowing}
        mode={mode}
        onMode={setMode}
        inverted={inverted}
        onInvert={() => setInverted((now) => !now)}
        onRotate={() => setTurn((now) => ({ ...now, degrees: (now.degrees + 90) % 360 }))}
        onMirror={() =>
          // Left and right of the screen change places, however the picture lies.
          setTurn(({ degrees, mirrored }) => ({ degrees: (360 - degrees) % 360, mirrored: !mirrored }))
        }
        onReset={() => {
          setView(FITTED);
          setTurn(UPRIGHT);
          setInverted(false);
          windowing.reset();
          marks.clear();
        }}
        hasMarks={marks.rulers.length > 0 || marks.probe !== null}
        onClear={marks.clear}
      />
    </>
  );
}
