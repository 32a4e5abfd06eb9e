import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { pictureLoader, type PictureLoader } from './pictureLoader.ts';
import type { Placement } from './geometry.ts';
import type { Dataset, FrameFacts } from './pixels/frameFacts.ts';
import type * as FramesModule from './pixels/frames.ts';
import type * as PixelViewModule from './pixels/pixelView.ts';
import type { Look, PixelFrame, PixelView } from './pixels/pixelView.ts';
import type { SeriesAddress } from './pictureSource.ts';
import { wantedAround, type Slice } from './slices.ts';

type Drawing = typeof PixelViewModule & typeof FramesModule;

/** Decoded pixels that are kept: with the compressed pictures it stays below 150 MB on a phone. */
const MAX_PIXEL_BYTES = 96 * 1024 * 1024;
const AHEAD = 4;
const BEHIND = 2;
/** Pixels are many: they are asked for where somebody stops. */
const REST_MS = 180;
/** What the network lost on the way here is asked for again. */
const AGAIN_MS = 5_000;
const MOST_ATTEMPTS = 6;

export interface Pixels {
  /** Where it is drawn; `null` unmounts. */
  attach: (element: HTMLDivElement | null) => void;
  /** Whether the element shows the pixels of this slice. */
  isShown: boolean;
  /** The frame of this slice, once its pixels are here. */
  frame: PixelFrame | undefined;
  facts: FrameFacts | null;
  has: (slice: Slice) => boolean;
}

let canDraw: boolean | null = null;

/** Whether this device draws pixels: WebGL 2 and WebAssembly. */
export function drawsPixels(): boolean {
  if (canDraw !== null) return canDraw;
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    canDraw = context !== null && typeof WebAssembly === 'object';
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  } catch {
    canDraw = false;
  }
  return canDraw;
}

let drawingModule: Promise<Drawing> | null = null;
function loadDrawing(): Promise<Drawing> {
  drawingModule ??= Promise.all([import('./pixels/pixelView.ts'), import('./pixels/frames.ts')]).then(
    ([view, frames]) => ({ ...view, ...frames }),
  );
  // Asked for anew the next time.
  drawingModule.catch(() => {
    drawingModule = null;
  });
  return drawingModule;
}

interface Ready {
  drawing: Drawing;
  datasets: Map<string, Dataset>;
  series: string;
}

/**
 * The stored pixels of the slices around the one that is looked at, drawn over its picture when they are here.
 * Whatever fails, the server's pictures stay.
 *
 * @param alias of the share; null: pixels are not reached, or not wanted yet
 */
export function usePixels(
  alias: string | null,
  { study, series }: SeriesAddress,
  slices: readonly Slice[],
  at: { index: number; direction: 1 | -1; isMoving: boolean },
  placement: Omit<Placement, 'image'>,
  look: Look,
): Pixels {
  const [, changed] = useReducer((n: number) => n + 1, 0);
  const [loader] = useState<PictureLoader<PixelFrame>>(() => pictureLoader(changed, MAX_PIXEL_BYTES));
  const [ready, setReady] = useState<Ready | null>(null);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const [attempt, tryAgain] = useReducer((n: number) => n + 1, 0);
  const view = useRef<PixelView | null>(null);
  const mayDraw = alias !== null && !broken && drawsPixels();
  useEffect(() => () => loader.close(), [loader]);

  useEffect(() => {
    if (!mayDraw) return undefined;
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    void (async () => {
      try {
        const drawing = await loadDrawing();
        const datasets = await drawing.readDatasets(alias, { study, series }, control.signal);
        if (!control.signal.aborted) setReady({ drawing, datasets, series });
      } catch {
        if (control.signal.aborted) return;
        setReady(null);
        if (attempt < MOST_ATTEMPTS) timer = setTimeout(tryAgain, AGAIN_MS);
      }
    })();
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [mayDraw, alias, study, series, slices.length, attempt]);

  const keyOf = (slice: Slice): string => `${slice.instance} ${slice.frame ?? 0}`;
  const { index, direction, isMoving } = at;
  useEffect(() => {
    if (alias === null || ready?.series !== series || isMoving) return undefined;
    const timer = setTimeout(() => {
      loader.want(
        wantedAround(index, slices.length, direction, AHEAD, BEHIND).flatMap((each) => {
          const slice = slices[each];
          const dataset = slice === undefined ? undefined : ready.datasets.get(slice.instance);
          if (slice === undefined || dataset === undefined) return [];
          const path = ready.drawing.framePath(alias, { study, series }, slice);
          return {
            key: keyOf(slice),
            load: (signal: AbortSignal) => ready.drawing.loadFrame(path, dataset, slice.frame ?? 1, signal),
          };
        }),
      );
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [loader, alias, ready, study, series, slices, index, direction, isMoving]);

  // A view knows the frames of a series by their order.
  useEffect(() => {
    if (element === null || alias === null || ready?.series !== series || slices.length === 0)
      return undefined;
    const ids = slices.map((slice) => `hutong:${ready.drawing.framePath(alias, { study, series }, slice)}`);
    try {
      view.current = ready.drawing.openView(element, ids);
    } catch {
      setBroken(true);
      return undefined;
    }
    const observer = new ResizeObserver(() => view.current?.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      view.current?.close();
      view.current = null;
      setShown(null);
    };
  }, [element, alias, ready, study, series, slices]);

  const slice = slices[index];
  const key = slice === undefined ? '' : keyOf(slice);
  const frame = loader.picture(key);
  const { stage, view: place, turn } = placement;
  const placed: Placement | null =
    frame === undefined || stage.width === 0
      ? null
      : {
          image: frame.facts,
          stage,
          view: place,
          turn,
        };
  const latest = useRef({ placed, look });
  useEffect(() => {
    latest.current = { placed, look };
    if (placed !== null && shown === key) view.current?.adjust(placed, look);
  });
  useEffect(() => {
    const { placed: now, look: how } = latest.current;
    if (frame === undefined || now === null) return;
    void view.current
      ?.show(frame, now, how)
      .then((isDrawn) => {
        if (!isDrawn) return;
        // Somebody may have moved on while it was drawn.
        const { placed: later, look: other } = latest.current;
        if (later !== null) view.current?.adjust(later, other);
        setShown(key);
      })
      .catch(() => setBroken(true));
  }, [frame, key, ready, element, placed === null]);

  const dataset = slice === undefined ? undefined : ready?.datasets.get(slice.instance);
  const facts =
    frame?.facts ??
    (dataset === undefined ? null : (ready?.drawing.factsOf(dataset, slice?.frame ?? 1) ?? null));
  return {
    attach: useCallback((next: HTMLDivElement | null) => setElement(next), []),
    isShown: frame !== undefined && shown === key && !broken,
    frame,
    facts,
    has: (each) => loader.picture(keyOf(each)) !== undefined,
  };
}
