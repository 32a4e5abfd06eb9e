import { useEffect, useReducer, useState } from 'react';
import { ApiError } from '../../../api/http.ts';
import { pictureLoader, type PictureLoader } from './pictureLoader.ts';
import { pictureKey, type Picture, type PictureSource, type SeriesAddress } from './pictureSource.ts';
import { wantedAround, type Slice } from './slices.ts';
import type { Window } from './windows.ts';

/** Pictures that are got before they are looked at, in the direction one goes and behind. */
const AHEAD = 8;
const BEHIND = 3;
/** While it plays, what comes next is all that counts. */
const AHEAD_PLAYING = 20;

type Loaded = { kind: 'loading' } | { kind: 'failed'; status: number } | { kind: 'ready'; slices: Slice[] };

/** The slices of a series; asked for again when `images`, how many it has, changes. */
export function useSlices(
  source: PictureSource,
  { study, series }: SeriesAddress,
  images: number,
): { loaded: Loaded; retry: () => void } {
  const [attempt, retry] = useReducer((n: number) => n + 1, 0);
  const [answer, setAnswer] = useState<{ series: string; loaded: Loaded } | null>(null);
  useEffect(() => {
    const control = new AbortController();
    source.slices({ study, series }, control.signal).then(
      (slices) => setAnswer({ series, loaded: { kind: 'ready', slices } }),
      (error: unknown) => {
        if (control.signal.aborted) return;
        const status = error instanceof ApiError ? error.status : 0;
        setAnswer((now) =>
          // More images of a series that is shown already can wait.
          now?.series === series && now.loaded.kind === 'ready'
            ? now
            : { series, loaded: { kind: 'failed', status } },
        );
      },
    );
    return () => control.abort();
  }, [source, study, series, images, attempt]);
  return { loaded: answer?.series === series ? answer.loaded : { kind: 'loading' }, retry };
}

export interface Shown {
  picture: Picture | undefined;
  failure: number | undefined;
  retry: () => void;
  /** Whether the picture of a slice is here. */
  has: (slice: Slice) => boolean;
}

/** The picture of a slice, with its neighbours got beforehand. */
export function usePicture(
  source: PictureSource,
  { study, series }: SeriesAddress,
  slices: readonly Slice[],
  at: { index: number; direction: 1 | -1; isPlaying: boolean },
  window: Window | null,
  side: number,
  /** Slices that need no picture, for their pixels are here. */
  isNeedless: (slice: Slice) => boolean,
): Shown {
  const [, changed] = useReducer((n: number) => n + 1, 0);
  const [loader] = useState<PictureLoader<Picture>>(() => pictureLoader(changed));
  useEffect(() => () => loader.close(), [loader]);
  useEffect(() => {
    addEventListener('online', loader.retry);
    return () => removeEventListener('online', loader.retry);
  }, [loader]);
  const { index, direction, isPlaying } = at;
  const keyOf = (slice: Slice): string => `${series} ${pictureKey({ slice, window, side })}`;
  useEffect(() => {
    if (side === 0) return;
    loader.want(
      wantedAround(
        index,
        slices.length,
        direction,
        isPlaying ? AHEAD_PLAYING : AHEAD,
        isPlaying ? 0 : BEHIND,
      ).flatMap((each) => {
        const slice = slices[each];
        if (slice === undefined || isNeedless(slice)) return [];
        return {
          key: keyOf(slice),
          load: (signal: AbortSignal) => source.picture({ study, series }, { slice, window, side }, signal),
        };
      }),
    );
  }, [loader, source, study, series, slices, index, direction, isPlaying, window, side]);
  const slice = slices[index];
  const key = slice === undefined ? '' : keyOf(slice);
  return {
    picture: loader.picture(key),
    failure: loader.failure(key),
    retry: loader.retry,
    has: (each) => loader.picture(keyOf(each)) !== undefined,
  };
}
