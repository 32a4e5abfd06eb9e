/** Where the pictures come from: today rendered by the server. Another source need only keep to `PictureSource`. */
import { ApiError, getJson } from '../../../api/http.ts';
import { slicesOf, type Slice } from './slices.ts';
import { windowParameter, type Window } from './windows.ts';

/** One series of a share. */
export interface SeriesAddress {
  study: string;
  series: string;
}

export interface PictureRequest {
  slice: Slice;
  window: Window | null;
  /** Longest side in device pixels that is of use. */
  side: number;
}

export interface Picture {
  /** For an `img`; good until `close`. */
  url: string;
  bytes: number;
  window: Window | null;
  close: () => void;
}

export interface PictureSource {
  slices: (at: SeriesAddress, signal: AbortSignal) => Promise<Slice[]>;
  /** The window the images themselves ask for; null when they say none. */
  ownWindow: (at: SeriesAddress, signal: AbortSignal) => Promise<Window | null>;
  picture: (at: SeriesAddress, request: PictureRequest, signal: AbortSignal) => Promise<Picture>;
}

/** The largest picture that is asked for, in pixels of a side. */
export const MAX_SIDE = 2048;
const DICOM_JSON = 'application/dicom+json';
const PICTURE_TIMEOUT_MS = 30_000;

/** Names a picture among those of its series. */
export const pictureKey = ({ slice, window, side }: PictureRequest): string =>
  [
    slice.instance,
    slice.frame ?? 0,
    window === null ? 'auto' : windowParameter(window),
    sizeOf(slice, side) ?? 'full',
  ].join(' ');

/** `viewport` for a side in pixels; null where the stored image is no larger, since enlarging it only costs bytes. */
export function sizeOf({ columns, rows }: Pick<Slice, 'columns' | 'rows'>, side: number): string | null {
  const most = Math.min(MAX_SIDE, Math.max(64, Math.ceil(side / 64) * 64));
  return columns > 0 && Math.max(columns, rows) <= most ? null : `${most},${most}`;
}

/** Pixels that the longest side of a picture takes on a stage (CSS pixels) of a screen with this many device pixels each. */
export function usefulSide(
  { columns, rows }: Pick<Slice, 'columns' | 'rows'>,
  stage: { width: number; height: number },
  devicePixels: number,
): number {
  if (columns === 0 || rows === 0) return Math.max(stage.width, stage.height) * devicePixels;
  const fit = Math.min(stage.width / columns, stage.height / rows);
  return Math.max(columns, rows) * fit * devicePixels;
}

/** Address of a rendered picture below the share's DICOMweb root. */
export function renderedPath(
  root: string,
  { study, series }: SeriesAddress,
  request: PictureRequest,
): string {
  const { slice, window, side } = request;
  const frame = slice.frame === null ? '' : `/frames/${slice.frame}`;
  const size = sizeOf(slice, side);
  const parameters = [
    ...(window === null ? [] : [`window=${windowParameter(window)}`]),
    ...(size === null ? [] : [`viewport=${size}`]),
  ];
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `${root}/studies/${study}/series/${series}/instances/${slice.instance}${frame}/rendered${query}`;
}

type Result = Record<string, { Value?: unknown[] } | undefined>;

/** Pictures as the server renders them, for the session of a share. */
export function renderedSource(alias: string): PictureSource {
  const root = `/shares/${alias}/dicomweb`;
  const instances = ({ study, series }: SeriesAddress): string =>
    `${root}/studies/${study}/series/${series}/instances`;
  return {
    slices: async (at, signal) => slicesOf(await getJson<Result[]>(instances(at), signal, DICOM_JSON)),
    ownWindow: async (at, signal) => {
      const query = '?limit=1&includefield=00281050&includefield=00281051';
      const [first] = await getJson<Result[]>(`${instances(at)}${query}`, signal, DICOM_JSON);
      const [center, width] = ['00281050', '00281051'].map((tag) => first?.[tag]?.Value?.[0]);
      return typeof center === 'number' && typeof width === 'number' && width >= 1 ? { center, width } : null;
    },
    picture: async (at, request, signal) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(PICTURE_TIMEOUT_MS)]);
      const answer = await fetch(renderedPath(root, at, request), {
        headers: { accept: 'image/jpeg' },
        credentials: 'same-origin',
        redirect: 'error',
        signal: limit,
      });
      if (!answer.ok) throw new ApiError(answer.status, null, answer.headers.get('x-request-id') ?? '');
      const blob = await answer.blob();
      const url = URL.createObjectURL(blob);
      return {
        url,
        bytes: blob.size,
        window: request.window,
        close: () => URL.revokeObjectURL(url),
      };
    },
  };
}
