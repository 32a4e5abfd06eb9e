import { useEffect, useRef, useState } from 'react';
import { useOpenWords } from '../words.ts';
import type { PictureSource } from './pictureSource.ts';
import type { Stroke } from './Stage.tsx';
import type { DisplayedSeries } from './displayed.ts';
import { CT_PRESETS, dragged, preview, type Preset, type Window } from './windows.ts';

/** A window that is still being dragged is not rendered yet. */
const REST_MS = 140;

export interface Windowing {
  preset: Preset | 'own';
  label: string;
  /** What is shown, at once; null: as the images say. */
  wanted: Window | null;
  /** What pictures are asked for with, once it rests. */
  rendered: Window | null;
  choose: (preset: Preset) => void;
  /** @param own the window of the shown pixels, where they are here */
  drag: (stroke: Stroke, own: Window | null) => void;
  reset: () => void;
  /** How a picture that has another window looks like the wanted one meanwhile; null where it has it. */
  previewFrom: (window: Window | null) => { slope: number; intercept: number } | null;
}

/** The window of a series: presets, dragging, and what is rendered of it. */
export function useWindowing(source: PictureSource, series: DisplayedSeries, dragging: boolean): Windowing {
  const { t } = useOpenWords();
  const [preset, setPreset] = useState<Preset | 'own'>('auto');
  const [wanted, setWanted] = useState<Window | null>(null);
  const [rendered, setRendered] = useState<Window | null>(null);
  const [own, setOwn] = useState<Window | null>(null);
  const from = useRef<Window | null>(null);
  const { study, series: uid, modality } = series;

  useEffect(() => {
    if (!dragging) return undefined;
    const control = new AbortController();
    source
      .ownWindow({ study, series: uid }, control.signal)
      .then(setOwn)
      // Without it, dragging begins at a usual window.
      .catch(() => undefined);
    return () => control.abort();
  }, [source, study, uid, dragging]);
  useEffect(() => {
    const timer = setTimeout(() => setRendered(wanted), preset === 'own' ? REST_MS : 0);
    return () => clearTimeout(timer);
  }, [wanted, preset]);

  const usual: Window = modality === 'CT' ? { center: 40, width: 400 } : { center: 400, width: 800 };
  const base = own ?? usual;
  return {
    preset,
    label:
      wanted === null
        ? t.viewer.windows.auto
        : `W ${Math.round(wanted.width)} L ${Math.round(wanted.center)}`,
    wanted,
    rendered,
    choose: (next) => {
      setPreset(next);
      setWanted(CT_PRESETS.find(([name]) => name === next)?.[1] ?? null);
    },
    reset: () => {
      setPreset('auto');
      setWanted(null);
    },
    drag: ({ dx, dy, first }, shown) => {
      if (first) from.current = wanted ?? shown ?? base;
      setPreset('own');
      setWanted(dragged(from.current ?? base, dx, dy));
    },
    previewFrom: (window) => {
      if (wanted === window || wanted === null) return null;
      if (window?.center === wanted.center && window.width === wanted.width) return null;
      return preview(window ?? base, wanted);
    },
  };
}
